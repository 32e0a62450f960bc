"""Denmark: personal number and company number."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import dk_personal_number
from classifiers.detector import digits

DK_CPR = national(
    "DK_CPR",
    "A personal number of Denmark (CPR-nummer).",
    "CPR-loven section 3: date of birth, four digits of which the first tells the century",
    (digits("999999-9999", 0.1), digits("999999 9999", 0.02), digits("9999999999", 0.003)),
    Each(dk_personal_number),
    chance=0.05,
    context=("cpr", "cpr-nr", "cpr-nummer", "cpr-nr.", "personnummer", "cprnr"),
    columns=("cpr", "cpr nummer", "cpr nr", "cprnr", "cprnummer", "cpr number"),
    needs_column=True,
)

DK_CVR = company(
    "DK_CVR",
    "A company number of Denmark (CVR-nummer), which behind DK is its VAT number.",
    "CVR-loven: eight digits, weighted sum modulo 11",
    (
        token(r"DK[ -][0-9]{8}", 11, score=0.9),
        token(r"DK ?[0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}", 14, least=r"DK ?[0-9]{2} [0-9]{2}", score=0.9),
        digits("99999999"),
        digits("99 99 99 99"),
    ),
    Stdnum("dk.cvr"),
    chance=0.09,
    context=("cvr", "cvr-nr", "cvr-nummer", "se-nr", "virksomhedsnummer", "momsnummer"),
    columns=("cvr", "cvr nummer", "cvr nr", "cvrnr", "cvrnummer", "cvr number"),
)

DETECTORS = (DK_CPR, DK_CVR)

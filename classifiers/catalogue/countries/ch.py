"""Switzerland: old-age insurance and enterprise numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

CH_AHV = national(
    "CH_AHV",
    "A social insurance number of Switzerland (AHV, AVS).",
    "AHVG art. 50c: country 756, nine digits, EAN-13 check digit",
    (digits("9999999999999"), digits("999.9999.9999.99", 0.7)),
    Stdnum("ch.ssn"),
    chance=0.001,
    context=("ahv", "avs", "sozialversicherungsnummer", "assurance"),
    columns=(
        "ahv",
        "ahv nummer",
        "ahvnummer",
        "ahv nr",
        "avs",
        "numero avs",
        "sozialversicherungsnummer",
        "navs",
        "ssn",
    ),
)

CH_UID = company(
    "CH_UID",
    "An enterprise number of Switzerland (UID, IDE, IDI).",
    "UIDG art. 3 and UIDV: CHE, eight digits, check digit modulo 11",
    (
        token(r"CHE[- ][0-9]{3}\.[0-9]{3}\.[0-9]{3}", 15, score=0.95),
        token(r"CHE[0-9]{9}", 12, score=0.9),
        token(r"CHE-[0-9]{9}", 13, score=0.9),
        digits("999.999.999", 0.01),
    ),
    Stdnum("ch.uid"),
    chance=0.1,
    context=("uid", "unternehmens-identifikationsnummer", "ide", "idi", "handelsregister"),
    columns=("che number", "uid ch", "unternehmens identifikationsnummer", "numero ide", "swiss uid", "che nummer"),
    not_columns=("user", "unix", "linux"),
)

CH_VAT = company(
    "CH_VAT",
    "A VAT number of Switzerland.",
    "MWSTG art. 66: the enterprise number followed by MWST, TVA, IVA or TPV",
    (
        token(
            r"CHE[- ]?[0-9]{3}\.?[0-9]{3}\.?[0-9]{3} ?(?:MWST|TVA|IVA|TPV)",
            20,
            least=r"CHE[- ]?[0-9]{3}\.?[0-9]{3}",
            score=0.95,
        ),
    ),
    Stdnum("ch.vat"),
    chance=0.1,
    context=("mwst", "mehrwertsteuer", "tva", "iva", "tpv"),
    columns=("mwst nr", "mwst", "numero tva ch", "mwstnummer", "swiss vat number", "mwst nr ch"),
    not_columns=("satz", "betrag", "rate", "amount"),
)

DETECTORS = (CH_AHV, CH_UID, CH_VAT)

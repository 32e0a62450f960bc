"""Malta: VAT number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

MT_VAT = national(
    "MT_VAT",
    "A VAT number of Malta without its country prefix.",
    "Commissioner for Revenue: eight digits, weighted sum modulo 37",
    (digits("99999999"), digits("9999-9999", 0.02)),
    Stdnum("mt.vat"),
    chance=0.027,
    context=("malta", "vat", "vat number", "mt vat"),
    columns=("malta vat", "mt vat", "malta vat number", "maltese vat number", "numru vat"),
    not_columns=("rate", "amount"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (MT_VAT,)

"""Slovakia: birth number and VAT number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Sensitivity, digits

SK_RC = national(
    "SK_RC",
    "A birth number of Slovakia (rodné číslo).",
    "Zakon 301/1995: date of birth (month + 50 for women), serial; ten digits divide by 11 since 1954",
    (digits("999999/9999", 0.4), digits("9999999999")),
    Stdnum("sk.rc"),
    chance=0.1,
    context=("rodné číslo", "rodne cislo", "r.č", "rč"),
    columns=("rodne cislo", "rodné číslo", "rodnecislo", "birth number", "rodne cislo klienta"),
)

SK_RC_BEFORE_1954 = national(
    "SK_RC",
    "A birth number of Slovakia given out before 1954, which has no check digit.",
    "Zakon 301/1995: date of birth (month + 50 for women), serial of three digits",
    (digits("999999/999", 0.2), digits("999999999", 0.01)),
    Stdnum("sk.rc"),
    chance=0.17,
    context=("rodné číslo", "rodne cislo", "r.č", "rč"),
    columns=("rodne cislo", "rodné číslo", "rodnecislo", "birth number", "rodne cislo klienta"),
    needs_column=True,
    subtype="BEFORE_1954",
)

SK_DPH = national(
    "SK_DPH",
    "A VAT number of Slovakia without its country prefix.",
    "Zakon 222/2004 on value added tax: ten digits that divide by 11",
    (digits("9999999999"), digits("999 999 99 99", 0.03)),
    Stdnum("sk.dph"),
    chance=0.08,
    context=("ič dph", "dič", "dph", "ic dph"),
    columns=("ic dph", "ič dph", "dic", "dič", "dph"),
    not_columns=("sadzba", "suma", "zaklad"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (SK_RC, SK_RC_BEFORE_1954, SK_DPH)

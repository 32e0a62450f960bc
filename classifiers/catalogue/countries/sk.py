"""Slovakia: VAT numbers. Birth numbers are those of Czechia, see there."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

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

DETECTORS = (SK_DPH,)

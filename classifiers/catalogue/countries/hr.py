"""Croatia: personal identification number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

HR_OIB = national(
    "HR_OIB",
    "A personal identification number of Croatia (OIB); companies have one too.",
    "Zakon o osobnom identifikacijskom broju: ten digits, check digit ISO 7064 mod 11,10",
    (digits("99999999999"),),
    Stdnum("hr.oib"),
    chance=0.1,
    context=("oib", "osobni identifikacijski broj", "porezni broj"),
    columns=("oib", "osobni identifikacijski broj", "oib broj", "oib number", "porezni broj", "oib kupca"),
)

DETECTORS = (HR_OIB,)

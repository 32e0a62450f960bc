"""Serbia: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

RS_PIB = national(
    "RS_PIB",
    "A tax number of Serbia (PIB).",
    "Zakon o poreskom postupku i poreskoj administraciji: eight digits, check digit ISO 7064 mod 11,10",
    (digits("999999999"),),
    Stdnum("rs.pib"),
    chance=0.1,
    context=("pib", "poreski identifikacioni broj", "poreski broj", "пиб"),
    columns=("pib", "pib broj", "poreski identifikacioni broj", "poreski broj", "pib number"),
    not_columns=("rast", "stopa"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (RS_PIB,)

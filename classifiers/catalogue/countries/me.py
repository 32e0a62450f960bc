"""Montenegro: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

ME_PIB = national(
    "ME_PIB",
    "A tax number of Montenegro (PIB).",
    "Tax Administration of Montenegro: eight digits, weighted sum modulo 11",
    (digits("99999999"),),
    Stdnum("me.pib"),
    chance=0.1,
    context=("pib", "poreski identifikacioni broj", "poreski broj", "crna gora"),
    columns=("pib", "pib crna gora", "pib broj", "poreski broj", "poreski identifikacioni broj"),
    not_columns=("rast", "stopa"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (ME_PIB,)

"""Iceland: identity number of persons and organisations."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

IS_KENNITALA = national(
    "IS_KENNITALA",
    "An identity number of a person or organisation in Iceland (kennitala).",
    "Act 140/2019 on the registration of persons: date (day + 40 for organisations), serial, check digit modulo 11, century",
    (digits("999999-9999", 0.3), digits("9999999999", 0.003)),
    Stdnum("is_.kennitala"),
    chance=0.02,
    context=("kennitala", "kennitölu", "kt"),
    columns=("kennitala", "kt", "kennitala vidskiptavinar", "kennitalan", "kennitala greidanda"),
)

DETECTORS = (IS_KENNITALA,)

"""Canada: social insurance number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

CA_SIN = national(
    "CA_SIN",
    "A social insurance number of Canada.",
    "Service Canada: nine digits, the first neither 0 nor 8, Luhn digit",
    (digits("999-999-999", 0.1), digits("999 999 999", 0.03), digits("999999999")),
    Stdnum("ca.sin"),
    chance=0.085,
    context=("sin", "social", "insurance", "canada", "nas"),
    columns=(
        "sin",
        "social insurance number",
        "social insurance",
        "sin number",
        "sin no",
        "numero assurance sociale",
        "nas",
    ),
)

DETECTORS = (CA_SIN,)

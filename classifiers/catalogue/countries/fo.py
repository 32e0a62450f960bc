"""Faroe Islands: company number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

FO_VN = company(
    "FO_VN",
    "A tax number of a company in the Faroe Islands (V-tal, vinnutal).",
    "TAKS, OECD tax identification numbers of the Faroe Islands: six digits",
    (
        token(r"FO ?[0-9]{3}[ .]?[0-9]{3}", 10, least=r"FO ?[0-9]{3}", score=0.3),
        digits("999 999", 0.04),
        digits("999999", 0.04),
    ),
    Stdnum("fo.vn"),
    chance=0.7,
    context=("v-tal", "vinnutal", "v-nummar", "v-number", "vtal", "faroe"),
    columns=("v tal", "vtal", "vinnutal", "v nummar", "faroese v number"),
    needs_column=True,
)

DETECTORS = (FO_VN,)

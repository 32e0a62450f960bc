"""Ghana: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

GH_TIN = national(
    "GH_TIN",
    "A tax number of a person or organisation in Ghana (TIN).",
    "Ghana Revenue Authority, OECD tax identification numbers: kind of holder, 00, seven digits, check modulo 11",
    (token(r"[PCGQV]00[0-9]{7}[0-9X]", 11, score=0.2),),
    Stdnum("gh.tin"),
    chance=0.09,
    context=("tin", "ghana", "gra", "taxpayer identification number"),
    columns=("ghana tin", "gra tin", "tin ghana", "gh tin", "ghana tax number"),
)

DETECTORS = (GH_TIN,)

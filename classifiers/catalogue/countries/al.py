"""Albania: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

AL_NIPT = national(
    "AL_NIPT",
    "A tax number of a person or company in Albania (NIPT, NUIS).",
    "Drejtoria e Pergjithshme e Tatimeve: letter of the decade, eight digits, check letter",
    (
        token(r"[A-M][0-9]{8}[A-Z]", 10, score=0.2),
        token(r"[A-M] [0-9]{8} [A-Z]", 12, score=0.3),
        token(r"AL ?[A-M] ?[0-9]{8} ?[A-Z]", 15, least=r"AL ?[A-M] ?[0-9]", score=0.8),
    ),
    Stdnum("al.nipt"),
    chance=0.5,
    context=("nipt", "nuis", "albania", "shqipëri", "tatueshëm"),
    columns=("nipt", "nuis", "nipt number", "numri nipt", "nipt nuis", "nipti"),
)

DETECTORS = (AL_NIPT,)

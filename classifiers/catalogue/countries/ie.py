"""Ireland: personal public service number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

IE_PPS = national(
    "IE_PPS",
    "A personal public service number of Ireland; also the tax number of a person.",
    "Social Welfare Consolidation Act 2005 s. 262: seven digits, check letter modulo 23, a further letter since 2013",
    (token(r"[0-9]{7}[A-W]", 8, score=0.2), token(r"[0-9]{7}[A-W][ABHTWX]", 9, score=0.3)),
    Stdnum("ie.pps"),
    chance=0.045,
    context=("pps", "ppsn", "pps number", "personal public service"),
    columns=("ppsn", "pps number", "pps no", "ppsno", "personal public service number"),
)

DETECTORS = (IE_PPS,)

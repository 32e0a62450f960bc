"""Senegal: number of a business."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

SN_NINEA = national(
    "SN_NINEA",
    "A number of a business or association in Senegal (NINEA).",
    "Decree 2012-886: seven or nine digits, check digit modulo 10, code of the tax regime",
    (
        token(r"[0-9]{7}[012][A-HJ-NP-WZ][0-9]", 10, score=0.2),
        token(r"[0-9]{7} [012][A-HJ-NP-WZ][0-9]", 11, score=0.3),
        digits("9999999"),
        digits("999 9999", 0.02),
        digits("999999999"),
    ),
    Stdnum("sn.ninea"),
    chance=0.1,
    context=("ninea",),
    columns=("ninea", "numero ninea", "ninea number", "code ninea", "ninea client"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (SN_NINEA,)

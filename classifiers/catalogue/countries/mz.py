"""Mozambique: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

MZ_NUIT = national(
    "MZ_NUIT",
    "A tax number of Mozambique (NUIT).",
    "Decree 52/2003: kind, seven digits, check digit",
    (digits("999999999"), digits("999 999 999", 0.03)),
    Stdnum("mz.nuit"),
    chance=0.1,
    context=("nuit",),
    columns=("nuit", "numero nuit", "nuit number", "nuit cliente", "numero unico de identificacao tributaria"),
)

DETECTORS = (MZ_NUIT,)

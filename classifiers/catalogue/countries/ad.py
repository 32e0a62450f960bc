"""Andorra: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

AD_NRT = national(
    "AD_NRT",
    "A tax number of a person or company in Andorra (NRT).",
    "OECD, tax identification numbers of Andorra: letter of the kind of holder, six digits, control letter",
    (
        token(r"[ACDEFGLOPU]-[0-9]{6}-[A-Z]", 10, score=0.4),
        token(r"[ACDEFGLOPU] [0-9]{6} [A-Z]", 10, score=0.1),
        token(r"[ACDEFGLOPU][0-9]{6}[A-Z]", 8, score=0.05),
    ),
    Stdnum("ad.nrt"),
    chance=0.8,
    context=("nrt", "registre tributari", "número de registre", "andorra"),
    columns=("nrt", "numero de registre tributari", "registre tributari", "numero nrt", "nrt number", "andorra tax id"),
)

DETECTORS = (AD_NRT,)

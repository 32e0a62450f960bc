"""Venezuela: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

VE_RIF = national(
    "VE_RIF",
    "A tax number of Venezuela (RIF).",
    "SENIAT, Codigo Organico Tributario: V, E, J, P or G, eight digits, check digit modulo 11",
    (
        token(r"[VEJPG]-[0-9]{8}-[0-9]", 12, score=0.8),
        token(r"[VEJPG]-[0-9]{9}", 11, score=0.3),
        token(r"[VEJPG][0-9]{9}", 10, score=0.08),
    ),
    Stdnum("ve.rif"),
    chance=0.1,
    context=("rif", "registro de información fiscal"),
    columns=("rif", "numero rif", "rif number", "registro de informacion fiscal", "rif empresa"),
)

DETECTORS = (VE_RIF,)

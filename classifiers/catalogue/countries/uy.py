"""Uruguay: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

UY_RUT = national(
    "UY_RUT",
    "A tax number of Uruguay (RUT).",
    "DGI, Registro Unico Tributario: kind 01 to 22, serial, 001, check digit modulo 11",
    (
        digits("99-999999-001-9", 0.6),
        digits("99 999999 001 9", 0.4),
        token(r"(?:0[1-9]|1[0-9]|2[0-2])[0-9]{6}001[0-9]", 12, score=0.03),
        digits("99 999999 001-9", 0.4),
    ),
    Stdnum("uy.rut"),
    chance=0.1,
    context=("rut", "r.u.t", "dgi"),
    columns=("rut uruguay", "rut", "numero rut", "rut number", "registro unico tributario"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (UY_RUT,)

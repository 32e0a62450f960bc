"""Chile: tax and identity number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

CL_RUT = national(
    "CL_RUT",
    "A tax and identity number of Chile (RUT, RUN).",
    "Decreto con fuerza de ley 3 of 1969: seven or eight digits, check character modulo 11",
    (
        token(r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9K]", 12, least=r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-", score=0.4),
        token(r"(?:CL )?[0-9]{7,8}-[0-9K]", 13, least=r"[0-9]{7,8}-[0-9K][^\w-]", score=0.05),
        token(r"[0-9]{7,8}K", 9, least=r"[0-9]{7,8}K", score=0.05),
        digits("999999999"),
        digits("99999999", 0.004),
    ),
    Stdnum("cl.rut"),
    chance=0.1,
    context=("rut", "r.u.t", "rol único", "cédula de identidad", "chile"),
    columns=("rut", "rut run", "rut cliente", "numero rut", "rut empresa", "rol unico tributario", "rut number"),
    not_columns=("id", "time", "date", "mode"),
)

DETECTORS = (CL_RUT,)

"""Paraguay: taxpayer number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

PY_RUC = national(
    "PY_RUC",
    "A taxpayer number of Paraguay (RUC).",
    "DNIT, Ley 125/1991: four to eight digits, a hyphen, check digit modulo 11",
    (digits("99999999-9", 0.08), digits("9999999-9", 0.05), digits("999999-9", 0.05)),
    Stdnum("py.ruc"),
    chance=0.1,
    context=("ruc", "r.u.c", "contribuyente"),
    columns=("ruc paraguay", "ruc", "numero ruc", "nro ruc", "ruc number"),
)

DETECTORS = (PY_RUC,)

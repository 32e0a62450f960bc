"""El Salvador: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

SV_NIT = national(
    "SV_NIT",
    "A tax number of El Salvador (NIT).",
    "Ley del Registro y Control Especial de Contribuyentes: municipality, date of birth or foundation, serial, check digit",
    (digits("9999-999999-999-9", 0.6), digits("99999999999999")),
    Stdnum("sv.nit"),
    chance=0.1,
    context=("nit", "número de identificación tributaria"),
    columns=("nit el salvador", "nit", "numero nit", "nit number", "numero de identificacion tributaria"),
)

DETECTORS = (SV_NIT,)

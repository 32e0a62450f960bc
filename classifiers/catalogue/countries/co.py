"""Colombia: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

CO_NIT = company(
    "CO_NIT",
    "A tax number of Colombia (NIT, RUT); that of a person contains the number of the identity card.",
    "Decreto 1625 de 2016 and DIAN: nine or ten digits, check digit modulo 11",
    (
        digits("999.999.999-9", 0.5),
        digits("9.999.999.999-9", 0.5),
        digits("999999999-9", 0.05),
        digits("9999999999-9", 0.05),
        digits("9999999999"),
    ),
    Stdnum("co.nit"),
    chance=0.1,
    context=("nit", "dian", "número de identificación tributaria"),
    columns=("nit", "numero nit", "nit empresa", "nit number", "nit cliente", "nro nit"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (CO_NIT,)

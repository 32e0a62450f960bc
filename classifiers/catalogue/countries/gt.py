"""Guatemala: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

GT_NIT = company(
    "GT_NIT",
    "A tax number of Guatemala (NIT); persons have one too.",
    "SAT, Acuerdo de Directorio 7-2010: up to eleven digits, check character modulo 11",
    (
        token(r"[0-9]{4,8}-[0-9K]", 10, least=r"[0-9]{4,8}-[0-9K][^\w-]", score=0.02),
        token(r"[0-9]{6,8}K", 9, least=r"[0-9]{6,8}K[^\w-]", score=0.02),
        digits("99999999"),
        digits("9999999"),
    ),
    Stdnum("gt.nit"),
    chance=0.1,
    context=("nit", "sat guatemala", "guatemala", "número de identificación tributaria"),
    columns=("nit guatemala", "nit gt", "guatemala nit", "nit receptor", "nit emisor"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (GT_NIT,)

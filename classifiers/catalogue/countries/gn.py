"""Guinea: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

GN_NIFP = company(
    "GN_NIFP",
    "A tax number of a person or company in Guinea (NIFp).",
    "Direction Générale des Impôts, cahier des charges du NIFp: nine digits, Luhn digit",
    (digits("999-999-999", 0.03), digits("999 999 999", 0.01), digits("999999999")),
    Stdnum("gn.nifp"),
    chance=0.1,
    context=("nifp", "nif-p", "nif permanent", "guinée"),
    columns=("nifp", "nif p", "nif permanent", "numero nifp", "nifp guinee"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (GN_NIFP,)

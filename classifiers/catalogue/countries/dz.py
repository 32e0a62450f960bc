"""Algeria: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

DZ_NIF = company(
    "DZ_NIF",
    "A tax number of a person or company in Algeria (NIF).",
    "Direction Générale des Impôts, loi de finances 2006 art. 41: fifteen or twenty digits",
    (
        *(digits("999 999 999 999 999", 0.2), digits("999 999 999 999 999 99999", 0.2)),
        *(digits("9" * 15, 0.04), digits("9" * 20, 0.04)),
    ),
    Stdnum("dz.nif"),
    chance=0.7,
    context=("nif", "numéro d'identification fiscale", "identifiant fiscal", "n.i.f"),
    columns=("nif dz", "nif algerie", "numero identification fiscale", "nif algérie", "identifiant fiscal nif"),
    sensitivity=Sensitivity.CONFIDENTIAL,
    needs_column=True,
)

DETECTORS = (DZ_NIF,)

"""Morocco: number of a business."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

MA_ICE = national(
    "MA_ICE",
    "A common identifier of a business in Morocco (ICE); sole traders have one too.",
    "Decree 2-11-63 of 2011: nine digits, four of the establishment, check digits modulo 97",
    (digits("999999999999999"), digits("99 99 99 99 99 99 999", 0.1)),
    Stdnum("ma.ice"),
    chance=0.011,
    context=("ice", "identifiant commun de l'entreprise", "identifiant commun"),
    columns=("numero ice", "ice", "identifiant commun entreprise", "identifiant commun de l entreprise", "ice number"),
    not_columns=("cream",),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (MA_ICE,)

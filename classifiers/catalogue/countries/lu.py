"""Luxembourg: VAT number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

LU_TVA = national(
    "LU_TVA",
    "A VAT number of Luxembourg without its country prefix.",
    "Administration de l'enregistrement: six digits and two check digits modulo 89",
    (digits("99999999"), digits("999 999 99", 0.03)),
    Stdnum("lu.tva"),
    chance=0.012,
    context=("tva", "numéro tva", "numero tva", "no tva"),
    columns=("tva luxembourg", "numero tva", "tva", "numéro tva", "luxembourg vat", "no tva"),
    not_columns=("taux", "montant"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (LU_TVA,)

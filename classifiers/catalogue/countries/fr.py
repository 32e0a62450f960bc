"""France: social security number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Pattern, digits

FR_NIR = national(
    "FR_NIR",
    "A social security number of France (NIR).",
    "INSEE, numero d'inscription au repertoire: sex, year, month, department, commune, serial, key modulo 97",
    (
        digits("999999999999999"),
        digits("9 99 99 99 999 999 99", 0.6),
        Pattern(
            regex=r"(?<![\w-])[1-478][0-9]{4}2[AB][0-9]{8}(?![\w-])",
            form=r"[^\w-][1-478][0-9]{4}2[AB][0-9]{8}[^\w-]",
            score=0.5,
            width=15,
            fixed=True,
        ),
    ),
    Stdnum("fr.nir"),
    chance=0.015,
    context=("nir", "insee", "securite", "sécurité", "sociale", "secu", "sécu", "vitale"),
    columns=(
        *(
            "nir",
            "numero securite sociale",
            "numéro sécurité sociale",
            "securite sociale",
            "sécurité sociale",
            "num secu",
        ),
        *(
            "numero de securite sociale",
            "numéro de sécurité sociale",
            "insee",
            "numero insee",
            "no secu",
            "numero secu",
        ),
        *("social security number", "ssn"),
    ),
)

DETECTORS = (FR_NIR,)

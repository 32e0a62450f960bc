"""Cuba: identity card number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

CU_NI = national(
    "CU_NI",
    "A number of an identity card of Cuba (carné de identidad).",
    "Decreto-Ley 248 of 2007: date of birth, century and sex in the digits that follow",
    (digits("99999999999"),),
    Stdnum("cu.ni"),
    chance=0.04,
    context=("carné de identidad", "carnet de identidad", "número de identidad", "numero de identidad"),
    columns=(
        "carne identidad",
        "carne de identidad",
        "carnet de identidad",
        "numero de identidad",
        "carné de identidad",
    ),
    needs_column=True,
)

DETECTORS = (CU_NI,)

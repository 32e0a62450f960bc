"""North Macedonia: tax number."""

# ruff: noqa: RUF001 - words in Cyrillic letters

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

MK_EDB = national(
    "MK_EDB",
    "A tax number of North Macedonia (EDB).",
    "Public Revenue Office: thirteen digits, weighted sum modulo 11",
    (digits("9999999999999"), token(r"MK[0-9]{13}", 15, score=0.8)),
    Stdnum("mk.edb"),
    chance=0.1,
    context=("едб", "edb", "даночен број", "единствен даночен број"),
    columns=("edb", "едб", "edinstven danocen broj", "danocen broj", "edb number"),
    not_columns=("rate",),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (MK_EDB,)

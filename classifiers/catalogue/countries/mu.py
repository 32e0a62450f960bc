"""Mauritius: identity number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

MU_NID = national(
    "MU_NID",
    "A national identity number of Mauritius.",
    "National Identity Card Act 1985: initial of the surname, date of birth, serial, check character modulo 17",
    (token(r"[A-Z][0-9]{12}[0-9A-G]", 14, score=0.4),),
    Stdnum("mu.nid"),
    chance=0.002,
    context=("nid", "national identity", "national id"),
    columns=("mauritius nid", "nid", "national id mauritius", "nid number", "mauritian national id"),
)

DETECTORS = (MU_NID,)

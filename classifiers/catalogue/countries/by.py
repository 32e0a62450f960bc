"""Belarus: payer's number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

BY_UNP = company(
    "BY_UNP",
    "A number of a taxpayer in Belarus (УНП); that of a person begins with two letters.",
    "Министерство по налогам и сборам: region, serial, check digit modulo 11",
    (digits("999999999"), token(r"[ABCEHKM][ABCEHKMOPT][0-9]{7}", 9, score=0.05)),
    Stdnum("by.unp"),
    chance=0.09,
    context=("унп", "unp", "учетный номер плательщика", "унн"),
    columns=("unp", "унп", "unp number", "nomer unp", "номер унп", "учетный номер плательщика"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (BY_UNP,)

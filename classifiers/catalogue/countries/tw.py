"""Taiwan: number of a business."""

from __future__ import annotations

from classifiers.catalogue.countries import national, unspaced
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

TW_UBN = national(
    "TW_UBN",
    "A number of a business in Taiwan (tongyi bianhao).",
    "Ministry of Finance, Fiscal Information Agency: eight digits, weighted digit sum modulo 10, one more where the seventh is 7",
    (unspaced(digits("99999999")),),
    Stdnum("tw.ubn"),
    chance=0.115,
    context=("統一編號", "統編", "ubn", "unified business number"),
    columns=("ubn", "統一編號", "統編", "unified business number", "tw ubn"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (TW_UBN,)

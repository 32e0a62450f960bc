"""Philippines: taxpayer number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_registers import ph_taxpayer_number
from classifiers.checks_sampled import Each
from classifiers.detector import digits

PH_TIN = national(
    "PH_TIN",
    "A taxpayer number of the Philippines (TIN).",
    "Bureau of Internal Revenue: nine digits, the last a check digit modulo 11, branch code",
    (
        digits("999-999-999-999", 0.1),
        digits("999-999-999-99999", 0.1),
        digits("999-999-999", 0.04),
        digits("999999999"),
        digits("999999999999"),
    ),
    Each(ph_taxpayer_number),
    chance=0.1,
    context=("tin", "bir", "taxpayer identification number", "rdo"),
    columns=("ph tin", "tin", "bir tin", "tin number", "tin no", "taxpayer identification number"),
)

DETECTORS = (PH_TIN,)

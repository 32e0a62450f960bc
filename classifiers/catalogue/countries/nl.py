"""Netherlands: citizen service number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

NL_BSN = national(
    "NL_BSN",
    "A citizen service number of the Netherlands (burgerservicenummer).",
    "Wet algemene bepalingen burgerservicenummer; the eleven test of RvIG",
    (digits("999999999"), digits("9999.99.999", 0.4)),
    Stdnum("nl.bsn"),
    chance=0.1,
    context=("bsn", "burgerservicenummer", "sofi", "sofinummer"),
    columns=("bsn", "burgerservicenummer", "burger service nummer", "sofinummer", "sofi nummer", "bsn nummer", "sofi"),
)

DETECTORS = (NL_BSN,)

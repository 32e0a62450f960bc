"""Switzerland: old-age insurance number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

CH_AHV = national(
    "CH_AHV",
    "A social insurance number of Switzerland (AHV, AVS).",
    "AHVG art. 50c: country 756, nine digits, EAN-13 check digit",
    (digits("9999999999999"), digits("999.9999.9999.99", 0.7)),
    Stdnum("ch.ssn"),
    chance=0.001,
    context=("ahv", "avs", "sozialversicherungsnummer", "assurance"),
    columns=(
        "ahv",
        "ahv nummer",
        "ahvnummer",
        "ahv nr",
        "avs",
        "numero avs",
        "sozialversicherungsnummer",
        "navs",
        "ssn",
    ),
)

DETECTORS = (CH_AHV,)

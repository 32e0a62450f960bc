"""Australia: tax file number and business number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Sensitivity, digits

AU_TFN = national(
    "AU_TFN",
    "A tax file number of Australia.",
    "Australian Taxation Office: nine digits, weighted sum modulo 11",
    (digits("999 999 999", 0.03), digits("999999999")),
    Stdnum("au.tfn"),
    chance=0.1,
    context=("tfn", "tax", "file", "ato"),
    columns=("tfn", "tax file number", "tax file no", "taxfilenumber", "tfn number"),
)

AU_ABN = national(
    "AU_ABN",
    "A business number of Australia; sole traders have one too.",
    "Australian Business Register: eleven digits, weighted sum modulo 89",
    (digits("99 999 999 999", 0.05), digits("99999999999")),
    Stdnum("au.abn"),
    chance=0.014,
    context=("abn", "business", "australian"),
    columns=("abn", "australian business number", "abn number", "business number", "abn no"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (AU_TFN, AU_ABN)

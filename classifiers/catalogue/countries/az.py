"""Azerbaijan: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

AZ_VOEN = national(
    "AZ_VOEN",
    "A tax number of a person or company in Azerbaijan (VÖEN).",
    "Dövlət Vergi Xidməti: ten digits, the ninth a check digit modulo 11, the last the kind of holder",
    (digits("999 999 9999", 0.01), digits("9999999999")),
    Stdnum("az.voen"),
    chance=0.02,
    context=("vöen", "voen", "eyniləşdirmə"),
    columns=("voen", "vöen", "voen nomresi", "vöen nömrəsi", "voen number"),
)

DETECTORS = (AZ_VOEN,)

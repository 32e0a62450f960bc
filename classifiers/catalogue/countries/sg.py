"""Singapore: numbers of persons and entities."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import sg_entity_number, sg_identity_number
from classifiers.checks.sampled import Each
from classifiers.detector import Sensitivity

SG_NRIC_FIN = national(
    "SG_NRIC_FIN",
    "A number of a citizen, resident (NRIC) or foreigner (FIN) in Singapore.",
    "National Registration Act 1965: S, T, F, G or M, seven digits, check letter modulo 11",
    (token(r"[STFGM][0-9]{7}[A-Z]", 9, score=0.4),),
    Each(sg_identity_number),
    chance=0.04,
    context=("nric", "fin", "nric/fin", "nric no"),
    columns=("nric", "nric fin", "fin number", "nric number", "nric no", "sg nric"),
)

SG_UEN = national(
    "SG_UEN",
    "A number of an entity in Singapore (UEN).",
    "ACRA, Unique Entity Number: eight or nine digits, or year, kind and four digits, with a check letter modulo 11",
    (
        token(r"[RST][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z]", 10, score=0.6),
        token(r"(?:19|20)[0-9]{7}[A-Z]", 10, score=0.1),
        token(r"[0-9]{8}[A-Z]", 9, score=0.03),
    ),
    Each(sg_entity_number),
    chance=0.04,
    context=("uen", "acra", "unique entity number"),
    columns=("uen", "uen number", "uen no", "unique entity number", "acra uen"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (SG_NRIC_FIN, SG_UEN)

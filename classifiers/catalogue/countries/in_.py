"""India: Aadhaar and permanent account number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Pattern, digits

IN_AADHAAR = national(
    "IN_AADHAAR",
    "An Aadhaar number of India.",
    "UIDAI: twelve digits, the first 2 to 9, Verhoeff check digit",
    (digits("999999999999"), digits("9999 9999 9999", 0.1), digits("9999-9999-9999", 0.1)),
    Stdnum("in_.aadhaar"),
    chance=0.09,
    context=("aadhaar", "aadhar", "uidai", "uid"),
    columns=(
        "aadhaar",
        "aadhar",
        "aadhaar number",
        "aadhaar no",
        "aadhaar card",
        "aadhar card",
        "uidai",
        "aadhaarnumber",
    ),
)

IN_PAN = national(
    "IN_PAN",
    "A permanent account number of a taxpayer in India.",
    "Income Tax Department: five letters, the fourth the kind of holder, four digits, a letter",
    (
        Pattern(
            regex=r"(?<![\w-])[A-Z]{3}[ABCEFGHJKLPT][A-Z][0-9]{4}[A-Z](?![\w-])",
            form=r"[^\w-][A-Z]{3}[ABCEFGHJKLPT][A-Z][0-9]{4}[A-Z][^\w-]",
            score=0.4,
            width=10,
            fixed=True,
        ),
    ),
    Stdnum("in_.pan"),
    chance=0.5,
    context=("pan", "permanent", "income", "tax", "itr"),
    columns=(
        "pan",
        "pan number",
        "pan no",
        "pan card",
        "permanent account number",
        "pan card number",
        "pancard",
        "panno",
    ),
)

DETECTORS = (IN_AADHAAR, IN_PAN)

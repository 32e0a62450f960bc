"""United States: social security and individual taxpayer numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

US_SSN = national(
    "US_SSN",
    "A social security number of the United States.",
    "SSA, 20 CFR 422.103 and POMS RM 10201.035: no area 000, 666 or 9xx, no group 00, no serial 0000",
    (digits("999-99-9999", 0.5), digits("999 99 9999", 0.3), digits("999999999", 0.02)),
    Stdnum("us.ssn", drop=" "),
    chance=0.9,
    context=("ssn", "social", "security", "taxpayer"),
    columns=(
        *("ssn", "social security", "social security number", "social security no", "soc sec", "ss number", "ss no"),
        *("ssn number", "ssn tin", "tax id ssn", "socialsecuritynumber", "itin ssn"),
    ),
    not_columns=("last", "four", "hash"),
)

US_ITIN = national(
    "US_ITIN",
    "An individual taxpayer identification number of the United States.",
    "IRS publication 1915: 9xx with group 50-65, 70-88, 90-92 or 94-99",
    (digits("999-99-9999", 0.5), digits("999 99 9999", 0.3), digits("999999999", 0.02)),
    Stdnum("us.itin", drop=" "),
    chance=0.03,
    context=("itin", "taxpayer", "individual", "tax", "irs"),
    columns=(
        "itin",
        "taxpayer id",
        "individual taxpayer identification number",
        "taxpayer identification number",
        "tin",
    ),
)

DETECTORS = (US_SSN, US_ITIN)

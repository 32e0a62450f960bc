"""United States: social security and individual taxpayer numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

_SSN_COLUMNS = (
    *("ssn", "social security", "social security number", "social security no", "soc sec", "ss number", "ss no"),
    *("ssn number", "ssn tin", "tax id ssn", "socialsecuritynumber", "itin ssn"),
)
_SSN_SOURCE = "SSA, 20 CFR 422.103 and POMS RM 10201.035: no area 000, 666 or 9xx, no group 00, no serial 0000"
_SSN_CONTEXT = ("ssn", "social", "security", "taxpayer")

US_SSN = national(
    "US_SSN",
    "A social security number of the United States, in its groups of three, two and four digits.",
    _SSN_SOURCE,
    (digits("999-99-9999", 0.5), digits("999 99 9999", 0.3)),
    Stdnum("us.ssn", drop=" "),
    chance=0.1,  # stands for the grouping, which little else has: nine in ten random numbers so grouped pass the check
    context=_SSN_CONTEXT,
    columns=_SSN_COLUMNS,
    not_columns=("last", "four", "hash"),
)

US_SSN_BARE = national(
    "US_SSN",
    "A social security number of the United States, written as nine digits like many other numbers.",
    _SSN_SOURCE,
    (digits("999999999", 0.05),),
    Stdnum("us.ssn"),
    subtype="UNFORMATTED",
    chance=0.9,
    context=_SSN_CONTEXT,
    columns=_SSN_COLUMNS,
    not_columns=("last", "four", "hash"),
)

US_ITIN = national(
    "US_ITIN",
    "An individual taxpayer identification number of the United States.",
    "IRS publication 1915: 9xx with group 50-65, 70-88, 90-92 or 94-99",
    (digits("999-99-9999", 0.5), digits("999 99 9999", 0.3), digits("999999999")),
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

DETECTORS = (US_SSN, US_SSN_BARE, US_ITIN)

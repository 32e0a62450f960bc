"""Philippines: taxpayer number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import ph_taxpayer_number
from classifiers.checks.sampled import Each
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

PH_PASSPORT = national(
    "PH_PASSPORT",
    "A number of a passport of the Philippines.",
    "Philippine Passport Act (Republic Act 8239); letter, seven digits and a letter, or two letters and seven digits",
    (token(r"[A-Z][0-9]{7}[A-Z]", 9, score=0.1), token(r"[A-Z]{2}[0-9]{7}", 9, score=0.05)),
    None,
    chance=0.7,
    context=("passport", "passport number", "pasaporte", "dfa", "philippine", "philippines"),
    columns=(
        *("philippine passport", "philippines passport", "ph passport", "pasaporte number"),
        *("philippine passport number",),
    ),
    category="user.government_id.passport_number",
    needs_column=True,
)

PH_UMID = national(
    "PH_UMID",
    "A common reference number of the Philippines (CRN, on the UMID card).",
    "Executive Order 420 of 2005: four, seven and one digits",
    (digits("9999-9999999-9", 0.4), digits("999999999999", 0.04)),
    None,
    chance=0.7,
    context=("umid", "crn", "common reference number", "gsis", "sss"),
    columns=("umid", "umid number", "crn", "common reference number", "sss crn"),
    needs_column=True,
)

DETECTORS = (PH_TIN, PH_PASSPORT, PH_UMID)

"""India: numbers of persons and businesses, passports and vehicles."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Pattern, Sensitivity, digits

_STATES = "A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[AKP]|WB"
"""Codes of states and territories, old ones too."""

IN_AADHAAR = national(
    "IN_AADHAAR",
    "An Aadhaar number of India.",
    "UIDAI: twelve digits, the first 2 to 9, Verhoeff check digit",
    (digits("999999999999"), digits("9999 9999 9999", 0.06), digits("9999-9999-9999", 0.06)),
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
            score=0.48,
            width=10,
            fixed=True,
        ),
    ),
    Stdnum("in_.pan"),
    chance=0.92,  # the pattern knows the kinds of holders already: all that is left is that no number is 0000
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

IN_GSTIN = national(
    "IN_GSTIN",
    "A number of a business that pays goods and services tax in India; it holds the owner's PAN.",
    "CGST Rules 2017, rule 10: state, PAN, number of the registration, Z, check character modulo 36",
    (token(r"[0-3][0-9][A-Z]{3}[ABCFGHJKLPT][A-Z][0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]", 15, score=0.9),),
    Stdnum("in_.gstin"),
    chance=0.03,
    context=("gstin", "gst", "gst number", "goods and services tax"),
    columns=("gstin", "gst number", "gst no", "gstin number", "gst registration number", "gstin uin"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

IN_VOTER = national(
    "IN_VOTER",
    "A number of an elector in India (EPIC).",
    "Election Commission of India: three letters, six digits, Luhn digit",
    (digits("AAA9999999", 0.08),),
    Stdnum("in_.epic"),
    chance=0.1,
    context=("voter", "epic", "elector", "voter id", "electoral"),
    columns=("voter id", "epic number", "epic no", "voter card", "voter id number", "elector photo identity card"),
)

IN_VID = national(
    "IN_VID",
    "A virtual identity number that stands for an Aadhaar number of India.",
    "UIDAI circular 1 of 2018: sixteen digits, the first 2 to 9, Verhoeff check digit",
    (digits("9999999999999999"), digits("9999 9999 9999 9999", 0.01)),
    Stdnum("in_.vid"),
    chance=0.09,
    context=("virtual id", "aadhaar", "aadhar", "uidai", "vid"),
    columns=("aadhaar vid", "virtual id", "uidai vid", "aadhaar virtual id", "vid number"),
)

IN_PASSPORT = national(
    "IN_PASSPORT",
    "A number of a passport of India.",
    "Passports Act 1967; letter and seven digits, neither the second nor the last of which is 0",
    (token(r"[A-Z][1-9][0-9]{5}[1-9]", 8, score=0.1), token(r"[A-Z][1-9][0-9] [0-9]{4}[1-9]", 9, score=0.1)),
    None,
    chance=0.85,
    context=("passport", "passport number", "पासपोर्ट"),
    columns=(
        *("indian passport", "indian passport number", "passport number india", "passport india"),
        *("india passport no",),
    ),
    category="user.government_id.passport_number",
    needs_column=True,
)

IN_VEHICLE_REGISTRATION = national(
    "IN_VEHICLE_REGISTRATION",
    "A registration mark of a vehicle in India.",
    "Central Motor Vehicles Rules 1989, rule 50: state, district, series, number; BH series of 2021",
    (
        Pattern(
            regex=rf"(?<![\w-])(?:{_STATES})[ -]?[0-9]{{1,2}}[ -]?[A-Z]{{1,3}}[ -]?(?!0000)[0-9]{{4}}(?![\w-])",
            form=rf"[^\w-](?:{_STATES})[ -]?[0-9]{{1,2}}[ -]?[A-Z]{{1,3}}[ -]?[0-9]{{4}}",
            score=0.5,
            width=14,
        ),
        token(r"2[1-9]BH[0-9]{4}[A-HJ-NP-Z]{1,2}", 10, score=0.85, least=r"2[1-9]BH[0-9]{4}"),
    ),
    None,
    chance=0.06,
    context=("vehicle", "registration", "number plate", "rto", "plate"),
    columns=(
        *("vehicle registration", "vehicle number", "registration number", "vehicle no", "number plate"),
        *("vehicle reg no",),
    ),
    category="user.government_id.vehicle_registration",
    sensitivity=Sensitivity.CONFIDENTIAL,
)

IN_VEHICLE_REGISTRATION_SERVICE = national(
    "IN_VEHICLE_REGISTRATION",
    "A registration mark of a vehicle of the armed forces or of a diplomat in India.",
    "Motor Vehicles Act 1988 s. 60, Motor Vehicles Rules rule 76: year, class, serial, letter; country, CC, CD or UN, serial",
    (
        token(r"[0-9]{2}[A-FHKPRX][0-9]{6}[A-Z]", 10, score=0.2),
        token(r"[0-9]{1,3}(?:CC|CD|UN)[1-9][0-9]{0,3}", 9, score=0.1, least=r"[0-9]{1,3}(?:CC|CD|UN)[1-9]"),
    ),
    None,
    chance=0.4,
    context=("vehicle", "registration", "number plate", "rto", "plate"),
    columns=(
        *("vehicle registration", "vehicle number", "registration number", "vehicle no", "number plate"),
        *("vehicle reg no",),
    ),
    category="user.government_id.vehicle_registration",
    sensitivity=Sensitivity.CONFIDENTIAL,
    needs_column=True,
    subtype="SERVICE",
)

DETECTORS = (
    IN_AADHAAR,
    IN_PAN,
    IN_GSTIN,
    IN_VOTER,
    IN_VID,
    IN_PASSPORT,
    IN_VEHICLE_REGISTRATION,
    IN_VEHICLE_REGISTRATION_SERVICE,
)

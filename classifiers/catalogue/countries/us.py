"""United States: numbers of taxpayers, banks, insured and providers of health care, documents."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import us_drug_prescriber, us_health_provider, us_individual_taxpayer
from classifiers.checks.sampled import Each, Stdnum, us_social_security_number
from classifiers.detector import Pattern, Sensitivity, digits

_DISTRICT = "(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)"
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_DRIVER_LICENSES = (
    "[A-Z][0-9]{4,14}|[A-Z]{2}[0-9]{3,7}|[A-Z][0-9]{6}R|[A-Z]{2}[0-9]{6}[A-Z]|[0-9]{2}[A-Z]{3}[0-9]{5,6}|"
    "[0-9]{3}[A-Z]{2}[0-9]{4}|[0-9]{7,8}[A-Z]|[0-9]{9}[A-Z]|[0-9]{8}[A-Z]{2}|[0-9]{7,12}"
)

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
    Each(us_social_security_number),
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
    Each(us_social_security_number),
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
    Each(us_individual_taxpayer),
    chance=0.1,
    context=("itin", "taxpayer", "individual", "tax", "irs"),
    columns=(
        "itin",
        "taxpayer id",
        "individual taxpayer identification number",
        "taxpayer identification number",
        "tin",
    ),
)

US_ATIN = national(
    "US_ATIN",
    "A taxpayer number of a child that is being adopted in the United States.",
    "IRS, Form W-7A: 9xx with group 93",
    (token(r"9[0-9]{2}-93-[0-9]{4}", 11, score=0.4),),
    None,
    chance=0.001,
    context=("atin", "adoption", "adoption taxpayer"),
    columns=("atin", "adoption taxpayer identification number", "atin number", "adoption tin", "child atin"),
)

US_EIN = national(
    "US_EIN",
    "A number of an employer in the United States (EIN).",
    "IRS publication 1635: prefix of the campus, seven digits",
    (digits("99-9999999", 0.1), digits("999999999", 0.03)),
    Stdnum("us.ein"),
    chance=0.9,
    context=("fein", "ein:", "ein no", "ein number", "employer identification", "employer identification number"),
    columns=("ein", "fein", "employer identification number", "ein number", "federal tax id", "employer id number"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

US_PTIN = national(
    "US_PTIN",
    "A number of a person who prepares tax returns in the United States (PTIN).",
    "IRS, Form W-12: P and eight digits",
    (token(r"P[0-9]{8}", 9, score=0.03), token(r"P-[0-9]{8}", 10, score=0.03)),
    Stdnum("us.ptin"),
    chance=0.05,
    context=("ptin", "preparer"),
    columns=("ptin", "preparer tax identification number", "ptin number", "preparer ptin", "tax preparer ptin"),
    needs_column=True,
)

ABA_ROUTING_NUMBER = national(
    "ABA_ROUTING_NUMBER",
    "A routing number of a bank in the United States.",
    "ABA, routing number policy: Federal Reserve district, six digits, check digit with the weights 3, 7, 1",
    (
        token(rf"{_DISTRICT}[0-9]{{7}}", 9, score=0.005),
        token(rf"{_DISTRICT}[0-9]{{2}}-[0-9]{{4}}-[0-9]", 11, score=0.2),
    ),
    Stdnum("us.rtn", drop="-"),
    chance=0.1,
    context=("aba", "routing", "routing number", "rtn", "routing no", "transit number"),
    columns=("routing number", "aba", "aba routing number", "routing no", "aba number", "bank routing number"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

US_BANK_NUMBER = national(
    "US_BANK_NUMBER",
    "A number of a bank account in the United States, told by the word near it.",
    "ANSI X9.100-160: up to seventeen digits, without a check digit",
    (*(digits("9" * length, 0.04) for length in range(8, 18)),),
    None,
    chance=1.0,
    context=(
        *("account number", "account no", "acct", "acct no", "account #", "checking account", "savings account"),
        *("bank account",),
    ),
    columns=(
        *("us bank number", "bank account number", "account number", "acct number", "account no", "checking account"),
        *("acct no",),
    ),
    category="user.financial.bank_account",
    needs_column=True,
)

US_DRIVER_LICENSE = national(
    "US_DRIVER_LICENSE",
    "A number of a driving licence of a state of the United States, told by the word near it.",
    "AAMVA DL/ID card design standard; formats of the states",
    (
        Pattern(
            regex=rf"(?<![\w.+/-])(?:{_DRIVER_LICENSES})(?![\w/-])",
            form=r"[^\w.+/-](?:[A-Z]{1,2}[0-9]{3}|[0-9]{2}[A-Z]{3}[0-9]{5}|[0-9]{3}[A-Z]{2}[0-9]{4}|[0-9]{7})",
            score=0.05,
            width=15,
        ),
    ),
    None,
    chance=0.7,
    context=(
        *("driver license", "drivers license", "driver's license", "driving license", "driver licence"),
        *("license number", "dl no", "dl number", "dl #", "dl:", "cdl"),
    ),
    columns=(
        *("us driver license", "dl number", "dl no", "state driver license", "us drivers license", "cdl number"),
        *("dmv number",),
    ),
    category="user.government_id.drivers_license_number",
    needs_column=True,
)

US_MBI = national(
    "US_MBI",
    "An identifier of a person insured by Medicare in the United States.",
    "CMS, Medicare beneficiary identifier format: eleven characters, letters without S, L, O, I, B and Z",
    (
        token(rf"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{{2}}[0-9]{{2}}", 11, score=0.5),
        token(rf"[1-9]{_LETTER}{_EITHER}[0-9]-{_LETTER}{_EITHER}[0-9]-{_LETTER}{{2}}[0-9]{{2}}", 13, score=0.8),
    ),
    None,
    chance=0.45,
    context=("medicare", "mbi", "beneficiary", "cms", "hicn"),
    columns=("mbi", "medicare beneficiary identifier", "medicare number", "medicare id", "mbi number"),
    category="user.health_and_medical.insurance_beneficiary_id",
)

US_NPI = national(
    "US_NPI",
    "A number of a provider of health care in the United States (NPI).",
    "45 CFR 162.406: ten digits from 1 or 2 on, Luhn digit with the prefix 80840",
    (
        token(r"[12][0-9]{9}", 10, score=0.005),
        token(r"[12][0-9]{3}-[0-9]{3}-[0-9]{3}", 12, score=0.05),
        token(r"[12][0-9]{3} [0-9]{3} [0-9]{3}", 12, score=0.05),
    ),
    Each(us_health_provider),
    chance=0.1,
    context=("npi", "national provider", "provider identifier", "npi number"),
    columns=("npi", "npi number", "national provider identifier", "provider npi", "npi no", "prescriber npi"),
    category="user.government_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
)

US_PASSPORT = national(
    "US_PASSPORT",
    "A number of a passport of the United States, told by the word near it.",
    "22 CFR part 51; nine digits, or a letter and eight digits in the next generation",
    (token(r"[A-Z][0-9]{8}", 9, score=0.1), digits("999999999", 0.04)),
    None,
    chance=0.7,
    context=("passport", "passport number", "passport no", "u.s. passport"),
    columns=("us passport", "us passport number", "us passport no", "american passport", "passport us"),
    category="user.government_id.passport_number",
    needs_column=True,
)

MEDICAL_LICENSE = national(
    "MEDICAL_LICENSE",
    "A number of a prescriber of controlled drugs in the United States (DEA number).",
    "21 CFR 1301: kind of registrant, initial or 9, six digits, check digit",
    (token(r"[A-HJ-MPR-UX][A-Z9][0-9]{7}", 9, score=0.08),),
    Each(us_drug_prescriber),
    chance=0.1,
    context=("dea", "dea number", "medical license", "medical licence", "prescriber"),
    columns=("dea number", "dea", "medical license", "medical license number", "dea no", "dea registration number"),
    category="user.government_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (
    US_SSN,
    US_SSN_BARE,
    US_ITIN,
    US_ATIN,
    US_EIN,
    US_PTIN,
    ABA_ROUTING_NUMBER,
    US_BANK_NUMBER,
    US_DRIVER_LICENSE,
    US_MBI,
    US_NPI,
    US_PASSPORT,
    MEDICAL_LICENSE,
)

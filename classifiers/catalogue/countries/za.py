"""South Africa: identity number and tax reference number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import za_identity_number
from classifiers.checks.sampled import Each, Stdnum
from classifiers.detector import Pattern, Sensitivity, digits

ZA_ID_NUMBER = national(
    "ZA_ID_NUMBER",
    "An identity number of South Africa.",
    "Identification Act 68 of 1997: date of birth, sex, citizenship, 8 or 9, Luhn digit",
    (
        token(r"[0-9]{10}[0-2][89][0-9]", 13, score=0.07),
        digits("999999 9999 99 9", 0.5),
        digits("999999 9999 999", 0.3),
    ),
    Each(za_identity_number),
    chance=0.06,
    context=("id number", "identity number", "sa id", "south african id", "id no", "identiteitsnommer"),
    columns=("sa id number", "id number", "identity number", "south african id", "rsa id", "sa id", "za id number"),
)

ZA_INCOME_TAX_NUMBER = national(
    "ZA_INCOME_TAX_NUMBER",
    "A tax reference number of South Africa.",
    "Tax Administration Act 28 of 2011: ten digits from 0, 1, 2, 3 or 9 on, Luhn digit",
    (digits("9999/999/99/9", 0.5), token(r"(?:[0239][0-9]|1[0-4])[0-9]{8}", 10, score=0.005)),
    Stdnum("za.tin"),
    chance=0.1,
    context=("income tax", "tax reference", "sars", "tax reference number"),
    columns=("tax reference number", "income tax number", "sars tax number", "tax ref no", "za income tax number"),
)

ZA_VAT_NUMBER = national(
    "ZA_VAT_NUMBER",
    "A VAT number of South Africa.",
    "Value-Added Tax Act 89 of 1991: ten digits from 4 on",
    (token(r"4[0-9]{9}", 10, score=0.04),),
    None,
    chance=0.1,
    context=("vat", "vat number", "vat no", "vat registration", "sars"),
    columns=("za vat number", "sa vat number", "south african vat number", "sars vat number", "za vat"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    needs_column=True,
)

ZA_COMPANY_REGISTRATION = national(
    "ZA_COMPANY_REGISTRATION",
    "A registration number of a company in South Africa.",
    "Companies Act 71 of 2008, CIPC: year, serial, kind; CK and year for close corporations",
    (
        token(r"(?:19|20)[0-9]{2}/[0-9]{6}/[0-9]{2}", 14, score=0.6),
        token(r"CK(?:19|20)[0-9]{2}/[0-9]{6}", 13, score=0.6),
    ),
    None,
    chance=0.03,
    context=("cipc", "company registration", "registration number", "close corporation"),
    columns=("cipc number", "company registration number", "company reg no", "enterprise number", "cipc registration"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

ZA_DRIVER_LICENSE = national(
    "ZA_DRIVER_LICENSE",
    "A number of a driving licence of South Africa.",
    "National Road Traffic Act 93 of 1996; six to ten digits and up to five letters or digits",
    (
        Pattern(
            regex=r"(?<![\w.-])[0-9]{6,10}[A-Z][0-9A-Z]{1,4}(?![\w-])",
            form=r"[^\w.-][0-9]{6,10}[A-Z]",
            score=0.05,
            width=15,
        ),
    ),
    None,
    chance=0.7,
    context=(
        *(
            "driving licence",
            "drivers licence",
            "driver's licence",
            "driver's license",
            "natis",
            "enatis",
            "drivers license",
        ),
        *("driving license", "driver licence", "driver license", "licence number", "license number"),
    ),
    columns=(
        *("sa driving licence", "za driver licence", "natis licence number", "enatis licence no"),
        *("south african driving licence",),
    ),
    category="user.government_id.drivers_license_number",
    needs_column=True,
)

ZA_LICENSE_PLATE = national(
    "ZA_LICENSE_PLATE",
    "A registration plate of a vehicle in South Africa, with the letters of its province.",
    "National Road Traffic Regulations 2000, reg. 27: two or three letters, two or three digits, two letters in newer ones",
    (
        Pattern(
            regex=r"(?<![\w-])[A-Z]{2,3} ?[0-9]{2,3} ?(?:[A-Z]{2} ?)?(?:GP|ZN|WP|EC|NC|FS|LP|MP|NW)(?![\w-])",
            form=r"[^\w-][A-Z]{2,3} ?[0-9]{2,3} ?(?:[A-Z]{2} ?)?(?:GP|ZN|WP|EC|NC|FS|LP|MP|NW)",
            score=0.4,
            width=14,
        ),
    ),
    None,
    chance=0.02,
    context=("plate", "number plate", "licence plate", "license plate", "vehicle", "registration"),
    columns=("za number plate", "number plate", "licence plate", "vehicle registration", "sa licence plate"),
    category="user.government_id.vehicle_registration",
    sensitivity=Sensitivity.CONFIDENTIAL,
)

ZA_PASSPORT = national(
    "ZA_PASSPORT",
    "A number of a passport of South Africa.",
    "South African Passports and Travel Documents Act 4 of 1994; A, D, M or T and eight digits",
    (token(r"[ADMT][0-9]{8}", 9, score=0.1),),
    None,
    chance=0.2,
    context=("passport", "passport number", "travel document"),
    columns=("sa passport", "south african passport", "za passport", "rsa passport", "sa passport number"),
    category="user.government_id.passport_number",
    needs_column=True,
)

ZA_TRAFFIC_REGISTER_NUMBER = national(
    "ZA_TRAFFIC_REGISTER_NUMBER",
    "A traffic register number of South Africa, of persons without an identity number.",
    "National Road Traffic Regulations 2000, reg. 335: thirteen digits",
    (digits("9999999999999", 0.04),),
    None,
    chance=0.7,
    context=("traffic register", "traffic register number", "trn", "natis", "enatis"),
    columns=("traffic register number", "trn", "traffic register no", "natis trn", "enatis number"),
    needs_column=True,
)

DETECTORS = (
    ZA_ID_NUMBER,
    ZA_INCOME_TAX_NUMBER,
    ZA_VAT_NUMBER,
    ZA_COMPANY_REGISTRATION,
    ZA_DRIVER_LICENSE,
    ZA_LICENSE_PLATE,
    ZA_PASSPORT,
    ZA_TRAFFIC_REGISTER_NUMBER,
)

"""South Korea: numbers of residents, foreigners and businesses, passports and driving licences."""

from __future__ import annotations

from classifiers.catalogue.countries import national, unspaced
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import kr_business_number, kr_driver_license, kr_foreigner_number, kr_resident_number
from classifiers.checks.sampled import Each
from classifiers.detector import Sensitivity, digits

KR_RRN = national(
    "KR_RRN",
    "A number of a resident of South Korea (jumin deungnok beonho).",
    "Resident Registration Act art. 7-2: date of birth, sex and century 1 to 4; no check digit since October 2020",
    (unspaced(digits("999999-9999999", 0.3)), unspaced(digits("9999999999999", 0.03))),
    Each(kr_resident_number),
    chance=0.4,
    context=("주민등록번호", "주민번호", "rrn", "resident registration number"),
    columns=("주민등록번호", "주민번호", "rrn", "resident registration number", "korean rrn", "jumin number"),
)

KR_FRN = national(
    "KR_FRN",
    "A number of a foreigner registered in South Korea.",
    "Immigration Act art. 31: date of birth, sex and century 5 to 8; no check digit since October 2020",
    (unspaced(digits("999999-9999999", 0.3)), unspaced(digits("9999999999999", 0.03))),
    Each(kr_foreigner_number),
    chance=0.4,
    context=("외국인등록번호", "외국인번호", "frn", "foreigner registration number"),
    columns=("외국인등록번호", "외국인번호", "frn", "foreigner registration number", "alien registration number"),
)

KR_BRN = national(
    "KR_BRN",
    "A number of a business in South Korea.",
    "National Tax Service: tax office, kind of business, serial, check digit",
    (unspaced(digits("999-99-99999", 0.3)), unspaced(digits("9999999999"))),
    Each(kr_business_number),
    chance=0.1,
    context=("사업자등록번호", "사업자번호", "사업자", "business registration number"),
    columns=("사업자등록번호", "사업자번호", "business registration number", "brn", "korean brn"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

KR_PASSPORT = national(
    "KR_PASSPORT",
    "A number of a passport of South Korea.",
    "Passport Act; kind of passport, three digits, a letter and four digits since 2021, eight digits before",
    (unspaced(token(r"[MSROD][0-9]{3}[A-Z][0-9]{4}", 9, score=0.2)), unspaced(token(r"[MSROD][0-9]{8}", 9, score=0.1))),
    None,
    chance=0.2,
    context=("여권", "여권번호", "passport", "passport number", "korean passport"),
    columns=("여권번호", "여권", "korean passport", "korean passport number", "korea passport no"),
    category="user.government_id.passport_number",
    needs_column=True,
)

KR_DRIVER_LICENSE = national(
    "KR_DRIVER_LICENSE",
    "A number of a driving licence of South Korea.",
    "Road Traffic Act art. 85: region 11 to 26 or 28, year, serial, check number",
    (unspaced(digits("99-99-999999-99", 0.3)), unspaced(digits("99 99 999999 99", 0.2))),
    Each(kr_driver_license),
    chance=0.18,
    context=("운전면허", "운전면허번호", "면허번호", "korean driver license"),
    columns=("운전면허번호", "운전면허", "면허번호", "korean driver license", "korean license number"),
    category="user.government_id.drivers_license_number",
)

KR_DRIVER_LICENSE_UNFORMATTED = national(
    "KR_DRIVER_LICENSE",
    "A number of a driving licence of South Korea without its hyphens, like a time to the second.",
    "Road Traffic Act art. 85: region 11 to 26 or 28, year, serial, check number",
    (unspaced(digits("999999999999", 0.01)),),
    Each(kr_driver_license),
    chance=0.18,
    context=("운전면허", "운전면허번호", "면허번호", "korean driver license"),
    columns=("운전면허번호", "운전면허", "면허번호", "korean driver license", "korean license number"),
    category="user.government_id.drivers_license_number",
    needs_column=True,
    subtype="UNFORMATTED",
)

DETECTORS = (KR_RRN, KR_FRN, KR_BRN, KR_PASSPORT, KR_DRIVER_LICENSE, KR_DRIVER_LICENSE_UNFORMATTED)

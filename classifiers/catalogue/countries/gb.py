"""United Kingdom: health, insurance, tax, pupil and document numbers, plates, postcodes."""

from __future__ import annotations

from classifiers.catalogue.countries import PASSPORT, VEHICLE, company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Detector, Pattern, Sensitivity, digits

UK_NHS = national(
    "UK_NHS",
    "A patient number of the National Health Service.",
    "NHS Data Dictionary, NHS NUMBER: ten digits, the last modulo 11",
    (digits("999 999 9999", 0.03), digits("999-999-9999", 0.03), digits("9999999999")),
    Stdnum("gb.nhs"),
    chance=0.1,
    category="user.health_and_medical.record_id",
    context=("nhs", "health", "patient", "hospital", "gp"),
    columns=("nhs", "nhs number", "nhs no", "nhs num", "nhsnumber", "national health service number", "patient nhs"),
)

_NINO = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"

UK_NINO = national(
    "UK_NINO",
    "A national insurance number of the United Kingdom.",
    "HMRC NIM39110: prefix letters, six digits, suffix A to D",
    (
        Pattern(
            regex=rf"(?<![\w-]){_NINO}(?: ?[0-9]{{6}} ?| ?[0-9]{{2}} [0-9]{{2}} [0-9]{{2}} ?)[A-D](?![\w-])",
            form=(
                r"[^\w-][A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?[0-9]{6} ?| ?[0-9]{2} [0-9]{2} [0-9]{2} ?)[A-D][^\w-]"
            ),
            score=0.5,
            width=13,
        ),
    ),
    None,
    chance=0.09,
    context=("nino", "national", "insurance", "ni"),
    columns=("nino", "national insurance", "national insurance number", "national insurance no", "ni number", "ni no"),
)

_AREAS = (
    "AB|AL|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|FK|FY|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|"
    "M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_ZERO = "(?:B[LS]|C[MR]|FY|HA|PR|S[LS])"  # the areas with a district 0

UK_POSTCODE = Detector(
    entity="UK_POSTCODE",
    title="A postcode of the United Kingdom.",
    category="user.contact.address.postal_code",
    sensitivity=Sensitivity.INTERNAL,
    source="BS 7666 and Royal Mail PAF: the 124 postcode areas; the inward part has none of C I K M O V",
    patterns=(
        Pattern(
            regex=(
                rf"(?<![\w-])(?:(?:(?:{_AREAS})[1-9][A-HJKMNPR-Y0-9]?|{_ZERO}0) ?[0-9][ABD-HJLNP-UW-Z]{{2}}|GIR ?0AA)(?![\w-])"
            ),
            form=r"[^\w-](?:[A-Z]{1,2}[0-9][A-HJKMNPR-Y0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}|GIR ?0AA)[^\w-]",
            score=0.5,
            width=8,
        ),
    ),
    chance=0.15,
    context=("postcode", "post", "address", "postal"),
    columns=("postcode", "post code", "postal code", "uk postcode", "zip", "zip code"),
    not_columns=("file", "archive", "size", "path", "count"),
)

_BORN = r"[0-9](?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]"
_SURNAME = r"(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999|[A-Z]9999)"

UK_DRIVING_LICENCE = national(
    "UK_DRIVING_LICENCE",
    "A number of a driving licence of Great Britain.",
    "DVLA, driver number: surname, date of birth with sex in the month, initials, check characters",
    (
        token(rf"{_SURNAME}{_BORN}(?:[A-Z][A-Z9]|99)[A-Z0-9][A-Z]{{2}}", 16, score=0.9),
        token(rf"{_SURNAME} {_BORN} (?:[A-Z][A-Z9]|99)[A-Z0-9][A-Z]{{2}}", 18, score=0.9),
    ),
    None,
    chance=0.06,
    category="user.government_id.drivers_license_number",
    context=("driving licence", "driving license", "driver number", "dvla", "licence number", "driver's licence"),
    columns=("driving licence number", "driving licence", "dvla number", "driver number", "uk driving licence"),
)

UK_PASSPORT = national(
    "UK_PASSPORT",
    "A number of a passport of the United Kingdom.",
    "HM Passport Office: nine digits, since 2015 two letters and seven digits",
    (token(r"[A-Z]{2}[0-9]{7}", 9, score=0.08), digits("999999999", 0.04)),
    None,
    chance=0.7,
    category=PASSPORT,
    context=(
        *("passport", "passport number", "travel document", "british passport", "hmpo", "his majesty"),
        *("her majesty",),
    ),
    columns=("uk passport", "british passport", "uk passport number", "british passport number", "hmpo number"),
    needs_column=True,
)

_AREA = "[A-HJ-PR-Y]"

UK_VEHICLE_REGISTRATION = national(
    "UK_VEHICLE_REGISTRATION",
    "A number plate of a vehicle registered in Great Britain, of any system since 1963.",
    "DVLA INF104: area, age and letters since 2001; a year letter in front or behind before",
    (
        token(
            rf"{_AREA}{{2}}(?:0[2-9]|[12][0-9]|5[1-9]|[67][0-9])[ -]?[A-HJ-PR-Z]{{3}}",
            8,
            least=rf"{_AREA}{{2}}[0-9]{{2}}[ -]?[A-HJ-PR-Z]{{3}}[^\w-]",
            score=0.3,
        ),
        token(
            r"[A-HJ-NPR-TV-Y][0-9]{1,3}[ -]?[A-HJ-PR-Y][A-HJ-PR-Z]{2}",
            8,
            least=r"[A-HJ-NPR-TV-Y][0-9]{1,3}[ -]?[A-HJ-PR-Z]{3}[^\w-]",
            score=0.1,
        ),
        token(
            r"[A-HJ-PR-Z]{3}[ -]?[0-9]{1,3}[ -]?[A-HJ-NPR-TV-Y]",
            9,
            least=r"[A-HJ-PR-Z]{3}[ -]?[0-9]{1,3}[ -]?[A-HJ-NPR-TV-Y][^\w-]",
            score=0.08,
        ),
    ),
    None,
    chance=0.5,
    category=VEHICLE,
    context=(
        *("vehicle", "registration", "number plate", "licence plate", "license plate", "vrn", "vrm"),
        *("v5c", "mot", "car reg", "reg", "insured vehicle", "car registration", "dvla", "logbook"),
    ),
    columns=(
        *("vehicle registration", "vehicle registration number", "vrm", "vrn", "number plate", "registration mark"),
        *("car registration", "vehicle reg", "reg plate", "reg no"),
    ),
    needs_column=True,
)

UK_UPN = national(
    "UK_UPN",
    "A number of a pupil in England (unique pupil number).",
    "Department for Education, UPN guide: check letter modulo 23, local authority, school, year, serial",
    (token(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]", 13, score=0.1),),
    Stdnum("gb.upn"),
    chance=0.04,
    category="user.childrens",
    context=("upn", "unique pupil number", "pupil", "school"),
    columns=("upn", "unique pupil number", "pupil number", "upn number", "pupil upn"),
    not_columns=("principal",),
)

UK_UTR = national(
    "UK_UTR",
    "A unique taxpayer reference of the United Kingdom.",
    "HMRC, OECD tax identification numbers: ten digits, the first a check digit modulo 11; K may follow",
    (digits("9999999999"), digits("99999 99999", 0.02), token(r"[0-9]{10}K", 11, score=0.1)),
    Stdnum("gb.utr", drop="K"),
    chance=0.1,
    category="user.financial",
    context=("utr", "unique taxpayer reference", "self assessment", "hmrc"),
    columns=("utr", "unique taxpayer reference", "utr number", "sa utr", "utr no"),
)

UK_VAT = company(
    "UK_VAT",
    "A VAT number of the United Kingdom.",
    "HMRC: nine digits, two of them checks modulo 97; three more for a branch; GD and HA for public bodies",
    (
        token(
            r"(?:GB|XI) ?[0-9]{3} ?[0-9]{4} ?[0-9]{2}(?: ?[0-9]{3})?",
            19,
            least=r"(?:GB|XI) ?[0-9]{3} ?[0-9]{4}",
            score=0.9,
        ),
        token(r"GB ?(?:GD|HA)[0-9]{3}", 8, least=r"GB ?(?:GD|HA)[0-9]{3}", score=0.9),
        digits("999 9999 99", 0.02),
        digits("999999999"),
    ),
    Stdnum("gb.vat"),
    chance=0.035,
    context=("vat", "vat reg", "vat registration", "vrn"),
    columns=("uk vat number", "gb vat number", "vat number uk", "vat registration number gb", "uk vat"),
)

DETECTORS = (
    *(UK_NHS, UK_NINO, UK_DRIVING_LICENCE, UK_PASSPORT, UK_UTR, UK_UPN, UK_VAT, UK_VEHICLE_REGISTRATION, UK_POSTCODE),
)

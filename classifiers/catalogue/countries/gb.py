"""United Kingdom: health service, national insurance, postcode."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
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
            regex=rf"(?<![\w-]){_NINO}(?:[0-9]{{6}}| ?[0-9]{{2}} [0-9]{{2}} [0-9]{{2}} ?)[A-D](?![\w-])",
            form=(r"[^\w-][A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[0-9]{6}| ?[0-9]{2} [0-9]{2} [0-9]{2} ?)[A-D][^\w-]"),
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

UK_POSTCODE = Detector(
    entity="UK_POSTCODE",
    title="A postcode of the United Kingdom.",
    category="user.contact.address.postal_code",
    sensitivity=Sensitivity.INTERNAL,
    source="BS 7666 and Royal Mail PAF: the 124 postcode areas; the inward part has none of C I K M O V",
    patterns=(
        Pattern(
            regex=rf"(?<![\w-])(?:{_AREAS})[0-9][A-HJKMNPR-Y0-9]? ?[0-9][ABD-HJLNP-UW-Z]{{2}}(?![\w-])",
            form=r"[^\w-][A-Z]{1,2}[0-9][A-HJKMNPR-Y0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}[^\w-]",
            score=0.5,
            width=8,
        ),
    ),
    chance=0.15,
    context=("postcode", "post", "address", "postal"),
    columns=("postcode", "post code", "postal code", "uk postcode", "zip", "zip code"),
    not_columns=("file", "archive", "size", "path", "count"),
)

DETECTORS = (UK_NHS, UK_NINO, UK_POSTCODE)

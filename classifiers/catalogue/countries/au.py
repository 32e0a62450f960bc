"""Australia: tax file, Medicare, business and company numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import au_medicare
from classifiers.detector import Sensitivity, digits

AU_TFN = national(
    "AU_TFN",
    "A tax file number of Australia.",
    "Australian Taxation Office: nine digits, weighted sum modulo 11",
    (digits("999 999 999", 0.03), digits("999999999")),
    Stdnum("au.tfn"),
    chance=0.1,
    context=("tfn", "tax", "file", "ato"),
    columns=("tfn", "tax file number", "tax file no", "taxfilenumber", "tfn number"),
)

AU_ABN = national(
    "AU_ABN",
    "A business number of Australia; sole traders have one too.",
    "Australian Business Register: eleven digits, weighted sum modulo 89",
    (digits("99 999 999 999", 0.05), digits("99999999999")),
    Stdnum("au.abn"),
    chance=0.014,
    context=("abn", "business", "australian"),
    columns=("abn", "australian business number", "abn number", "business number", "abn no"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

AU_ACN = company(
    "AU_ACN",
    "A company number of Australia.",
    "Corporations Regulations 2001, reg. 1.5A: nine digits, the last a check digit modulo 10",
    (digits("999 999 999", 0.03), digits("999999999")),
    Stdnum("au.acn"),
    chance=0.1,
    context=("acn", "arbn", "australian company number", "asic"),
    columns=("acn", "australian company number", "acn number", "acn no", "asic number"),
)

AU_MEDICARE = national(
    "AU_MEDICARE",
    "A number of a Medicare card of Australia.",
    "Services Australia: ten digits, the first 2 to 6, the ninth a check digit, the tenth the issue; a line may follow",
    (digits("9999 99999 9", 0.1), digits("9999 99999 9-9", 0.3), digits("9999999999"), digits("9999999999-9", 0.03)),
    Each(au_medicare),
    chance=0.1,
    category="user.health_and_medical.insurance_beneficiary_id",
    context=("medicare",),
    columns=("medicare", "medicare number", "medicare no", "medicare card", "medicare card number", "medicarenumber"),
)

DETECTORS = (AU_TFN, AU_ABN, AU_ACN, AU_MEDICARE)

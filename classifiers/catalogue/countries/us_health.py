"""United States: numbers that health insurers and pharmacies give, told by the words near them."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Pattern, digits

_SIX_DIGITS = r"[^\w.+/-](?:(?:CLM|RX|PA|REF|INF)-?)?[0-9]{6}"
"""One form for several numbers of care, so that it is looked for once."""

US_HEALTH_INSURANCE_MEMBER_ID = national(
    "US_HEALTH_INSURANCE_MEMBER_ID",
    "A number of a member of a health insurance in the United States.",
    "insurers' own formats: one to five letters, letters and digits",
    (
        Pattern(
            regex=r"(?<![\w-])[A-Z]{1,5}-?(?=[A-Z]{0,13}[0-9])[0-9A-Z]{5,14}(?![\w-])",
            form=r"[^\w-][A-Z]{1,5}-?[A-Z]{0,13}[0-9]",
            score=0.05,
            width=20,
        ),
    ),
    None,
    chance=0.7,
    context=("member id", "member number", "subscriber id", "insurance id", "health plan"),
    columns=(
        *("health insurance member id", "insurance member id", "subscriber id", "health plan member id"),
        *("insurance id number",),
    ),
    category="user.health_and_medical.insurance_beneficiary_id",
    needs_column=True,
)

US_CLAIM_NUMBER = national(
    "US_CLAIM_NUMBER",
    "A number of a claim on a health insurance in the United States.",
    "X12 837 health care claim: control number of the payer",
    (
        Pattern(
            regex=r"(?<![\w.+/-])(?:CLM-?)?[0-9]{6,15}(?![\w/-])",
            form=_SIX_DIGITS,
            score=0.04,
            width=19,
        ),
    ),
    None,
    chance=0.7,
    context=("claim number", "claim no", "claim #", "claim id", "medical claim", "healthcare claim"),
    columns=(
        *("medical claim number", "healthcare claim number", "health claim no", "medical claim no"),
        *("healthcare claim id",),
    ),
    category="user.health_and_medical.record_id",
    needs_column=True,
)

US_PRESCRIPTION_NUMBER = national(
    "US_PRESCRIPTION_NUMBER",
    "A number of a prescription in the United States.",
    "NCPDP: number of the pharmacy",
    (
        Pattern(
            regex=r"(?<![\w.+/-])(?:RX-?)?[0-9]{6,12}(?![\w/-])",
            form=_SIX_DIGITS,
            score=0.04,
            width=15,
        ),
    ),
    None,
    chance=0.7,
    context=("rx", "prescription", "rx number", "prescription number"),
    columns=("prescription number", "rx number", "prescription no", "rx no", "prescription id"),
    category="user.health_and_medical.record_id",
    needs_column=True,
)

US_PRIOR_AUTHORIZATION_NUMBER = national(
    "US_PRIOR_AUTHORIZATION_NUMBER",
    "A number of a prior authorization by a health insurance in the United States.",
    "X12 278 health care services review: number of the payer",
    (
        Pattern(
            regex=r"(?<![\w.+/-])(?:PA-?)?[0-9]{6,12}(?![\w/-])",
            form=_SIX_DIGITS,
            score=0.04,
            width=15,
        ),
    ),
    None,
    chance=0.7,
    context=("prior authorization", "prior auth", "preauthorization", "pre-auth", "authorization number"),
    columns=(
        *("prior authorization number", "prior auth number", "preauthorization number", "prior auth no"),
        *("prior authorization no",),
    ),
    category="user.health_and_medical.record_id",
    needs_column=True,
)

US_REFERRAL_NUMBER = national(
    "US_REFERRAL_NUMBER",
    "A number of a referral of a patient in the United States.",
    "X12 278 health care services review: number of the referral",
    (
        Pattern(
            regex=r"(?<![\w.+/-])(?:(?:REF|INF)-?)?[0-9]{6,12}(?![\w/-])",
            form=_SIX_DIGITS,
            score=0.04,
            width=16,
        ),
    ),
    None,
    chance=0.7,
    context=("referral number", "referral no", "referral #", "referral id", "infusion referral"),
    columns=("referral number", "referral no", "medical referral number", "infusion referral number", "referral id"),
    category="user.health_and_medical.record_id",
    needs_column=True,
)

US_PROVIDER_TAX_ID = national(
    "US_PROVIDER_TAX_ID",
    "The tax number of a provider of care in the United States, as claims have it.",
    "CMS-1500 item 25: employer identification number, its prefix as the IRS gives it",
    (digits("99-9999999", 0.06),),
    Stdnum("us.ein"),
    chance=0.89,
    context=(
        *("provider", "billing provider", "provider tax id", "provider tin", "provider ein", "rendering provider"),
        *("healthcare provider", "provider organization"),
    ),
    columns=(
        *("provider tax id", "provider tin", "provider ein", "billing provider tax id", "billing provider tin"),
        *("provider tax identification number",),
    ),
    category="user.financial",
    needs_column=True,
)

DETECTORS = (
    US_HEALTH_INSURANCE_MEMBER_ID,
    US_CLAIM_NUMBER,
    US_PRESCRIPTION_NUMBER,
    US_PRIOR_AUTHORIZATION_NUMBER,
    US_REFERRAL_NUMBER,
    US_PROVIDER_TAX_ID,
)

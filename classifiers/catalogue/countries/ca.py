"""Canada: social insurance, health and business numbers, postal code."""

from __future__ import annotations

from classifiers.catalogue.countries import POSTCODE, company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

CA_SIN = national(
    "CA_SIN",
    "A social insurance number of Canada.",
    "Service Canada: nine digits, the first neither 0 nor 8, Luhn digit",
    (digits("999-999-999", 0.1), digits("999 999 999", 0.03), digits("999999999")),
    Stdnum("ca.sin"),
    chance=0.085,
    context=("sin", "social", "insurance", "canada", "nas", "assurance sociale"),
    columns=(
        "sin",
        "social insurance number",
        "social insurance",
        "sin number",
        "sin no",
        "numero assurance sociale",
        "nas",
    ),
)

CA_BC_PHN = national(
    "CA_BC_PHN",
    "A personal health number of British Columbia.",
    "BC Ministry of Health, conformance standards: ten digits, the first 9, the last modulo 11",
    (digits("9999 999 999", 0.02), digits("9999-999-999", 0.02), digits("9999999999")),
    Stdnum("ca.bc_phn"),
    chance=0.095,
    category="user.health_and_medical.insurance_beneficiary_id",
    context=("phn", "personal health number", "bc services card", "care card", "msp"),
    columns=("phn", "bc phn", "personal health number", "phn number", "bc health number"),
)

CA_BN = company(
    "CA_BN",
    "A business number of Canada, with or without its program account.",
    "Canada Revenue Agency: nine digits, Luhn digit, then two letters of the program and four digits",
    (
        token(r"[0-9]{5} ?[0-9]{4} ?R[CMPT] ?[0-9]{4}", 18, least=r"[0-9]{5} ?[0-9]{4} ?R[CMPT]", score=0.9),
        digits("99999 9999", 0.03),
        digits("999999999"),
    ),
    Stdnum("ca.bn"),
    chance=0.1,
    context=("bn", "business number", "cra", "gst", "hst", "numéro d'entreprise"),
    columns=("cra business number", "bn number", "bn no", "gst number", "gst hst number", "canadian business number"),
)

CA_POSTAL_CODE = national(
    "CA_POSTAL_CODE",
    "A postal code of Canada.",
    "Canada Post, addressing guidelines: letter, digit, letter, digit, letter, digit; none of D F I O Q U",
    (
        token(r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]", 7, score=0.5),
        token(r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][0-9][ABCEGHJ-NPRSTV-Z][0-9]", 6, score=0.08),
    ),
    None,
    chance=0.3,
    category=POSTCODE,
    sensitivity=Sensitivity.INTERNAL,
    context=(
        *("postal code", "code postal", "canada", "ontario", "quebec", "québec", "alberta"),
        *("british columbia", "postcode", "zip"),
    ),
    columns=("canadian postal code", "postal code canada", "ca postal code", "canada postal code", "postal code ca"),
)

DETECTORS = (CA_SIN, CA_BC_PHN, CA_BN, CA_POSTAL_CODE)

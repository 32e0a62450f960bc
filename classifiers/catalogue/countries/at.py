"""Austria: social security, tax, VAT and company register numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

AT_VNR = national(
    "AT_VNR",
    "A social security number of Austria (Versicherungsnummer, SVNR).",
    "ASVG section 31: serial, check digit modulo 11, date of birth",
    (digits("9999 999999", 0.04), digits("9999999999")),
    Stdnum("at.vnr"),
    chance=0.085,
    context=("svnr", "vsnr", "sv-nr", "versicherungsnummer", "sozialversicherungsnummer", "e-card"),
    columns=("svnr", "sv nummer", "sv nr", "vsnr", "versicherungsnummer", "sozialversicherungsnr", "svnummer"),
)

AT_TIN = national(
    "AT_TIN",
    "A number of a tax account in Austria (Abgabenkontonummer, Steuernummer).",
    "Bundesministerium für Finanzen: tax office, six digits, check digit modulo 10",
    (digits("99-999/9999", 0.5), digits("99 999/9999", 0.5), digits("999999999")),
    Stdnum("at.tin"),
    chance=0.1,
    context=("abgabenkontonummer", "abgabenkonto", "steuernummer", "finanzamt", "st.nr"),
    columns=(
        *("abgabenkontonummer", "abgabenkonto", "abgabenkonto nr", "steuernummer at", "abgabenkontonr"),
        *("austrian tax number",),
    ),
)

AT_UID = company(
    "AT_UID",
    "A VAT number of Austria (UID) without its country prefix or set off from it.",
    "UStG 1994 art. 28: U, seven digits, check digit",
    (
        token(r"AT U[0-9]{8}", 12, score=0.9),
        token(r"ATU [0-9]{8}", 12, score=0.9),
        token(r"U[0-9]{8}", 9, score=0.05),
    ),
    Stdnum("at.uid"),
    chance=0.1,
    context=("uid", "uid-nummer", "uid-nr", "umsatzsteuer", "ust"),
    columns=("uid nr", "uidnr", "umsatzsteuer identifikationsnummer at", "uidnummer", "atu nummer"),
    not_columns=("user", "unix", "linux"),
)

AT_FN = company(
    "AT_FN",
    "A number of the company register of Austria (Firmenbuchnummer).",
    "Firmenbuchgesetz section 30: up to six digits and a check letter, often behind FN",
    (
        token(r"FN ?[0-9]{4,6} ?[a-z]", 11, least=r"FN ?[0-9]{4}", score=0.85),
        token(r"[0-9]{5,6}[a-z]", 7, least=r"[0-9]{5,6}[a-z][^\w-]", score=0.05),
    ),
    Stdnum("at.businessid"),
    chance=0.7,
    context=("firmenbuch", "firmenbuchnummer", "fn", "handelsgericht", "landesgericht"),
    columns=("firmenbuchnummer", "firmenbuch", "firmenbuchnr", "fn nummer", "firmenbuch nr"),
)

DETECTORS = (AT_VNR, AT_TIN, AT_UID, AT_FN)

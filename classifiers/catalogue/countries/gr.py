"""Greece: social security and tax numbers."""

# ruff: noqa: RUF001 - Greek words are meant

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

GR_AMKA = national(
    "GR_AMKA",
    "A social security number of Greece (ΑΜΚΑ).",
    "Νόμος 3655/2008 art. 153: date of birth, serial, Luhn digit",
    (digits("99999999999"), digits("999999 99999", 0.02)),
    Stdnum("gr.amka"),
    chance=0.1,
    context=("αμκα", "amka", "α.μ.κ.α", "κοινωνικής ασφάλισης"),
    columns=("amka", "αμκα", "arithmos amka", "amka number", "αριθμός αμκα"),
)

GR_AFM = national(
    "GR_AFM",
    "A tax number of a person or company in Greece (ΑΦΜ).",
    "ΑΑΔΕ, νόμος 4174/2013 art. 10: nine digits, the last modulo 11",
    (
        token(r"(?:EL|GR) [0-9]{9}", 12, score=0.9),
        token(r"GR[0-9]{9}", 11, score=0.7),
        digits("999999999"),
    ),
    Stdnum("gr.vat"),
    chance=0.11,
    context=("αφμ", "afm", "α.φ.μ", "φορολογικού μητρώου", "φπα"),
    columns=("afm", "αφμ", "arithmos forologikou mitroou", "afm number", "αριθμός φορολογικού μητρώου"),
)

DETECTORS = (GR_AMKA, GR_AFM)

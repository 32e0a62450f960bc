"""Romania: numbers of persons and companies."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import ro_trade_register
from classifiers.checks.sampled import Each, Stdnum
from classifiers.detector import Pattern, Sensitivity, digits

RO_CNP = national(
    "RO_CNP",
    "A personal number of Romania (cod numeric personal).",
    "OUG 97/2005: sex and century, date of birth, county, serial, check digit modulo 11",
    (digits("9999999999999", 0.001),),
    Stdnum("ro.cnp"),
    chance=0.002,
    context=("cnp", "cod numeric personal", "codul numeric personal"),
    columns=("cnp", "cod numeric personal", "cnp client", "cnp number", "nr cnp"),
)

RO_CUI = national(
    "RO_CUI",
    "A fiscal code of a company in Romania (CUI, CIF) without its country prefix.",
    "Legea 359/2004 and OMFP 2346/2003: two to ten digits, check digit modulo 11",
    (digits("99999999"), digits("9999999"), digits("999999", 0.004), digits("999 999 99", 0.03)),
    Stdnum("ro.cui"),
    chance=0.1,
    context=("cui", "cif", "cod fiscal", "cod unic de înregistrare", "codul fiscal"),
    columns=("cui", "cif", "cod fiscal", "cod unic de inregistrare", "cui firma"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

RO_ONRC = national(
    "RO_ONRC",
    "A number of a business in the trade register of Romania.",
    "Legea 265/2022: J, F or C, county, serial, year; since July 2024 in one, with a check digit",
    (
        Pattern(
            regex=r"(?<![\w/-])[JFC]/?[0-9]{1,2}/[0-9]{1,5}/[0-9]{4}(?![\w/-])",
            form=r"[^\w/-][JFC]/?[0-9]{1,2}/[0-9]{1,5}/[0-9]{4}",
            score=0.6,
            width=15,
        ),
        token(r"[JFC][0-9]{13}", 14, score=0.3),
    ),
    Each(ro_trade_register),
    chance=0.05,
    context=("registrul comerțului", "registrul comertului", "onrc", "reg. com", "nr. reg"),
    columns=("onrc", "registrul comertului", "nr reg com", "reg com", "numar registrul comertului"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (RO_CNP, RO_CUI, RO_ONRC)

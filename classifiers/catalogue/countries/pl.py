"""Poland: PESEL, tax number, statistical number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

PL_PESEL = national(
    "PL_PESEL",
    "A personal number of Poland (PESEL).",
    "Ustawa o ewidencji ludnosci art. 15: date of birth with the century in the month, serial, weighted check digit",
    (digits("99999999999"),),
    Stdnum("pl.pesel"),
    chance=0.02,
    context=("pesel",),
    columns=("pesel", "numer pesel", "nr pesel", "pesel number"),
)

PL_NIP = national(
    "PL_NIP",
    "A tax number of Poland (NIP); companies and sole traders have one.",
    "Ustawa o zasadach ewidencji i identyfikacji podatnikow: nine digits, check digit modulo 11",
    (digits("999-999-99-99", 0.4), digits("999-99-99-999", 0.4), digits("9999999999")),
    Stdnum("pl.nip"),
    chance=0.1,
    context=("nip", "numer identyfikacji podatkowej"),
    columns=("nip", "numer nip", "nr nip", "nip number", "nip firmy", "numer identyfikacji podatkowej"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

PL_REGON = national(
    "PL_REGON",
    "A number of a business in the statistical register of Poland (REGON).",
    "Ustawa o statystyce publicznej art. 42: eight digits or thirteen, check digit modulo 11",
    (digits("999999999"), digits("99999999999999")),
    Stdnum("pl.regon"),
    chance=0.1,
    context=("regon", "numer regon"),
    columns=("regon", "numer regon", "nr regon", "regon number", "kod regon"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (PL_PESEL, PL_NIP, PL_REGON)

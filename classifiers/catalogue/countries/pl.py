"""Poland: PESEL."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

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

DETECTORS = (PL_PESEL,)

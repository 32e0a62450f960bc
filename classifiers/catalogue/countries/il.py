"""Israel: numbers of persons and of companies."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

IL_ID = national(
    "IL_ID",
    "An identity number of Israel (mispar zehut).",
    "Population Registry Law 5725-1965: nine digits, Luhn digit",
    (digits("999999999"), digits("99999999-9", 0.05), digits("9999999-9", 0.03)),
    Stdnum("il.idnr"),
    chance=0.1,
    context=("תעודת זהות", "ת.ז", "מספר זהות", "teudat zehut", "mispar zehut"),
    columns=("teudat zehut", "mispar zehut", "israeli id", "israel id number", "תעודת זהות", "מספר זהות"),
)

IL_COMPANY = national(
    "IL_COMPANY",
    "A number of a company in Israel (het pe).",
    "Companies Law 5759-1999, register of companies: 5 and eight digits, Luhn digit",
    (token(r"5[0-9]{8}", 9, score=0.005),),
    Stdnum("il.hp"),
    chance=0.1,
    context=("ח.פ", "מספר חברה", "company number israel"),
    columns=("israeli company number", "mispar hevra", "israel company number", "hp number", "ח פ"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (IL_ID, IL_COMPANY)

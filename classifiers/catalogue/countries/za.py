"""South Africa: identity number and tax reference number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks_registers import za_identity_number
from classifiers.checks_sampled import Each, Stdnum
from classifiers.detector import digits

ZA_ID_NUMBER = national(
    "ZA_ID_NUMBER",
    "An identity number of South Africa.",
    "Identification Act 68 of 1997: date of birth, sex, citizenship, 8 or 9, Luhn digit",
    (
        token(r"[0-9]{10}[0-2][89][0-9]", 13, score=0.07),
        digits("999999 9999 99 9", 0.5),
        digits("999999 9999 999", 0.3),
    ),
    Each(za_identity_number),
    chance=0.06,
    context=("id number", "identity number", "sa id", "south african id", "id no", "identiteitsnommer"),
    columns=("sa id number", "id number", "identity number", "south african id", "rsa id", "sa id", "za id number"),
)

ZA_TIN = national(
    "ZA_TIN",
    "A tax reference number of South Africa.",
    "Tax Administration Act 28 of 2011: ten digits from 0, 1, 2, 3 or 9 on, Luhn digit",
    (digits("9999/999/99/9", 0.5), token(r"(?:[0239][0-9]|1[0-4])[0-9]{8}", 10, score=0.005)),
    Stdnum("za.tin"),
    chance=0.1,
    context=("income tax", "tax reference", "sars", "tax reference number"),
    columns=("tax reference number", "income tax number", "sars tax number", "tax ref no", "za tin"),
)

DETECTORS = (ZA_ID_NUMBER, ZA_TIN)

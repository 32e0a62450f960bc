"""Slovenia: numbers of persons and companies."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

SI_EMSO = national(
    "SI_EMSO",
    "A number of a citizen of Slovenia (EMŠO).",
    "Zakon o centralnem registru prebivalstva: date of birth, region, serial, check digit modulo 11",
    (digits("9999999999999"),),
    Stdnum("si.emso"),
    chance=0.1,
    context=("emšo", "emso", "jmbg", "enotna matična številka občana"),
    columns=("emso", "emšo", "emso number", "maticna stevilka obcana", "emso obcana"),
    not_columns=("veljavnost",),
)

SI_DDV = national(
    "SI_DDV",
    "A tax number of Slovenia (davčna številka).",
    "Zakon o davcni sluzbi: eight digits, check digit modulo 11",
    (digits("99999999"), digits("9999 9999", 0.02)),
    Stdnum("si.ddv"),
    chance=0.1,
    context=("davčna številka", "davcna stevilka", "id za ddv", "ddv", "id. št"),
    columns=("davcna stevilka", "davčna številka", "id za ddv", "ddv", "id ddv"),
    not_columns=("stopnja", "znesek"),
)

SI_MATICNA = national(
    "SI_MATICNA",
    "A number of a business in the register of Slovenia (matična številka).",
    "Zakon o Poslovnem registru Slovenije: six digits, check digit modulo 11, number of the unit",
    (digits("9999999"), digits("9999999999")),
    Stdnum("si.maticna"),
    chance=0.1,
    context=("matična številka", "matična", "maticna stevilka"),
    columns=("maticna stevilka", "matična številka", "maticna st", "maticna stevilka podjetja", "maticna"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (SI_EMSO, SI_DDV, SI_MATICNA)

"""Estonia: personal, VAT and company numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

EE_IK = national(
    "EE_IK",
    "A personal number of Estonia (isikukood).",
    "EVS 585:2007: century and sex, date of birth, serial, check digit modulo 11",
    (digits("99999999999", 0.002),),
    Stdnum("ee.ik"),
    chance=0.02,
    context=("isikukood", "isikukoodi", "ik"),
    columns=("isikukood", "isiku kood", "ik kood", "estonian personal code", "isikukoodi"),
)

EE_KMKR = company(
    "EE_KMKR",
    "A VAT number of Estonia without its country prefix or set off from it.",
    "Käibemaksuseadus: nine digits, weighted sum modulo 10",
    (
        token(r"EE ?[0-9]{3} [0-9]{3} [0-9]{3}", 14, least=r"EE ?[0-9]{3} [0-9]{3}", score=0.9),
        token(r"EE [0-9]{9}", 12, score=0.9),
        digits("999999999"),
    ),
    Stdnum("ee.kmkr"),
    chance=0.1,
    context=("kmkr", "käibemaksukohustuslase", "kmkr nr", "km kood"),
    columns=("kmkr", "kmkr number", "kmkr nr", "kaibemaksukohustuslase number", "käibemaksunumber"),
)

EE_REGISTRIKOOD = company(
    "EE_REGISTRIKOOD",
    "A registration code of an organisation in Estonia (registrikood).",
    "Äriregistri seadus: eight digits, the first 1, 7, 8 or 9, the last modulo 11",
    (digits("99999999"),),
    Stdnum("ee.registrikood"),
    chance=0.1,
    context=("registrikood", "registrikoodi", "reg nr", "äriregister", "reg. kood"),
    columns=("registrikood", "registri kood", "ariregistri kood", "äriregistri kood", "registrikoodi"),
)

DETECTORS = (EE_IK, EE_KMKR, EE_REGISTRIKOOD)

"""Russia: taxpayer and registration numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

RU_INN = national(
    "RU_INN",
    "A number of a taxpayer in Russia (INN), of ten digits for companies and twelve for persons.",
    "Tax Code art. 84, order of the Federal Tax Service MMV-7-6/435: office, serial, one or two check digits modulo 11",
    (digits("9999999999"), digits("999999999999")),
    Stdnum("ru.inn"),
    chance=0.1,
    context=("инн", "идентификационный номер налогоплательщика"),
    columns=("inn", "инн", "инн клиента", "inn number", "nomer inn", "inn klienta"),
)

RU_OGRN = national(
    "RU_OGRN",
    "A number of a company or sole trader in the state register of Russia (OGRN, OGRNIP).",
    "Order of the Ministry of Finance 165n of 2017: kind, year, region, serial, check digit modulo 11 or 13",
    (token(r"[1-9][0-9]{12}", 13, score=0.005), token(r"[34][0-9]{14}", 15, score=0.005)),
    Stdnum("ru.ogrn"),
    chance=0.1,
    context=("огрн", "огрнип", "ogrn", "ogrnip"),
    columns=("ogrn", "огрн", "ogrnip", "огрнип", "nomer ogrn"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (RU_INN, RU_OGRN)

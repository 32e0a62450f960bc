"""Bulgaria: personal numbers of citizens and foreigners, number of a company."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

BG_EGN = national(
    "BG_EGN",
    "A personal number of a citizen of Bulgaria (ЕГН).",
    "Закон за гражданската регистрация art. 11: date of birth with the century in the month, serial, check digit",
    (digits("9999999999"), digits("999999 999 9", 0.1), digits("999999 9999", 0.01)),
    Stdnum("bg.egn"),
    chance=0.1,
    context=("егн", "egn", "единен граждански номер"),
    columns=("egn", "егн", "egn number", "edinen grazhdanski nomer", "единен граждански номер"),
)

BG_PNF = national(
    "BG_PNF",
    "A personal number of a foreigner in Bulgaria (ЛНЧ).",
    "Закон за чужденците: ten digits, the last modulo 10",
    (digits("9999999999"), digits("9999 999 999", 0.03)),
    Stdnum("bg.pnf"),
    chance=0.1,
    context=("лнч", "lnch", "pnf", "личен номер на чужденец"),
    columns=("lnch", "лнч", "pnf", "lichen nomer na chuzhdenets", "личен номер на чужденец"),
)

BG_VAT = company(
    "BG_VAT",
    "A unified number of a company in Bulgaria (ЕИК, БУЛСТАТ), which is its VAT number too.",
    "Закон за търговския регистър: nine digits, the last modulo 11",
    (
        digits("999999999"),
        digits("999 999 999", 0.02),
        token(r"BG [0-9]{9,10}", 13, least=r"BG [0-9]{9,10}", score=0.9),
        token(r"BG ?[0-9]{3} [0-9]{3} [0-9]{3}", 14, least=r"BG ?[0-9]{3}", score=0.9),
    ),
    Stdnum("bg.vat"),
    chance=0.1,
    context=("еик", "eik", "булстат", "bulstat", "ддс"),
    columns=("eik", "bulstat", "еик", "булстат", "eik bulstat", "eik number"),
)

DETECTORS = (BG_EGN, BG_PNF, BG_VAT)

"""Czechia: birth number (Slovakia has the same), company number, bank account."""

from __future__ import annotations

from classifiers.catalogue.countries import BANK_ACCOUNT, company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Pattern, digits

_RC_CONTEXT = ("rodné číslo", "rodne cislo", "rč", "r.č", "r. č", "rodného čísla", "rod. číslo")
_RC_COLUMNS = ("rodne cislo", "rodné číslo", "rodne c", "rodnecislo", "rod cislo", "birth number")

CZ_RC = national(
    "CZ_RC",
    "A birth number of Czechia or Slovakia (rodné číslo).",
    "Zákon 133/2000 Sb. section 13: date of birth with sex in the month, serial, modulo 11 since 1954",
    (digits("999999/9999", 0.5), digits("9999999999")),
    Stdnum("cz.rc"),
    chance=0.1,
    context=_RC_CONTEXT,
    columns=_RC_COLUMNS,
)

CZ_RC_OLD = national(
    "CZ_RC",
    "A birth number of Czechia or Slovakia given before 1954, which has no check digit.",
    "Zákon 133/2000 Sb. section 13: date of birth with sex in the month, serial",
    (digits("999999/999", 0.1), digits("999999999", 0.01)),
    Stdnum("cz.rc"),
    subtype="BEFORE_1954",
    chance=0.16,
    context=_RC_CONTEXT,
    columns=_RC_COLUMNS,
    needs_column=True,
)

CZ_DIC = company(
    "CZ_DIC",
    "A company number of Czechia (IČO), which behind CZ is its VAT number (DIČ).",
    "Zákon 111/2009 Sb.: eight digits, the last modulo 11",
    (
        token(r"CZ[ -][0-9]{8,10}", 13, least=r"CZ[ -][0-9]{8,10}", score=0.9),
        digits("99999999"),
    ),
    Stdnum("cz.dic"),
    chance=0.1,
    context=("ičo", "ico", "dič", "dic", "ič"),
    columns=("ico", "ičo", "dic", "dič", "ico dic", "ico firmy", "ic dph"),
    not_columns=("file", "image", "icon"),
)

CZ_BANK_ACCOUNT = national(
    "CZ_BANK_ACCOUNT",
    "A number of a bank account in Czechia.",
    "Vyhláška ČNB 169/2011 Sb.: prefix and number, each modulo 11, and the code of a bank",
    (
        Pattern(
            regex=r"(?<![\w.+/-])(?:[0-9]{1,6}-)?[0-9]{6,10}/[0-9]{4}(?![\w/-])",
            form=r"[0-9]{6}/[0-9]{4}[^\w/-]",
            score=0.3,
            width=22,
        ),
    ),
    Stdnum("cz.bankaccount"),
    chance=0.001,
    category=BANK_ACCOUNT,
    context=("číslo účtu", "cislo uctu", "účet", "účtu", "bankovní", "č.ú"),
    columns=("cislo uctu", "číslo účtu", "bankovni ucet", "bankovní účet", "ucet", "cislo bankovniho uctu"),
)

DETECTORS = (CZ_RC, CZ_RC_OLD, CZ_DIC, CZ_BANK_ACCOUNT)

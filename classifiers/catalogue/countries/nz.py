"""New Zealand: tax number and bank account."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

NZ_IRD = national(
    "NZ_IRD",
    "A tax number of New Zealand (IRD number).",
    "Inland Revenue, resident withholding tax specification: eight or nine digits, check digit modulo 11",
    (
        digits("99-999-999", 0.05),
        digits("999-999-999", 0.05),
        digits("9999999-9", 0.03),
        digits("999999999"),
        digits("99999999"),
    ),
    Stdnum("nz.ird"),
    chance=0.1,
    context=("ird", "ird number", "inland revenue"),
    columns=("ird number", "ird", "ird no", "inland revenue number", "nz ird"),
)

NZ_BANK_ACCOUNT = national(
    "NZ_BANK_ACCOUNT",
    "A number of a bank account in New Zealand.",
    "Payments NZ, bank branch register: bank, branch, account, suffix; weighted sum modulo 11 or 10",
    (
        digits("99-9999-9999999-99", 0.7),
        digits("99-9999-9999999-999", 0.7),
        digits("99 9999 9999999 99", 0.4),
        digits("999999999999999", 0.001),
        digits("9999999999999999", 0.001),
    ),
    Stdnum("nz.bankaccount"),
    chance=0.002,
    context=("bank account", "account number", "account", "bank"),
    columns=("nz bank account", "bank account number", "bank account", "account number", "bank account no"),
    category="user.financial.bank_account",
)

DETECTORS = (NZ_IRD, NZ_BANK_ACCOUNT)

"""Norway: numbers of persons and organisations, bank accounts."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import no_birth_number
from classifiers.checks.sampled import Each, Stdnum
from classifiers.detector import Sensitivity, digits

NO_FODSELSNUMMER = national(
    "NO_FODSELSNUMMER",
    "A birth number of Norway (fødselsnummer), also a D number or H number.",
    "Folkeregisterloven and FOR-2017-07-14-1201: date of birth, serial, two check digits modulo 11",
    (digits("999999 99999", 0.3), digits("999999-99999", 0.1), digits("99999999999", 0.001)),
    Each(no_birth_number),
    chance=0.008,
    context=("fødselsnummer", "fodselsnummer", "fnr", "personnummer", "d-nummer", "fødselsnr"),
    columns=("fodselsnummer", "fødselsnummer", "fnr", "fodselsnr", "norwegian national id"),
)

NO_ORGNR = national(
    "NO_ORGNR",
    "A number of an organisation in Norway (organisasjonsnummer).",
    "Enhetsregisterloven: nine digits, weighted sum modulo 11",
    (digits("999999999"), digits("999 999 999", 0.03)),
    Stdnum("no.orgnr"),
    chance=0.1,
    context=("organisasjonsnummer", "orgnr", "org.nr", "org. nr", "org nr"),
    columns=("organisasjonsnummer", "orgnr", "org nr", "organisasjonsnr", "organisasjons nummer"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

NO_MVA = national(
    "NO_MVA",
    "A VAT number of Norway: the number of an organisation and MVA.",
    "Merverdiavgiftsloven; Bronnoysund register centre: nine digits, weighted sum modulo 11",
    (
        token(r"[0-9]{9}MVA", 12, score=0.9),
        token(r"[0-9]{3} [0-9]{3} [0-9]{3} MVA", 15, score=0.9),
        token(r"NO[0-9]{9}MVA", 14, score=0.9),
        token(r"NO [0-9]{3} [0-9]{3} [0-9]{3} MVA", 18, score=0.9),
    ),
    Stdnum("no.mva"),
    chance=0.1,
    context=("mva", "merverdiavgift", "orgnr", "org.nr"),
    columns=("mva nummer", "mva", "mva nr", "mvanummer", "merverdiavgift nummer"),
    not_columns=("sats", "belop", "beløp", "kode"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

NO_KONTONR = national(
    "NO_KONTONR",
    "A number of a bank account in Norway.",
    "the national part of the IBAN in ISO 13616: bank, account, check digit modulo 11",
    (
        digits("9999.99.99999", 0.6),
        digits("9999 99 99999", 0.2),
        digits("99999999999"),
        token(r"0000\.[0-9]{7}", 12, score=0.3),
    ),
    Stdnum("no.kontonr"),
    chance=0.1,
    context=("kontonummer", "kontonr", "konto", "kontonr."),
    columns=("kontonummer", "kontonr", "konto nr", "bankkonto", "bankkontonummer"),
    category="user.financial.bank_account",
)

DETECTORS = (NO_FODSELSNUMMER, NO_ORGNR, NO_MVA, NO_KONTONR)

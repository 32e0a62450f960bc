"""Numbers of the financial world that hold across borders, addresses of Bitcoin, and the number of a creator."""

from __future__ import annotations

from classifiers.catalogue.secrets import token
from classifiers.checks.registers import bitcoin_address
from classifiers.checks.sampled import Each, Stdnum
from classifiers.detector import Detector, Pattern, Sensitivity

BIC_CODE = Detector(
    entity="BIC_CODE",
    title="A code of a bank (BIC, SWIFT code), told by the word near it.",
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    source="ISO 9362: four letters, country, location, branch",
    patterns=(
        token(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9][A-Z0-9]{3}", 11, score=0.05),
        token(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]", 8, score=0.025),
    ),
    check=Stdnum("bic"),
    chance=0.42,
    context=("bic", "bic code", "swift code", "swift:", "swift no", "swift number", "swift address"),
    columns=("bic", "swift", "swift code", "bic code", "swift bic", "bic number"),
    not_columns=("type", "verified", "status", "count", "country"),
    needs_column=True,
)

ISIN = Detector(
    entity="ISIN",
    title="A number of a security (ISIN).",
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    source="ISO 6166: country, nine characters, check digit",
    patterns=(token(r"[A-Z]{2}[0-9A-Z]{9}[0-9]", 12, score=0.03),),
    check=Stdnum("isin"),
    chance=0.05,
    context=("isin", "securities", "wkn"),
    columns=("isin", "isin code", "security isin", "isin number", "instrument isin"),
    not_columns=("type", "verified", "status", "count", "country"),
)

LEI = Detector(
    entity="LEI",
    title="An identifier of a legal entity (LEI).",
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    source="ISO 17442: issuer, entity, check digits of ISO 7064 mod 97-10",
    patterns=(
        Pattern(
            regex=r"(?<![\w-])(?=[0-9]{0,17}[A-Z])[0-9A-Z]{4}00[0-9A-Z]{12}[0-9]{2}(?![\w-])",
            form=r"[^\w-][0-9A-Z]{4}00[0-9A-Z]{12}[0-9]{2}[^\w-]",
            score=0.3,
            width=20,
        ),
        Pattern(
            regex=r"(?<![\w-])(?=[0-9]{0,17}[A-Z])[0-9A-Z]{18}[0-9]{2}(?![\w-])",
            form=r"[^\w-][0-9A-Z]{18}[0-9]{2}[^\w-]",
            score=0.003,
            width=20,
        ),
    ),
    check=Stdnum("lei"),
    chance=0.011,
    context=("lei", "legal entity identifier", "gleif"),
    columns=("lei", "lei code", "legal entity identifier", "lei number", "counterparty lei"),
    not_columns=("type", "verified", "status", "count", "country"),
)

FIGI = Detector(
    entity="FIGI",
    title="A number of a financial instrument (FIGI).",
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    source="ANSI X9.145: BBG, eight consonants or digits, check digit",
    patterns=(token(r"BBG[0-9B-DF-HJ-NP-TV-Z]{8}[0-9]", 12, score=0.95),),
    check=Stdnum("figi"),
    chance=0.11,
    context=("figi", "openfigi", "instrument"),
    columns=("figi", "figi code", "composite figi", "figi number", "share class figi"),
    not_columns=("type", "verified", "status", "count", "country"),
)

CUSIP = Detector(
    entity="CUSIP",
    title="A number of a security in North America (CUSIP).",
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    source="ANSI X9.6: six characters of the issuer, two of the issue, check digit",
    patterns=(token(r"[0-9A-Z]{8}[0-9]", 9, score=0.005),),
    check=Stdnum("cusip"),
    chance=0.1,
    context=("cusip", "cusip number"),
    columns=("cusip", "cusip number", "cusip code", "security cusip", "cusip no"),
    not_columns=("type", "verified", "status", "count", "country"),
)

CRYPTO = Detector(
    entity="CRYPTO",
    title="An address of a Bitcoin wallet.",
    category="user.financial",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="BIP 13, BIP 173, BIP 350: Base58 with its hash, Bech32 or Bech32m",
    patterns=(
        Pattern(
            regex=r"(?<![\w-])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![\w-])",
            form=r"[^\w-][13][1-9A-HJ-NP-Za-km-z]{25}",
            score=0.5,
            width=35,
        ),
        token(r"bc1[02-9ac-hj-np-z]{11,71}", 74, score=0.9, least=r"bc1[02-9ac-hj-np-z]{11}"),
        token(r"BC1[02-9AC-HJ-NP-Z]{11,71}", 74, score=0.9, least=r"BC1[02-9AC-HJ-NP-Z]{11}"),
    ),
    check=Each(bitcoin_address),
    chance=0.001,
    context=("bitcoin", "btc", "wallet", "crypto"),
    columns=("bitcoin address", "btc address", "wallet address", "crypto wallet", "btc wallet", "bitcoin wallet"),
    not_columns=("type", "verified", "status", "count", "country"),
)

ISNI = Detector(
    entity="ISNI",
    title="A number of an author, artist or researcher (ISNI, ORCID iD).",
    category="user.unique_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ISO 27729 and ORCID: sixteen digits from 0000 on, check character ISO 7064 mod 11-2",
    patterns=(
        token(r"0000-000[0-9]-[0-9]{4}-[0-9]{3}[0-9X]", 19, score=0.8),
        token(r"0000 000[0-9] [0-9]{4} [0-9]{3}[0-9X]", 19, score=0.5),
        token(r"0000000[0-9]{8}[0-9X]", 16, score=0.03),
    ),
    check=Stdnum("isni"),
    chance=0.1,
    context=("isni", "orcid", "author", "researcher"),
    columns=("isni", "orcid", "orcid id", "isni number", "author orcid"),
    not_columns=("type", "verified", "status", "count", "country"),
)

DETECTORS = (BIC_CODE, ISIN, LEI, FIGI, CUSIP, CRYPTO, ISNI)

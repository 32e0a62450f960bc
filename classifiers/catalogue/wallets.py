"""Addresses of wallets of chains other than Bitcoin: each with the check its chain has."""

from __future__ import annotations

from collections.abc import Callable

from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each
from classifiers.checks.wallets import (
    DOGECOIN,
    RIPPLE,
    TRON,
    bech32,
    bitcoin_cash,
    ethereum,
    litecoin,
    monero,
    polkadot,
    solana,
    stellar,
)
from classifiers.detector import Detector, Pattern, Sensitivity

_B58 = "[1-9A-HJ-NP-Za-km-z]"
_BECH = "[02-9ac-hj-np-z]"


def _wallet(
    chain: str,
    name: str,
    source: str,
    patterns: tuple[Pattern, ...],
    check: Callable[[str], bool],
    words: tuple[str, ...],
    *,
    chance: float = 0.001,
    shapes: str | None = None,
) -> Detector:
    return Detector(
        entity="CRYPTO",
        subtype=chain,
        title=f"An address of a wallet of {name}.",
        category="user.financial",
        sensitivity=Sensitivity.CONFIDENTIAL,
        source=source,
        patterns=patterns,
        check=Each(check),
        chance=chance,
        context=(*words, "wallet", "crypto", "address"),
        columns=tuple(f"{word} {what}" for word in words for what in ("address", "wallet", "wallet address")),
        not_columns=("type", "verified", "status", "count", "country", "balance"),
        shapes=shapes,
    )


DETECTORS = (
    _wallet(
        "ETHEREUM",
        "Ethereum, or of a contract there",
        "Ethereum yellow paper: 0x and twenty bytes; EIP 55: mixed case as the hash demands",
        (token(r"0x[0-9a-fA-F]{40}", 42, score=0.8),),
        ethereum,
        ("ethereum", "eth", "erc20"),
    ),
    _wallet(
        "LITECOIN",
        "Litecoin",
        "Litecoin Core, chainparams: versions 48 and 50 in Base58Check; BIP 173 with ltc",
        (
            token(rf"[LM]{_B58}{{32,33}}", 34, least=rf"[LM]{_B58}{{32}}", score=0.4),
            token(rf"ltc1{_BECH}{{38,71}}", 75, least=rf"ltc1{_BECH}{{38}}", score=0.9),
        ),
        litecoin,
        ("litecoin", "ltc"),
    ),
    _wallet(
        "DOGECOIN",
        "Dogecoin",
        "Dogecoin Core, chainparams: versions 30 and 22 in Base58Check",
        (token(rf"[DA9]{_B58}{{33}}", 34, score=0.3),),
        DOGECOIN,
        ("dogecoin", "doge"),
    ),
    _wallet(
        "RIPPLE",
        "the XRP Ledger",
        "XRPL docs, base58 encodings: version 0 in Base58Check with an alphabet of its own",
        (token(rf"r{_B58}{{24,34}}", 35, least=rf"r{_B58}{{24}}", score=0.3),),
        RIPPLE,
        ("ripple", "xrp", "xrpl"),
    ),
    _wallet(
        "TRON",
        "Tron",
        "TRON protocol, account address: version 65 in Base58Check",
        (token(rf"T{_B58}{{33}}", 34, score=0.4),),
        TRON,
        ("tron", "trx", "trc20"),
    ),
    _wallet(
        "BITCOIN_CASH",
        "Bitcoin Cash",
        "Bitcoin Cash CashAddr specification",
        (
            Pattern(
                regex=rf"(?<![\w-])bitcoincash:[qp]{_BECH}{{41}}(?![\w-])",
                form="bitcoincash:[qp]",
                score=0.95,
                width=54,
            ),
        ),
        bitcoin_cash,
        ("bitcoin cash", "bch"),
    ),
    _wallet(
        "CARDANO",
        "Cardano",
        "CIP 19: Bech32 with addr and stake, longer than BIP 173 allows",
        (token(rf"(?:addr|stake)1{_BECH}{{50,110}}", 116, least=r"(?:addr1|stake1)[02-9ac-hj-np-z]{8}", score=0.9),),
        bech32,
        ("cardano", "ada"),
    ),
    _wallet(
        "COSMOS",
        "Cosmos and chains made with its kit",
        "Cosmos SDK, bech32 prefixes",
        (
            token(
                rf"(?:cosmos|osmo|juno|akash|celestia|inj|terra|kava)1{_BECH}{{38,58}}",
                67,
                least=r"(?:cosmos1|osmo1|juno1|akash1|celestia1|inj1|terra1|kava1)[02-9ac-hj-np-z]{8}",
                score=0.9,
            ),
        ),
        bech32,
        ("cosmos", "osmosis"),
    ),
    _wallet(
        "POLKADOT",
        "Polkadot",
        "SS58 address format: network 0, BLAKE2b",
        (token(rf"1{_B58}{{46,47}}", 48, least=rf"1{_B58}{{46}}", score=0.4),),
        polkadot,
        ("polkadot", "dot"),
    ),
    _wallet(
        "STELLAR",
        "Stellar",
        "SEP 23: Base32 with CRC-16",
        (token(r"G[A-Z2-7]{55}", 56, score=0.5),),
        stellar,
        ("stellar", "xlm"),
    ),
    _wallet(
        "MONERO",
        "Monero",
        "Monero docs, standard, integrated and sub-addresses: Base58 in blocks, Keccak-256",
        (token(rf"[48]{_B58}{{94}}(?:{_B58}{{11}})?", 106, least=rf"[48]{_B58}{{94}}", score=0.7),),
        monero,
        ("monero", "xmr"),
    ),
    _wallet(
        "SOLANA",
        "Solana",
        "Solana docs, accounts: 32 bytes in Base58, without check digits",
        (
            Pattern(
                regex=rf"(?<![\w-])Solana(?: wallet| account)?(?: address)?(?: is)?[ :=]{{1,3}}{_B58}{{43,44}}(?![\w-])",
                form=rf"[^\w-]Solana(?: wallet| account)?(?: address)?(?: is)?[ :=]{{1,3}}{_B58}{{8}}",
                score=0.6,
                width=80,
                ignore_case=True,
            ),
        ),
        solana,
        ("solana", "sol"),
        chance=0.1,
        shapes=r"(?=.{0,43}9)[aA9]{16,44}",
    ),
)

"""Checks of addresses of wallets: Base58 with its hash, Bech32, and the hashes that chains of their own use.

python-stdnum knows Bitcoin only. Keccak-256 (Ethereum, Monero) is not SHA-3 as hashlib has it: the padding differs.
"""

from __future__ import annotations

import binascii
import hashlib
from dataclasses import dataclass
from functools import cache

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@cache
def _digits(alphabet: str) -> dict[str, int]:
    return {char: digit for digit, char in enumerate(alphabet)}


def base58(value: str, alphabet: str = _BASE58) -> bytes | None:
    """The bytes of a text in Base58; its leading zeros are kept. None when a character is none of the alphabet."""
    digits, number = _digits(alphabet), 0
    for char in value:
        if char not in digits:
            return None
        number = number * 58 + digits[char]
    zeros = len(value) - len(value.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


@dataclass(frozen=True, slots=True)
class Base58Check:
    """Addresses of 20 bytes in Base58 behind one of some versions, and the first four bytes of SHA-256 twice."""

    versions: tuple[int, ...]
    alphabet: str = _BASE58

    def __call__(self, value: str) -> bool:
        """Whether the value is such an address."""
        raw = base58(value, self.alphabet)
        if raw is None or len(raw) != 25 or raw[0] not in self.versions:
            return False
        return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


LITECOIN = Base58Check((0x30, 0x32))
DOGECOIN = Base58Check((0x1E, 0x16))
TRON = Base58Check((0x41,))
RIPPLE = Base58Check((0,), _RIPPLE)


def _polymod(values: list[int]) -> int:
    """The checksum of BIP 173."""
    result = 1
    for value in values:
        top = result >> 25
        result = (result & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> place & 1:
                result ^= generator
    return result


def bech32(value: str) -> bool:
    """Whether a value is Bech32 (BIP 173) or Bech32m (BIP 350), of any length and human-readable part."""
    body = value.lower()
    if value not in {body, body.upper()}:
        return False
    head, one, data = body.rpartition("1")
    places = _digits(_BECH32)
    if not one or len(data) < 6 or not all(char in places for char in data):
        return False
    expanded = [ord(char) >> 5 for char in head] + [0] + [ord(char) & 31 for char in head]
    return _polymod(expanded + [places[char] for char in data]) in {1, 0x2BC830A3}


def litecoin(value: str) -> bool:
    """Whether a value is an address of Litecoin: Bech32 behind ``ltc1``, else Base58Check."""
    return bech32(value) if value.startswith("ltc1") else LITECOIN(value)


def bitcoin_cash(value: str) -> bool:
    """Address of Bitcoin Cash (CashAddr): ``bitcoincash:``, 42 characters, a checksum of 40 bits."""
    head, _, data = value.lower().rpartition(":")
    places = _digits(_BECH32)
    if head != "bitcoincash" or not all(char in places for char in data):
        return False
    result = 1
    for number in [*(ord(char) & 31 for char in head), 0, *(places[char] for char in data)]:
        top = result >> 35
        result = (result & 0x07FFFFFFFF) << 5 ^ number
        for place, generator in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            if top >> place & 1:
                result ^= generator
    return result == 1


def stellar(value: str) -> bool:
    """Account of Stellar: Base32 of a version, 32 bytes and CRC-16 (XModem), least significant byte first (SEP 23)."""
    import base64

    try:
        raw = base64.b32decode(value)
    except ValueError:
        return False
    return len(raw) == 35 and raw[0] == 6 << 3 and binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") == raw[-2:]


def solana(value: str) -> bool:
    """Whether the last word is an address of Solana: 32 bytes in Base58, without check digits, in digits and both cases."""
    value = value[max(value.rfind(char) for char in " :=") + 1 :]
    raw = base58(value)
    kinds = (str.isdigit, str.isupper, str.islower)
    return raw is not None and len(raw) == 32 and all(any(kind(char) for char in value) for kind in kinds)


def polkadot(value: str) -> bool:
    """Address of Polkadot (SS58, network 0): its last two bytes are the beginning of a BLAKE2b of the others."""
    raw = base58(value)
    if raw is None or len(raw) != 35 or raw[0] != 0:
        return False
    return hashlib.blake2b(b"SS58PRE" + raw[:-2]).digest()[:2] == raw[-2:]


def ethereum(value: str) -> bool:
    """Address of Ethereum: in one case, or with the capitals that its hash demands (EIP 55); neither empty nor all one digit."""
    body = value[2:]
    if len(set(body.lower())) < 6:
        return False
    if body in {body.lower(), body.upper()}:
        return True
    mask = keccak256(body.lower().encode("ascii")).hex()
    return all(
        char.isdigit() or char.isupper() == (int(nibble, 16) >= 8) for char, nibble in zip(body, mask, strict=False)
    )


_MONERO_BYTES = {0: 0, 2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}


def monero(value: str) -> bool:
    """Address of Monero: Base58 in blocks of eleven characters; a network, two keys, four bytes of Keccak-256."""
    raw = b""
    digits = _digits(_BASE58)
    for begin in range(0, len(value), 11):
        block = value[begin : begin + 11]
        size, number = _MONERO_BYTES.get(len(block)), 0
        for char in block:
            if char not in digits:
                return False
            number = number * 58 + digits[char]
        if size is None or number >= 1 << 8 * size:
            return False
        raw += number.to_bytes(size, "big")
    return len(raw) in {69, 77} and raw[0] in {18, 19, 42} and keccak256(raw[:-4])[:4] == raw[-4:]


_ROUNDS = 24
_RATE = 136
_MASK = (1 << 64) - 1


@cache
def _constants() -> tuple[int, ...]:
    """The constants of the 24 rounds, from the shift register that FIPS 202 defines them by."""
    out, register = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register >> 7 else 0)
        out.append(constant)
    return tuple(out)


def _turned(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK


def _permuted(lanes: list[int]) -> list[int]:
    """Keccak-f[1600] on 25 lanes, lane x + 5 y (FIPS 202, section 3)."""
    for constant in _constants():
        parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        mixed = [parity[(x - 1) % 5] ^ _turned(parity[(x + 1) % 5], 1) for x in range(5)]
        lanes = [lane ^ mixed[place % 5] for place, lane in enumerate(lanes)]
        x, y, moving = 1, 0, lanes[1]
        for step in range(_ROUNDS):
            x, y = y, (2 * x + 3 * y) % 5
            moving, lanes[x + 5 * y] = lanes[x + 5 * y], _turned(moving, (step + 1) * (step + 2) // 2 % 64)
        lanes = [
            lanes[place] ^ (~lanes[place // 5 * 5 + (place + 1) % 5] & lanes[place // 5 * 5 + (place + 2) % 5])
            for place in range(25)
        ]
        lanes[0] ^= constant
    return lanes


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as submitted to NIST's competition, which Ethereum and Monero use: padding 0x01, not SHA-3's 0x06."""
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for begin in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            lanes[lane] ^= int.from_bytes(padded[begin + 8 * lane : begin + 8 * lane + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])

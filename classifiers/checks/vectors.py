"""Checks that run on every match: payment cards and account numbers, a column of values at a time.

Values are laid out as a matrix of bytes, one row a value and one matrix a length, and walked column by column: about
0.1 microseconds a value. Each is proved equal to python-stdnum's in ``tests/classifiers/test_checks.py``. Checks that cost
more, and are therefore sampled, stand in :mod:`.sampled`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from classifiers.checks import iban_registry, iin

Bytes = npt.NDArray[np.uint8]
Truth = npt.NDArray[np.bool_]

_LINE = 10
_NUMBER, _LETTER = 1, 2
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], np.uint8)  # the digit sum of twice the digit


def _by_length(values: Sequence[str], drop: bytes) -> Iterator[tuple[npt.NDArray[np.intp], Bytes]]:
    """Values without the bytes of ``drop``, upper case, by length: their indexes, and one row of bytes for each.

    A character outside ASCII becomes ``?`` and a value with a line break counts as empty: neither is part of any number.
    """
    joined = "\n".join(values)
    if joined.count("\n") != len(values) - 1:
        joined = "\n".join("" if "\n" in value else value for value in values)
    data = joined.encode("ascii", "replace").upper().translate(None, drop)
    raw = np.frombuffer(data, np.uint8)
    breaks = np.flatnonzero(raw == _LINE)
    starts = np.concatenate([[0], breaks + 1])
    lengths = np.concatenate([breaks, [len(raw)]]) - starts
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        if length:
            rows = np.flatnonzero(lengths == length)
            yield rows, np.lib.stride_tricks.sliding_window_view(raw, length)[starts[rows]]


def luhn(values: Sequence[str]) -> Truth:
    """Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1, annex B).

    Blanks and hyphens do not count; anything else that is no digit makes a value wrong, and so does an empty one.
    """
    out = np.zeros(len(values), bool)
    for rows, text in _by_length(values, b" -"):
        out[rows] = _luhn(text)
    return out


def _luhn(text: Bytes) -> Truth:
    width = text.shape[1]
    total = np.zeros(len(text), np.uint16)
    wrong = np.zeros(len(text), bool)
    for column in range(width):
        digit = text[:, column] - np.uint8(48)
        wrong |= digit > 9
        total += digit if (width - column) % 2 else _DOUBLED[np.minimum(digit, 9)]
    right: Truth = (total % 10 == 0) & ~wrong
    return right


def payment_card(values: Sequence[str]) -> Truth:
    """Whether a value is a payment card number: 12 to 19 digits, a known issuer range of that length, the Luhn digit."""
    out = np.zeros(len(values), bool)
    issuers = iin.table()
    for rows, text in _by_length(values, b" -"):
        width = text.shape[1]
        if not iin.SHORTEST <= width <= iin.LONGEST:
            continue
        first = np.zeros(len(text), np.int32)
        for column in range(6):
            first = first * 10 + np.minimum(text[:, column] - np.uint8(48), 9)
        known = (issuers[first] & np.uint8(1 << (width - iin.SHORTEST))) != 0
        out[rows] = known & _luhn(text)
    return out


@cache
def _characters() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Bytes]:
    """For each byte its value in base 36, the power of ten that makes room for it, and its kind."""
    value, room, kind = np.zeros(256, np.int64), np.full(256, 10, np.int64), np.zeros(256, np.uint8)
    value[48:58], kind[48:58] = np.arange(10), _NUMBER
    value[65:91], room[65:91], kind[65:91] = np.arange(10, 36), 100, _LETTER
    return value, room, kind


@cache
def _iban_structures(length: int) -> tuple[npt.NDArray[np.int16], Bytes]:
    """For account numbers of one length: the row of each country by its two letters (-1: none), and the kinds allowed."""
    kinds = {"n": _NUMBER, "a": _LETTER, "c": _NUMBER | _LETTER}
    countries = iban_registry.by_length().get(length, ())
    row = np.full(1 << 16, -1, np.int16)
    allowed = np.zeros((len(countries) + 1, length), np.uint8)  # the last row allows nothing: it is what -1 takes
    for index, country in enumerate(countries):
        row[ord(country[0]) << 8 | ord(country[1])] = index
        structure = "aann" + iban_registry.structures()[country]
        allowed[index] = [kinds[kind] for kind in structure]
    return row, allowed


def iban(values: Sequence[str]) -> Truth:
    """Whether a value is an IBAN (ISO 13616): country, length and structure of its registry, and the check digits.

    Blanks, hyphens and dots do not count, nor does case. As ISO 7064 demands, check digits are 02 to 98: python-stdnum
    looks at the remainder only and lets 00, 01, 99 and letters pass where it fits. Its additional checks of some countries' own
    account check digits are not made: the registry does not demand them.
    """
    out = np.zeros(len(values), bool)
    value, room, kind = _characters()
    for rows, text in _by_length(values, b" -."):
        length = text.shape[1]
        row, allowed = _iban_structures(length) if length in iban_registry.by_length() else (None, None)
        if row is None or allowed is None:
            continue
        country = row[text[:, 0].astype(np.int32) << 8 | text[:, 1]]
        wrong = country < 0
        rest = np.zeros(len(text), np.int64)
        for step, column in enumerate([*range(4, length), 0, 1, 2, 3]):
            char = text[:, column]
            wrong |= (kind[char] & allowed[country, column]) == 0
            rest = rest * room[char] + value[char]
            if step % 7 == 6:  # 97 * 100**7 still fits
                rest %= 97
        check = value[text[:, 2]] * 10 + value[text[:, 3]]
        out[rows] = (rest % 97 == 1) & ~wrong & (check >= 2) & (check <= 98)
    return out

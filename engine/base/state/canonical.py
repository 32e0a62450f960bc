"""Canonical JSON (RFC 8785): one sequence of bytes for one value, so that hashes and signatures mean something."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence

import orjson
import rfc8785

from engine.base.errors import BadInput, IntegrityViolated

JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
"""What JSON can say. Integers beyond ±(2^53 - 1) cannot be said: write them as text."""

_SAFE_INTEGER = 2**53 - 1  # RFC 8785 keeps to what an IEEE 754 double holds exactly
# Without reals, and with keys in ASCII, orjson makes the bytes of RFC 8785, and twenty times as fast as a library for it.
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: JsonValue) -> bytes:
    """The canonical bytes of a value, UTF-8.

    Raises:
        BadInput: not a JSON value: a type JSON lacks, NaN or infinity, an integer beyond ±(2^53 - 1), a lone surrogate, or
            a key that is not text.
    """
    try:
        if _quick(value):
            return orjson.dumps(value, option=_SORTED)
        return rfc8785.dumps(_plain(value))
    except (rfc8785.CanonicalizationError, orjson.JSONEncodeError, UnicodeError, RecursionError) as exc:
        raise BadInput(f"this value has no canonical JSON form ({type(exc).__name__})") from None


def parse_canonical(data: bytes) -> JsonValue:
    """The value of canonical bytes: ``canonical(parse_canonical(data)) == data`` always holds.

    Raises:
        IntegrityViolated: not JSON, or JSON in another than the canonical form.
    """
    try:
        if data.isascii():
            with contextlib.suppress(_RealFound):
                quick: JsonValue = _WITHOUT_REALS.decode(data.decode("ascii"))
                if orjson.dumps(quick, option=_SORTED) == data:
                    return quick
        value: JsonValue = json.loads(data, parse_int=_number, parse_constant=_refuse)
        if canonical(value) == data:
            return value
    except (ValueError, RecursionError, BadInput):
        pass
    raise IntegrityViolated("these bytes are not canonical JSON")


def _quick(value: object) -> bool:
    """Whether orjson makes the canonical bytes of this value: no reals, keys that sort alike, and the very types of JSON."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return True
    if isinstance(value, dict) and kind is dict:
        return all(type(key) is str and key.isascii() and _quick(item) for key, item in value.items())
    return isinstance(value, list) and kind is list and all(map(_quick, value))


def _plain(value: JsonValue) -> JsonValue:
    """Mappings and sequences of any class as the ``dict`` and ``list`` that the serialiser knows."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [_plain(item) for item in value]
    return value


def _number(digits: str) -> int | float:
    """An integer as ``canonical`` wrote it: large whole floats are written without a fraction (RFC 8785 3.2.2.3)."""
    number = int(digits)
    return number if abs(number) <= _SAFE_INTEGER else float(digits)


def _refuse(_word: str) -> float:
    raise ValueError


class _RealFound(Exception):
    """No error: the value holds a number with a fraction or an exponent, which ends a first try."""


def _tell_real(_digits: str) -> float:
    raise _RealFound


_WITHOUT_REALS = json.JSONDecoder(parse_int=_number, parse_constant=_refuse, parse_float=_tell_real)

"""JSON texts (RFC 8259) as Python values: fast where nothing can be lost by it, exactly where something could.

The fast parser reads an integer beyond 64 bits as a float, and keeps only the last of two equal keys. Who calls it looks
for the signs of either (``records.Records``) and then asks for the exact one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

import orjson

from engine.estate.formats.encoding import decode

_EXACT_DIGITS = 18  # an integer with more is kept as text


@dataclass(slots=True)
class Parsed:
    """Values of some texts, in order.

    Attributes:
        values: one a text; ``BAD`` where it does not parse.
        bad: how many do not.
        invalid: how many held bytes that are not UTF-8.
    """

    values: list[object]
    bad: int = 0
    invalid: int = 0


class _Bad:
    """The value of a text that does not parse."""


BAD = _Bad()


def parse_fast(texts: Sequence[bytes]) -> Parsed:
    """The values of some texts."""
    try:
        return Parsed(list(map(orjson.loads, texts)))
    except orjson.JSONDecodeError:
        return _parse_each(texts, exact=False)


def parse_exact(texts: Sequence[bytes]) -> Parsed:
    """The values of some texts; equal keys of an object become one key with the list of their values."""
    return _parse_each(texts, exact=True)


def _parse_each(texts: Sequence[bytes], *, exact: bool) -> Parsed:
    parsed = Parsed([])
    for text in texts:
        value: object = BAD
        if not exact:
            try:
                value = orjson.loads(text)
            except orjson.JSONDecodeError:
                value = BAD
        if value is BAD:
            plain, wrong = decode(text)
            parsed.invalid += wrong > 0
            value = value_of(plain)
        parsed.values.append(value)
        parsed.bad += value is BAD
    return parsed


def value_of(text: str) -> object:
    """One value, exactly; ``BAD`` when the text is no JSON. NaN, infinities and raw control characters are let pass."""
    try:
        return json.loads(text, parse_int=_integer, parse_float=_float, object_pairs_hook=_object, strict=False)
    except (ValueError, RecursionError):
        return BAD


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _EXACT_DIGITS else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return digits if isinf(number) else number


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    many: dict[str, list[object]] = {}
    for key, value in pairs:
        many.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in many.items()}

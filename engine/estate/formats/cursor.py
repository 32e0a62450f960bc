"""Cursors as bytes, so that they can be sealed and kept: JSON in which every value that JSON lacks carries its type."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from engine.estate.formats.format import Cursor

_WRITE: tuple[tuple[type, str, Any], ...] = (
    (datetime, "datetime", datetime.isoformat),  # before date, whose subclass it is
    (date, "date", date.isoformat),
    (time, "time", time.isoformat),
    (timedelta, "days_seconds_micros", lambda span: [span.days, span.seconds, span.microseconds]),
    (Decimal, "decimal", str),
    (UUID, "uuid", str),
    (bytes, "bytes", bytes.hex),
)
_READ: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "days_seconds_micros": lambda parts: timedelta(*parts),
    "decimal": Decimal,
    "uuid": UUID,
    "bytes": bytes.fromhex,
}


def cursor_to_bytes(cursor: Cursor) -> bytes:
    """The cursor as JSON.

    Raises:
        TypeError: a value of a kind that a cursor may not hold.
    """
    return json.dumps(_plain(dict(cursor)), separators=(",", ":")).encode()


def cursor_from_bytes(data: bytes) -> Cursor:
    """The cursor that ``cursor_to_bytes`` wrote; tuples come back as lists."""
    cursor: Cursor = _typed(json.loads(data))
    return cursor


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {"": "dict", "v": {key: _plain(one) for key, one in value.items()}}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    for kind, name, write in _WRITE:
        if isinstance(value, kind):
            return {"": name, "v": write(value)}
    raise TypeError(f"a cursor cannot hold a {type(value).__name__}")


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        return [_typed(one) for one in value]
    if isinstance(value, dict):
        if value[""] == "dict":
            return {key: _typed(one) for key, one in value["v"].items()}
        return _READ[value[""]](value["v"])
    return value

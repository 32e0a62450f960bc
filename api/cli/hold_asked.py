"""What ``reeve hold`` is told: places, days, and files of identifiers and keys. Values are in memory only."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.governance.holds.naming import asset_named, field_named, key_columns
from engine.governance.holds.scopes import Scope


def whole(session: Session, stores: Sequence[str], assets: Sequence[str]) -> list[Scope]:
    """Whole stores and assets, as ``store/asset``."""
    return [*map(Scope, stores), *(Scope(*asset_named(session, one)) for one in assets)]


def end_of(day: str) -> datetime:
    """The end of a day in UTC."""
    try:
        begin = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("a date is written as YYYY-MM-DD", hint="such as 2026-12-31") from None
    return begin + timedelta(days=1)


def subjects(session: Session, fields: Sequence[str], identifiers: Sequence[str]) -> list[Scope]:
    """The same identifiers in each of some fields."""
    places = [field_named(session, one) for one in fields]
    return [Scope(store, asset, (column,), identifiers=identifiers) for store, asset, column in places]


def rows_of(session: Session, place: str, lines: Sequence[str]) -> list[Scope]:
    """Rows of a table by their keys; nothing for no table."""
    if not place:
        return []
    store, asset = asset_named(session, place)
    return [Scope(store, asset, key_columns(session, store, asset), keys=[_key(one) for one in lines])]


def _key(line: str) -> tuple[object, ...]:
    """A key: the line itself, or a JSON list of its parts."""
    if not line.startswith("["):
        return (line,)
    try:
        parts = json.loads(line)
    except ValueError:
        raise BadInput("a line of keys that begins with [ is a JSON list", hint='such as ["DE", 42]') from None
    if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in parts):
        raise BadInput("the parts of a key are texts or whole numbers", hint='such as ["DE", 42]')
    return tuple(parts)


def lines_of(file: str) -> list[str]:
    """The lines of a file or of standard input, without blanks around them and without empty ones.

    Raises:
        BadInput: it cannot be read, or has none. The message does not repeat what is in it.
    """
    if not file:
        return []
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInput(f"{file} cannot be read as text ({type(exc).__name__})") from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadInput("nothing is in the list of identifiers or keys")
    return lines

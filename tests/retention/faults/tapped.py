"""An effect that tells before each of its statements that it is about to go on, and around each COMMIT."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retention.erase.session import WriteSession
from retention.erase.sql import SqlEffect

Tap = Callable[[str], object]
"""Called with ``ask`` or ``change`` before a statement, ``commit`` before a COMMIT, ``committed`` behind it."""
STATEMENTS = ("ask", "change", "claim")


def no_tap(_point: str) -> None: ...


def tapped(effect: SqlEffect, tap: Tap) -> SqlEffect:
    """The same effect. What it does on the server is its own."""
    opening = effect._open

    def opened() -> WriteSession:
        session = opening()
        for name in STATEMENTS:
            setattr(session, name, _told(getattr(session, name), name, tap))
        committing = session.commit

        def commit() -> None:
            tap("commit")
            committing()
            tap("committed")

        session.commit = commit  # type: ignore[method-assign] # of this one session
        return session

    effect._open = opened
    return effect


def _told(deed: Callable[..., Any], name: str, tap: Tap) -> Callable[..., Any]:
    def told(*arguments: Any) -> Any:
        tap(name)
        return deed(*arguments)

    return told

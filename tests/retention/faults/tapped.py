"""An effect that tells before each of its statements that it is about to go on, and around each COMMIT; so does a verifier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.governance.change.effect import Batch, Key, Task, Verifier
from engine.governance.change.errors import OutcomeUnknown
from retention.erase.session import WriteSession
from retention.erase.sql import SqlEffect

Tap = Callable[[str], object]
"""Called with the name of a statement before it, ``commit`` and ``committed`` or ``unanswered`` around a COMMIT."""
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
            try:
                committing()
            except OutcomeUnknown:
                tap("unanswered")
                raise
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


@dataclass(frozen=True)
class TappedVerifier:
    """A verifier that tells when it begins to read and when it has."""

    verifier: Verifier
    tap: Tap

    def remaining(self, task: Task, batch: Batch) -> tuple[tuple[Key, ...], ...]:
        self.tap("verify")
        found = self.verifier.remaining(task, batch)
        self.tap("verified")
        return found

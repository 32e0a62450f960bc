"""One connection that may change a store: what each server's own session gives to the effect."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.table import Row
from engine.estate.stores.sql.words import Words, words_of

HINT = (
    "Give the store's write user SELECT, UPDATE and DELETE on the tables of the plan and on those that they refer to."
)


@dataclass(frozen=True, slots=True)
class Times:
    """How long the server lets a transaction wait, in seconds: all shorter than the lease, so that whoever lost it lost this too.

    Attributes:
        statement: for one statement.
        lock: for one lock.
        idle: between two statements, before the server ends the session and rolls back.
    """

    statement: float
    lock: float
    idle: float

    @classmethod
    def within(cls, lease_seconds: float) -> Times:
        """Those that suit a lease."""
        return cls(lease_seconds / 3, max(1.0, lease_seconds / 6), max(1.0, lease_seconds / 3))


class WriteSession(ABC):
    """A connection opened with the write credential.

    Attributes:
        words: how its server wants statements written.
        lock: what locks rows that are read as ``t``.
        can_be_loose: a DELETE that waited for a row looks at its condition anew, as the row is then.
        driver_errors: what its driver raises.
        identity: which session of the server it is, for ``end_session``.
    """

    driver_errors: tuple[type[Exception], ...]
    lock = ""
    can_be_loose = False
    identity: str

    def __init__(self, engine: sa.Engine, default_schema: str) -> None:
        self.words: Words = words_of(engine.dialect, default_schema)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Errors of the driver become StoreErrors."""
        try:
            yield
        except self.driver_errors as exc:
            raise _hinted(self.error(exc)) from exc

    @abstractmethod
    def begin(self) -> None:
        """Begin a transaction in which each statement sees what is committed."""

    @abstractmethod
    def claim(self, assets: Sequence[str]) -> None:
        """Keep the declarations of tables as they are until the transaction ends."""

    @abstractmethod
    def fingerprint(self) -> str:
        """Differs when foreign keys do."""

    @abstractmethod
    def shapes(self) -> Shapes:
        """How the tables hang together, as this transaction sees it."""

    @abstractmethod
    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a SELECT."""

    @abstractmethod
    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Change rows. Gives how many were found to change."""

    @abstractmethod
    def defer(self) -> None:
        """Look at foreign keys as late as COMMIT, those that can wait."""

    @abstractmethod
    def now(self) -> datetime | None:
        """What time the server says it is; None where it has no clock but this machine's."""

    @abstractmethod
    def commit(self) -> None:
        """Commit.

        Raises:
            OutcomeUnknown: whether it did cannot be told.
            StoreError: it did not.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Roll back."""

    @abstractmethod
    def end_session(self, identity: str) -> bool:
        """See Effect."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection, whatever state it is in; what is not committed is rolled back. Again is no error."""

    @abstractmethod
    def error(self, exc: BaseException) -> StoreError:
        """The StoreError for a driver's error."""


def _hinted(error: StoreError) -> StoreError:
    return StoreError(error.message, reason=error.reason, hint=HINT) if error.reason == "permission_denied" else error

"""When something began, from what a cell holds; and whether a term is over. Pure.

A day without a time began with its first instant where days are counted, and with its last one where hours are: nothing is over
too early. A time without a zone is one of the term's zone; where clocks showed it twice, the later instant counts. A number is no
moment, for nobody declared what it counts: unknown, like any text that is not ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.base.errors import BadInput
from engine.estate.stores.schema import ColumnShape, Server
from engine.governance.calendar.due import due_at, start_of_day, started_before
from engine.governance.change.effect import Reason, Term

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_LENGTH = len("2020-01-31")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)?", re.ASCII)


class Kind(Enum):
    """What a column holds of moments."""

    DAY = "day"
    LOCAL = "local"
    """A day and a time without a zone."""
    INSTANT = "instant"
    TEXT = "text"
    """Each cell says itself which of these it is."""


def kind_of(server: Server, column: ColumnShape) -> Kind | None:
    """What a column can hold of moments, by its declared type; None: nothing that can be told."""
    name = column.type.lower()
    if server is Server.SQLITE:
        return Kind.TEXT  # values keep their own type, whatever is declared
    if name == "date":
        return Kind.DAY
    if server is Server.POSTGRESQL and name.startswith("timestamp"):
        return Kind.INSTANT if name.endswith("with time zone") else Kind.LOCAL
    if server is Server.MYSQL and name.startswith(("datetime", "timestamp")):
        return Kind.LOCAL if name.startswith("datetime") else Kind.INSTANT
    return Kind.TEXT if name.startswith(("text", "character varying", "varchar", "char")) else None


class Unreadable(Exception):
    """A cell holds no moment that can be told."""


class Cell(NamedTuple):
    """One cell: what the server gave for it, and what its column holds."""

    value: object
    kind: Kind | None


class Moments:
    """Beginnings and ends of one term.

    Args:
        term: with a zone that exists.
    """

    def __init__(self, term: Term) -> None:
        self.term = term
        self.zone = _zone(term.zone)

    def began(self, cell: Cell) -> datetime | None:
        """The instant that a cell holds; None where it has not come.

        Raises:
            Unreadable: it holds something else.
        """
        if cell.value is None:
            return None
        if cell.kind is None or not isinstance(cell.value, str):
            raise Unreadable
        try:
            return self._read(cell.value, cell.kind)
        except (ValueError, OverflowError):
            raise Unreadable from None

    def _read(self, text: str, kind: Kind) -> datetime:
        if len(text) == _DAY_LENGTH and _DAY.fullmatch(text):
            if kind in (Kind.LOCAL, Kind.INSTANT):
                raise Unreadable
            day = date.fromisoformat(text)
            return start_of_day(day + timedelta(days=1) if self.term.duration.exact else day, self.zone)
        if kind is Kind.DAY or not _TIME.fullmatch(text):
            raise Unreadable
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if kind is Kind.INSTANT:
            return moment.replace(tzinfo=UTC)
        return max(moment.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))

    def latest(self, cells: Sequence[Cell]) -> datetime | Reason:
        """The latest beginning; or why there is none."""
        if not cells:
            return Reason.UNKNOWN
        try:
            found = [self.began(cell) for cell in cells]
        except Unreadable:
            return Reason.UNKNOWN
        begun = [moment for moment in found if moment is not None]
        return max(begun) if len(begun) == len(found) else Reason.NOT_STARTED

    def hindrance(self, cells: Sequence[Cell], now: datetime) -> Reason | None:
        """Why the term is not over at ``now``; None: it is. Computed from its end."""
        latest = self.latest(cells)
        if isinstance(latest, Reason):
            return latest
        try:
            return None if due_at(latest, self.term.duration, self.zone) <= now else Reason.NOT_DUE
        except BadInput:  # it ends after all days that there are
            return Reason.NOT_DUE

    def limit(self, now: datetime) -> datetime:
        """What began before it is over by ``now``, and nothing else."""
        return started_before(now, self.term.duration, self.zone)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)

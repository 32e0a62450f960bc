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


class Place(NamedTuple):
    """Where among the cells of a row a beginning stands, and what its column holds; None: no moments."""

    at: int
    kind: Kind | None


class Moments:
    """Beginnings of one term, and whether it is over.

    Args:
        term: with a zone that exists.
        places: of all its beginnings among the cells of a row; none where one of them cannot be reached.
        now: at which it has to be over.
    """

    def __init__(self, term: Term, places: Sequence[Place], now: datetime) -> None:
        self.term = term
        self._zone = _zone(term.zone)
        self._places = tuple(places)
        self._now = now
        self._over: dict[date, bool] = {}

    def began(self, value: object, kind: Kind | None) -> datetime | None:
        """The instant that a cell holds; None where it has not come.

        Raises:
            Unreadable: it holds something else.
        """
        if value is None:
            return None
        if kind is None or not isinstance(value, str):
            raise Unreadable
        try:
            return self._read(value, kind)
        except (ValueError, OverflowError):
            raise Unreadable from None

    def _read(self, text: str, kind: Kind) -> datetime:
        if len(text) == _DAY_LENGTH and _DAY.fullmatch(text):
            if kind in (Kind.LOCAL, Kind.INSTANT):
                raise Unreadable
            day = date.fromisoformat(text)
            return start_of_day(day + timedelta(days=1) if self.term.duration.exact else day, self._zone)
        if kind is Kind.DAY or not _TIME.fullmatch(text):
            raise Unreadable
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if kind is Kind.INSTANT:
            return moment.replace(tzinfo=UTC)
        return max(moment.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))

    def latest(self, cells: Sequence[object]) -> datetime | Reason:
        """The latest beginning; or why there is none."""
        if not self._places:
            return Reason.UNKNOWN
        try:
            found = [self.began(cells[at], kind) for at, kind in self._places]
        except Unreadable:
            return Reason.UNKNOWN
        begun = [moment for moment in found if moment is not None]
        return max(begun) if len(begun) == len(found) else Reason.NOT_STARTED

    def hindrance(self, cells: Sequence[object]) -> Reason | None:
        """Why the term is not over; None: it is. Computed from its end."""
        latest = self.latest(cells)
        if isinstance(latest, Reason):
            return latest
        if self.term.duration.exact:
            return None if self._is_over(latest) else Reason.NOT_DUE
        day = latest.astimezone(self._zone).date()  # what began on one day is over at one instant
        if day not in self._over:
            self._over[day] = self._is_over(latest)
        return None if self._over[day] else Reason.NOT_DUE

    def _is_over(self, start: datetime) -> bool:
        try:
            return due_at(start, self.term.duration, self._zone) <= self._now
        except BadInput:  # it ends after all days that there are
            return False

    def limit(self) -> datetime:
        """What began before it is over, and nothing else."""
        return started_before(self._now, self.term.duration, self._zone)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)

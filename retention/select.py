"""Which rows are due, and what hangs on them: the rows of a plan, read under the read credential from one snapshot.

The database leaves out most of what is not due, where the type of a column lets it; what comes back is decided here, row by row.
Rows whose beginning has not come are counted. Rows of which that cannot be told are left out as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from engine.base.errors import BadInput
from engine.estate.stores.schema import ColumnShape, Reference, Server, Shapes
from engine.estate.stores.sql.session import Session
from engine.estate.stores.sql.store import SqlStore
from engine.estate.stores.sql.words import Bound, Key, Words
from engine.governance.change.asked import Known, Page
from engine.governance.change.closure import Remark, keeping
from engine.governance.change.effect import Action, LeftOut, Reason, Task
from engine.governance.change.ordering import Unordered, ordered
from engine.governance.change.plan import Warned
from retention.closing import Closing, Holds
from retention.graph import Closed
from retention.moments import Kind, Moments, kind_of
from retention.rows import Cells, holding, listed, referred

ROOTS = 5000
"""Roots of a batch."""
MOST_ROOTS = 4
"""Times as many at most, where rows of the table refer to one another and have to go together."""
SLACK = timedelta(days=1)
"""By how much later than due the database may give rows: clocks of zones differ by less from UTC."""
_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*"


class DueRows:
    """The rows of a plan. See :class:`~engine.governance.change.asked.Rows`.

    Args:
        store: that is read.
        task: with a maximum, unless ``named`` are given.
        holds: is asked about holds; a plan leaves out what is held now.
        now: at which rows are due; aware.
        warnings: of the preview.
        roots: of a batch; by default ``ROOTS``.
        named: keys of roots, where it is not a term that says which.

    Attributes:
        not_started: roots whose beginning has not come, once the pages were read.
        unknown: roots of which it cannot be told whether they are due.
    """

    def __init__(
        self,
        store: SqlStore,
        task: Task,
        holds: Holds,
        now: datetime,
        *,
        warnings: Sequence[Remark] = (),
        roots: int | None = None,
        named: Sequence[Key] | None = None,
    ) -> None:
        self._store = store
        self._task = task
        self._holds = holds
        self._now = now
        self._warnings = warnings
        self._roots = ROOTS if roots is None else roots
        self._named = named
        self._tables: dict[str, int | None] = {}
        self._volumes: dict[str, int | None] = {}
        self.not_started = 0
        self.unknown = 0

    def pages(self) -> Iterator[Page]:
        """See Rows.

        Raises:
            StoreError: not all could be read.
            BadInput: the tables do not fit the task, or no foreign key leads to where a beginning stands.
        """
        shapes = self._store.shapes()
        self.not_started = self.unknown = 0
        with self._store.asking() as (session, words):
            source = _Source(session, words, shapes, self._task, self._holds, self._now)
            found = source.named(self._named, self._roots) if self._named is not None else source.due(self._roots)
            for page in found:
                self.unknown += sum(one.step == 0 and one.reason is Reason.UNKNOWN for one in page.excluded)
                yield page
            if self._named is None:
                self.not_started = source.not_started()
                self.unknown += source.without_key()
            self._tables, self._volumes = source.rows(), source.volumes()

    def known(self) -> Known:
        """See Rows."""
        warned = tuple(Warned(one.word, one.asset, one.detail) for one in self._warnings)
        return Known(self._tables, self._volumes, warned)


class _Source:
    """Rows of one snapshot."""

    def __init__(self, session: Session, words: Words, shapes: Shapes, task: Task, holds: Holds, now: datetime) -> None:
        self._session = session
        self._words = words
        self._shapes = shapes
        self._task = task
        self._step = task.steps[0]
        self._now = now
        for step in task.steps:
            if step.asset not in shapes.tables or shapes.tables[step.asset].primary_key != step.key:
                raise BadInput(f"{step.asset} is not as it was when the steps were made", hint="preview it again")
        try:
            order = ordered(shapes, task.steps)
        except Unordered as exc:
            raise BadInput(f"no order works for {', '.join(exc.assets)}") from None
        self._closing = Closing(session.ask, words, shapes, task, order, holds, now)
        self._rows = self._closing.rows_of(self._step.asset)
        self._own = [one for one in keeping(shapes, task.steps) if one.asset == one.target == self._step.asset]
        # Steps whose rows may be roots as well: a row goes with one batch, and counts once.
        self._again = [
            number
            for number, step in enumerate(task.steps)
            if number and step.asset == self._step.asset and step.action is Action.DELETE
        ]
        self._taken: set[Key] = set()
        # SQLite lets a primary key be NULL; such a row cannot be asked for again.
        self._nullable = [name for name, _ in self._rows.key()] if words.server is Server.SQLITE else []
        self._limit = now

    def named(self, keys: Sequence[Key], size: int) -> Iterator[Page]:
        """The pages of given roots."""
        for start in range(0, len(keys), size):
            yield self._page([key for key in keys[start : start + size] if key not in self._taken], None)

    def due(self, size: int) -> Iterator[Page]:
        """The pages of all roots that are due, in the order of their keys."""
        moments, after = self._moments(), None
        self._limit = moments.limit()
        while found := self._next(moments, after, size):
            after = list(found)[-1]
            due: dict[Key, Cells] = {}
            unknown: list[LeftOut] = []
            for key, cells in found.items():
                reason = self._early(moments, cells)
                if reason is Reason.UNKNOWN:
                    unknown.append(LeftOut(0, key, reason, moments.term.rule))
                elif reason is None and key not in self._taken:
                    due[key] = cells
            due |= self._pulled(moments, due, MOST_ROOTS * size)
            page = self._page(list(due), due)
            yield Page(page.keys, (*unknown, *page.excluded))

    def _moments(self) -> Moments:
        if self._task.maximum is None:
            raise BadInput("a plan without a maximum names its rows itself")
        for column in self._task.maximum.beginnings:
            if not self._rows.where(column):
                own = column.table in ("", self._step.asset)
                asset, where = self._step.asset, f"{column.table}.{column.column}"
                told = f"{asset} has no {column.column}" if own else f"from {asset} no foreign key leads to {where}"
                raise BadInput(f"{told}, from which the time is counted", hint="`reeve policy lint` finds such rules")
        return self._rows.moments(self._task.maximum, self._now)

    def _early(self, moments: Moments, cells: Cells) -> Reason | None:
        """Why a root is not due. By the start that it would need, where the effect goes by its end."""
        latest = moments.latest(cells)
        if isinstance(latest, Reason):
            return latest
        return None if latest < self._limit else Reason.NOT_DUE

    def _next(self, moments: Moments, after: Key | None, size: int) -> dict[Key, Cells]:
        """The next roots by key, without most of those that are not due."""
        parts = self._rows.key()
        conditions, bound = self._conditions(moments)
        if after is not None:
            condition, values = self._words.behind(parts, after)
            conditions, bound = [condition, *conditions], [*values, *bound]
        where = " AND ".join(conditions) or "1 = 1"
        sql = (
            f"SELECT {listed(parts)}{self._rows.cells()} FROM {self._rows.source()} WHERE {where} "
            f"ORDER BY {listed(parts)} LIMIT {int(size)}"
        )
        width = len(parts)
        return {self._words.key_of(row[:width]): row[width:] for row in self._session.ask(sql, bound)}

    def _conditions(self, moments: Moments) -> tuple[list[str], Bound]:
        latest = self._limit
        conditions = [f"{expression} IS NOT NULL" for expression in self._nullable]
        bound: Bound = []
        for column in moments.term.beginnings:
            for expression, shape in self._rows.where(column):
                conditions.append(f"{expression} IS NOT NULL")
                found = _early_enough(self._words, expression, shape, latest)
                if found is not None:
                    conditions.append(found[0])
                    bound += found[1]
        if self._step.action is Action.ANONYMISE and self._step.values:
            done, values = holding(self._words, self._rows.table, self._step.values)
            conditions.append(f"NOT {done}")
            bound += values
        return conditions, bound

    def _pulled(self, moments: Moments, roots: Mapping[Key, Cells], most: int) -> dict[Key, Cells]:
        """Rows of the same table that refer to some roots and are due as well: they go with them, or neither could."""
        found: dict[Key, Cells] = {}
        fresh: list[Key] = list(roots)
        while self._own and fresh and len(found) < most:
            new = {
                child: None
                for reference in self._own
                for child in self._children(reference, fresh)
                if child not in roots and child not in found and child not in self._taken
            }
            cells = self._rows.of_keys(self._session.ask, list(new))
            more = {key: read for key, read in cells.items() if self._early(moments, read) is None}
            found |= more
            fresh = list(more)
        return found

    def _children(self, reference: Reference, keys: Sequence[Key]) -> Iterator[Key]:
        width = len(self._step.key)
        for some in self._words.some(keys, width):
            for row in self._session.ask(*referred(self._words, self._shapes, reference, some, named=True)):
                yield self._words.key_of(row[:width])

    def _page(self, roots: Sequence[Key], found: Mapping[Key, Cells] | None) -> Page:
        closed: Closed = self._closing.closed(roots, found, before=self._taken)
        keys = list(closed.keys)
        for number in self._again:
            keys[number] = tuple(key for key in keys[number] if key not in self._taken)
        if self._own or self._again:
            self._taken.update(*(keys[number] for number in (0, *self._again)))
        return Page(tuple(keys), closed.left_out)

    def not_started(self) -> int:
        """Roots whose beginning has not come, as far as a NULL tells."""
        moments = self._moments()
        missing = [
            f"{expression} IS NULL" for column in moments.term.beginnings for expression, _ in self._rows.where(column)
        ]
        sql = f"SELECT count(*) FROM {self._rows.source()} WHERE {' OR '.join(missing)}"
        return int(self._session.ask(sql)[0][0])

    def without_key(self) -> int:
        """Roots with a NULL in their key: nothing can be told of them."""
        if not self._nullable:
            return 0
        missing = " OR ".join(f"{expression} IS NULL" for expression in self._nullable)
        return int(self._session.ask(f"SELECT count(*) FROM {self._rows.source()} WHERE {missing}")[0][0])

    def rows(self) -> dict[str, int | None]:
        """How many rows each table of the task has."""
        found: dict[str, int | None] = {}
        for asset in self._assets():
            name = self._words.only(self._shapes.tables[asset])
            found[asset] = int(self._session.ask(f"SELECT count(*) FROM {name}")[0][0])
        return found

    def volumes(self) -> dict[str, int | None]:
        """How many bytes each takes up, with its indexes."""
        return {asset: self._session.volume(asset) for asset in self._assets()}

    def _assets(self) -> Iterator[str]:
        return iter(dict.fromkeys(step.asset for step in self._task.steps))


def _early_enough(words: Words, expression: str, shape: ColumnShape, latest: datetime) -> tuple[str, Bound] | None:
    """What only rows keep that began late enough not to be due; None where the type of a column does not let it be told."""
    if latest > datetime.max.replace(tzinfo=latest.tzinfo) - 2 * SLACK:
        return None
    bound = latest + SLACK
    day, moment = bound.date().isoformat(), bound.replace(tzinfo=None).isoformat(" ", "microseconds")
    match kind_of(words.server, shape):
        case Kind.DAY:
            return f"{expression} <= {words.given(shape)}", [day]
        case Kind.LOCAL:
            return f"{expression} <= {words.given(shape)}", [moment]
        case Kind.INSTANT:
            zone = "+00" if words.server is Server.POSTGRESQL else ""
            return f"{expression} <= {words.given(shape)}", [moment + zone]
        case Kind.TEXT if words.server is Server.SQLITE:
            return f"NOT (typeof({expression}) = 'text' AND {expression} GLOB ? AND substr({expression}, 1, 10) > ?)", [
                _DAY,
                day,
            ]
    return None

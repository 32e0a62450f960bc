"""What hangs on some roots now, and which of them may go: the same walk when a plan is made and when its batch is done.

Every row found is a node. A row that has to stay takes with it the rows that it refers to, and all that hangs on those: of what
belongs together all goes, or nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.estate.stores.schema import Reference, Server, Shapes
from engine.estate.stores.sql.words import Key, Words
from engine.governance.change.closure import keeping
from engine.governance.change.effect import Action, Reason, Step, Task, Term
from engine.governance.change.ordering import Operation, released_columns
from engine.governance.policy.model import Column
from retention.graph import Closed, Walk, Why, knotted
from retention.moments import Moments
from retention.rows import Ask, Cells, Rows, referred, referring

UNKNOWN_HOLD = "unknown"


class Holds(Protocol):
    """What is asked about holds; see Guard."""

    def columns(self, asset: str) -> tuple[Column, ...]:
        """See Guard."""
        ...

    def held(self, asset: str, rows: Sequence[Mapping[Column, object]]) -> Sequence[str | None]:
        """See Guard."""
        ...


class Closing:
    """Finds closures in one store, and decides about their rows.

    Args:
        ask: asks the store, in one transaction.
        words: of the server.
        shapes: of the store, as they are now.
        task: of the plan.
        order: what is done to the rows.
        holds: is asked about holds.
        now: at which terms have to be over.
        lock: what locks rows named ``t`` at the end of a statement; empty where nothing is changed.
    """

    def __init__(
        self,
        ask: Ask,
        words: Words,
        shapes: Shapes,
        task: Task,
        order: Sequence[Operation],
        holds: Holds,
        now: datetime,
        *,
        lock: str = "",
    ) -> None:
        self._ask = ask
        self._words = words
        self._shapes = shapes
        self._task = task
        self._steps = task.steps
        self._holds = holds
        self._now = now
        self._lock = lock
        self._moments: dict[str, list[tuple[Moments, bool]]] = {}
        self._keeping = keeping(shapes, task.steps)
        self._within = {one.asset: one.within for one in order if one.within}
        self._rows: dict[str, Rows] = {}
        self._is_mysql = shapes.server is Server.MYSQL
        self._nullable = shapes.server is Server.SQLITE

    @property
    def root(self) -> str:
        """The asset of the roots."""
        return self._steps[0].asset

    def rows_of(self, asset: str) -> Rows:
        """What is read of the rows of an asset."""
        if asset not in self._rows:
            columns = [column for term, _ in self._terms_of(asset) for column in term.beginnings]
            columns += self._holds.columns(asset)
            self._rows[asset] = Rows(self._words, self._shapes, asset, columns, self._task.store)
        return self._rows[asset]

    def _terms_of(self, asset: str) -> list[tuple[Term, bool]]:
        """The terms of an asset's rows, in the order in which they are asked, each with whether it is a minimum."""
        found = [(term, True) for term in self._task.minima.get(asset, ())]
        if asset == self.root and self._task.maximum is not None:
            found.insert(0, (self._task.maximum, False))
        return found

    def _moments_of(self, asset: str) -> list[tuple[Moments, bool]]:
        if asset not in self._moments:
            rows, terms = self.rows_of(asset), self._terms_of(asset)
            self._moments[asset] = [(rows.moments(term, self._now), is_minimum) for term, is_minimum in terms]
        return self._moments[asset]

    def closed(
        self,
        roots: Sequence[Key],
        found: Mapping[Key, Cells] | None = None,
        planned: Sequence[Iterable[Key]] | None = None,
        stay: Mapping[Key, Why] | None = None,
        before: Container[Key] = frozenset(),
        loose: Container[int] = frozenset(),
    ) -> Closed:
        """What becomes of some roots.

        Args:
            roots: their keys, in order.
            found: what was read of them; None: read them now.
            planned: keys by step that a plan names; a row beyond them keeps its root. None: there is no plan yet.
            stay: roots of which it is known that they stay.
            before: rows of the root's table that will have gone before: what they refer to need not stay for them.
            loose: steps whose rows are found without locks.
        """
        if found is None:
            found = self.rows_of(self.root).of_keys(self._ask, roots, self._lock)
        walk = Walk(self._steps)
        walk.reasons = {(self.root, -1, key): why for key, why in (stay or {}).items()}
        walk.begin(roots, found)
        self._judge(walk, self.root, found)
        self._expand(walk, loose)
        within = self._kept(walk, before)
        if planned is not None:
            walk.check(planned)
        walk.spread()
        return walk.closed(roots, within)

    def _expand(self, walk: Walk, loose: Container[int]) -> None:
        """Follow the steps until nothing new hangs on anything."""
        fresh: dict[str, list[Key]] = {self.root: [*walk.found[self.root, -1]]}
        while fresh:
            further: dict[str, list[Key]] = defaultdict(list)
            for number, step in enumerate(self._steps):
                target = self._steps[step.refers_to].asset
                if step.through and fresh.get(target):
                    new = self._follow(walk, number, target, fresh[target], "" if number in loose else self._lock)
                    if step.action is Action.DELETE:
                        further[step.asset] += new
            fresh = further

    def _follow(self, walk: Walk, number: int, target: str, keys: Sequence[Key], lock: str) -> list[Key]:
        """The rows of a step that refer to some rows. Gives those that were not known yet."""
        step, new = self._steps[number], list[Key]()
        width, parents = len(step.key), len(self._shapes.tables[target].primary_key)
        for some in self._words.some(keys, parents):
            statement = referring(self._words, self._shapes, step, target, some, lock)
            pairs = list(self._words.keys_of(self._ask(*statement), width))
            new += walk.hang(number, target, pairs)
            for child, _ in pairs if self._nullable else ():
                if None in child:  # as SQLite lets it be: a row that cannot be asked for again
                    walk.unknown(number, child)
        if new:
            self._judge_more(walk, step, number, new)
        return new

    def _judge_more(self, walk: Walk, step: Step, number: int, keys: Sequence[Key]) -> None:
        rows, mark = self.rows_of(step.asset), -1 if step.action is Action.DELETE else number
        if rows.columns:  # the rows were locked when they were found
            self._judge(walk, step.asset, rows.of_keys(self._ask, keys), mark)
            return
        why = _by_hold(self._holds.held(step.asset, [{}])[0])  # nothing is compared, so one answer is that of all
        if why is not None:
            for key in keys:
                walk.reasons.setdefault((step.asset, mark, key), why)

    def _judge(self, walk: Walk, asset: str, found: Mapping[Key, Cells], mark: int = -1) -> None:
        """Terms and holds of rows: the first reason why one has to stay is kept."""
        held = self._held(asset, list(found.values()))
        terms = self._moments_of(asset) if mark == -1 else []
        for (key, cells), hold in zip(found.items(), held, strict=True):
            why = hold or _by_terms(terms, cells)
            if why is not None:
                walk.reasons.setdefault((asset, mark, key), why)

    def _held(self, asset: str, rows: Sequence[Cells]) -> list[Why | None]:
        """Of each row whether a hold covers it, over any of the ways that lead to what is compared."""
        columns = self._holds.columns(asset)
        found: list[Why | None] = [None] * len(rows)
        if not rows:
            return found
        if not columns:  # a hold on all of a table compares nothing
            return [_by_hold(self._holds.held(asset, [{}])[0])] * len(rows)
        ways = {column: self.rows_of(asset).ways[column] for column in columns}
        asked: list[tuple[int, Mapping[Column, object]]] = []
        for place, cells in enumerate(rows):
            variants = _variants(ways, cells)
            asked += [(place, variant) for variant in variants]
            if not variants:
                found[place] = _by_hold(UNKNOWN_HOLD)
        told = self._holds.held(asset, [variant for _, variant in asked]) if asked else ()
        for (place, _), hold in zip(asked, told, strict=True):
            why = _by_hold(hold)
            if why is not None and (found[place] is None or why[0] is Reason.HELD):
                found[place] = why
        return found

    def _kept(self, walk: Walk, before: Container[Key]) -> dict[str, list[tuple[Key, Key, Reference]]]:
        """Rows that are referred to from outside of the closure; gives the pairs within tables."""
        within: dict[str, list[tuple[Key, Key, Reference]]] = defaultdict(list)
        keys: dict[str, list[Key]] = defaultdict(list)
        by_row = [one for found in self._within.values() for one in found]
        targets = {one.target for one in (*self._keeping, *by_row)}
        for (asset, mark), rows in walk.found.items():
            if mark == -1 and asset in targets:
                keys[asset] += rows
        for reference in dict.fromkeys([*self._keeping, *by_row]):
            for child, parent in self._pairs(reference, keys.get(reference.target, [])):
                if reference in by_row and child is not None and self._in_the_way(walk, reference, child, parent):
                    within[reference.asset].append((child, parent, reference))
                if reference in self._keeping and not (reference.asset == self.root and child in before):
                    walk.keep(reference, child, parent)
        for asset, pairs in within.items():
            for key in knotted([pair for pair in pairs if not released_columns(self._shapes, pair[2])]):
                walk.reasons.setdefault((asset, -1, key), (Reason.REFERENCED, asset))
        return within

    def _in_the_way(self, walk: Walk, reference: Reference, child: Key, parent: Key) -> bool:
        """Whether a row of the closure refers to another one, or to itself: MariaDB does not let every such row go."""
        return walk.knows((reference.asset, -1, child)) and (child != parent or self._is_mysql)

    def _pairs(self, reference: Reference, keys: Sequence[Key]) -> Iterable[tuple[Key | None, Key]]:
        """Keys of rows that refer, where they can be rows of the closure, and of rows that are referred to."""
        named = reference.asset in {step.asset for step in self._steps if step.action is Action.DELETE}
        width = len(self._shapes.tables[reference.asset].primary_key) if named else 0
        for some in self._words.some(keys, len(self._shapes.tables[reference.target].primary_key)):
            for row in self._ask(*referred(self._words, self._shapes, reference, some, named=named)):
                yield (
                    self._words.key_of(row[:width]) if named else None,
                    self._words.key_of(row[width:]),
                )


def _by_hold(hold: str | None) -> Why | None:
    """What the answer about holds comes to."""
    if hold is None:
        return None
    return (Reason.UNKNOWN if hold == UNKNOWN_HOLD else Reason.HELD), hold


def _by_terms(terms: Sequence[tuple[Moments, bool]], cells: Cells) -> Why | None:
    """The first term that is not over."""
    for moments, is_minimum in terms:
        reason = moments.hindrance(cells)
        if reason is not None:
            is_kept = is_minimum and reason is not Reason.UNKNOWN
            return Reason.STATUTORY_MINIMUM if is_kept else reason, moments.term.rule
    return None


def _variants(ways: Mapping[Column, Sequence[int]], cells: Cells) -> list[dict[Column, object]]:
    """What is compared of a row, once for each way that leads there; none where something cannot be reached."""
    if not all(ways.values()):
        return []
    most = max(map(len, ways.values()))
    return [{column: cells[at[min(way, len(at) - 1)]] for column, at in ways.items()} for way in range(most)]

"""Minima and maxima of retention, and which of several count.

Of maxima the shortest counts, of minima the longest. Two of them compare only where one is over before the other whatever the
rows say: it is counted from the same beginnings, or some of them, and no calendar makes it longer. Where neither is certain,
both count: a row is over its maximum when any of these is over, and its minimum is over when all are. So a further rule can never
make a row stay longer than another maximum lets it, nor go before another minimum is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from engine.governance.calendar.durations import Duration
from engine.governance.policy.facts import AssetFact
from engine.governance.policy.model import Anonymise, Column, Delete, Disposal, Retention, Rule

_MARGIN = timedelta(days=2).total_seconds()
"""What zones, changes of clocks, and whole days against hours can make at most between two ends."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A minimum or a maximum that a rule sets for the rows of an asset.

    Attributes:
        rule: whose it is.
        duration: how long.
        beginnings: the latest of them counts; columns of the asset itself without its name.
        zone: IANA name: whose days count.
        bounds: the shortest and the longest that it can take, in seconds.
        disposal: of a maximum: what happens to rows that are over it; None of a minimum.
        statutory: of a minimum: no erasure and no waiver goes before it.
        certain: of a minimum: the rule is about the asset; else it may be, and nothing goes before it is over all the same.
    """

    rule: str
    duration: Duration
    beginnings: tuple[Column, ...]
    zone: str
    disposal: Disposal | None = None
    statutory: bool = False
    certain: bool = True
    bounds: tuple[float, float] = field(init=False, repr=False, compare=False)
    counted_from: frozenset[Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "bounds", tuple(one.total_seconds() for one in self.duration.bounds)
        )  # asked for again and again
        object.__setattr__(self, "counted_from", frozenset(self.beginnings))

    @property
    def words(self) -> str:
        """``P2Y from closed_at``."""
        return f"{self.duration} from {' or '.join(map(spelled, self.beginnings))}" + (
            ", whichever is later" if len(self.beginnings) > 1 else ""
        )


@dataclass(frozen=True, slots=True)
class Lost:
    """What a rule would have, and why it does not count.

    Attributes:
        limit: that does not count; a maximum if it has a disposal.
        winner: that counts instead; None where a waiver covers it.
    """

    limit: Limit
    winner: Limit | None = None

    @property
    def rule(self) -> str:
        """Whose it is."""
        return self.limit.rule

    @property
    def kind(self) -> Literal["maximum", "minimum"]:
        """Of the limit."""
        return "minimum" if self.limit.disposal is None else "maximum"

    @property
    def why(self) -> str:
        """In a few words."""
        return "a waiver covers it" if self.winner is None else _why(self.kind, self.winner, self.limit)


def spelled(column: Column) -> str:
    """``column``, ``table.column`` or ``store/table.column``."""
    table = f"{column.table}." if column.table else ""
    return f"{column.store}/{table}{column.column}" if column.store else f"{table}{column.column}"


class Limits:
    """The limits of rules, each made once, and what was found out about two of them: most are the same for all assets."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, bool], Limit] = {}
        self._ids: set[int] = set()
        self._beaten: dict[tuple[int, int], bool] = {}

    def maximum(self, rule: Rule, asset: AssetFact) -> Limit | None:
        """The maximum that a rule sets for an asset, if it does."""
        known = self._made.get((rule.name, "maximum", True))
        if known is not None or rule.retention is None or rule.retention.maximum is None:
            return known
        made = _maximum(rule, rule.retention, asset)
        if _everywhere(rule.retention):
            self._keep((rule.name, "maximum", True), made)
        return made

    def minimum(self, rule: Rule, asset: AssetFact, *, certain: bool = True) -> Limit | None:
        """The minimum that a rule sets for an asset, if it does."""
        known = self._made.get((rule.name, "minimum", certain))
        if known is not None or rule.retention is None or rule.retention.minimum is None:
            return known
        made = _minimum(rule, rule.retention, asset, certain=certain)
        if _everywhere(rule.retention):
            self._keep((rule.name, "minimum", certain), made)
        return made

    def shortest(self, maxima: Iterable[Limit]) -> tuple[tuple[Limit, ...], tuple[Lost, ...]]:
        """The maxima that count, the shortest first, and those that do not."""
        ordered = sorted(maxima, key=lambda one: (one.bounds[1], one.bounds[0], one.rule))
        return _winners(ordered, lambda one, other: self._known(_replaces, one, other))

    def longest(self, minima: Iterable[Limit]) -> tuple[tuple[Limit, ...], tuple[Lost, ...]]:
        """The minima that count, the longest first, and those that do not."""
        named = sorted(minima, key=lambda one: (not one.certain, one.rule))
        ordered = sorted(named, key=lambda one: one.bounds, reverse=True)
        return _winners(ordered, lambda one, other: self._known(_outlasts, one, other))

    def _known(self, beats: Callable[[Limit, Limit], bool], one: Limit, other: Limit) -> bool:
        key = (id(one), id(other))
        known = self._beaten.get(key)
        if known is None:
            known = beats(one, other)
            if key[0] in self._ids and key[1] in self._ids:
                self._beaten[key] = known
        return known

    def _keep(self, key: tuple[str, str, bool], made: Limit) -> None:
        self._made[key] = made
        self._ids.add(id(made))  # kept for as long as this is, so it is nobody else's


def _everywhere(one: Retention) -> bool:
    """Whether it says the same of every asset."""
    return all(not column.table and not column.store for column in one.beginnings)


def _maximum(rule: Rule, found: Retention, asset: AssetFact) -> Limit:
    if found.maximum is None:
        raise AssertionError("only for a rule with a maximum")
    return Limit(rule.name, found.maximum, _own(found.beginnings, asset), rule.zone, rule.disposal or Delete())


def _minimum(rule: Rule, found: Retention, asset: AssetFact, *, certain: bool) -> Limit:
    if found.minimum is None:
        raise AssertionError("only for a rule with a minimum")
    return Limit(rule.name, found.minimum, _own(found.beginnings, asset), rule.zone, None, rule.statutory, certain)


def _own(beginnings: Iterable[Column], asset: AssetFact) -> tuple[Column, ...]:
    """Columns of the asset itself in one form, each once, in order."""
    found = set()
    for one in beginnings:
        store = "" if one.store == asset.store.name else one.store
        table = "" if one.table == asset.name and not store else one.table
        found.add(Column(one.column, table, store))
    return tuple(sorted(found, key=lambda one: (one.store, one.table, one.column)))


def never_later(one: Limit, other: Limit) -> bool:
    """Whether one is certainly over when the other is.

    A row of which a beginning is missing is over neither, so one that is counted from fewer columns can only be earlier.
    """
    if not one.counted_from <= other.counted_from or one.bounds[0] > other.bounds[1]:
        return False
    if _alike(one, other) and (one.bounds[1] <= other.bounds[0] or one.duration == other.duration):
        return True
    return certainly_longer(other, one)


def certainly_longer(one: Limit, other: Limit) -> bool:
    """Whether one takes longer than the other, whenever both begin at the same time."""
    if _alike(one, other):
        return one.bounds[0] > other.bounds[1] or one.duration.certainly_longer(other.duration)
    return one.bounds[0] - other.bounds[1] >= _MARGIN


def _alike(one: Limit, other: Limit) -> bool:
    """Both count hours, or both days of one zone."""
    return one.duration.exact == other.duration.exact and (one.duration.exact or one.zone == other.zone)


def _replaces(one: Limit, other: Limit) -> bool:
    """Whether what is over a maximum and disposed of so leaves nothing to do for the other one."""
    return never_later(one, other) and does_all(one.disposal, other.disposal)


def _outlasts(one: Limit, other: Limit) -> bool:
    return never_later(other, one) and one.statutory >= other.statutory and one.certain >= other.certain


def does_all(one: Disposal | None, other: Disposal | None) -> bool:
    """Whether one disposal leaves nothing to do for another: deleting beats anonymising, which never stands for deleting."""
    match one, other:
        case Delete(), Delete():
            return set(other.dependents) <= set(one.dependents) and set(other.detach) <= set(one.detach)
        case Delete(), _:
            return True
        case Anonymise(), Anonymise():
            return other.values.items() <= one.values.items()
        case _:
            return False


def _winners(
    ordered: Iterable[Limit], beats: Callable[[Limit, Limit], bool]
) -> tuple[tuple[Limit, ...], tuple[Lost, ...]]:
    kept: list[Limit] = []
    lost: list[Lost] = []
    for one in ordered:
        for winner in kept:
            if beats(winner, one):
                lost.append(Lost(one, winner))
                break
        else:
            for other in [other for other in kept if beats(one, other)]:
                kept.remove(other)
                lost.append(Lost(other, one))
            kept.append(one)
    return tuple(kept), tuple(sorted(lost, key=lambda one: one.limit.rule))


def _why(kind: Literal["maximum", "minimum"], winner: Limit, loser: Limit) -> str:
    if never_later(winner, loser) and never_later(loser, winner):
        if kind == "minimum":
            return f"{winner.rule} asks the same"
        same = does_all(winner.disposal, loser.disposal) and does_all(loser.disposal, winner.disposal)
        return f"{winner.rule} asks the same" if same else f"{winner.rule} is over at the same time and does more"
    return f"{winner.rule} is {'shorter' if kind == 'maximum' else 'longer'}: {winner.words}"


# contradictions


def clash(one: Limit, other: Limit) -> str:
    """Why two maxima that are over at the same time cannot both be done; empty if they can."""
    if not (never_later(one, other) and never_later(other, one)):
        return ""
    match one.disposal, other.disposal:
        case Delete() as first, Delete() as second:
            both = sorted(({*first.dependents} & {*second.detach}) | ({*first.detach} & {*second.dependents}))
            return f"one deletes the rows of {', '.join(both)} and the other detaches them" if both else ""
        case Anonymise() as first, Anonymise() as second:
            shared = sorted(first.values.keys() & second.values.keys())
            unlike = [name for name in shared if first.values[name] != second.values[name]]
            return f"they put different values into {', '.join(unlike)}" if unlike else ""
        case _:
            return ""


def outlives(minimum: Limit, maximum: Limit) -> bool:
    """Whether a minimum certainly ends after a maximum, of every row."""
    return maximum.counted_from <= minimum.counted_from and certainly_longer(minimum, maximum)


def may_outlive(minimum: Limit, maximum: Limit) -> bool:
    """Whether a minimum, counted from the same, ends after a maximum in some months and not in others."""
    return (
        minimum.counted_from == maximum.counted_from
        and not never_later(minimum, maximum)
        and not certainly_longer(minimum, maximum)
    )

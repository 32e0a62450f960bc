"""Decisions that reality breaks, as far as our own records show. Which rows are over their maximum is known as of a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from engine.base.ids import WaiverId
from engine.governance.policy.decisions import (
    Asked,
    Broken,
    Contradiction,
    Decided,
    Expires,
    NoRule,
    RequirementDecision,
    Unclear,
    Unknown,
)
from engine.governance.policy.looking import NEVER, NOT_SWEPT, Look, Looks
from engine.governance.policy.waiving import WaiverFact, covering

_NAMES = UUID("7b3c4f86-61a4-5f0e-9a35-0b8f1f2d5c11")
"""Of the ids of violations: made from what they are, so that the same one has the same id at every look."""

RETENTION = "retention"
"""What is asked for where rows have to be looked at to tell."""


class Kind(StrEnum):
    """What is broken, the worst first."""

    OVERDUE = "overdue"
    CONTRADICTION = "contradiction"
    NO_RULE = "no_rule"
    OWNER_MISSING = "owner_missing"
    LABEL_MISSING = "label_missing"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Violation:
    """One decision that reality breaks.

    Attributes:
        kind: of it.
        store, asset, field: where; empty for all below.
        rules: that it breaks, or that ask for what is unknown.
        asked: what they ask for: a word of ``Asked``, or ``retention`` of what depends on looking at rows; empty for all else.
        reason: in a sentence.
        assets: how many it concerns.
        waivers: that accept it: one for each of its rules, or none at all.
        rows: that are overdue; as_of: when they were looked for; since: when such were first found.
    """

    kind: Kind
    store: str
    asset: str
    field: str
    rules: tuple[str, ...]
    reason: str
    asked: str = ""
    assets: int = 1
    waivers: tuple[WaiverId, ...] = ()
    rows: int = 0
    as_of: datetime | None = None
    since: datetime | None = None

    @property
    def id(self) -> UUID:
        """The same for the same violation; of a whole store whichever rules ask for what it lacks."""
        rules = self.rules if self.asset else ()
        return uuid5(_NAMES, "\0".join((self.kind, self.asked, self.store, self.asset, self.field, *rules)))

    @property
    def place(self) -> str:
        """``store``, ``store/asset`` or ``store/asset.field``."""
        asset = f"/{self.asset}" if self.asset else ""
        return f"{self.store}{asset}{f'.{self.field}' if self.field else ''}"

    @property
    def waived(self) -> bool:
        """Whether it is accepted."""
        return bool(self.waivers)


def violations(
    decided: Iterable[Decided], waivers: Sequence[WaiverFact] = (), looks: Looks | None = None
) -> Iterator[Violation]:
    """What is broken, accepted or not: of each asset as it comes, and of stores when all of their assets have come.

    Args:
        decided: about assets, each once.
        waivers: those in force.
        looks: for rows over their maximum; None: that is not asked.
    """
    stores: dict[tuple[str, Kind, str], _OfStore] = defaultdict(_OfStore)
    for one in decided:
        for found in _of_asset(one):
            yield _accepted(found, waivers)
        if looks is not None and isinstance(one.retention, Expires):
            for maximum in one.retention.maxima:
                place = one.asset.store.name, one.asset.name, maximum.rule
                look = looks.of.get(place)
                if look is None:
                    never = stores[one.asset.store.name, Kind.NOT_CHECKED, RETENTION]
                    never.rules.add(maximum.rule)
                    never.assets, never.reason = never.assets + 1, NEVER if one.asset.store.kind == "sql" else NOT_SWEPT
                else:
                    yield from (_accepted(found, waivers) for found in _overdue(look, looks))
        for requirement in one.requirements:
            kind = _kind(requirement)
            if kind is not None:
                seen = stores[one.asset.store.name, kind, str(requirement.asked)]
                seen.rules.update(requirement.rules)
                seen.assets, seen.reason = seen.assets + 1, requirement.reason
    for (store, kind, asked), seen in sorted(stores.items()):
        rules = tuple(sorted(seen.rules))
        yield _accepted(Violation(kind, store, "", "", rules, seen.reason, asked, seen.assets), waivers)


def worst_first(
    decided: Iterable[Decided], waivers: Sequence[WaiverFact] = (), looks: Looks | None = None
) -> list[Violation]:
    """All of them: the open ones before those that are accepted, the worst kinds first, then by place."""
    order = list(Kind)
    return sorted(
        violations(decided, waivers, looks),
        key=lambda one: (one.waived, order.index(one.kind), one.place, one.asked, one.rules),
    )


@dataclass(slots=True)
class _OfStore:
    """What is broken for all of a store, seen asset by asset."""

    rules: set[str] = dataclass_field(default_factory=set)
    reason: str = ""
    assets: int = 0


def _overdue(look: Look, looks: Looks) -> Iterator[Violation]:
    """What a look says: rows that are overdue, or why it does not tell; and rows of which nobody can."""
    where = look.store, look.asset, "", (look.rule,)
    unchecked = look.unchecked(looks.policies, looks.now)
    if look.overdue:
        reason = look.overdue_reason + (f"; {unchecked}" if unchecked else "")
        yield Violation(
            Kind.OVERDUE, *where, reason, RETENTION, rows=look.overdue, as_of=look.looked_at, since=look.since
        )
    elif unchecked:
        yield Violation(Kind.NOT_CHECKED, *where, unchecked, RETENTION, as_of=look.looked_at)
    if look.unknown:
        reason = f"of {look.unknown:,} rows it cannot be told whether they are over the maximum"
        yield Violation(Kind.UNKNOWN, *where, reason, RETENTION, rows=look.unknown, as_of=look.looked_at)


def _of_asset(one: Decided) -> Iterator[Violation]:
    store, asset, retention = one.asset.store.name, one.asset.name, one.retention
    match retention:
        case NoRule():
            yield Violation(Kind.NO_RULE, store, asset, "", (), retention.reason)
        case Contradiction():
            yield Violation(Kind.CONTRADICTION, store, asset, "", retention.rules, retention.reason)
        case Unknown():
            yield Violation(Kind.UNKNOWN, store, asset, "", retention.rules, retention.reason)
        case _:
            pass
    for field in one.fields:
        if isinstance(field.decision, NoRule) and not isinstance(retention, NoRule):
            yield Violation(Kind.NO_RULE, store, asset, field.path, (), field.decision.reason)
    if not isinstance(retention, Unknown):
        yield from _unknown_fields(one)


def _unknown_fields(one: Decided) -> Iterator[Violation]:
    """What is not known of fields: once for all of an asset for which the same rules may count."""
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for field in one.fields:
        if isinstance(field.decision, Unknown):
            groups[field.decision.rules].append((field.path, field.decision.reason))
    for rules, found in sorted(groups.items()):
        path, reason = found[0]
        if len(found) > 1:
            path, reason = "", f"{len(found):,} fields: {reason}"
        yield Violation(Kind.UNKNOWN, one.asset.store.name, one.asset.name, path, rules, reason)


def _kind(one: RequirementDecision) -> Kind | None:
    match one:
        case Broken(asked=Asked.OWNER):
            return Kind.OWNER_MISSING
        case Broken():
            return Kind.LABEL_MISSING
        case Unclear(checked=False):
            return Kind.NOT_CHECKED
        case Unclear():
            return Kind.UNKNOWN
        case _:
            return None


def _accepted(one: Violation, waivers: Sequence[WaiverFact]) -> Violation:
    found = [covering(waivers, rule, one.store, one.asset, one.field) for rule in one.rules]
    if not found or not all(found):
        return one
    ids = tuple(waiver.id for waiver in found if waiver is not None)
    return replace(one, waivers=ids)

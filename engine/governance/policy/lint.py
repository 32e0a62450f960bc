"""What is wrong with policies as a whole, seen against today's estate: gaps, contradictions, rules and clocks that do nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine.governance.policy.decide import Decider
from engine.governance.policy.decisions import Contradiction, Decided, Expires, KeptForEver, NoRule, RetentionDecision
from engine.governance.policy.facts import AssetFact, Estate
from engine.governance.policy.limits import may_outlive
from engine.governance.policy.lint_tables import clock_problem, tables_of
from engine.governance.policy.model import Policies, Rule

PLACES = 20  # of one finding that are listed; all are counted


class Smell(StrEnum):
    """Kinds of findings, in the order in which they are told."""

    CONTRADICTION = "contradiction"
    CLOCK_NEVER_STARTS = "clock_never_starts"
    DEPENDENT_MISSING = "dependent_missing"
    DEPENDENT_NOT_LINKED = "dependent_not_linked"
    NO_PRIMARY_KEY = "no_primary_key"
    GAP = "gap"
    DEAD_RULE = "dead_rule"
    SHADOWED_RULE = "shadowed_rule"
    UNPROVED_RULE = "unproved_rule"
    MAY_CONTRADICT = "may_contradict"
    SEVERAL_MAXIMA = "several_maxima"
    REFERENCE_NOT_NAMED = "reference_not_named"
    NOT_SWEPT = "not_swept"


NOTES = frozenset(
    {
        Smell.UNPROVED_RULE,
        Smell.MAY_CONTRADICT,
        Smell.SEVERAL_MAXIMA,
        Smell.REFERENCE_NOT_NAMED,
        Smell.NOT_SWEPT,
    }
)
"""What may be as it is meant to be: told, and nothing to fail on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        smell: of what kind.
        rules: that it is about; empty for a gap.
        sentence: what is wrong.
        places: the first assets that it is seen in, ``store/asset``; ``count``: in how many.
    """

    smell: Smell
    rules: tuple[str, ...]
    sentence: str
    places: tuple[str, ...] = ()
    count: int = 0

    @property
    def note(self) -> bool:
        """It may be as it is meant to be."""
        return self.smell in NOTES


@dataclass(slots=True)
class _Seen:
    """What the pass over the estate gathers."""

    found: dict[tuple[Smell, tuple[str, ...], str], list[str]] = field(default_factory=lambda: defaultdict(list))
    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    counting: set[str] = field(default_factory=set)

    def note(self, smell: Smell, rules: Sequence[str], sentence: str, place: str) -> None:
        self.found[smell, tuple(rules), sentence].append(place)


def lint(policies: Policies, estate: Estate) -> list[Finding]:
    """Everything that is wrong, in a fixed order.

    Args:
        policies: all rules that are used together.
        estate: as it is today.
    """
    decider, seen = Decider(policies.rules), _Seen()
    for asset in estate.assets:
        sets = decider.selection.of_asset(asset)
        certain = decider.selection.certain(sets)
        seen.certain.update(rule.name for rule in certain)
        seen.possible.update(rule.name for rule in decider.selection.unknown(sets))
        decided = decider.decide(asset)
        _gaps(decided, seen)
        _retention(decided, seen)
        _clocks(asset, certain, estate, seen)
        _tables(decided, estate, seen)
    _rules(policies.rules, seen)
    order = list(Smell)
    return sorted(
        (
            Finding(smell, rules, sentence, tuple(sorted(places)[:PLACES]), len(places))
            for (smell, rules, sentence), places in seen.found.items()
        ),
        key=lambda one: (order.index(one.smell), one.rules, one.sentence),
    )


def _gaps(decided: Decided, seen: _Seen) -> None:
    found: set[str] = set()
    if isinstance(decided.retention, NoRule):
        found = set(decided.retention.categories)
        for category in sorted(found):
            seen.note(Smell.GAP, (), f"no rule says how long {category} is kept", decided.asset.place)
    for one in decided.fields:
        if isinstance(one.decision, NoRule) and not found:
            for category in one.decision.categories:
                seen.note(Smell.GAP, (), f"no rule is about {category}", decided.asset.place)


def _retention(decided: Decided, seen: _Seen) -> None:
    retention, place = decided.retention, decided.asset.place
    seen.counting.update(_counting(retention))
    if isinstance(retention, Contradiction):
        seen.note(Smell.CONTRADICTION, retention.rules, retention.reason, place)
    if isinstance(retention, Expires):
        for minimum in retention.minima:
            for maximum in retention.maxima:
                if may_outlive(minimum, maximum):
                    what = f"the minimum of {minimum.rule} may be above the maximum of {maximum.rule}: months differ"
                    seen.note(Smell.MAY_CONTRADICT, (minimum.rule, maximum.rule), what, place)
        if len(retention.maxima) > 1:
            rules = tuple(sorted(one.rule for one in retention.maxima))
            what = "these maxima cannot be compared, so each counts: a row goes when the first of them is over"
            seen.note(Smell.SEVERAL_MAXIMA, rules, what, place)


def _counting(retention: RetentionDecision) -> Iterator[str]:
    match retention:
        case Expires() | Contradiction():
            yield from (one.rule for one in (*retention.maxima, *retention.minima))
        case KeptForEver():
            yield from (one.rule for one in retention.minima)
        case _:
            pass


def _clocks(asset: AssetFact, rules: Sequence[Rule], estate: Estate, seen: _Seen) -> None:
    for rule in rules:
        for column in rule.retention.beginnings if rule.retention is not None else ():
            if problem := clock_problem(column, asset, estate):
                seen.note(Smell.CLOCK_NEVER_STARTS, (rule.name,), f"its clock never starts: {problem}", asset.place)


def _tables(decided: Decided, estate: Estate, seen: _Seen) -> None:
    if isinstance(decided.retention, Expires):
        for limit in decided.retention.maxima:
            for what, problem in tables_of(limit, decided.asset, estate):
                seen.note(Smell(what), (limit.rule,), problem, decided.asset.place)


def _rules(rules: Sequence[Rule], seen: _Seen) -> None:
    for rule in rules:
        if rule.name not in seen.certain:
            if rule.name in seen.possible:
                what = "it is not known of anything that the rule is about it, only that it may be"
                seen.found[Smell.UNPROVED_RULE, (rule.name,), what] = []
            else:
                seen.found[Smell.DEAD_RULE, (rule.name,), "the rule selects nothing in today's estate"] = []
        elif rule.retention is not None and rule.name not in seen.counting and not _asks_more(rule):
            what = "wherever the rule is about something, others are stricter: it changes nothing"
            seen.found[Smell.SHADOWED_RULE, (rule.name,), what] = []


def _asks_more(rule: Rule) -> bool:
    return rule.owner or bool(rule.labels) or bool(rule.encryption)

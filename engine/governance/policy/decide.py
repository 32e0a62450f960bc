"""What follows from policies for the estate. Pure: rules, facts and waivers in; decisions out, always the same for the same.

A :class:`Decider` takes rules once and then decides asset by asset, so that an estate of any size streams through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.governance.policy.decisions import (
    Asked,
    Broken,
    Contradiction,
    Covered,
    Decided,
    Expires,
    FieldDecision,
    KeptForEver,
    Met,
    NoRule,
    NothingAsked,
    OfField,
    RequirementDecision,
    RetentionDecision,
    Unclear,
    Unknown,
    Waived,
)
from engine.governance.policy.facets import Fits, Sets
from engine.governance.policy.facts import AssetFact, FieldFact, StoreFact
from engine.governance.policy.limits import Limits
from engine.governance.policy.model import Anonymise, Disposal, Policies, Rule
from engine.governance.policy.retain import listed, retain
from engine.governance.policy.selecting import Selection, fit
from engine.governance.policy.waiving import WaiverFact

NOT_CHECKED = "not checked yet: nothing looks at what protects a store"
_TOLD = 3  # rules of which a reason tells why they are unknown


def retention_of(
    asset: AssetFact, policies: Policies, waivers: Iterable[WaiverFact] = ()
) -> RetentionDecision:  # fmt: skip
    """How long the rows of one asset are kept. For many, use one :class:`Decider`.

    Args:
        asset: what is known of it.
        policies: all rules.
        waivers: those in force (:func:`~engine.governance.policy.waiving.in_force`).
    """
    return Decider(policies.rules, waivers).retention(asset)


class Decider:
    """Some rules, ready to decide.

    Args:
        rules: in any order.
        waivers: those in force.
    """

    def __init__(self, rules: Iterable[Rule], waivers: Iterable[WaiverFact] = ()) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.name))
        self.selection = Selection(self.rules)
        self._waivers = tuple(waivers)
        self._retaining = _bits(self.rules, lambda rule: rule.retention is not None)
        self._naming = _bits(self.rules, _names_tables)
        self._asking = {asked: _bits(self.rules, asks) for asked, asks in _ASKS.items()}
        self._limits = Limits()
        self._retained: dict[tuple[object, ...], RetentionDecision] = {}
        self._required: dict[tuple[object, ...], tuple[RequirementDecision, ...]] = {}
        self._covered: dict[tuple[object, ...], FieldDecision] = {}

    def decide(self, asset: AssetFact) -> Decided:
        """Everything about one asset."""
        fields, found = [], Sets(0, 0)
        for field in asset.judged:
            sets = self.selection.of_field(asset, field)
            found = found.either(sets)
            if field.path or field.unknown:
                fields.append(OfField(field.path, field.id, self._of_field(field, sets)))
        retention = self._retention(asset, found)
        told = tuple(self._with_rows(one, retention) for one in fields)
        return Decided(asset, retention, self._requirements(asset.store, found), told)

    def _with_rows(self, field: OfField, retention: RetentionDecision) -> OfField:
        """What no rule selects is decided about all the same, where its rows are."""
        rules = _rules_of_rows(field.path, retention) if isinstance(field.decision, NoRule) else ()
        if not rules:
            return field
        return OfField(field.path, field.id, Covered(rules, by_rows=True))

    def decide_all(self, assets: Iterable[AssetFact]) -> Iterator[Decided]:
        """Everything about all of them, as they come."""
        return map(self.decide, assets)

    def retention(self, asset: AssetFact) -> RetentionDecision:
        """How long its rows are kept."""
        return self._retention(asset, self.selection.of_asset(asset))

    def _retention(self, asset: AssetFact, found: Sets) -> RetentionDecision:
        sets = Sets(found.certain & self._retaining, found.possible & self._retaining)
        key: tuple[object, ...] = (sets, asset.unknown if sets.possible != sets.certain or not sets.certain else "")
        if self._waivers or sets.possible & self._naming:
            key = (*key, asset.store.name, asset.name)
        if not sets.possible:  # it depends on what the asset holds
            key = (*key, tuple(sorted({one.category for field in asset.fields for one in field.entities})))
        decision = self._retained.get(key)
        if decision is None:
            certain, possible = self.selection.certain(sets), self.selection.unknown(sets)
            decision = self._retained[key] = retain(asset, certain, possible, self._waivers, self._limits)
        if isinstance(decision, Unknown) and decision.rules:  # why differs from asset to asset
            why = why_unknown(self.selection.unknown(sets), asset)
            return replace(decision, reason=f"{decision.reason}: {why}")
        return decision

    def _requirements(self, store: StoreFact, found: Sets) -> tuple[RequirementDecision, ...]:
        key = (store, found)
        known = self._required.get(key)
        if known is None:
            known = self._required[key] = tuple(self._required_of(store, found))
        return known

    def _required_of(self, store: StoreFact, found: Sets) -> Iterator[RequirementDecision]:
        for asked, asking in self._asking.items():
            certain = _named(self.selection.certain(Sets(found.certain & asking, found.possible & asking)))
            possible = _named(self.selection.unknown(Sets(found.certain & asking, found.possible & asking)))
            if certain or possible:
                yield _required(asked, store, certain, possible)

    def _of_field(self, field: FieldFact, sets: Sets) -> FieldDecision:
        categories = () if sets.possible else tuple(sorted({one.category for one in field.entities}))
        key = (sets, categories, field.unknown)
        known = self._covered.get(key)
        if known is None:
            known = self._covered[key] = self._cover(field, sets, categories)
        return known

    def _cover(self, field: FieldFact, sets: Sets, categories: tuple[str, ...]) -> FieldDecision:
        certain, possible = _named(self.selection.certain(sets)), _named(self.selection.unknown(sets))
        if certain:
            return Covered(certain)
        if possible:
            return Unknown(possible, f"it may be selected by {', '.join(possible)}: {field.unknown or 'see the asset'}")
        if categories:
            return NoRule(categories, f"it holds {listed(categories)}, and no rule is about it")
        if field.unknown:
            return Unknown((), f"what it holds: {field.unknown}")
        return NothingAsked("no rule is about it, and nothing personal or confidential was recognised in it")


def _rules_of_rows(path: str, retention: RetentionDecision) -> tuple[str, ...]:
    """The rules by which the rows of a field are kept, or go; anonymising is about the columns that it names alone."""
    match retention:
        case Expires() | Waived() | Contradiction():
            found = {one.rule for one in retention.maxima if _reaches(one.disposal, path)}
        case KeptForEver():
            found = {one.rule for one in retention.minima}
        case _:
            found = set()
    return tuple(sorted(found))


def _reaches(disposal: Disposal | None, path: str) -> bool:
    return path in disposal.values if isinstance(disposal, Anonymise) else True


def why_unknown(rules: Sequence[Rule], asset: AssetFact) -> str:
    """Why it cannot be told whether rules are about an asset, of the first few of them."""
    told: dict[str, None] = {}
    for rule in rules[:_TOLD]:
        for field in asset.judged:
            found = fit(rule.selector, asset, field)
            if found.fits is Fits.UNKNOWN:
                told[f"{rule.name}: {found.reasons[0]}"] = None
                break
    more = f", and {len(rules) - _TOLD} more" if len(rules) > _TOLD else ""
    return "; ".join(told) + more


def _required(asked: str, store: StoreFact, certain: tuple[str, ...], possible: tuple[str, ...]) -> RequirementDecision:
    rules = certain or possible
    if asked in (Asked.AT_REST, Asked.FIELD):
        return Unclear(asked, rules, NOT_CHECKED, checked=False)
    given = {
        Asked.OWNER: store.owner,
        Asked.PURPOSE: ", ".join(store.purposes),
        Asked.JURISDICTION: store.jurisdiction,
    }[Asked(asked)]
    if given:
        return Met(asked, rules, f"the store declares its {asked}")
    if certain:
        return Broken(asked, certain, f"the store declares no {asked}")
    return Unclear(asked, possible, f"the store declares no {asked}, and it cannot be told whether it has to")


_ASKS: Mapping[Asked, Callable[[Rule], bool]] = {
    Asked.OWNER: lambda rule: rule.owner,
    Asked.PURPOSE: lambda rule: "purpose" in rule.labels,
    Asked.JURISDICTION: lambda rule: "jurisdiction" in rule.labels,
    Asked.AT_REST: lambda rule: "at_rest" in rule.encryption,
    Asked.FIELD: lambda rule: "field" in rule.encryption,
}


def _names_tables(rule: Rule) -> bool:
    return rule.retention is not None and any(one.table or one.store for one in rule.retention.beginnings)


def _bits(rules: Sequence[Rule], holds: Callable[[Rule], bool]) -> int:
    return sum(1 << place for place, rule in enumerate(rules) if holds(rule))


def _named(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules)

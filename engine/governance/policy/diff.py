"""What differs between two sets of rules, and between what they come to for today's estate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from engine.governance.policy.as_json import Document, retention_document
from engine.governance.policy.decide import Decider
from engine.governance.policy.decisions import Decided
from engine.governance.policy.facts import AssetFact, Estate
from engine.governance.policy.model import Policies, Rule
from engine.governance.policy.waiving import WaiverFact

_SAYS_NOTHING = frozenset({"name", "place"})


@dataclass(frozen=True, slots=True)
class RuleChanged:
    """A rule of one name that says something else. ``parts``: which of its attributes differ."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A decision that comes out otherwise.

    Attributes:
        store, asset: of what.
        what: ``retention``, or what is required: a word of ``Asked``.
        before, after: the decision's word and its reason; None where there was none.
    """

    store: str
    asset: str
    what: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None

    @property
    def sentence(self) -> str:
        """For people."""
        old, new = (_spelled(one) for one in (self.before, self.after))
        return f"{self.store}/{self.asset} {self.what.replace('_', ' ')}: {old} -> {new}"

    def document(self) -> Document:
        """For machines."""
        told: Document = {"store": self.store, "asset": self.asset, "what": self.what}
        for name, one in (("before", self.before), ("after", self.after)):
            told[name] = None if one is None else {"decision": one[0], "reason": one[1]}
        return told


@dataclass(frozen=True, slots=True)
class RulesDiff:
    """Rules that came, went, and say something else; by name, in order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[RuleChanged, ...]

    @property
    def empty(self) -> bool:
        """Nothing differs."""
        return not (self.added or self.removed or self.changed)

    def document(self) -> Document:
        """For machines."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": [{"rule": one.name, "parts": list(one.parts)} for one in self.changed],
        }


@dataclass(frozen=True, slots=True)
class Diff:
    """Both. ``assets``: how many were looked at."""

    rules: RulesDiff
    decisions: tuple[Changed, ...]
    assets: int

    def document(self) -> Document:
        """For machines."""
        return {
            "rules": self.rules.document(),
            "assets": self.assets,
            "decisions": [one.document() for one in self.decisions],
        }


def diff(before: Policies, after: Policies, estate: Estate, waivers: Sequence[WaiverFact] = ()) -> Diff:
    """What differs.

    Args:
        before: rules as they are.
        after: rules as they would be.
        estate: as it is today.
        waivers: those in force; they hold for both.
    """
    found: list[Changed] = []
    for asset, old, new in both(before, after, estate, waivers):
        found += changes(asset, old, new)
    return Diff(rules_diff(before.rules, after.rules), tuple(found), len(estate.assets))


def both(
    before: Policies, after: Policies, estate: Estate, waivers: Sequence[WaiverFact] = ()
) -> Iterator[tuple[AssetFact, Decided, Decided]]:
    """Each asset with what is decided before and after."""
    old, new = Decider(before.rules, waivers), Decider(after.rules, waivers)
    for asset in estate.assets:
        yield asset, old.decide(asset), new.decide(asset)


def rules_diff(before: Sequence[Rule], after: Sequence[Rule]) -> RulesDiff:
    """What differs between rules by name, but for where they are written."""
    old, new = {rule.name: rule for rule in before}, {rule.name: rule for rule in after}
    changed = [
        RuleChanged(name, parts) for name in sorted(old.keys() & new.keys()) if (parts := _parts(old[name], new[name]))
    ]
    return RulesDiff(tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys())), tuple(changed))


def changes(asset: AssetFact, old: Decided, new: Decided) -> Iterator[Changed]:
    """Decisions about one asset that come out otherwise."""
    store, name = asset.store.name, asset.name
    if retention_document(old.retention) != retention_document(new.retention):
        before, after = (old.retention.word, old.retention.reason), (new.retention.word, new.retention.reason)
        yield Changed(store, name, "retention", before, after)
    asked = {one.asked: one for one in old.requirements}, {one.asked: one for one in new.requirements}
    for what in sorted(asked[0].keys() | asked[1].keys()):
        pair = [None if (one := some.get(what)) is None else (one.word, one.reason) for some in asked]
        if (pair[0] and pair[0][0]) != (pair[1] and pair[1][0]):
            yield Changed(store, name, str(what), pair[0], pair[1])


def _parts(old: Rule, new: Rule) -> tuple[str, ...]:
    names = [one.name for one in fields(Rule) if one.name not in _SAYS_NOTHING]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _spelled(one: tuple[str, str] | None) -> str:
    return "not asked" if one is None else f"{one[0].replace('_', ' ')} ({one[1]})"

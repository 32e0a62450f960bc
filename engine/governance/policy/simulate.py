"""What a changed policy would do to today's estate: decisions before and after, counted and asset by asset.

It counts decisions, not rows: how many rows are over a maximum only a sweep's plan over the store tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.base.state.canonical import JsonValue
from engine.governance.policy.as_json import Document
from engine.governance.policy.decisions import Decided
from engine.governance.policy.diff import Changed, RulesDiff, both, changes, rules_diff
from engine.governance.policy.facts import Estate
from engine.governance.policy.model import Policies
from engine.governance.policy.waiving import WaiverFact


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts before and after, by word."""

    before: Mapping[str, int]
    after: Mapping[str, int]

    def document(self) -> Document:
        """For machines: each word with both counts."""
        words = sorted(self.before.keys() | self.after.keys())
        return {word: {"before": self.before.get(word, 0), "after": self.after.get(word, 0)} for word in words}


@dataclass(frozen=True, slots=True)
class Simulated:
    """One asset that comes out otherwise.

    Attributes:
        store, asset: which.
        fields: its fields by whether a rule is about them.
        changes: of its decisions; empty where only fields differ.
    """

    store: str
    asset: str
    fields: Tally
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would happen.

    Attributes:
        rules: which differ.
        assets: that come out otherwise, in order of their places.
        looked_at: how many there are.
        retention, requirements, fields: totals over the whole estate.
    """

    rules: RulesDiff
    assets: tuple[Simulated, ...]
    looked_at: int
    retention: Tally
    requirements: Tally
    fields: Tally

    def document(self) -> Document:
        """For machines."""
        assets: list[JsonValue] = [
            {
                "store": one.store,
                "asset": one.asset,
                "fields": one.fields.document(),
                "decisions": [change.document() for change in one.changes],
            }
            for one in self.assets
        ]
        return {
            "rules": self.rules.document(),
            "assets": self.looked_at,
            "retention": self.retention.document(),
            "requirements": self.requirements.document(),
            "fields": self.fields.document(),
            "changed": assets,
        }


def simulate(before: Policies, after: Policies, estate: Estate, waivers: Sequence[WaiverFact] = ()) -> Simulation:
    """What other policies would do to the estate as it is today.

    Args:
        before: as they are.
        after: as they would be.
        estate: as it is today.
        waivers: those in force; they hold for both.
    """
    totals = [Counter[str]() for _ in range(6)]
    found: list[Simulated] = []
    for asset, old, new in both(before, after, estate, waivers):
        for place, one in enumerate((old, new)):
            totals[place][one.retention.word] += 1
            totals[2 + place].update(f"{requirement.asked}:{requirement.word}" for requirement in one.requirements)
            totals[4 + place].update(_fields(one))
        tally, changed = Tally(_fields(old), _fields(new)), tuple(changes(asset, old, new))
        if changed or tally.before != tally.after:
            found.append(Simulated(asset.store.name, asset.name, tally, changed))
    return Simulation(
        rules_diff(before.rules, after.rules), tuple(found), len(estate.assets),
        Tally(*totals[0:2]), Tally(*totals[2:4]), Tally(*totals[4:6]),
    )  # fmt: skip


def _fields(one: Decided) -> Counter[str]:
    return Counter(field.decision.word for field in one.fields)

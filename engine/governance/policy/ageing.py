"""How long rows wait: of each asset and maximum, how many are over it and how many have not begun, and since when. Pure.

Rows whose beginning never comes stay for ever, and no rule is broken by that: so it is told how long such have been found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from engine.governance.policy.decisions import Decided, Expires
from engine.governance.policy.facts import AssetFact
from engine.governance.policy.looking import NOT_SWEPT, Look, Looks

_NAMES = UUID("51b8a8a6-0a43-5f3c-8d0e-6f2b7c9e4a10")
"""Of the ids of lines: made from what they are of."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """What is known of the rows of one asset under one maximum.

    Attributes:
        asset: whose rows.
        look: what the last look for rows over the maximum of a rule found, less what has gone since.
        unchecked: why that does not tell how it is now, in a sentence; or empty.
        days: for how long rows have been found that are over and have not gone, or that have not begun, whichever is longer;
            whole days, 0 where there are none.
    """

    asset: AssetFact
    look: Look
    unchecked: str
    days: int

    @property
    def id(self) -> UUID:
        """The same at every look."""
        return uuid5(_NAMES, f"{self.asset.store.name}\0{self.asset.name}\0{self.look.rule}")


def ageing(decided: Iterable[Decided], looks: Looks) -> Iterator[Ageing]:
    """A line for each asset and each maximum that counts for it, as the assets come.

    Args:
        decided: about assets, each once.
        looks: for rows over their maximum.
    """
    for one in decided:
        if isinstance(one.retention, Expires):
            for maximum in one.retention.maxima:
                yield _line(one.asset, maximum.rule, looks)


def oldest_first(lines: Iterable[Ageing]) -> list[Ageing]:
    """The longest wait first, then by place."""
    return sorted(lines, key=lambda one: (-one.days, one.asset.place, one.look.rule))


def _line(asset: AssetFact, rule: str, looks: Looks) -> Ageing:
    place = asset.store.name, asset.name, rule
    look = looks.of.get(place) or Look.none(*place)
    unchecked = look.unchecked(looks.policies, looks.now) if asset.store.kind == "sql" else NOT_SWEPT
    known = [at for at in (look.since, look.not_started_since) if at is not None]
    return Ageing(asset, look, unchecked, (looks.now - min(known, default=looks.now)).days)

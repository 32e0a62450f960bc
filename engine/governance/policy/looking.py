"""What is known of rows over their maximum: only a look into the store itself can tell, and it tells of its own moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Self

FRESH = timedelta(days=31)
"""For so long a look that found nothing is taken for an answer: rows come to be over their maximum every day."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the last look for rows of an asset over the maximum of a rule found, less what has gone since.

    Attributes:
        store, asset, rule: whose rows, and whose maximum.
        policies: hash of those that it followed from.
        looked_at: by our clock; None where nobody ever could.
        problem: why nobody could when it was last tried, in a sentence; or empty.
        overdue: rows that are over it and have not gone; not those that a hold, a minimum or a waiver keeps.
        blocked: of these, those that something else than a hold, a minimum or a waiver kept from being planned.
        unknown: rows of which it could not be told.
        since: when rows were first found to be over, at looks between which not all had gone.
        plan: what is under way for them, in words; or empty.
        excused: rows that are over it and that a hold, a minimum or a waiver keeps.
        not_started: rows whose beginning had not come.
        not_started_since: when such were first found, at looks of which each found some.
    """

    store: str
    asset: str
    rule: str
    policies: str
    looked_at: datetime | None
    problem: str
    overdue: int
    blocked: int
    unknown: int
    since: datetime | None
    plan: str = ""
    excused: int = 0
    not_started: int = 0
    not_started_since: datetime | None = None

    @classmethod
    def none(cls, store: str, asset: str, rule: str) -> Self:
        """Nobody ever looked."""
        return cls(store, asset, rule, "", None, "", 0, 0, 0, None)

    @property
    def overdue_reason(self) -> str:
        """That rows are over their maximum, in a sentence."""
        rows = "1 row is" if self.overdue == 1 else f"{self.overdue:,} rows are"
        since = f", first found {_day(self.since)}" if self.since is not None else ""
        plan = f"; {self.plan}" if self.plan else "; no plan is under way"
        kept = (
            f"; {self.blocked:,} cannot go, as rows refer to them that the rule does not name" if self.blocked else ""
        )
        return f"{rows} over the maximum and not gone, as of {_day(self.looked_at)}{since}{kept}{plan}"

    def unchecked(self, policies: str, now: datetime) -> str:
        """Why it does not tell that no row is overdue now, in a sentence; or empty."""
        if self.problem:
            return f"rows over the maximum could not be looked for: {self.problem}"
        if self.looked_at is None:
            return NEVER
        if self.policies != policies:
            return f"policies were changed since rows over the maximum were looked for ({_day(self.looked_at)})"
        if self.looked_at < now - FRESH:
            return f"rows over the maximum were last looked for {(now - self.looked_at).days} days ago"
        return ""


NEVER = "nobody has looked for rows over the maximum: `reeve sweep plan` does"
NOT_SWEPT = "rows over the maximum are looked for in databases only, in this version"


@dataclass(frozen=True, slots=True)
class Looks:
    """All looks.

    Attributes:
        of: by store, asset and rule.
        policies: hash of the policies as they are now.
        now: when it is asked.
    """

    of: Mapping[tuple[str, str, str], Look]
    policies: str
    now: datetime

    @classmethod
    def from_all(cls, looks: Iterable[Look], policies: str, now: datetime) -> Self:
        """Those found."""
        return cls(MappingProxyType({(one.store, one.asset, one.rule): one for one in looks}), policies, now)


def _day(at: datetime | None) -> str:
    return "an unknown day" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"

"""What accepted violations cover: plain facts, as decisions need them. Giving them is :mod:`engine.governance.policy.waivers`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.base.ids import WaiverId


@dataclass(frozen=True, slots=True)
class WaiverFact:
    """A waiver that was approved and has not ended.

    Attributes:
        rule: whose violation is accepted.
        store, asset, field: where, by name; empty for all of them. A field is named with its asset, an asset with its store.
        expires_at: from when on it does not count.
    """

    id: WaiverId
    rule: str
    store: str
    asset: str
    field: str
    expires_at: datetime

    def covers(self, rule: str, store: str, asset: str = "", field: str = "") -> bool:
        """Whether it accepts what breaks a rule there. One for a field accepts nothing of the asset as a whole."""
        return (
            self.rule == rule
            and self.store in ("", store)
            and self.asset in ("", asset)
            and self.field in ("", field)
        )  # fmt: skip


def in_force(waivers: Iterable[WaiverFact], now: datetime) -> tuple[WaiverFact, ...]:
    """Those that count at an instant, the longest first."""
    return tuple(
        sorted((one for one in waivers if one.expires_at > now), key=lambda one: (one.expires_at, one.id), reverse=True)
    )


def covering(
    waivers: Iterable[WaiverFact], rule: str, store: str, asset: str = "", field: str = ""
) -> WaiverFact | None:
    """The first that covers it, or None."""
    return next((one for one in waivers if one.covers(rule, store, asset, field)), None)

"""Copies that remain elsewhere when rows of a store are gone, and until when: what a plan says of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.base.settings_copies import CopySettings
from engine.governance.calendar import Duration, due_at
from engine.governance.change.plan import Copy


def copies_of(declared: Iterable[CopySettings], now: datetime) -> tuple[Copy, ...]:
    """Those that are declared of a store, with the instant at which each will have ended if rows go now.

    Raises:
        BadInput: a duration counts both days and hours, or reaches beyond the year 9999.
    """
    zone = ZoneInfo("UTC")
    return tuple(
        Copy(one.kind, None if one.until is None else due_at(now, Duration.parse(one.until), zone)) for one in declared
    )

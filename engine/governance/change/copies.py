"""Copies that remain elsewhere when rows of a store are gone, and for how long: what a plan says of them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.base.settings.copies import CopySettings
from engine.governance.calendar import Duration
from engine.governance.change.plan import Copy


def copies_of(declared: Iterable[CopySettings]) -> tuple[Copy, ...]:
    """Those that are declared of a store.

    Raises:
        BadInput: a duration counts both days and hours, or is longer than a thousand years.
    """
    return tuple(Copy(one.kind, None if one.until is None else Duration.parse(one.until)) for one in declared)

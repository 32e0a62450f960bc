"""Every test procedure by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.evidence.procedures import (
    access,
    disposal,
    evidence,
    holds,
    inventory,
    keys,
    ledger,
    own,
    policies,
    retention,
    scans,
    schedules,
    work,
)
from engine.evidence.procedures.procedure import Procedure

_ROOMS = (scans, schedules, inventory, work, own, access, keys, policies, retention, holds, disposal, ledger, evidence)

PROCEDURES: Mapping[str, Procedure] = MappingProxyType(
    {one.name: one for room in _ROOMS for one in room.PROCEDURES},
)

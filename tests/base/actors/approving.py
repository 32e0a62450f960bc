"""A key that approves in tests, and what it signs."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.base.actors.approvals import (
    PlanScope,
    StandingScope,
    Statement,
    fingerprint,
)
from engine.base.ids import TenantId
from tests.conftest import START

ROOT, POLICIES = "a1" * 32, "b2" * 32
DAY = timedelta(days=1)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
TENANT = TenantId(UUID(int=7))


def statement(over: PlanScope | StandingScope | None = None, *, days: float = 1, at: datetime = START) -> Statement:
    return Statement(TENANT, fingerprint(PUBLIC), over or PlanScope(ROOT), at, at + timedelta(days=days))

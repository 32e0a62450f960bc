"""Identifiers: UUIDv7 (RFC 9562 section 5.7), one ``NewType`` a kind so that they cannot be mixed up."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

TenantId = NewType("TenantId", UUID)
ActorId = NewType("ActorId", UUID)
EventId = NewType("EventId", UUID)
SubjectKeyId = NewType("SubjectKeyId", UUID)
StoreId = NewType("StoreId", UUID)
AssetId = NewType("AssetId", UUID)
ObjectId = NewType("ObjectId", UUID)
LotId = NewType("LotId", UUID)
FieldId = NewType("FieldId", UUID)
VerdictId = NewType("VerdictId", UUID)
ScanId = NewType("ScanId", UUID)
LinkId = NewType("LinkId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
SessionId = NewType("SessionId", UUID)
ApproverKeyId = NewType("ApproverKeyId", UUID)
ApprovalId = NewType("ApprovalId", UUID)
PlanId = NewType("PlanId", UUID)
HoldId = NewType("HoldId", UUID)
HoldScopeId = NewType("HoldScopeId", UUID)
BatchId = NewType("BatchId", UUID)
LookId = NewType("LookId", UUID)
WaiverId = NewType("WaiverId", UUID)
CertificateId = NewType("CertificateId", UUID)


def new_id() -> UUID:
    """A fresh UUIDv7: unique, and ordered by the millisecond it was made in."""
    return UUID(int=uuid7().int)

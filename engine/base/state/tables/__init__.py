"""Every table of every floor, one file a room. Importing this package makes the metadata complete."""

from engine.base.state.tables.access import (
    ActorRoleRow,
    ApiKeyRow,
    ApprovalRow,
    ApproverKeyRow,
    AttemptRow,
    InvitationRow,
    PasswordRow,
    RecoveryCodeRow,
    SessionRow,
    TotpRow,
)
from engine.base.state.tables.actors import ActorRow
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.tables.certificates import CertificateRow
from engine.base.state.tables.evidence import EvidenceItemId, EvidenceItemRow, EvidenceRunId, EvidenceRunRow
from engine.base.state.tables.holds import HoldGateRow, HoldIdentifierRow, HoldRow, HoldScopeRow, OpenBatchRow
from engine.base.state.tables.http import IdempotencyRow
from engine.base.state.tables.inventory import AssetRow, FieldRow, LinkRow, LotRow, ObjectRow, StoreRow, VerdictRow
from engine.base.state.tables.keys import PurposeKeyRow, SubjectKeyRow
from engine.base.state.tables.ledger import LedgerCheckpointRow, LedgerKeyRow, LedgerShardRow, LedgerTileRow
from engine.base.state.tables.looks import LookRow
from engine.base.state.tables.outbox import OutboxDisclosureRow, OutboxRow
from engine.base.state.tables.plans import PlanBatchRow, PlanExcludedRow, PlanKeysRow, PlanRow
from engine.base.state.tables.scans import (
    ChunkRow,
    CoverageRow,
    HighWaterRow,
    MembershipRow,
    ObservingRow,
    ReadingRow,
    ScanRow,
    SketchRow,
)
from engine.base.state.tables.tenants import Tenant
from engine.base.state.tables.waivers import WaiverRow
from engine.base.state.tables.work import JobId, JobRow, LeaseRow, ScheduleId, ScheduleRow, WorkerId, WorkerRow

__all__ = [
    "ActorRoleRow",
    "ActorRow",
    "ApiKeyRow",
    "ApprovalRow",
    "ApproverKeyRow",
    "AssetRow",
    "AttemptRow",
    "Base",
    "CertificateRow",
    "ChunkRow",
    "CoverageRow",
    "EvidenceItemId",
    "EvidenceItemRow",
    "EvidenceRunId",
    "EvidenceRunRow",
    "FieldRow",
    "HighWaterRow",
    "HoldGateRow",
    "HoldIdentifierRow",
    "HoldRow",
    "HoldScopeRow",
    "IdempotencyRow",
    "InvitationRow",
    "JobId",
    "JobRow",
    "LeaseRow",
    "LedgerCheckpointRow",
    "LedgerKeyRow",
    "LedgerShardRow",
    "LedgerTileRow",
    "LinkRow",
    "LookRow",
    "LotRow",
    "MembershipRow",
    "ObjectRow",
    "ObservingRow",
    "OpenBatchRow",
    "OutboxDisclosureRow",
    "OutboxRow",
    "PasswordRow",
    "PlanBatchRow",
    "PlanExcludedRow",
    "PlanKeysRow",
    "PlanRow",
    "PurposeKeyRow",
    "ReadingRow",
    "RecoveryCodeRow",
    "ScanRow",
    "ScheduleId",
    "ScheduleRow",
    "SessionRow",
    "SketchRow",
    "StoreRow",
    "SubjectKeyRow",
    "Tenant",
    "TenantOwned",
    "TotpRow",
    "VerdictRow",
    "WaiverRow",
    "WorkerId",
    "WorkerRow",
    "id_column",
    "refers",
]

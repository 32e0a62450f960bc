"""Every table of every floor, one file a room. Importing this package makes the metadata complete."""

from engine.base.state.tables.actors import ActorRow
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.tables.inventory import AssetRow, FieldRow, LinkRow, ObjectRow, StoreRow, VerdictRow
from engine.base.state.tables.keys import PurposeKeyRow, SubjectKeyRow
from engine.base.state.tables.outbox import OutboxDisclosureRow, OutboxRow
from engine.base.state.tables.scans import ChunkRow, CoverageRow, ScanRow, SketchRow
from engine.base.state.tables.tenants import Tenant

__all__ = [
    "ActorRow",
    "AssetRow",
    "Base",
    "ChunkRow",
    "CoverageRow",
    "FieldRow",
    "LinkRow",
    "ObjectRow",
    "OutboxDisclosureRow",
    "OutboxRow",
    "PurposeKeyRow",
    "ScanRow",
    "SketchRow",
    "StoreRow",
    "SubjectKeyRow",
    "Tenant",
    "TenantOwned",
    "VerdictRow",
    "id_column",
    "refers",
]

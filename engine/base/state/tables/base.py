"""What all tables share: naming of constraints, identifiers, and the tenant in every key.

A table of a tenant looks like this::

    class Scan(TenantOwned, Base):
        __tablename__ = "scan"
        __table_args__ = (refers("store_id", "store"), UniqueConstraint("tenant_id", "label"))

        id: Mapped[ScanId] = id_column()
        store_id: Mapped[StoreId]
        started_at: Mapped[datetime]

Its primary key is (``tenant_id``, ``id``); all references between tables of tenants are on both columns, so the database
itself refuses a row of one tenant that points to another's. ``tests/base/test_database.py`` holds every table to that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import TypeEngine

from engine.base import ids
from engine.base.ids import TenantId, new_id
from engine.base.keys.sealed import Sealed
from engine.base.state.types import SealedValue, UtcDateTime

NAMING: dict[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""One name for one constraint on every database, so that migrations can speak of it."""

_IDENTIFIERS = (
    ids.TenantId,
    ids.ActorId,
    ids.EventId,
    ids.SubjectKeyId,
    ids.StoreId,
    ids.AssetId,
    ids.ObjectId,
    ids.LotId,
    ids.FieldId,
    ids.VerdictId,
    ids.ScanId,
    ids.LinkId,
    ids.ApiKeyId,
    ids.SessionId,
    ids.ApproverKeyId,
    ids.ApprovalId,
    ids.PlanId,
    ids.HoldId,
    ids.HoldScopeId,
    ids.BatchId,
    ids.LookId,
    ids.WaiverId,
    ids.CertificateId,
)


class Base(DeclarativeBase):
    """Declarative base of all tables of the state.

    Annotations choose the column type: ``datetime`` is an aware UTC instant, ``str`` text of any length, ``int`` 64 bits,
    ``bytes`` binary, ``Sealed`` a sealed value, every identifier of ``engine.base.ids`` a UUID. JSON says so itself:
    ``mapped_column(CanonicalJson)``.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, TypeEngine[Any]]] = {
        datetime: UtcDateTime(),
        str: Text(),
        int: BigInteger(),
        bytes: LargeBinary(),
        Sealed: SealedValue(),
        UUID: Uuid(),
        **dict.fromkeys(_IDENTIFIERS, Uuid()),
    }


class TenantOwned:
    """Mixin, first among the bases: the row belongs to a tenant, and ``tenant_id`` leads its primary key.

    A session bound to a tenant fills ``tenant_id`` in, refuses rows of others and adds it to the condition of every ORM
    query (:mod:`engine.base.state.tenancy`).
    """

    @declared_attr
    def tenant_id(cls) -> Mapped[TenantId]:  # noqa: N805 - SQLAlchemy calls it on the class
        """Whose row it is."""
        return mapped_column(ForeignKey("tenant.id"), primary_key=True, sort_order=-2)


def id_column() -> MappedColumn[Any]:
    """The ``id`` column: a UUIDv7, made when the object is flushed unless it was given; second part of the primary key."""
    return mapped_column(primary_key=True, default=new_id, sort_order=-1)


def refers(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference of (``tenant_id``, ``column``) to ``table``'s (``tenant_id``, ``id``), for ``__table_args__``."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)

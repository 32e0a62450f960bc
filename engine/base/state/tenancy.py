"""A session bound to a tenant sees and writes that tenant's rows only (design, rule 9).

Three nets, the last one the database's own: every ORM statement of a bound session gets ``tenant_id = ...`` added; a new
object gets the tenant filled in and another tenant's is refused; and the tenant is part of every primary and foreign key.
Statements on bare tables (Core) get no condition added: write those with ORM classes.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from engine.base.errors import IntegrityViolated
from engine.base.ids import TenantId
from engine.base.state.context import maybe_context
from engine.base.state.tables.base import TenantOwned


class TenantSession(Session):
    """An ordinary SQLAlchemy session that keeps to the tenant of its context, if it has one."""


@event.listens_for(TenantSession, "do_orm_execute")
def _keep_to_tenant(state: ORMExecuteState) -> None:
    """Add the tenant to the condition of an ORM statement."""
    context = maybe_context(state.session)
    if context is None or not (state.is_select or state.is_update or state.is_delete):
        return
    tenant_id = context.tenant_id
    state.statement = state.statement.options(
        with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    )


@event.listens_for(TenantSession, "before_flush")
def _fill_tenant(session: Session, _flush: UOWTransaction, _instances: Any) -> None:
    """Fill the tenant in, and refuse another one."""
    context = maybe_context(session)
    if context is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, TenantOwned):
            continue
        tenant_id = cast("TenantId | None", row.tenant_id)  # None until the row is flushed
        if tenant_id is None:
            row.tenant_id = context.tenant_id
        elif tenant_id != context.tenant_id:
            raise IntegrityViolated(f"a row of {type(row).__name__} belongs to another tenant than this session")

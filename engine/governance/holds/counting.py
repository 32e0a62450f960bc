"""The holds over a store that count, as rows are compared with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.ids import HoldScopeId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.tables import HoldIdentifierRow, HoldRow, HoldScopeRow
from engine.estate.stores.store import AssetInfo
from engine.governance.holds.forms import HoldKey
from engine.governance.holds.matcher import HoldMatcher
from engine.governance.holds.scopes import CountingHold, HeldScope, ScopeKind

COUNTS = ("placed", "effective")


def counting(session: Session, store: str) -> tuple[CountingHold, ...]:
    """Those that are placed or effective, with what they cover in one store, the oldest first."""
    query = (
        select(HoldScopeRow, HoldRow.state)
        .join(HoldRow, (HoldRow.tenant_id == HoldScopeRow.tenant_id) & (HoldRow.id == HoldScopeRow.hold_id))
        .where(HoldScopeRow.store == store, HoldRow.state.in_(COUNTS))
        .order_by(HoldScopeRow.hold_id, HoldScopeRow.number)
    )
    found: dict[object, CountingHold] = {}
    for row, state in session.execute(query).all():
        scope = _scope(row, tuple(_digests(session, row.id)) if row.identifiers else ())
        known = found.get(row.hold_id)
        scopes = (*known.scopes, scope) if known is not None else (scope,)
        found[row.hold_id] = CountingHold(row.hold_id, cast('Literal["placed", "effective"]', state), scopes)
    return tuple(found.values())


def hold_key(session: Session) -> HoldKey:
    """What identifiers of this tenant are hashed with; made on first use, so not in a snapshot."""
    key = purpose_key(session, Purpose.HOLD)
    return HoldKey(key.key, key.generation)


def hold_matcher(session: Session, store: str, assets: Iterable[AssetInfo]) -> HoldMatcher:
    """What tells of the rows of a store whether they are held.

    Args:
        session: of a transaction, begun after the batch was opened.
        store: by name.
        assets: all that the store lists now: a table of a hold that is not among them counts as gone, and nothing can be told.
    """
    return HoldMatcher(store, counting(session, store), list(assets), hold_key(session))


def _scope(row: HoldScopeRow, digests: tuple[bytes, ...]) -> HeldScope:
    return HeldScope(
        row.hold_id,
        ScopeKind(row.kind),
        row.store,
        row.asset,
        tuple(cast("list[str]", row.columns)),
        digests,
        row.key_generation,
        row.form_version,
    )


def _digests(session: Session, scope_id: HoldScopeId) -> Iterable[bytes]:
    query = select(HoldIdentifierRow.digest).where(HoldIdentifierRow.scope_id == scope_id)
    return session.scalars(query.order_by(HoldIdentifierRow.digest))

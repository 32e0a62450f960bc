"""Placing a hold, and making it effective."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from engine.base.actors import get
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, HoldId, HoldScopeId, new_id
from engine.base.keys.subjects import make_subject_key
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, FieldRow, HoldIdentifierRow, HoldRow, HoldScopeRow, StoreRow
from engine.governance.holds.barrier import BatchView, waited_for
from engine.governance.holds.counting import hold_key
from engine.governance.holds.forms import FORM_VERSION, HoldKey, identifier_digests, key_digests
from engine.governance.holds.gates import pass_gates
from engine.governance.holds.scopes import MAX_IDENTIFIERS, MAX_SCOPES, Scope
from engine.governance.holds.texts import matter_hash, seal_text, written
from engine.ledger.events.hold import HoldEffective, HoldPlaced

LONGEST_REVIEW = timedelta(days=366)
"""A hold that nobody looks at for longer is kept by accident."""
_INSERT = insert(cast("Table", HoldIdentifierRow.__table__))


@dataclass(frozen=True, slots=True)
class NewHold:
    """What is to be placed.

    Attributes:
        matter: the case, in a few words; it may name people.
        reason: why these data are needed.
        scopes: what it covers; at least one.
        review_at: by when it is to be looked at again; within 366 days.
        owner: who answers for it; by default who places it.
    """

    matter: str = field(repr=False)
    reason: str = field(repr=False)
    scopes: Sequence[Scope]
    review_at: datetime
    owner: ActorId | None = None


def place_hold(session: Session, new: NewHold) -> HoldId:
    """Place a hold: once the caller's transaction commits, it counts. It is sure when :func:`try_effective` says so.

    Raises:
        BadInput: a text, a name, an identifier or the date of review does not fit.
        NotFound: a store, asset or field that no scan has seen, or an actor that does not exist.
    """
    context = context_of(session)
    now = context.clock.now()
    if context.actor_id is None:
        raise BadInput("every act has an actor, and this session has none")
    matter, reason = written(new.matter, "matter"), written(new.reason, "reason")
    review_at = review_date(new.review_at, now)
    owner = get(session, new.owner or context.actor_id).id
    scopes = tuple(new.scopes)
    if not 1 <= len(scopes) <= MAX_SCOPES:
        raise BadInput(f"a hold covers 1 to {MAX_SCOPES} things")
    for scope in scopes:
        _require_known(session, scope)
    digests = _digests(scopes, hold_key(session))  # before the gates are locked: it may take a while
    hold_id, key_id = HoldId(new_id()), make_subject_key(session, "hold")
    numbers = pass_gates(session, (scope.store for scope in scopes))
    session.add(
        HoldRow(
            id=hold_id,
            matter=seal_text(session, hold_id, key_id, "matter", matter),
            matter_hash=matter_hash(session, matter),
            reason=seal_text(session, hold_id, key_id, "reason", reason),
            subject_key_id=key_id,
            owner_id=owner,
            state="placed",
            review_at=review_at,
            placed_at=now,
            placed_by=context.actor_id,
        )
    )
    session.flush()
    generation = hold_key(session).generation
    for number, (scope, some) in enumerate(zip(scopes, digests, strict=True)):
        _add(session, hold_id, number, scope, some, numbers[scope.store], generation)
    placed = HoldPlaced(
        hold=hold_id,
        owner=owner,
        matter=matter,
        reason=reason,
        kinds=tuple(sorted({scope.kind.value for scope in scopes})),
        scopes=len(scopes),
        identifiers=sum(scope.size for scope in scopes),
        places=tuple(scope.place for scope in scopes),
        review_at=review_at,
        waits=len(waited_for(session, hold_id)),
    )
    record(session, placed, subject_key_id=key_id)
    return hold_id


def try_effective(session: Session, hold_id: HoldId) -> bool:
    """Make a hold effective if nothing is open any more that does not know of it; whether it is effective.

    No gate is locked for it: a batch that is opened from now on reads the hold, and one that was opened before only closes.

    Raises:
        NotFound: there is no such hold.
        BadInput: it was released.
    """
    row = locked_hold(session, hold_id)
    if row.state == "released":
        raise BadInput("the hold was released")
    if row.state == "effective":
        return True
    if waited_for(session, hold_id):
        return False
    now = context_of(session).clock.now()
    row.state, row.effective_at = "effective", now
    session.flush()
    waited = max(0.0, round((now - row.placed_at).total_seconds(), 3))
    record(session, HoldEffective(hold=hold_id, placed_at=row.placed_at, waited_s=waited))
    return True


def make_effective(session: Session) -> None:
    """Make all holds effective that can be. A chore of the leader: whoever placed one may not be there any more."""
    for hold_id in session.scalars(select(HoldRow.id).where(HoldRow.state == "placed").order_by(HoldRow.id)).all():
        try_effective(session, hold_id)


def wait_effective(
    database: Database,
    hold_id: HoldId,
    *,
    sleep: Callable[[], object],
    told: Callable[[Sequence[BatchView]], object] = lambda _batches: None,
    until: Callable[[], bool] = lambda: False,
) -> bool:
    """Wait until a hold is effective; whether it is.

    Args:
        database: the state, bound.
        hold_id: which; it was placed, and that is committed.
        sleep: waits between two looks, as long as the caller likes.
        told: is given what is waited for, after each look.
        until: ends the waiting; the hold stays placed, and a worker makes it effective later.

    Raises:
        NotFound, BadInput: as in ``try_effective``; it may be released meanwhile.
    """
    while True:
        with database.transaction() as session:
            if try_effective(session, hold_id):
                return True
            batches = waited_for(session, hold_id)
        told(batches)
        if until():
            return False
        sleep()


def review_date(wanted: datetime, now: datetime) -> datetime:
    """The day by which a hold is looked at.

    Raises:
        BadInput: it is naive, past, or too far ahead.
    """
    if wanted.utcoffset() is None:
        raise BadInput("an instant without a time zone: times are aware here")
    if not now < wanted <= now + LONGEST_REVIEW:
        raise BadInput(
            "a hold is reviewed within 366 days", hint="give a date that is ahead, and not further than that"
        )
    return wanted


def locked_hold(session: Session, hold_id: HoldId) -> HoldRow:
    """A hold, locked until the transaction ends.

    Raises:
        NotFound: there is none of that id.
    """
    place = (context_of(session).tenant_id, hold_id)
    row = session.get(HoldRow, place, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("there is no such hold", hint="`reeve hold list`")
    return row


def _digests(scopes: Iterable[Scope], key: HoldKey) -> list[set[bytes]]:
    """Of each scope what is kept of its values."""
    found: list[set[bytes]] = []
    for scope in scopes:
        if scope.size > MAX_IDENTIFIERS:
            raise BadInput(f"at most {MAX_IDENTIFIERS:,} rows or subjects in one place", hint="hold the asset")
        some = {digest for text in scope.identifiers for digest in identifier_digests(text, key)}
        for cells in scope.keys:
            digests = key_digests(cells, key)
            if digests is None:
                raise BadInput("a key of a row has a value in every column")
            some.update(digests)
        found.append(some)
    return found


def _add(
    session: Session, hold_id: HoldId, number: int, scope: Scope, digests: set[bytes], gate: int, generation: int
) -> None:
    names: list[JsonValue] = [*scope.columns]
    row = HoldScopeRow(
        id=HoldScopeId(new_id()),
        hold_id=hold_id,
        number=number,
        kind=scope.kind.value,
        store=scope.store,
        asset=scope.asset,
        columns=names,
        identifiers=scope.size,
        gate=gate,
        key_generation=generation,
        form_version=FORM_VERSION,
    )
    session.add(row)
    session.flush()
    tenant_id = context_of(session).tenant_id
    rows: list[dict[str, Any]] = [
        {"tenant_id": tenant_id, "scope_id": row.id, "digest": digest} for digest in sorted(digests)
    ]
    if rows:
        session.connection().execute(_INSERT, rows)


def _require_known(session: Session, scope: Scope) -> None:
    """A hold on a name that is not there would hold nothing: it has to be in the inventory."""
    store = session.scalar(select(StoreRow).where(StoreRow.name == scope.store))
    if store is None:
        raise NotFound("the inventory knows no store of that name", hint="`reeve scan` it first")
    if not scope.asset:
        return
    asset = session.scalar(select(AssetRow).where(AssetRow.store_id == store.id, AssetRow.name == scope.asset))
    if asset is None or asset.gone_at is not None:
        raise NotFound(
            "the inventory knows no asset of that name in the store", hint="scan it first, or hold the store"
        )
    if scope.columns:
        query = select(FieldRow.path).where(FieldRow.asset_id == asset.id, FieldRow.path.in_(scope.columns))
        if set(scope.columns) - set(session.scalars(query.where(FieldRow.gone_at.is_(None)))):
            raise NotFound(
                "the inventory knows no field of that name in the asset", hint="scan it first, or hold the asset"
            )

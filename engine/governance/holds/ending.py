"""Reviewing a hold, and releasing it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.actors import ActorKind, get
from engine.base.errors import AccessRefused, BadInput
from engine.base.ids import ActorId, HoldId
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import HoldRow, HoldScopeRow
from engine.governance.holds.gates import pass_gates
from engine.governance.holds.place import locked_hold, review_date
from engine.governance.holds.texts import open_text, seal_text, written
from engine.ledger.events.hold import HoldReleased, HoldReviewed


def review_hold(session: Session, hold_id: HoldId, review_at: datetime, note: str = "") -> None:
    """Keep a hold until another day by which it is looked at again.

    Args:
        session: of the transaction; its actor reviews.
        hold_id: which.
        review_at: within 366 days.
        note: in their words; goes into the trail only, as a commitment.

    Raises:
        NotFound: there is no such hold.
        BadInput: it was released, or the date or note does not fit.
    """
    row = _open(session, hold_id)
    now, due = context_of(session).clock.now(), row.review_at
    row.review_at, row.reviewed_at = review_date(review_at, now), now
    for name in ("matter", "reason"):  # kept for ten years after the last review
        text = open_text(session, hold_id, name, getattr(row, name))
        if text is not None:
            setattr(row, name, seal_text(session, hold_id, row.subject_key_id, name, text))
    said = written(note, "note") if note.strip() else ""
    reviewed = HoldReviewed(hold=hold_id, note=said, due_at=due, late=now > due, review_at=row.review_at)
    record(session, reviewed, subject_key_id=row.subject_key_id)


def release_hold(session: Session, hold_id: HoldId, reason: str) -> None:
    """End a hold: what it covered may go again when the rules say so.

    Releasing opens the way to destruction that cannot be undone, so it takes two people, as an approval does: a person, and
    another one than who placed it.

    Raises:
        NotFound: there is no such hold.
        BadInput: it was released already, or no reason is given.
        AccessRefused: the session's actor placed it (``own_hold``), or is no person (``no_person``).
    """
    said, actor = written(reason, "reason for the release"), _person(session)
    stores = session.scalars(select(HoldScopeRow.store).where(HoldScopeRow.hold_id == hold_id)).all()
    pass_gates(session, stores)  # gates before the hold, as in placing
    row = _open(session, hold_id)
    if row.placed_by == actor:
        raise AccessRefused(
            "whoever placed a hold does not release it",
            reason="own_hold",
            hint="ask another person who may release holds",
        )
    was_effective = row.state == "effective"
    sealed = seal_text(session, hold_id, row.subject_key_id, "release", said)
    row.state, row.release_reason = "released", sealed
    row.released_at, row.released_by = context_of(session).clock.now(), actor
    session.flush()
    released = HoldReleased(
        hold=hold_id,
        placer=row.placed_by,
        reason=said,
        reasoned=bool(said),
        placed_at=row.placed_at,
        was_effective=was_effective,
        due_at=row.review_at,
    )
    record(session, released, subject_key_id=row.subject_key_id)


def _person(session: Session) -> ActorId:
    """Who acts, if it is a person."""
    actor_id = context_of(session).actor_id
    if actor_id is None or get(session, actor_id).kind is not ActorKind.PERSON:
        raise AccessRefused("a hold is released by a person", reason="no_person", hint="have a person release it")
    return actor_id


def _open(session: Session, hold_id: HoldId) -> HoldRow:
    row = locked_hold(session, hold_id)
    if row.state == "released":
        raise BadInput("the hold was released")
    return row

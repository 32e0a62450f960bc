"""Waivers: asked for by one actor, approved by another, for at most a year; then the violation is open again by itself.

A waiver counts while it is approved, not ended, and its expiry lies ahead: nothing has to run for it to stop counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from engine.base.actors import Actor
from engine.base.actors import get as actor_of
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, WaiverId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import WaiverRow
from engine.governance.policy.waiving import WaiverFact
from engine.ledger.events.waiver import Scope, WaiverApproved, WaiverAsked, WaiverEnded, WaiverExpired

LONGEST = timedelta(days=366)
"""A year, also one with a leap day in it."""
LONGEST_TEXT = 1_000  # characters
LONGEST_NAME = 1_024
NOTED_AT_ONCE = 200


class State(StrEnum):
    """How a waiver stands at an instant."""

    ASKED = "asked"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for.

    Attributes:
        rule: whose violation is to be accepted.
        store, asset, field: where, by name; empty for all of them. A field needs its asset, an asset its store.
        owner_id: who answers for it.
        reason: why; control: what is done instead. Both without personal data.
        expires_at: aware.
    """

    rule: str
    store: str
    asset: str
    field: str
    owner_id: ActorId
    reason: str
    control: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaiverView:
    """A waiver as it is shown. Attributes as in the table; ``state`` is that of the moment it was read."""

    id: WaiverId
    rule: str
    store: str
    asset: str
    field: str
    owner: Actor
    reason: str
    control: str
    requester: Actor
    asked_at: datetime
    expires_at: datetime
    approver: Actor | None
    approved_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    state: State

    @property
    def place(self) -> str:
        """``store/asset.field``, or ``everywhere``."""
        asset = f"/{self.asset}" if self.asset else ""
        return f"{self.store}{asset}{f'.{self.field}' if self.field else ''}" or "everywhere"


def ask(session: Session, matcher: Matcher, asking: Asking) -> WaiverId:
    """Ask that a violation be accepted.

    Raises:
        BadInput: a text is missing or seems to hold personal data, the scope has a gap, or it would end too late or has ended.
        NotFound: there is no such owner.
    """
    context = context_of(session)
    now, actor = context.clock.now(), _acting(session)
    _check_scope(asking)
    _check_texts(matcher, {"reason": asking.reason, "compensating control": asking.control})
    actor_of(session, asking.owner_id)
    if asking.expires_at <= now:
        raise BadInput("a waiver ends in the future")
    if asking.expires_at - now > LONGEST:
        raise BadInput("a waiver ends within a year", hint="ask again when it has ended, if it is still needed")
    row = WaiverRow(
        id=WaiverId(new_id()), rule=asking.rule, store=asking.store, asset=asking.asset, field=asking.field,
        owner_id=asking.owner_id, reason=asking.reason.strip(), control=asking.control.strip(), asked_by=actor,
        asked_at=now, expires_at=asking.expires_at, approved_by=None, approved_at=None, ended_by=None, ended_at=None,
        end_reason="", expiry_noted_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session,
        WaiverAsked(
            waiver=row.id,
            owner=row.owner_id,
            scope=_scope(row),
            expires_at=row.expires_at,
            rule=row.rule,
            store=row.store,
            asset=row.asset,
            field=row.field,
            reason=row.reason,
            control=row.control,
        ),
    )
    return row.id


def approve(session: Session, waiver_id: UUID) -> None:
    """Accept the violation, in the name of the session's actor.

    Raises:
        NotFound: there is no such waiver.
        BadInput: whoever approves asked for it, or is no person; or it does not wait any more.
    """
    row, actor = _row(session, waiver_id), _acting(session)
    if actor == row.asked_by:
        raise BadInput("who asked for a waiver cannot approve it", hint="another actor approves it")
    if actor_of(session, actor).kind != "person":
        raise BadInput("a waiver is approved by a person")
    now = context_of(session).clock.now()
    state = _state(row, now)
    if state is not State.ASKED or row.expires_at <= now:
        raise BadInput(f"this waiver waits for nobody: it is {'expired' if row.expires_at <= now else _word(state)}")
    row.approved_by, row.approved_at = actor, now
    session.flush()
    record(
        session,
        WaiverApproved(
            waiver=row.id,
            requester=row.asked_by,
            owner=row.owner_id,
            scope=_scope(row),
            asked_at=row.asked_at,
            expires_at=row.expires_at,
        ),
    )


def end(session: Session, matcher: Matcher, waiver_id: UUID, reason: str) -> None:
    """Decline a waiver that waits, or withdraw one that counts.

    Raises:
        NotFound: there is no such waiver.
        BadInput: it ended or expired before; or the reason is missing or seems to hold personal data.
    """
    row, actor = _row(session, waiver_id), _acting(session)
    _check_texts(matcher, {"reason": reason})
    now = context_of(session).clock.now()
    state = _state(row, now)
    if state in (State.ENDED, State.EXPIRED):
        raise BadInput(f"this waiver is {_word(state)}")
    row.ended_by, row.ended_at, row.end_reason = actor, now, reason.strip()
    session.flush()
    record(session, WaiverEnded(waiver=row.id, counted=row.approved_at is not None, reason=row.end_reason))


def note_expired(session: Session) -> int:
    """Record of waivers that counted, and whose end has come, that it came; returns of how many. A chore.

    Whether a waiver counts does not depend on it.
    """
    now = context_of(session).clock.now()
    query = (
        select(WaiverRow)
        .where(
            WaiverRow.expires_at <= now,
            WaiverRow.approved_at.is_not(None),
            WaiverRow.ended_at.is_(None),
            WaiverRow.expiry_noted_at.is_(None),
        )
        .order_by(WaiverRow.expires_at, WaiverRow.id)
        .limit(NOTED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.expiry_noted_at = now
        record(session, WaiverExpired(waiver=row.id, expires_at=row.expires_at))
    session.flush()
    return len(rows)


def waivers_in_force(session: Session) -> tuple[WaiverFact, ...]:
    """Those that count now, the longest first."""
    query = select(WaiverRow).where(*_in_force(session)).order_by(WaiverRow.expires_at.desc(), WaiverRow.id.desc())
    return tuple(
        WaiverFact(row.id, row.rule, row.store, row.asset, row.field, row.expires_at) for row in session.scalars(query)
    )


def list_waivers(
    session: Session, limit: int, *, after: UUID | None = None, state: State | None = None
) -> list[WaiverView]:
    """Waivers, newest first, from behind ``after`` on."""
    now = context_of(session).clock.now()
    query = select(WaiverRow).order_by(WaiverRow.id.desc()).limit(limit)
    if after is not None:
        query = query.where(WaiverRow.id < after)
    if state is not None:
        query = _of_state(session, query, state)
    rows = session.scalars(query).all()
    people = _people(session, rows)
    return [_view(row, people, now) for row in rows]


def get_waiver(session: Session, waiver_id: UUID) -> WaiverView:
    """One waiver.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = _row(session, waiver_id, lock=False)
    return _view(row, _people(session, [row]), context_of(session).clock.now())


def _in_force(session: Session) -> list[Any]:
    now = context_of(session).clock.now()
    return [WaiverRow.approved_at.is_not(None), WaiverRow.ended_at.is_(None), WaiverRow.expires_at > now]


def _of_state(session: Session, query: Select[WaiverRow], state: State) -> Select[WaiverRow]:
    now = context_of(session).clock.now()
    match state:
        case State.IN_FORCE:
            return query.where(*_in_force(session))
        case State.ASKED:
            return query.where(
                WaiverRow.approved_at.is_(None), WaiverRow.ended_at.is_(None), WaiverRow.expires_at > now
            )
        case State.EXPIRED:
            return query.where(WaiverRow.ended_at.is_(None), WaiverRow.expires_at <= now)
        case State.ENDED:
            return query.where(WaiverRow.ended_at.is_not(None))


def _state(row: WaiverRow, now: datetime) -> State:
    if row.ended_at is not None:
        return State.ENDED
    if row.expires_at <= now:
        return State.EXPIRED
    return State.ASKED if row.approved_at is None else State.IN_FORCE


def _word(state: State) -> str:
    return state.value.replace("_", " ")


def _people(session: Session, rows: Sequence[WaiverRow]) -> dict[ActorId, Actor]:
    ids = {one for row in rows for one in (row.owner_id, row.asked_by, row.approved_by) if one is not None}
    return {one: actor_of(session, one) for one in sorted(ids)}


def _view(row: WaiverRow, people: dict[ActorId, Actor], now: datetime) -> WaiverView:
    approver = people[row.approved_by] if row.approved_by is not None else None
    return WaiverView(
        row.id, row.rule, row.store, row.asset, row.field, people[row.owner_id], row.reason, row.control,
        people[row.asked_by], row.asked_at, row.expires_at, approver, row.approved_at, row.ended_at, row.end_reason,
        _state(row, now),
    )  # fmt: skip


def _row(session: Session, waiver_id: UUID, *, lock: bool = True) -> WaiverRow:
    query = select(WaiverRow).where(WaiverRow.id == waiver_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("there is no such waiver")
    return row


def _acting(session: Session) -> ActorId:
    actor = context_of(session).actor_id
    if actor is None:
        raise BadInput("every act has an actor, and this session has none")
    return actor


def _scope(row: WaiverRow) -> Scope:
    return "field" if row.field else "asset" if row.asset else "store" if row.store else "everywhere"


def _check_scope(asking: Asking) -> None:
    if not asking.rule:
        raise BadInput("a waiver names the rule whose violation it accepts")
    if (asking.field and not asking.asset) or (asking.asset and not asking.store):
        raise BadInput("a field is named with its asset, and an asset with its store")
    if any(len(one) > LONGEST_NAME for one in (asking.rule, asking.store, asking.asset, asking.field)):
        raise BadInput(f"a name has at most {LONGEST_NAME} characters")


def _check_texts(matcher: Matcher, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise BadInput(f"a waiver needs a {name} of 1 to {LONGEST_TEXT} characters")
        found = sorted({finding.entity for finding in find(matcher, [text])[0]})
        if found:
            raise BadInput(
                f"the {name} seems to contain personal data ({', '.join(found)}); waivers are kept for years",
                hint="write it without naming a person or a value",
            )

"""Giving roles to actors, taking them back, and ending an actor's right to act at all.

There is always an active administrator once there was one. Whoever runs ``reeve`` on the machine of the state needs no role:
who can read the keyring can do all of this anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.actors.api_keys import revoke_api_keys_of
from engine.base.actors.events import Deactivated, Reactivated, RoleGranted, RoleWithdrawn
from engine.base.actors.granted import actor_row, roles_of
from engine.base.actors.registry import Actor, ActorKind, get
from engine.base.actors.roles import Role
from engine.base.actors.sessions import end_sessions_of
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.access import ActorRoleRow, InvitationRow
from engine.base.state.tables.actors import ActorRow


@dataclass(frozen=True, slots=True)
class ActorView:
    """An actor in a list.

    Attributes:
        actor: who; the name is None once it was forgotten.
        roles: theirs.
        created_at: when they were registered.
        deactivated_at: since when they may not act; None while they may.
    """

    actor: Actor
    roles: frozenset[Role]
    created_at: datetime
    deactivated_at: datetime | None


def grant(session: Session, actor_id: ActorId, role: Role) -> None:
    """Give an actor a role and record that. They have it already: no change.

    Raises:
        NotFound: there is no such actor.
        BadInput: they were deactivated; or it is the approver's role, and they are no person: an approval is a person's.
    """
    row = _locked(session, actor_id)
    if row.deactivated_at is not None:
        raise BadInput("this actor was deactivated", hint="reactivate them first")
    if role is Role.APPROVER and row.kind != ActorKind.PERSON:
        raise BadInput(f"a {row.kind} cannot be an approver: an approval is a person's")
    before = roles_of(session, actor_id)
    if role in before:
        return
    context = context_of(session)
    session.add(ActorRoleRow(actor_id=actor_id, role=role.value, granted_at=context.clock.now()))
    session.flush()
    record(
        session,
        RoleGranted(
            actor=actor_id,
            kind=row.kind,
            role=role.value,
            roles=_words(before | {role}),
            own=context.actor_id == actor_id,
        ),
    )


def withdraw(session: Session, actor_id: ActorId, role: Role) -> None:
    """Take a role from an actor and record that. It holds at once, for their keys and sessions too. Without it: no change.

    Raises:
        NotFound: there is no such actor.
        BadInput: they are the last active administrator.
    """
    row = _locked(session, actor_id, administrators=role is Role.ADMINISTRATOR)
    before = roles_of(session, actor_id)
    if role not in before:
        return
    if role is Role.ADMINISTRATOR and row.deactivated_at is None:
        _require_another_administrator(session, actor_id)
    session.delete(session.get_one(ActorRoleRow, (context_of(session).tenant_id, actor_id, role.value)))
    session.flush()
    record(session, RoleWithdrawn(actor=actor_id, kind=row.kind, role=role.value, roles=_words(before - {role})))


def deactivate(session: Session, actor_id: ActorId) -> None:
    """End an actor's right to act: sessions end, API keys are revoked, an invitation is void. Again: no change.

    Raises:
        NotFound: there is no such actor.
        BadInput: they are the last active administrator.
    """
    row = _locked(session, actor_id, administrators=True)
    if row.deactivated_at is not None:
        return
    roles = roles_of(session, actor_id)
    if Role.ADMINISTRATOR in roles:
        _require_another_administrator(session, actor_id)
    context = context_of(session)
    row.deactivated_at = context.clock.now()
    invitation = session.get(InvitationRow, (context.tenant_id, actor_id))
    if invitation is not None:
        session.delete(invitation)
    session.flush()
    ended = end_sessions_of(session, actor_id, reason="deactivated")
    revoked = revoke_api_keys_of(session, actor_id)
    record(
        session,
        Deactivated(actor=actor_id, kind=row.kind, roles=_words(roles), sessions=ended, keys=revoked),
    )


def reactivate(session: Session, actor_id: ActorId) -> None:
    """Let an actor act again, with the roles, password and second factor they had. Again: no change.

    Raises:
        NotFound: there is no such actor.
    """
    row = _locked(session, actor_id)
    if row.deactivated_at is None:
        return
    row.deactivated_at = None
    session.flush()
    end_sessions_of(
        session, actor_id, reason="deactivated"
    )  # what began in the very moment in which they were deactivated
    revoke_api_keys_of(session, actor_id)
    record(session, Reactivated(actor=actor_id, kind=row.kind, roles=_words(roles_of(session, actor_id))))


def list_actors(session: Session, *, after: ActorId | None = None, limit: int = 100) -> tuple[ActorView, ...]:
    """Actors in the order of their registration.

    Args:
        session: reads only.
        after: the last one of the page before.
        limit: at most so many, from 1.
    """
    query = select(ActorRow).order_by(ActorRow.id).limit(limit)
    rows = session.scalars(query if after is None else query.where(ActorRow.id > after)).all()
    roles: dict[ActorId, set[Role]] = {row.id: set() for row in rows}
    for given in session.scalars(select(ActorRoleRow).where(ActorRoleRow.actor_id.in_(roles))):
        roles[given.actor_id].add(Role(given.role))
    return tuple(
        ActorView(get(session, row.id), frozenset(roles[row.id]), row.created_at, row.deactivated_at) for row in rows
    )


def view_actor(session: Session, actor_id: ActorId) -> ActorView:
    """One actor, as in the list.

    Raises:
        NotFound: there is none.
    """
    row = actor_row(session, actor_id)
    return ActorView(get(session, actor_id), roles_of(session, actor_id), row.created_at, row.deactivated_at)


def _locked(session: Session, actor_id: ActorId, *, administrators: bool = False) -> ActorRow:
    """The actor's row, read again under a lock; before it, all administrators' rows, where one of them may go.

    Otherwise two administrators could each take the other one's role at the same moment. All lock in the order of ids.
    """
    actor_row(session, actor_id)
    known = ActorRow.id == actor_id
    if administrators:
        held = select(ActorRoleRow.actor_id).where(ActorRoleRow.role == Role.ADMINISTRATOR)
        known |= ActorRow.id.in_(held)
    rows = session.scalars(
        select(ActorRow)
        .where(known)
        .order_by(ActorRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return next(row for row in rows if row.id == actor_id)


def _require_another_administrator(session: Session, actor_id: ActorId) -> None:
    another = (
        select(ActorRow.id)
        .join(ActorRoleRow, (ActorRoleRow.tenant_id == ActorRow.tenant_id) & (ActorRoleRow.actor_id == ActorRow.id))
        .where(ActorRoleRow.role == Role.ADMINISTRATOR, ActorRow.deactivated_at.is_(None), ActorRow.id != actor_id)
        .limit(1)
    )
    if session.scalar(another) is None:
        raise BadInput("this is the last active administrator", hint="make another one first")


def _words(roles: frozenset[Role]) -> tuple[str, ...]:
    return tuple(sorted(role.value for role in roles))

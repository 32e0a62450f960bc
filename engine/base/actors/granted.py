"""What an actor may do now, and who acts by a credential of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.actors.principal import Principal
from engine.base.actors.registry import get
from engine.base.actors.roles import Role, Scope, scopes_of
from engine.base.errors import AccessRefused, NotFound
from engine.base.ids import ActorId
from engine.base.state.context import context_of
from engine.base.state.tables.access import ActorRoleRow
from engine.base.state.tables.actors import ActorRow


def roles_of(session: Session, actor_id: ActorId) -> frozenset[Role]:
    """The roles of an actor, whether they may act at the moment or not; none for an actor that does not exist."""
    return frozenset(map(Role, session.scalars(select(ActorRoleRow.role).where(ActorRoleRow.actor_id == actor_id))))


def is_active(session: Session, actor_id: ActorId) -> bool:
    """Whether an actor may act.

    Raises:
        NotFound: there is none.
    """
    return actor_row(session, actor_id).deactivated_at is None


def actor_row(session: Session, actor_id: ActorId) -> ActorRow:
    """The actor's row.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.get(ActorRow, (context_of(session).tenant_id, actor_id))
    if row is None:
        raise NotFound("there is no such actor", hint="`reeve actor list`")
    return row


def refused(reason: str, actor_id: ActorId | None = None) -> AccessRefused:
    """What every credential that does not hold is answered with; only the trail tells why."""
    return AccessRefused(
        "this credential is not valid", reason=reason, hint="sign in again, or ask for a new key", actor_id=actor_id
    )


def principal_of(
    session: Session,
    actor_id: ActorId,
    credential: Literal["api_key", "session"],
    credential_id: UUID,
    *,
    scopes: Iterable[Scope] | None = None,
    use_due: bool = False,
) -> Principal:
    """Who acts by a credential that was found to hold.

    Args:
        session: reads only.
        actor_id: whose credential it is.
        credential: of which kind it is.
        credential_id: its row.
        scopes: what it is narrowed to; all of their roles' by default.
        use_due: see :class:`~engine.base.actors.principal.Principal`.

    Raises:
        AccessRefused: they were deactivated (``inactive``).
    """
    if not is_active(session, actor_id):
        raise refused("inactive", actor_id)
    actor, roles = get(session, actor_id), roles_of(session, actor_id)
    allowed = scopes_of(roles)
    return Principal(
        actor_id=actor_id,
        kind=actor.kind,
        name=actor.name,
        roles=roles,
        scopes=allowed if scopes is None else allowed & frozenset(scopes),
        credential=credential,
        credential_id=credential_id,
        use_due=use_due,
    )

"""What an actor may do now, and who acts by a credential of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.base.actors.principal import Principal
from engine.base.actors.registry import get
from engine.base.actors.roles import Role, Scope, scopes_of
from engine.base.errors import AccessRefused, NotFound
from engine.base.ids import ActorId
from engine.base.state.context import context_of
from engine.base.state.tables.access import ActorRoleRow, ApiKeyRow, SessionRow
from engine.base.state.tables.actors import ActorRow
from engine.base.state.tables.keys import SubjectKeyRow

Credential = TypeVar("Credential", ApiKeyRow, SessionRow)


def roles_of(session: Session, actor_id: ActorId) -> frozenset[Role]:
    """The roles of an actor, whether they may act at the moment or not; none for an actor that does not exist."""
    return frozenset(map(Role, session.scalars(select(ActorRoleRow.role).where(ActorRoleRow.actor_id == actor_id))))


def actor_row(session: Session, actor_id: ActorId, *, lock: bool = False) -> ActorRow:
    """The actor's row; with ``lock``, whoever else would change what belongs to them waits until this transaction ends.

    Locks on one actor are taken in this order: the actor, then what belongs to them. This lock lets rows be added that refer
    to the actor, as signing in does (FOR NO KEY UPDATE).

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.get(
        ActorRow, (context_of(session).tenant_id, actor_id), with_for_update={"key_share": True} if lock else None
    )
    if row is None:
        raise NotFound("there is no such actor", hint="`reeve actor list`")
    return row


def refused(reason: str, actor_id: ActorId | None = None) -> AccessRefused:
    """What every credential that does not hold is answered with; only the trail tells why."""
    return AccessRefused(
        "this credential is not valid", reason=reason, hint="sign in again, or ask for a new key", actor_id=actor_id
    )


@dataclass(frozen=True, slots=True)
class Held(Generic[Credential]):
    """A credential and its actor, found by one question. The rows are held here so that the session keeps them, too."""

    row: Credential
    actor: ActorRow
    key: SubjectKeyRow
    roles: frozenset[Role]


def find_held(session: Session, kind: type[Credential], condition: ColumnElement[bool]) -> Held[Credential] | None:
    """The API key or session that fits a condition, with whose it is and what they may do: every request asks this."""
    query = (
        select(kind, ActorRow, SubjectKeyRow, ActorRoleRow.role)
        .join(ActorRow, (ActorRow.tenant_id == kind.tenant_id) & (ActorRow.id == kind.actor_id))
        .join(
            SubjectKeyRow,
            (SubjectKeyRow.tenant_id == ActorRow.tenant_id) & (SubjectKeyRow.id == ActorRow.subject_key_id),
        )
        .outerjoin(
            ActorRoleRow, (ActorRoleRow.tenant_id == ActorRow.tenant_id) & (ActorRoleRow.actor_id == ActorRow.id)
        )
        .where(condition)
    )
    found = session.execute(query).all()
    if not found:
        return None
    row, actor, key, _ = found[0]
    words: set[str | None] = {role for _, _, _, role in found}  # of an actor without roles: one None
    return Held(row, actor, key, frozenset(Role(word) for word in words if word is not None))


def principal_of(
    session: Session,
    actor_id: ActorId,
    credential: Literal["api_key", "session"],
    credential_id: UUID,
    *,
    roles: frozenset[Role],
    scopes: Iterable[Scope] | None = None,
    use_due: bool = False,
) -> Principal:
    """Who acts by a credential that was found to hold.

    Args:
        session: reads only.
        actor_id: whose credential it is.
        credential: of which kind it is.
        credential_id: its row.
        roles: the actor's.
        scopes: what it is narrowed to; all of their roles' by default.
        use_due: see :class:`~engine.base.actors.principal.Principal`.

    Raises:
        AccessRefused: they were deactivated (``inactive``).
    """
    row = actor_row(session, actor_id)
    if row.deactivated_at is not None:
        raise refused("inactive", actor_id)
    actor, allowed = get(session, actor_id), scopes_of(roles)
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

"""What every session of the state knows: whose it is, who acts, what time it is, and which keyring opens its sealed columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.base.clock import Clock
from engine.base.errors import BadInput
from engine.base.ids import ActorId, TenantId
from engine.base.keys.keyring import Keyring

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_KEY = "reeve.context"


@dataclass(frozen=True, slots=True)
class Context:
    """Bound to a :class:`~engine.base.state.database.Database`, and through it to each of its sessions.

    Attributes:
        tenant_id: the only tenant whose rows these sessions see.
        keyring: opens and wraps keys.
        clock: the one ``now`` of this run.
        actor_id: who acts; None only while the first actor is being registered.
        kept: keys that were read and unwrapped once, for as long as this process goes on; only :mod:`engine.base.keys` looks.
    """

    tenant_id: TenantId
    keyring: Keyring
    clock: Clock
    actor_id: ActorId | None = None
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


def attach(session: Session, context: Context) -> None:
    """Give a session its context. Once only."""
    if _KEY in session.info:
        raise BadInput("this session has a context already")
    session.info[_KEY] = context


def context_of(session: Session) -> Context:
    """The session's context.

    Raises:
        BadInput: it has none: it was opened to look after all tenants at once (migrations, making a tenant).
    """
    found = maybe_context(session)
    if found is None:
        raise BadInput("this session belongs to no tenant", hint="bind the database first: database.bound(context)")
    return found


def maybe_context(session: Session) -> Context | None:
    """The session's context, or None."""
    context: Context | None = session.info.get(_KEY)
    return context

"""Who is acting in one request, as far as their credential goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from engine.base.actors.registry import ActorKind
from engine.base.actors.roles import Role, Scope
from engine.base.ids import ActorId


@dataclass(frozen=True, slots=True)
class Principal:
    """An actor, with what the credential at hand allows them.

    Attributes:
        actor_id, kind, name: the actor; the name is None once it was forgotten.
        roles: theirs.
        scopes: what this credential allows: all of the roles' in a session, the key's own part of them with an API key.
        credential: how they showed who they are.
        credential_id: the row of that session or key, for the trail.
        use_due: its last use was noted long enough ago to be noted again.
    """

    actor_id: ActorId
    kind: ActorKind
    name: str | None = field(repr=False)
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    credential: Literal["api_key", "session"]
    credential_id: UUID
    use_due: bool = False

    def may(self, scope: Scope) -> bool:
        """Whether they may do that."""
        return scope in self.scopes

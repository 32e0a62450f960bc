"""Who acts: persons, services and schedules; their roles, credentials and approvals.

The registry is loaded when it is first asked for, so that the command line can name roles and scopes without the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.base.actors.registry import Actor, ActorKind, find, get, local_person, register

__all__ = ["Actor", "ActorKind", "find", "get", "local_person", "register"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from engine.base.actors import registry

    return getattr(registry, name)

"""Default deny: a route says which scope it asks for, or why it is public, or the server does not start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from engine.base.actors.roles import Scope

MARK = "reeve_declared"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route asks of whoever calls it. Exactly one of the two is given.

    Attributes:
        scope: that the credential must have; None also for what any known actor may do, see ``known``.
        public: why anybody may call it; empty otherwise.
        known: any credential that counts will do.
    """

    scope: Scope | None = None
    public: str = ""
    known: bool = False


class UndeclaredRoute(AssertionError):
    """A route without a declared scope, or with more than one: a fault of ours that ends the start."""


def public(reason: str) -> Callable[[], None]:
    """Mark a route as one that anybody may call: ``dependencies=[Depends(public("..."))]``. Say why."""
    if not reason.strip():
        raise UndeclaredRoute("a public route says why it is")

    def anybody() -> None:
        return None

    setattr(anybody, MARK, Declared(public=reason))
    return anybody


def declared(route: BaseRoute) -> Declared:
    """What a route asks for.

    Raises:
        UndeclaredRoute: nothing, or two things; or it is not a route of FastAPI, whose dependencies can be seen.
    """
    if not isinstance(route, APIRoute):
        raise UndeclaredRoute(f"{getattr(route, 'path', route)} is not a route whose scope can be told")
    found = {mark for mark in _marks(route.dependant) if mark is not None}
    if len(found) != 1:
        names = ", ".join(sorted(route.methods or ()))
        raise UndeclaredRoute(f"{names} {route.path} declares {len(found)} scopes; it must declare exactly one")
    return found.pop()


def check_routes(routes: Sequence[BaseRoute]) -> None:
    """Make sure that every route declares what it asks for, and that no two have the same method and path.

    Raises:
        UndeclaredRoute: as said.
    """
    seen: set[tuple[str, str]] = set()
    for route in routes:
        declared(route)
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                if (method, route.path) in seen:
                    raise UndeclaredRoute(f"{method} {route.path} is there twice; the second would never be called")
                seen.add((method, route.path))


def _marks(dependant: Dependant) -> Iterator[Declared | None]:
    for inner in dependant.dependencies:
        yield getattr(inner.call, MARK, None)
        yield from _marks(inner)

"""What all routes share: the settings, the state, who the server itself is, and its limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, cast

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import Request

from api.shell.detectors import Detectors
from api.shell.limits import Buckets
from api.shell.tally import Tally
from engine.base.actors import ActorKind, find, register
from engine.base.actors.principal import Principal
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.settings import Settings
from engine.base.settings.server import ServerSettings
from engine.base.state.context import Context
from engine.base.state.database import Database

NAME = "reeve serve"


@dataclass(frozen=True, slots=True)
class House:
    """One server. Everything a request does in the state goes through ``reading`` or ``acting``, in somebody's name.

    Attributes:
        settings: the configuration.
        database: bound to the tenant and to the server's own actor, who records what nobody else did.
        by_address, by_credential: how much may be asked.
        tally: counts refusals.
        detectors: of the configuration.
        secure: browsers reach it by https, so its cookie and headers say so.
    """

    settings: Settings
    database: Database
    by_address: Buckets
    by_credential: Buckets
    tally: Tally
    detectors: Detectors
    secure: bool

    @property
    def server(self) -> ServerSettings:
        """What the configuration says of serving."""
        return self.settings.server

    @property
    def context(self) -> Context:
        """Whose state it is."""
        return bound(self.database)

    def own(self, principal: Principal) -> Database:
        """The state, for sessions in which that actor acts."""
        return self.database.bound(replace(self.context, actor_id=principal.actor_id))

    @contextmanager
    def acting(self, principal: Principal) -> Iterator[Session]:
        """A transaction of that actor's."""
        with self.own(principal).transaction() as session:
            yield session

    @contextmanager
    def reading(self, principal: Principal) -> Iterator[Session]:
        """A snapshot for that actor. Leave it before the answer is sent: streams hold no session."""
        with self.own(principal).snapshot() as session:
            yield session


def open_house(
    settings: Settings, database: Database, *, behind_proxy: bool = False, ticks: Callable[[], float] = time.monotonic
) -> House:
    """Make what a server needs: its actor and the keys that it hashes with.

    Args:
        settings: the configuration.
        database: bound to the tenant and to whoever starts the server.
        behind_proxy: a proxy in front has TLS.
        ticks: a clock in seconds that never goes back, for limits.
    """
    with database.transaction() as session:
        actor_id = _own_actor(session)
        purpose_key(session, Purpose.LOOKUP)
        purpose_key(session, Purpose.PSEUDONYM)
    server = settings.server
    return House(
        settings,
        database.bound(replace(bound(database), actor_id=actor_id)),
        Buckets(server.address_requests_per_minute, ticks),
        Buckets(server.requests_per_minute, ticks),
        Tally(ticks),
        Detectors(settings.file),
        server.has_tls or behind_proxy or server.public_url.startswith("https://"),
    )


def bound(database: Database) -> Context:
    """The context of a state that is bound to a tenant."""
    if database.context is None:
        raise AssertionError("a state that was opened is bound")
    return database.context


def _own_actor(session: Session) -> ActorId:
    found = find(session, ActorKind.SERVICE, NAME)
    if found is not None:
        return found.id
    try:
        return register(session, ActorKind.SERVICE, NAME).id
    except BadInput:  # another server of the same state registered it meanwhile
        other = find(session, ActorKind.SERVICE, NAME)
        if other is None:
            raise
        return other.id


def house_of(request: Request) -> House:
    """The house that a request came to."""
    return cast("House", request.app.state.house)


InHouse = Annotated[House, Depends(house_of)]
"""A parameter of a route: the house."""

"""Registering and finding actors.

An actor's name is personal data. It stands sealed under the actor's own subject key, and is found by a keyed hash. It is kept
for ``NAME_DAYS`` after the actor was last looked up by it; that is renewed as the actor keeps acting. Afterwards the actor is
still known by id, but not by name.
"""

from __future__ import annotations

import os
import pwd
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, new_id
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.purposes import lookup_hash
from engine.base.keys.sealed import SealExpired
from engine.base.keys.subjects import make_subject_key, seal, unseal
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.system_events import ActorRegistered
from engine.base.state.tables.actors import ActorRow

NAME_DAYS = 1096  # three years after the actor was last seen: longer than any report in which the name may be asked for
MAX_NAME = 200  # characters


class ActorKind(StrEnum):
    """What kind of thing acts."""

    PERSON = "person"
    SERVICE = "service"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``name`` is None once it was forgotten: its key destroyed, or its time over."""

    id: ActorId
    kind: ActorKind
    name: str | None = field(repr=False)


def register(session: Session, kind: ActorKind, name: str) -> Actor:
    """Register an actor and record that. A session without an actor registers its first one, who acts for themselves.

    Raises:
        BadInput: an empty or overlong name, or there is one of that kind and name.
    """
    plain = _normal(name)
    try:
        with session.begin_nested():
            return _insert(session, kind, plain)
    except IntegrityError:
        raise BadInput(f"there is a {kind} of that name already") from None


def find(session: Session, kind: ActorKind, name: str) -> Actor | None:
    """The actor of that kind and name, or None. Names that differ only in Unicode form or outer blanks are one."""
    plain = _normal(name)
    row = session.scalar(
        select(ActorRow).where(ActorRow.kind == kind, ActorRow.name_hash == _hash(session, kind, plain))
    )
    if row is None:
        return None
    actor = _actor(session, row)
    now = context_of(session).clock.now()
    if actor.name is not None and row.name.expires_at - now < timedelta(days=NAME_DAYS / 2):
        expires_at = now + timedelta(days=NAME_DAYS)
        row.name = seal(session, row.subject_key_id, plain.encode(), expires_at, _place(row.id))
    return actor


def get(session: Session, actor_id: ActorId) -> Actor:
    """The actor with that id.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.get(ActorRow, (context_of(session).tenant_id, actor_id))
    if row is None:
        raise NotFound("there is no such actor")
    return _actor(session, row)


def local_person(session: Session) -> Actor:
    """Whoever runs this process, by the operating system's word (not by an environment variable), registered if new."""
    name = _login_name()
    found = find(session, ActorKind.PERSON, name)
    if found is not None:
        return found
    try:
        return register(session, ActorKind.PERSON, name)
    except BadInput:  # another process registered them meanwhile
        found = find(session, ActorKind.PERSON, name)
        if found is None:
            raise
        return found


def _insert(session: Session, kind: ActorKind, name: str) -> Actor:
    context = context_of(session)
    now = context.clock.now()
    actor_id = ActorId(new_id())
    key_id = make_subject_key(session, "actor")
    row = ActorRow(
        id=actor_id,
        kind=kind.value,
        name=seal(session, key_id, name.encode(), now + timedelta(days=NAME_DAYS), _place(actor_id)),
        name_hash=_hash(session, kind, name),
        subject_key_id=key_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    event = ActorRegistered(actor=actor_id, kind=kind.value, name=name)
    record(session, event, actor_id=context.actor_id or actor_id, subject_key_id=key_id)
    return Actor(actor_id, kind, name)


def _actor(session: Session, row: ActorRow) -> Actor:
    try:
        name = unseal(session, row.name, _place(row.id)).decode()
    except (KeyDestroyed, SealExpired):
        name = None
    return Actor(row.id, ActorKind(row.kind), name)


def _normal(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain or len(plain) > MAX_NAME or not plain.isprintable():
        raise BadInput(f"the name of an actor has 1 to {MAX_NAME} printable characters")
    return plain


def _hash(session: Session, kind: ActorKind, name: str) -> bytes:
    return lookup_hash(session, f"actor/{kind}", name)


def _place(actor_id: ActorId) -> str:
    return f"actor.name/{actor_id}"


def _login_name() -> str:
    user = os.getuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:  # a container started under a number that has no name
        return f"uid-{user}"

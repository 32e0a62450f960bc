"""What the tests of actors share: actors, the events that were recorded, and a look into everything that is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.base.actors import ActorKind, register
from engine.base.actors.granting import grant
from engine.base.actors.roles import Role
from engine.base.ids import ActorId
from engine.base.state.database import Database
from engine.base.state.tables import Base, OutboxRow


def add(database: Database, name: str, *roles: Role, kind: ActorKind = ActorKind.PERSON) -> ActorId:
    """An actor with these roles."""
    with database.transaction() as session:
        actor = register(session, kind, name)
        for role in roles:
            grant(session, actor.id, role)
    return actor.id


def recorded(database: Database, kind: str) -> list[dict[str, Any]]:
    """The attributes of all events of a type, oldest first."""
    with database.snapshot() as session:
        found = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == kind).order_by(OutboxRow.id))
        return [json.loads(payload)["attributes"] for payload in found]


def holds(database: Database, *secrets: str) -> list[str]:
    """Which of these stand anywhere in the state: in any column of any row, and, on SQLite, in any byte of its files."""
    kept: list[bytes] = []
    with database.snapshot() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).all():
                kept += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    if database.dialect == "sqlite":
        kept += [file.read_bytes() for file in Path(str(database.url.database)).parent.iterdir()]
    forms = {secret: (secret.encode(), secret.encode().hex().encode()) for secret in secrets}
    return [secret for secret, looks in forms.items() if any(look in one for look in looks for one in kept)]

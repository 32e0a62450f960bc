"""From a configuration to a state that is ready to work in: what is missing is made on first use."""

from __future__ import annotations

import contextlib
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.base.actors import local_person
from engine.base.clock import Clock
from engine.base.errors import BadInput, IntegrityViolated
from engine.base.ids import TenantId, new_id
from engine.base.keys.local import LocalKeyring
from engine.base.settings import Settings
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.system_events import ConfigurationLoaded, KeyringCreated
from engine.base.state.tables.keys import PurposeKeyRow, SubjectKeyRow
from engine.base.state.tables.outbox import OutboxRow
from engine.base.state.tables.tenants import Tenant


def open_state(settings: Settings, clock: Clock) -> Database:
    """The state of a configuration, brought up to this version, bound to its tenant and to the person at the keyboard.

    State and keyring are made when missing. A keyring is never made for a state that has keys: that would hide its loss.

    Raises:
        ConfigError: the state's URL is of another kind.
        BadInput: the keyring is open to others; the state is of a newer version.
        IntegrityViolated: the keyring is missing or is not the one that belongs to this state.
        DependencyFailed: the database cannot be reached.
    """
    database = Database(settings.state)
    try:
        database.migrate()
        with database.transaction() as session:
            keyring = _keyring(session, settings.keyring)
            tenant_id = open_tenant(session, settings.tenant, clock)
        database = database.bound(Context(tenant_id, keyring, clock))
        with database.transaction() as session:
            actor = local_person(session)
        database = database.bound(Context(tenant_id, keyring, clock, actor.id))
        with database.transaction() as session:
            if session.scalar(select(OutboxRow.id).where(OutboxRow.type == KeyringCreated.type).limit(1)) is None:
                record(session, KeyringCreated(kind="local", epoch=keyring.epoch))
            note_configuration(session, settings)
    except BaseException:
        database.close()
        raise
    return database


def open_tenant(session: Session, name: str, clock: Clock) -> TenantId:
    """The tenant of that name, made if there is none. The session must not be bound to a tenant."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"id": new_id(), "name": name, "created_at": clock.now()}
    session.execute(insert(Tenant).values(row).on_conflict_do_nothing(index_elements=["name"]))
    return session.scalars(select(Tenant.id).where(Tenant.name == name)).one()


def _keyring(session: Session, path: Path) -> LocalKeyring:
    """The keyring, made if neither it nor anything sealed is there."""
    if not path.exists():
        if session.scalar(select(SubjectKeyRow.id).limit(1)) or session.scalar(select(PurposeKeyRow.epoch).limit(1)):
            raise IntegrityViolated(
                f"the state has keys, but their keyring {path} is missing",
                hint="put the keyring back; without it nothing that was sealed can be read",
            )
        with contextlib.suppress(BadInput):  # another process made it meanwhile: then that one is it
            return LocalKeyring.create(path)
    return LocalKeyring(path)


def note_configuration(session: Session, settings: Settings) -> None:
    """Record the configuration when it is not the one that was recorded last."""
    event = ConfigurationLoaded(
        config_hash=settings.config_hash,
        stores=len(settings.stores),
        code_version=version("reeve"),
        store_names=tuple(sorted(settings.stores)),
    )
    latest = (
        select(OutboxRow.payload)
        .where(OutboxRow.type == event.type)
        .order_by(OutboxRow.occurred_at.desc(), OutboxRow.id.desc())
        .limit(1)
    )
    noted = session.scalar(latest) or ""
    if f'"config_hash":"{event.config_hash}"' not in noted or f'"code_version":"{event.code_version}"' not in noted:
        record(session, event)

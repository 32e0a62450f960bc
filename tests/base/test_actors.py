"""Actors: registered, found, forgotten."""

from __future__ import annotations

import os
import pwd
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.base.actors import ActorKind, find, get, local_person, register
from engine.base.actors.registry import NAME_DAYS
from engine.base.clock import FixedClock
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, EventId, new_id
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.subjects import destroy_subject_key
from engine.base.state.database import Database
from engine.base.state.outbox import disclose, reference_of
from engine.base.state.tables import ActorRow, OutboxRow


def test_register_find_and_get(database: Database) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.SERVICE, "billing")
    with database.transaction() as session:
        assert find(session, ActorKind.SERVICE, "billing") == made
        assert find(session, ActorKind.SERVICE, "  billing ") == made
        assert find(session, ActorKind.PERSON, "billing") is None
        assert get(session, made.id) == made
        with pytest.raises(NotFound):
            get(session, ActorId(new_id()))


def test_unicode_forms_of_a_name_are_one(database: Database) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.PERSON, "Zoe\u0308")
        assert find(session, ActorKind.PERSON, "Zo\u00eb") == made


def test_a_name_is_taken_once_and_the_session_goes_on(database: Database) -> None:
    with database.transaction() as session:
        register(session, ActorKind.SCHEDULE, "nightly")
        with pytest.raises(BadInput, match="already"):
            register(session, ActorKind.SCHEDULE, "nightly")
        register(session, ActorKind.SCHEDULE, "weekly")
    with database.snapshot() as session:
        assert len(session.scalars(select(ActorRow).where(ActorRow.kind == "schedule")).all()) == 2


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb", "a\0b", "a\u202eb"])
def test_names_that_are_none(database: Database, name: str) -> None:
    with database.transaction() as session, pytest.raises(BadInput, match="printable"):
        register(session, ActorKind.PERSON, name)


def test_the_local_person_is_the_systems_word_not_the_environments(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(variable, "somebody-else")
    assert database.context is not None
    with database.transaction() as session:
        person = local_person(session)
    assert person.name == pwd.getpwuid(os.getuid()).pw_name
    assert person.id == database.context.actor_id


def test_registering_is_recorded_with_the_name_committed(database: Database) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.SERVICE, "billing")
    with database.transaction() as session:
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.type == "actor.registered").order_by(OutboxRow.id)
        ).all()
        assert len(rows) == 2  # the person at the keyboard was the first, registered by themselves
        assert '"kind":"service"' in rows[1].payload
        assert "billing" not in rows[1].payload
        assert reference_of(session, "actor", made.id) in rows[1].payload
        assert disclose(session, EventId(rows[1].id), "name").value == "billing"


def test_a_forgotten_actor_keeps_only_an_id(database: Database) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.PERSON, "Ada")
        row = session.scalars(select(ActorRow).where(ActorRow.id == made.id)).one()
        destroy_subject_key(session, row.subject_key_id)
    with database.transaction() as session:
        assert get(session, made.id).name is None
        entry = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
        with pytest.raises(KeyDestroyed):
            disclose(session, entry.id, "name")


def test_a_name_is_kept_while_its_actor_acts(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.PERSON, "Ada")
        for _ in range(3):
            clock.instant += timedelta(days=NAME_DAYS * 0.7)
            found = find(session, ActorKind.PERSON, "Ada")
            assert found == made
        clock.instant += timedelta(days=NAME_DAYS)
        assert get(session, made.id).name is None
        assert "Ada" not in repr(made)

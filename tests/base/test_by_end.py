"""Records found by the end of their ids; here, tenants."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from engine.base.errors import BadInput, NotFound
from engine.base.state.by_end import find_by_end
from engine.base.state.database import Database
from engine.base.state.tables.tenants import Tenant
from tests.conftest import START

ONE, TWO = UUID("01900000-0000-7000-8000-00000abc0001"), UUID("01900000-0000-7000-8000-00000def0001")


@pytest.fixture
def filled(database: Database) -> Database:
    with database.transaction() as session:
        session.add_all(Tenant(id=one, name=f"of {one}", created_at=START) for one in (ONE, TWO))
    return database


def find(filled: Database, name: str) -> UUID:
    known = select(Tenant.id).where(Tenant.id.in_([ONE, TWO]))
    with filled.snapshot() as session:
        return find_by_end(session, known, name, what="tenant", listing="reeve tenant list")


@pytest.mark.parametrize(
    "name", [str(ONE), ONE.hex, str(ONE).upper(), "abc0001", "ABC0001", "0-0abc-0001", "0abc", "0A"]
)
def test_one_is_found_by_its_id_by_the_end_of_it_and_by_the_beginning_of_what_lists_show(
    filled: Database, name: str
) -> None:
    assert find(filled, name) == ONE


@pytest.mark.parametrize("name", [ONE.hex, "abc0001", str(TWO), "def0001"])
def test_further_ids_of_a_record_find_it_too(filled: Database, name: str) -> None:
    other = aliased(Tenant)
    beside = select(Tenant.id, other.id).join(other, other.created_at == Tenant.created_at)
    known = beside.where(Tenant.id == ONE, other.id == TWO)
    with filled.snapshot() as session:
        assert find_by_end(session, known, name, what="tenant", listing="reeve tenant list") == ONE


@pytest.mark.parametrize(
    "name", ["", "-", "zz", "z" * 32, "{" + "1" * 30 + "}", UUID(int=7).hex, ONE.hex + "0", "01900", "abc00012"]
)
def test_what_no_id_ends_with_is_not_found(filled: Database, name: str) -> None:
    with pytest.raises(NotFound, match="no such tenant") as caught:
        find(filled, name)
    assert caught.value.hint == "`reeve tenant list` lists them"


def test_the_end_of_several_is_not_enough(filled: Database) -> None:
    with pytest.raises(BadInput, match="one of several tenants"):
        find(filled, "0001")


def test_nor_is_what_one_begins_with_and_another_one_ends_with(filled: Database) -> None:
    with pytest.raises(BadInput, match="one of several tenants"):
        find(filled, "0")
    with filled.transaction() as session:
        session.add(
            Tenant(id=(other := UUID("01900000-0000-7000-8000-000000010abc")), name="of another", created_at=START)
        )
    known = select(Tenant.id).where(Tenant.id.in_([ONE, other]))
    with filled.snapshot() as session, pytest.raises(BadInput, match="one of several tenants"):
        find_by_end(session, known, "0abc", what="tenant", listing="reeve tenant list")

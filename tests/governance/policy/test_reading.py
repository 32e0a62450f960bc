"""The facts that policies ask for, read from the state of a real scan."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, ObjectRow, ScanRow, StoreRow
from engine.estate.inventory.decide import Decision, decide, withdraw
from engine.governance.policy import reading
from engine.governance.policy.facts import AssetFact, Estate, FieldFact, KeyFact, TagFacts
from engine.governance.policy.reading import Wanted, read_assets, read_estate
from tests.estate.scan.estate import build, pack, scanner, stores


@pytest.fixture
def scanned(database: Database, tmp_path: Path) -> Database:
    """A state with one scan, in which one view could not be read."""
    folder = build(tmp_path / "estate", people=60)
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        connection.execute("CREATE VIEW broken AS SELECT no_such_function(id) FROM orders")
    scanner(database, stores(folder)).run()
    return database


def estate(database: Database) -> Estate:
    with database.snapshot() as session:
        return read_estate(session)


def asset(database: Database, store: str, name: str) -> AssetFact:
    found = estate(database).asset(store, name)
    assert found is not None
    return found


def field(of: AssetFact, path: str) -> FieldFact:
    (found,) = (one for one in of.fields if one.path == path)
    return found


def test_facts_are_those_of_the_inventory(scanned: Database) -> None:
    found = estate(scanned)
    assert [one.place for one in found.assets] == [
        "files/letters.csv",
        "files/logo.png",
        "shop/broken",
        "shop/customers",
        "shop/orders",
    ]
    orders, customers = found.assets[4], found.assets[3]
    assert (orders.store.owner, orders.store.purposes, orders.store.jurisdiction) == ("sales", ("contract",), "")
    assert (orders.primary_key, orders.unknown) == (("id",), "")
    assert orders.foreign_keys == (KeyFact(("customer_id",), "customers", ("id",)),)
    email = field(customers, "email")
    assert [(one.entity, one.category) for one in email.entities] == [("EMAIL_ADDRESS", "user.contact.email")]
    assert (email.unknown, email.decided_by, email.type) == ("", "scan", "TEXT")
    assert found.referring("shop", "customers") == {"orders"}
    assert [one.name for one in found.reachable(orders)] == ["orders", "customers"]
    assert customers.tags == TagFacts()


def test_what_was_not_read_is_unknown(scanned: Database) -> None:
    broken, logo, letters = (
        asset(scanned, *place) for place in (("shop", "broken"), ("files", "logo.png"), ("files", "letters.csv"))
    )
    assert broken.unknown == "1 of 1 objects failed"
    assert logo.unknown == "1 of 1 objects skipped"
    assert (letters.unknown, letters.primary_key) == ("", None)
    assert [one.path for one in broken.judged] == [""]


def test_a_persons_verdict_counts_until_it_is_withdrawn(scanned: Database) -> None:
    place = "shop/customers.note"
    with scanned.transaction() as session:
        decide(session, pack().matcher, Decision(place, ("PERSON",), None, "free text"))
    note = field(asset(scanned, "shop", "customers"), "note")
    assert [(one.entity, one.confidence) for one in note.entities] == [("PERSON", 1.0)]
    assert note.decided_by == "person"
    with scanned.transaction() as session:
        decide(session, pack().matcher, Decision("shop/customers.email", (), None, "made up"))
    assert field(asset(scanned, "shop", "customers"), "email").entities == ()
    with scanned.transaction() as session:
        withdraw(session, pack().matcher, place, "a mistake")
    assert field(asset(scanned, "shop", "customers"), "note").entities == ()


def test_what_waits_for_its_verdict_and_what_cannot_be_listed_is_unknown(scanned: Database) -> None:
    with scanned.transaction() as session:
        scan = session.scalars(select(ScanRow.id)).one()
        session.execute(update(AssetRow).where(AssetRow.name == "orders").values(unjudged_by=scan))
        session.execute(update(StoreRow).where(StoreRow.name == "files").values(failure="permission_denied"))
    assert "not judged yet" in asset(scanned, "shop", "orders").unknown
    letters = asset(scanned, "files", "letters.csv")
    assert letters.unknown == "the store could not be listed (permission denied)"
    assert field(letters, "email").unknown == letters.unknown


def test_tags_are_counted_and_what_is_not_known_of_them_too(scanned: Database) -> None:
    """As the bucket's store records them: keys in one text, a problem, or nothing where tags are not asked for."""
    with scanned.transaction() as session:
        session.execute(update(StoreRow).where(StoreRow.name == "files").values(kind="s3"))
        for name, facts in (("letters.csv", {"tag_keys": json.dumps(["a", "b"])}), ("logo.png", {"tag_problem": "x"})):
            session.execute(update(ObjectRow).where(ObjectRow.name == name).values(facts=facts))
    assert asset(scanned, "files", "letters.csv").tags == TagFacts({"a": 1, "b": 1}, 1)
    assert asset(scanned, "files", "logo.png").tags == TagFacts({}, 1, 1)


def test_pages_give_each_asset_once(scanned: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "TOGETHER", 2)
    with scanned.snapshot() as session:
        everything = list(read_assets(session, Wanted()))
        assert [one.id for one in everything] == sorted(one.id for one in everything if one.id is not None)
        assert len(everything) == 5
        assert list(read_assets(session, Wanted(after=everything[1].id), 2)) == everything[2:4]
        assert [one.name for one in read_assets(session, Wanted("shop", "orders"))] == ["orders"]
        assert list(read_assets(session, Wanted("nowhere"))) == []

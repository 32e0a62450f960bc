"""What every implementation of ``engine.estate.stores.schema.Schema`` tells of one set of tables.

Run it on a store by inheriting, with a fixture ``told`` that gives the shapes of a database in which ``statements`` ran.
"""

from __future__ import annotations

import pytest

from engine.estate.stores.schema import Referential, Server, Shapes, UniqueShape


def statements(server: Server) -> list[str]:
    """The tables that the suite asks about, in the words of a server."""
    generated = "total integer GENERATED ALWAYS AS (weight * 2) STORED"
    made = [
        (
            "CREATE TABLE people (a integer NOT NULL, b integer NOT NULL, email varchar(80) NOT NULL UNIQUE, born date, "
            f"weight integer, {generated}, boss_a integer, boss_b integer, PRIMARY KEY (b, a), "
            "FOREIGN KEY (boss_b, boss_a) REFERENCES people (b, a))"
        ),
        "CREATE TABLE loose (x integer)",
        (
            "CREATE TABLE letters (id integer PRIMARY KEY, sender varchar(80), receiver varchar(80) NOT NULL, "
            "pb integer, pa integer, "
            "FOREIGN KEY (sender) REFERENCES people (email) ON DELETE SET NULL ON UPDATE CASCADE, "
            "FOREIGN KEY (receiver) REFERENCES people (email) ON DELETE RESTRICT, "
            "FOREIGN KEY (pb, pa) REFERENCES people (b, a) ON DELETE CASCADE)"
        ),
        "CREATE INDEX by_sender ON letters (sender, id)",
        "CREATE VIEW seen AS SELECT id FROM letters",
    ]
    triggers = {
        Server.SQLITE: [
            "CREATE TRIGGER gone AFTER DELETE ON letters BEGIN SELECT 1; END",
            "CREATE TRIGGER made AFTER INSERT ON letters BEGIN UPDATE letters SET pb = pb; END",
        ],
        Server.POSTGRESQL: [
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER gone AFTER DELETE ON letters FOR EACH ROW EXECUTE FUNCTION nothing()",
            "CREATE TRIGGER made AFTER INSERT ON letters FOR EACH ROW EXECUTE FUNCTION nothing()",
        ],
        Server.MYSQL: [
            "CREATE TRIGGER gone AFTER DELETE ON letters FOR EACH ROW SET @x = 1",
            "CREATE TRIGGER made AFTER INSERT ON letters FOR EACH ROW SET @x = 1",
        ],
    }
    return [*made, *triggers[server]]


class SchemaContract:
    """The tests; a subclass gives the fixture ``told``."""

    @pytest.fixture
    def told(self) -> Shapes:
        raise NotImplementedError

    def test_all_tables_are_told_and_no_views(self, told: Shapes) -> None:
        assert set(told.tables) == {"people", "letters", "loose"}
        assert not told.unresolved

    def test_keys_in_their_order(self, told: Shapes) -> None:
        assert told.tables["people"].primary_key == ("b", "a")
        assert told.tables["loose"].primary_key == ()
        assert told.tables["people"].uniques == (UniqueShape(("email",)),)

    def test_columns_with_what_they_take(self, told: Shapes) -> None:
        people = told.tables["people"].by_name
        assert [name for name, column in people.items() if column.nullable] == [
            *("born", "weight", "total", "boss_a", "boss_b")
        ]
        assert [name for name, column in people.items() if column.generated] == ["total"]
        assert people["born"].type.lower() == "date"

    def test_foreign_keys_with_what_they_do(self, told: Shapes) -> None:
        found = {one.columns: one for one in told.of("letters")}
        assert set(found) == {("sender",), ("receiver",), ("pb", "pa")}
        sender, receiver, both = found["sender",], found["receiver",], found["pb", "pa"]
        assert (sender.target, sender.target_columns) == ("people", ("email",))
        assert (sender.on_delete, sender.on_update) == (Referential.SET_NULL, Referential.CASCADE)
        assert receiver.on_delete is Referential.RESTRICT
        assert (both.on_delete, both.target_columns) == (Referential.CASCADE, ("b", "a"))
        assert sender.indexed

    def test_a_table_that_refers_to_itself(self, told: Shapes) -> None:
        (own,) = told.of("people")
        assert (own.asset, own.target, own.columns) == ("people", "people", ("boss_b", "boss_a"))
        assert {one.asset for one in told.referring_to("people")} == {"people", "letters"}
        assert told.referring_to("letters") == ()

    def test_triggers_on_deleting_and_changing(self, told: Shapes) -> None:
        assert [(one.name, one.event, one.timing) for one in told.tables["letters"].triggers] == [
            ("gone", "delete", "after")
        ]

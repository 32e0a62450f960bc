"""Names in free text in scans: found where a model is there, and never half: packs with and without one are two packs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from classifiers.catalogue import catalogue
from classifiers.detector import Finding
from classifiers.names.reader import NameReader
from engine.base.clock import FixedClock
from engine.base.errors import ConfigError
from engine.base.state.database import Database
from engine.estate.detectors.pack import Pack
from engine.estate.scan.asked import Asked
from engine.estate.scan.close import ScanResult
from engine.estate.scan.configured import Configured
from engine.estate.scan.run import Scanner
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import SqlStore
from tests.classifiers.names.gazetteer import Gazetteer
from tests.estate.scan.estate import scanner, sketches

RULES = tuple(one for one in catalogue() if not one.patterns or one.key == "EMAIL_ADDRESS")
ROWS = 400


@pytest.fixture
def estate(tmp_path: Path) -> list[DeclaredStore]:
    """A table with a column of notes, of which half name a person."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE tickets (x7 TEXT)")
        who = ("Anna Smith", "the driver")
        rows = [(f"the parcel {n} was left with {who[n % 2]} by mistake",) for n in range(ROWS)]
        connection.executemany("INSERT INTO tickets VALUES (?)", rows)
    return [DeclaredStore(SqlStore("shop", f"sqlite:///{tmp_path}/shop.db"))]


def with_names() -> Pack:
    return Pack.of(RULES, names=NameReader(Gazetteer()))


def by(database: Database, estate: list[DeclaredStore], pack: Pack, asked: Asked | None = None) -> Scanner:
    return replace(scanner(database, estate, asked=asked or Asked()), pack=pack)


def scan(database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack) -> ScanResult:
    clock.instant += timedelta(days=1)
    return by(database, estate, pack).run()


def entities(database: Database) -> list[str]:
    """What is held of the notes."""
    from engine.estate.inventory.load import load_inventory

    with database.snapshot() as session:
        ((_, _, field),) = load_inventory(session).fields()
    return [f"{one.entity}/{one.subtype}" for one in field.entities]


def test_a_model_makes_another_pack_by_which_is_read_once(
    database: Database, clock: FixedClock, estate: list[DeclaredStore]
) -> None:
    rules = Pack.of(RULES)
    scan(database, clock, estate, rules)
    assert entities(database) == []
    named = scan(database, clock, estate, with_names())
    assert (named.rows_read, entities(database)) == (ROWS, ["PERSON/IN_TEXT"])
    assert "PERSON/IN_TEXT" in named.rejudged.because
    made = sketches(database)
    assert scan(database, clock, estate, rules).rows_read == 0
    assert entities(database) == []
    assert scan(database, clock, estate, with_names()).rows_read == 0
    assert (entities(database), sketches(database)) == (["PERSON/IN_TEXT"], made)


def test_a_worker_without_the_model_does_not_help(database: Database, estate: list[DeclaredStore]) -> None:
    helped: list[bool] = []
    others = [by(database, estate, pack) for pack in (Pack.of(RULES), with_names())]

    class Asking(Gazetteer):
        def find(self, texts: Sequence[str]) -> list[list[Finding]]:
            if not helped:
                helped.extend(other.help() for other in others)
            return super().find(texts)

    result = by(database, estate, Pack.of(RULES, names=NameReader(Asking()))).run()
    assert (helped, result.status) == ([False, True], "complete")
    assert entities(database) == ["PERSON/IN_TEXT"]


def test_the_setting_decides_whether_names_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "reeve.yaml"
    configured = Configured(file)

    def names(text: str) -> str | None:
        file.write_text(text, encoding="utf-8")
        found = configured.pack.names
        return found.id if found else None

    installed = names("tenant: default\n")
    assert installed is not None
    assert names("names: false\n") is None
    assert names("names: true\n") == installed
    with pytest.raises(ConfigError, match="true"):
        names("names: maybe\n")
    monkeypatch.setattr("engine.base.resources.NAME_MODEL", "a_model_that_is_not_installed")
    file.write_text("names: true\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not installed"):
        _ = Configured(file).pack
    file.write_text("tenant: default\n", encoding="utf-8")
    assert Configured(file).pack.names is None

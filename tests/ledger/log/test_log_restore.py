"""A state that was put back from yesterday's copy: whoever kept a checkpoint finds out, and what they hold stays."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.base.state.database import Database
from engine.base.state.tables.base import Base
from engine.ledger.log.ledger import Ledger
from engine.ledger.log.publishing import LogDisagrees
from engine.ledger.log.targets import FolderTarget
from engine.ledger.note.policy import Policy, PolicyLog, PolicyWitness
from engine.ledger.witness.client import WitnessDisagrees
from engine.ledger.witness.folder import WitnessFolder
from tests.ledger.log.trail import ledger_of, note_some
from tests.ledger.witness.processes import NAME, key_of, running


class Copy:
    """A copy of a state, to be put back: of its file, or of all rows of its tables."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._file = folder / "copy.db"
        self._rows: list[tuple[Any, list[dict[str, Any]]]] = []
        database.close()
        if database.dialect == "sqlite":
            with (
                closing(sqlite3.connect(str(database.url.database))) as one,
                closing(sqlite3.connect(self._file)) as to,
            ):
                one.backup(to)
            return
        with database._engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                self._rows.append((table, [dict(row) for row in connection.execute(table.select()).mappings()]))

    def put_back(self) -> None:
        self._database.close()
        if self._database.dialect == "sqlite":
            place = Path(str(self._database.url.database))
            for extra in ("-wal", "-shm"):
                place.with_name(place.name + extra).unlink(missing_ok=True)
            shutil.copy(self._file, place)
            return
        with self._database._engine.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))  # tables refer to each other
            for table, rows in self._rows:
                connection.execute(table.delete())
                if rows:
                    connection.execute(table.insert(), rows)
            connection.execute(text("SET session_replication_role = DEFAULT"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kept_and_restored(database: Database, folder: Path, ledger: Ledger) -> bytes:
    """Publish, copy the state, publish more, put the copy back; gives the checkpoint that somebody kept meanwhile."""
    note_some(database, 5)
    ledger.settle()
    copy = Copy(database, folder)
    note_some(database, 7, 5)
    ledger.settle()
    kept = ledger.checkpoint()
    assert kept is not None
    copy.put_back()
    assert ledger.checkpoint() != kept
    return kept


def test_whether_it_is_the_newest_can_be_asked_before_anything_is_done(database: Database, tmp_path: Path) -> None:
    published = tmp_path / "published"
    ledger = ledger_of(database, published)
    ledger.check_newest()  # nothing is known of it anywhere
    kept_and_restored(database, tmp_path, ledger)
    there = contents(published)
    note_some(database, 3)
    with pytest.raises(LogDisagrees, match="published before"):
        ledger.check_newest()
    with pytest.raises(LogDisagrees, match="published before"):
        ledger_of(database, published).check_newest()
    ledger_of(database, tmp_path / "elsewhere").check_newest()
    assert contents(published) == there


def test_a_state_that_grew_since_it_published_is_the_newest(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "published")
    note_some(database, 5)
    ledger.settle()
    ledger.check_newest()
    note_some(database, 5)
    ledger.check_newest()
    ledger_of(database).settle()  # signed, and not published
    ledger.check_newest()


@pytest.mark.parametrize("since", [0, 3, 7, 20], ids=["nothing", "fewer", "as_many", "more"])
def test_a_published_folder_finds_out(database: Database, tmp_path: Path, since: int) -> None:
    """Whether the restored ledger is shorter by then, of the same size, or longer."""
    published = tmp_path / "published"
    kept_and_restored(database, tmp_path, ledger_of(database, published))
    there = contents(published)
    ledger = ledger_of(database, published)
    if since:
        note_some(database, since, 100)
    for _ in range(2):  # it stays so, until somebody puts the newer state back
        with pytest.raises(LogDisagrees) as caught:
            ledger.settle()
        assert caught.value.exit_code == 4
        assert caught.value.hint
        with pytest.raises(LogDisagrees):
            ledger.check_newest()
    report = ledger.verify()
    assert report.problems
    assert {one.verdict.value for one in report.problems} <= {"truncation", "fork"}
    assert contents(published) == there, "nothing is overwritten"


def test_an_export_is_not_overwritten(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database)
    note_some(database, 5)
    ledger.settle()
    copy = Copy(database, tmp_path)
    note_some(database, 7, 5)
    ledger.export(tmp_path / "export")
    there = contents(tmp_path / "export")
    copy.put_back()
    with pytest.raises(LogDisagrees, match="published before"):
        ledger_of(database).export(tmp_path / "export")
    assert contents(tmp_path / "export") == there


@pytest.mark.parametrize("since", [0, 7, 20], ids=["nothing", "as_many", "more"])
def test_a_checkpoint_that_was_kept_finds_out(database: Database, tmp_path: Path, since: int) -> None:
    ledger = ledger_of(database)
    kept = kept_and_restored(database, tmp_path, ledger)
    if since:
        note_some(database, since, 100)
    ledger.settle()
    assert not ledger.verify().problems, "by itself it cannot know"
    words = [one.verdict.value for one in ledger.verify([kept]).problems]
    assert words == ["fork" if since else "truncation"]


@contextmanager
def witnessed(database: Database, tmp_path: Path) -> Iterator[Path]:
    """The policy with a witness that runs as an auditor runs it."""
    note_some(database, 1)
    plain = ledger_of(database)
    plain.settle()
    (vkey,) = plain.vkeys()
    folder = WitnessFolder.create(tmp_path / "w", NAME)
    folder.trust([vkey])
    with running(tmp_path / "w") as (url, _):
        witness = PolicyWitness("auditor", key_of(folder), url)
        policy = Policy((PolicyLog(vkey),), (witness,), quorum="auditor")
        (tmp_path / "policy").write_text(policy.format())
        yield tmp_path / "policy"


def test_a_witness_finds_out(database: Database, tmp_path: Path) -> None:
    published = tmp_path / "published"
    with witnessed(database, tmp_path) as policy:
        ledger = ledger_of(database, published, policy=policy)
        kept = kept_and_restored(database, tmp_path, ledger)
        assert NAME.encode() in kept, "it cosigned"
        there = contents(published)
        for more in (1, 6, 30):
            note_some(database, more, 100)
            again = ledger_of(database, published, policy=policy)
            with pytest.raises(WitnessDisagrees) as caught:
                again.settle()
            assert caught.value.exit_code == 4
        assert contents(published) == there


def test_the_newer_state_put_back_goes_on(database: Database, tmp_path: Path) -> None:
    """What the message advises."""
    published = tmp_path / "published"
    ledger = ledger_of(database, published)
    note_some(database, 5)
    ledger.settle()
    (tmp_path / "older").mkdir()
    older = Copy(database, tmp_path / "older")
    note_some(database, 5)
    ledger.settle()
    (tmp_path / "newer").mkdir()
    newer = Copy(database, tmp_path / "newer")
    older.put_back()
    note_some(database, 2)
    with pytest.raises(LogDisagrees):
        ledger_of(database, published).settle()
    newer.put_back()
    note_some(database, 2)
    ledger_of(database, published).settle()
    assert not ledger_of(database, published).verify().problems


def test_a_new_ledger_does_not_take_the_old_ones_place(database: Database, tmp_path: Path) -> None:
    """A state that was lost and made anew has other keys."""
    published = tmp_path / "published"
    empty = Copy(database, tmp_path)
    ledger = ledger_of(database, published)
    note_some(database, 5)
    ledger.settle()
    there = contents(published)
    kept = ledger.checkpoint() or b""
    empty.put_back()
    note_some(database, 9)
    with pytest.raises(LogDisagrees, match="not signed by its keys"):
        ledger_of(database, published).settle()
    assert contents(published) == there
    fresh = ledger_of(database)
    assert [one.verdict.value for one in fresh.verify([kept]).problems] == ["wrong_key"]
    assert FolderTarget(published).read("2026/checkpoint") == kept

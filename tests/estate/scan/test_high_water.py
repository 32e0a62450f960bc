"""High water: only rows above the last mark are read, what is below is never called unchanged, and nothing counts twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import HighWaterRow, SubjectKeyRow
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.report.summary import gaps
from engine.estate.scan.asked import Asked
from engine.estate.scan.close import ScanResult
from engine.estate.scan.marks import WHOLE_AFTER
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import coverage, scanner, sketches

ONE_STATE = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
WHAT_CHANGED = Asked()
ALL = Asked(full=True)


class Ends(Silent):
    """Ends the scan after so many chunks."""

    def __init__(self, chunks: int) -> None:
        self.left = chunks

    def advanced(self, rows: int, nbytes: int) -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt


@dataclass
class Estate:
    """A database with tables, and the state that a scan of it leads to."""

    state: Database
    clock: FixedClock
    url: str
    marks: dict[str, str] = field(default_factory=lambda: {"events": "seq"})

    def run(self, *statements: str, values: Iterable[dict[str, object]] = ()) -> int:
        """Statements in a transaction and a connection of their own; the last one for each of the values. Gives its rows."""
        engine, rows = sa.create_engine(self.url, poolclass=sa.NullPool), 0
        with engine.begin() as connection:
            for statement in statements[: -1 if values else None]:
                rows = connection.execute(sa.text(statement)).rowcount
            for one in values:
                rows = connection.execute(sa.text(statements[-1]), one).rowcount
        engine.dispose()
        return rows

    def insert(self, first: int, count: int) -> None:
        """Rows with key and seq from ``first`` on."""
        rows = [{"k": n, "e": f"zebra{n * 7919 % 1000}@mail.example"} for n in range(first, first + count)]
        self.run("INSERT INTO events (k, seq, email) VALUES (:k, :k, :e)", values=rows)

    def scan(self, asked: Asked = WHAT_CHANGED, progress: Silent | None = None) -> ScanResult:
        """A day later."""
        self.clock.instant += timedelta(days=1)
        declared = DeclaredStore(SqlStore("shop", self.url, high_water=self.marks))
        return scanner(self.state, [declared], progress, asked=asked).run()

    def covered(self, name: str = "events") -> tuple[str, str, int]:
        """Of the table."""
        return coverage(self.state)[name]


@pytest.fixture
def shop(database: Database, clock: FixedClock, tmp_path: Path) -> Estate:
    """A table of 250 rows on SQLite, scanned once."""
    estate = Estate(database, clock, f"sqlite:///{tmp_path}/shop.db")
    estate.run("CREATE TABLE events (k INTEGER PRIMARY KEY, seq INTEGER, email TEXT)")
    estate.insert(1, 250)
    assert estate.scan().rows_read == 250
    return estate


def test_only_what_is_above_the_mark_is_read(shop: Estate) -> None:
    assert shop.covered() == ("full", "", 250)
    shop.insert(251, 130)
    result = shop.scan()
    assert (result.rows, result.rows_read, result.unchanged, result.status) == (380, 130, 0, "complete")
    assert shop.covered() == ("full", "since_high_water", 380)
    added = sketches(shop.state)
    result = shop.scan()
    assert (result.rows_read, result.unchanged) == (0, 0), "its file did not change, but rows below the mark may have"
    assert shop.covered() == ("full", "since_high_water", 380)
    assert shop.scan(ALL).rows_read == 380
    assert shop.covered() == ("full", "", 380)
    assert sketches(shop.state) == added
    assert shop.scan().unchanged == 1, "it was read whole"


@ONE_STATE
def test_what_is_told_of_it_and_what_is_kept(shop: Estate) -> None:
    whole_at = shop.clock.instant
    shop.insert(9_876_543_210, 1)
    shop.scan()
    with shop.state.snapshot() as session:
        view = load_inventory(session)
        kept = session.scalars(select(HighWaterRow)).one()
    (item,) = (item for store in view.stores for asset in store.assets for item in asset.objects)
    assert item.whole_at == whole_at
    assert f"{whole_at:%Y-%m-%d}" in item.detail
    assert [gap.reason for gap in gaps(view)] == ["since_high_water"]
    assert kept.marks is not None
    assert b"9876543210" not in kept.marks.ciphertext
    shop.run("DROP TABLE events")
    shop.scan()
    with shop.state.snapshot() as session:
        assert session.scalars(select(HighWaterRow)).all() == []
        assert session.scalars(select(SubjectKeyRow.wrapped).where(SubjectKeyRow.kind == "high_water")).one() is None


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ("DELETE FROM events WHERE k = 7", 250),
        ("INSERT INTO events VALUES (1000, 7, 'late@mail.example')", 252),
        ("ALTER TABLE events ADD COLUMN note TEXT", 251),
        ("DELETE FROM events", 0),
    ],
)
@ONE_STATE
def test_what_happens_below_the_mark_has_the_table_read_whole(shop: Estate, change: str, rows: int) -> None:
    shop.insert(251, 1)
    shop.scan()
    shop.run(change)
    assert shop.scan().rows_read == rows
    assert shop.covered() == ("full", "", rows)
    again = sketches(shop.state)
    shop.scan(ALL)
    assert sketches(shop.state) == again


@ONE_STATE
def test_after_a_while_it_is_read_whole(shop: Estate) -> None:
    shop.insert(251, 1)
    shop.scan()
    shop.run("UPDATE events SET email = 'nobody' WHERE k < 100")
    shop.clock.instant += WHOLE_AFTER - timedelta(days=2, seconds=1)
    assert shop.scan().rows_read == 0
    shop.clock.instant += timedelta(seconds=1)
    assert shop.scan().rows_read == 251, "although the file did not change"
    assert shop.covered() == ("full", "", 251)


@ONE_STATE
def test_another_column_is_another_mark(shop: Estate) -> None:
    shop.marks = {"events": "k"}
    shop.insert(251, 1)
    assert shop.scan().rows_read == 251
    shop.insert(252, 1)
    assert shop.scan().rows_read == 1
    shop.marks = {}
    shop.insert(253, 1)
    assert shop.scan().rows_read == 253
    assert shop.covered() == ("full", "", 253)


@ONE_STATE
def test_a_column_that_cannot_serve(shop: Estate) -> None:
    shop.marks = {"events": "no_such", "evnets": "seq", "plain": "seq"}
    shop.run("CREATE TABLE plain (seq INTEGER, email TEXT)", "INSERT INTO plain VALUES (NULL, 'a'), (2, 'b')")
    result = shop.scan()
    assert result.status == "complete"
    assert len(result.notes) == 1
    assert "evnets" in result.notes[0]
    assert shop.covered() == ("full", "high_water_unusable", 250)
    assert shop.covered("plain") == ("full", "high_water_unusable", 2)
    shop.run("UPDATE plain SET seq = 1 WHERE seq IS NULL")
    shop.scan()
    assert shop.covered("plain") == ("full", "", 2)
    shop.run("INSERT INTO plain VALUES (3, 'c')")
    shop.scan()
    assert shop.covered("plain") == ("full", "since_high_water", 3), "a table needs no key for it"


@pytest.mark.parametrize("chunks", [1, 2, 3])
@ONE_STATE
def test_a_reading_that_is_stopped_and_goes_on_counts_once(shop: Estate, chunks: int) -> None:
    shop.insert(251, 250)
    with pytest.raises(KeyboardInterrupt):
        shop.scan(progress=Ends(chunks))
    shop.insert(501, 10)  # above what is being read
    assert shop.scan().rows == 500
    assert shop.scan().rows == 510
    assert shop.covered() == ("full", "since_high_water", 510)
    added = sketches(shop.state)
    shop.scan(ALL)
    assert sketches(shop.state) == added


@ONE_STATE
def test_a_reading_that_is_given_up_leaves_the_one_before(shop: Estate) -> None:
    shop.insert(251, 250)
    with pytest.raises(KeyboardInterrupt):
        shop.scan(progress=Ends(2))
    with pytest.raises(KeyboardInterrupt):
        shop.scan(ALL, Ends(2))  # another question, so the first scan is abandoned
    assert shop.scan().rows_read == 250
    added = sketches(shop.state)
    shop.scan(ALL)
    assert sketches(shop.state) == added


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
@pytest.mark.parametrize(
    ("declared", "first", "more", "read"),
    [
        ("timestamp", "2026-01-02 03:04:05.5", "2026-01-02 03:04:05.6", 1),
        ("numeric(30,10)", "12345678901234567890.5", "12345678901234567891.5", 1),
        ("varchar(40)", "Zoë", "zz", 1),
        ("date", "2026-01-02", "2026-01-03", 1),
        ("json", '{"a": 1}', '{"a": 2}', 2),
    ],
)
@ONE_STATE
def test_types_on_servers(
    request: pytest.FixtureRequest,
    database: Database,
    clock: FixedClock,
    kind: str,
    declared: str,
    first: str,
    more: str,
    read: int,
) -> None:
    precise = "datetime(6)" if (kind, declared) == ("mariadb", "timestamp") else declared
    if kind == "mariadb" and declared == "json":
        pytest.skip("there it is text, which has an order")
    estate = Estate(database, clock, request.getfixturevalue(f"fresh_{kind.removesuffix('ql')}"))
    estate.run(f"CREATE TABLE events (k integer PRIMARY KEY, seq {precise})")
    for key, value in enumerate((first, more)):
        estate.run("INSERT INTO events VALUES (:k, :v)", values=[{"k": key, "v": value}])
        result = estate.scan()
    assert result.rows_read == read
    assert estate.covered() == ("full", "since_high_water" if read == 1 else "high_water_unusable", 2)


# random histories

INSERT, LATE, DELETE, IN_PLACE, TOUCH, NULL = "insert", "late", "delete", "in_place", "touch", "null"
CHANGES = st.tuples(st.sampled_from([INSERT, INSERT, INSERT, LATE, DELETE, IN_PLACE, TOUCH, NULL]), st.integers(0, 30))
HISTORIES = st.lists(st.lists(CHANGES, max_size=3), min_size=2, max_size=5)


@dataclass
class Model:
    """What the declaration promises: rows by key, and which versions of rows the sketches stand for."""

    rows: dict[int, tuple[int | None, str]] = field(default_factory=dict)
    counted: Counter[tuple[int | None, str]] = field(default_factory=Counter)
    mark: int | None = None
    whole: dict[int, tuple[int | None, str]] = field(default_factory=dict)
    reason: str = ""
    next: int = 1

    def change(self, what: str, number: int) -> tuple[str, dict[str, object]] | None:
        """A change as SQL; None when there is nothing to change."""
        top = max((seq for seq, _ in self.rows.values() if seq is not None), default=0)
        if what in (INSERT, LATE, NULL):
            key, self.next = self.next, self.next + 1
            seq = {INSERT: top + 1 + number % 3, LATE: min(number, top), NULL: None}[what]
            self.rows[key] = (seq, f"zebra{key}@mail.example")
            return "INSERT INTO events (k, seq, email) VALUES (:k, :s, :e)", self._values(key)
        if not self.rows:
            return None
        key = sorted(self.rows)[number % len(self.rows)]
        if what == DELETE:
            del self.rows[key]
            return "DELETE FROM events WHERE k = :k", {"k": key}
        seq = top + 1 if what == TOUCH else self.rows[key][0]
        self.rows[key] = (seq, f"zebra{self.next}@mail.example")
        self.next += 1
        return "UPDATE events SET seq = :s, email = :e WHERE k = :k", self._values(key)

    def _values(self, key: int) -> dict[str, object]:
        return {"k": key, "s": self.rows[key][0], "e": self.rows[key][1]}

    def scan(self) -> None:
        """What reading does."""
        seqs = [seq for seq, _ in self.rows.values() if seq is not None]
        below = sum(self.mark is not None and seq <= self.mark for seq in seqs)
        if len(seqs) == len(self.rows) and self.mark is not None and below == self.counted.total():
            above = [row for row in self.rows.values() if row[0] is not None and row[0] > self.mark]
            self.counted.update(above)
            self.reason = "since_high_water"
            self.mark = max(seqs) if above else self.mark
            return
        self.counted, self.whole = Counter(self.rows.values()), dict(self.rows)
        self.reason = "" if len(seqs) == len(self.rows) else "high_water_unusable"
        self.mark = None if self.reason else max(seqs, default=None)


def play(estate: Estate, history: list[list[tuple[str, int]]]) -> None:
    """Change and scan, again and again; what is recorded is what the model says."""
    ddl = "CREATE TABLE events (k integer PRIMARY KEY, seq integer, email varchar(80))"
    estate.run("DROP TABLE IF EXISTS events")
    estate.scan()
    estate.run(ddl)
    model = Model()
    for step in history:
        for what, number in step:
            made = model.change(what, number)
            if made is not None:
                estate.run(made[0], values=[made[1]])
        estate.scan()
        state, reason, rows = estate.covered()
        if reason == "unchanged":
            assert model.whole == model.rows, "called unchanged, and is not what was read"
            assert model.reason != "since_high_water"
        else:
            model.scan()
            assert reason == model.reason
        assert (state, rows) == ("full", model.counted.total())
    found = sketches(estate.state)
    estate.scan(ALL)
    if model.counted == Counter(model.rows.values()):
        assert sketches(estate.state) == found


def _campaign(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)


@ONE_STATE
@_campaign(3)
@given(history=HISTORIES)
def test_random_histories(
    database: Database, clock: FixedClock, tmp_path: Path, history: list[list[tuple[str, int]]]
) -> None:
    play(Estate(database, clock, f"sqlite:///{tmp_path}/shop.db"), history)


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
@ONE_STATE
@_campaign(2)
@given(history=HISTORIES)
def test_random_histories_on_servers(
    request: pytest.FixtureRequest,
    database: Database,
    clock: FixedClock,
    kind: str,
    history: list[list[tuple[str, int]]],
) -> None:
    play(Estate(database, clock, request.getfixturevalue(f"fresh_{kind}")), history)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
@ONE_STATE
@_campaign(30)
@given(history=HISTORIES)
def test_many_random_histories(
    request: pytest.FixtureRequest,
    database: Database,
    clock: FixedClock,
    tmp_path: Path,
    kind: str,
    history: list[list[tuple[str, int]]],
) -> None:
    url = f"sqlite:///{tmp_path}/shop.db" if kind == "sqlite" else request.getfixturevalue(f"fresh_{kind}")
    play(Estate(database, clock, url), history)

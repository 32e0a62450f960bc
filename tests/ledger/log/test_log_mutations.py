"""Every byte of a log of a thousand entries, changed, and rows of a state: refused each time, with the right word."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.base.clock import FixedClock
from engine.base.errors import IntegrityViolated
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.tables import (
    LedgerCheckpointRow,
    LedgerKeyRow,
    LedgerShardRow,
    LedgerTileRow,
    OutboxDisclosureRow,
    OutboxRow,
)
from engine.ledger.log.own import verify_own
from engine.ledger.log.places import root_of
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.sequencer import Sequencer
from engine.ledger.log.verdicts import Problem
from engine.ledger.log.verification import Expected, verify
from engine.ledger.note.checkpoint import Checkpoint, sign_checkpoint
from engine.ledger.note.note import SigningKey, VerifierKey
from engine.ledger.tree.tiles import Tile, bundles_of, parse_bundle, tiles_of
from tests.conftest import START
from tests.ledger.log.trail import CANARY, bound_state, check_whole, ledger_of, note_some, placed

COUNT = 1000
SAMPLE = 25  # bytes of each resource that `make test` changes


@dataclass
class Log:
    """An export in memory, with some of its resources replaced."""

    keys: Sequence[VerifierKey]
    files: Mapping[str, bytes]
    changed: dict[str, bytes]

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        return [self.changed.get(path, self.files.get(path)) for path in paths]

    def problems(self, **changed: bytes) -> list[Problem]:
        """What is found when these resources are replaced."""
        self.changed = changed
        return list(verify({"2026": self}, Expected(self.keys)).problems)

    @property
    def size(self) -> int:
        return Checkpoint.parse(self.files["checkpoint"].decode().partition("\n\n")[0] + "\n").size

    @property
    def bundles(self) -> dict[str, int]:
        """Paths of bundles, and the index of the first entry in each."""
        return {tile.path: tile.index * 256 for tile in bundles_of(self.size)}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("log")
    database = bound_state(folder / "state.db", LocalKeyring.create(folder / "keyring.json"), FixedClock(START))
    note_some(database, COUNT, hidden=CANARY)
    ledger = ledger_of(database)
    ledger.export(folder / "export")
    resources = FolderResources(folder / "export/2026")
    size = ledger.shards()[0].size
    paths = ["checkpoint", *(tile.path for tile in (*tiles_of(size), *bundles_of(size)))]
    files = {path: data for path, data in zip(paths, resources.read(paths), strict=True) if data is not None}
    assert len(files) == len(paths) == 1 + 4 + 1 + 4
    found = Log(ledger.vkeys(), files, {})
    database.close()
    assert not found.problems()
    return found


def flipped(data: bytes, at: int, mask: int = 0) -> bytes:
    changed = bytearray(data)
    changed[at] ^= mask or 1 << (at % 8)
    return bytes(changed)


def some(data: bytes) -> Sequence[int]:
    """Places to change: the ends, and some between."""
    rng = random.Random(len(data))
    return sorted({0, 1, 2, len(data) - 1, *rng.sample(range(len(data)), min(SAMPLE, len(data)))})


def every(data: bytes) -> Sequence[int]:
    return range(len(data))


Places = Callable[[bytes], Sequence[int]]
which = pytest.mark.parametrize(
    "places", [some, pytest.param(every, marks=[pytest.mark.long, pytest.mark.timeout(7200)])], ids=["some", "every"]
)


@which
def test_a_byte_of_a_tile(log: Log, places: Places) -> None:
    for tile in tiles_of(log.size):
        data = log.files[tile.path]
        for at in places(data):
            (problem,) = log.problems(**{tile.path: flipped(data, at)})
            assert (problem.verdict.value, problem.shard) == ("edit", "2026"), (tile.path, at)


@which
def test_a_byte_of_a_bundle(log: Log, places: Places) -> None:
    """One in each bundle at a time: each is told by itself."""
    longest = max(log.bundles, key=lambda path: len(log.files[path]))
    ends = {path: lengths_of(log.files[path]) for path in log.bundles}
    for at in places(log.files[longest]):
        changed = {path: flipped(log.files[path], at) for path in log.bundles if at < len(log.files[path])}
        problems = log.problems(**changed)
        assert len(problems) == len(changed), at
        for problem, path in zip(problems, changed, strict=True):
            entry, of_length = place_in(ends[path], at)
            first = log.bundles[path]
            if of_length:
                assert problem.verdict.value in {"malformed", "edit", "deletion"}, (path, at)
                assert problem.index is not None
                assert first <= problem.index <= first + entry
            else:
                assert (problem.verdict.value, problem.index) == ("edit", first + entry), (path, at)


def lengths_of(bundle: bytes) -> list[int]:
    """Where each entry's length begins."""
    found, at = [], 0
    while at < len(bundle):
        found.append(at)
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
    return found


def place_in(begins: list[int], at: int) -> tuple[int, bool]:
    """Which entry a byte belongs to, and whether it is one of its length."""
    entry = max(nth for nth, begin in enumerate(begins) if begin <= at)
    return entry, at - begins[entry] < 2


@pytest.mark.parametrize("mask", [1, 2, 0x20, 0x80])
def test_every_byte_of_the_checkpoint(log: Log, mask: int) -> None:
    """It is short: all of it, each time."""
    data = log.files["checkpoint"]
    text = data.index(b"\n\n") + 1
    for at in range(len(data)):
        (problem,) = log.problems(checkpoint=flipped(data, at, mask))
        words = {"edit", "malformed"} if at < text else {"edit", "malformed", "wrong_key"}
        assert problem.verdict.value in words, (at, problem)
    root = text - 20  # a hash that stays a hash
    (problem,) = log.problems(
        checkpoint=data[:root] + (b"A" if data[root : root + 1] != b"A" else b"B") + data[root + 1 :]
    )
    assert problem.verdict.value == "edit"


def test_a_byte_too_many_or_too_few(log: Log) -> None:
    for path, data in log.files.items():
        for other in (data + b"\0", data[:-1], data[1:], b"", data * 2):
            problems = log.problems(**{path: other})
            assert len(problems) == 1, path
            assert problems[0].verdict.value in {"edit", "malformed", "truncation", "deletion", "duplicate"}, path


def test_a_resource_of_another_place(log: Log) -> None:
    """Each tile stands in for each other one of its kind."""
    for paths in (list(log.bundles), [Tile(0, nth).path for nth in range(3)]):
        for one in paths:
            for other in paths:
                if one != other:
                    assert log.problems(**{one: log.files[other]}), (one, other)


@pytest.mark.long
def test_any_change_at_all(log: Log) -> None:
    """Bytes taken out, put in, doubled and moved about, in all resources."""
    rng = random.Random(9)
    for _ in range(2000):
        path = rng.choice(list(log.files))
        data = bytearray(log.files[path])
        for _ in range(rng.randrange(1, 4)):
            at, length = rng.randrange(len(data) + 1), rng.choice((1, 2, 32, 600))
            match rng.randrange(4):
                case 0:
                    del data[at : at + length]
                case 1:
                    data[at:at] = rng.randbytes(length)
                case 2:
                    data[at:at] = data[at : at + length]
                case _:
                    data[at : at + length] = reversed(data[at : at + length])
        if bytes(data) != log.files[path]:
            assert log.problems(**{path: bytes(data)}), path


def test_the_longest_lengths(log: Log) -> None:
    """A bundle that claims to be longer than it is costs no more than its length."""
    path = next(iter(log.bundles))
    for data in (b"\xff\xff", b"\0\0" * 256, b"\0\0" * 100_000, b"\xff" * 70_000):
        assert log.problems(**{path: data})
    assert len(parse_bundle(log.files[path], 256)) == 256


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Context]:
    folder = tmp_path_factory.mktemp("template")
    database = bound_state(folder / "state.db", LocalKeyring.create(folder / "keyring.json"), FixedClock(START))
    for _ in range(2):
        note_some(database, 300, hidden=CANARY)
        ledger_of(database).settle()
    check_whole(database)
    database.close()
    assert database.context is not None
    return folder / "state.db", database.context


@pytest.fixture
def whole(template: tuple[Path, Context], tmp_path: Path) -> Iterator[Database]:
    path, context = template
    shutil.copy(path, tmp_path / "state.db")
    database = Database(f"sqlite:///{tmp_path}/state.db").bound(context)
    yield database
    database.close()


class TestOfTheState:
    """Rows of the state, changed by SQL behind the ledger's back: on SQLite, as the verification reads the same on both."""

    def found(self, database: Database, change: Callable[[Session], object]) -> list[tuple[str, int | None]]:
        with database.transaction() as session:
            change(session)
        return [(one.verdict.value, one.index) for one in verify_own(database).problems]

    @pytest.mark.parametrize("index", [0, 1, 255, 256, 500])
    def test_a_payload(self, whole: Database, index: int) -> None:
        at = (OutboxRow.shard == "2026", OutboxRow.ledger_index == index)

        def change(session: Session) -> None:
            payload = session.scalars(select(OutboxRow.payload).where(*at)).one()
            session.execute(update(OutboxRow).where(*at).values(payload=payload.replace('"v":1', '"v":2')))

        assert self.found(whole, change) == [("edit", index)]

    def test_a_payload_and_its_hash(self, whole: Database) -> None:
        def change(session: Session) -> None:
            row = session.scalars(select(OutboxRow).where(OutboxRow.ledger_index == 77)).one()
            row.payload = row.payload.replace('"v":1', '"v":3')
            row.payload_sha256 = hashlib.sha256(row.payload.encode()).digest()

        assert self.found(whole, change) == [("edit", 77)]

    def test_two_entries_change_places(self, whole: Database) -> None:
        def change(session: Session) -> None:
            one, other = session.scalars(
                select(OutboxRow).where(OutboxRow.ledger_index.in_([300, 301])).order_by(OutboxRow.ledger_index)
            )
            one.payload, other.payload = other.payload, one.payload

        assert self.found(whole, change) == [("reorder", 300)]

    def test_an_entry_stands_in_anothers_place(self, whole: Database) -> None:
        def change(session: Session) -> None:
            one, other = session.scalars(select(OutboxRow).where(OutboxRow.ledger_index.in_([40, 41])))
            one.payload = other.payload

        assert self.found(whole, change) == [("duplicate", 40)]

    @pytest.mark.parametrize(("index", "word"), [(3, "deletion"), (400, "deletion"), (-1, "truncation")])
    def test_an_entry_is_deleted(self, whole: Database, index: int, word: str) -> None:
        last = ledger_of(whole).shards()[0].size - 1
        place = last if index < 0 else index

        def change(session: Session) -> None:
            event_id = session.scalars(select(OutboxRow.id).where(OutboxRow.ledger_index == place)).one()
            session.execute(delete(OutboxDisclosureRow).where(OutboxDisclosureRow.event_id == event_id))
            session.execute(delete(OutboxRow).where(OutboxRow.id == event_id))

        assert self.found(whole, change) == [(word, place)]

    def test_a_whole_bundle_is_deleted(self, whole: Database) -> None:
        def change(session: Session) -> None:
            gone = select(OutboxRow.id).where(OutboxRow.ledger_index.between(256, 511))
            session.execute(delete(OutboxDisclosureRow).where(OutboxDisclosureRow.event_id.in_(gone)))
            session.execute(delete(OutboxRow).where(OutboxRow.ledger_index.between(256, 511)))

        assert [word for word, _ in self.found(whole, change)] == ["deletion"]

    def test_a_shard_that_calls_itself_pruned(self, whole: Database) -> None:
        def change(session: Session) -> None:
            session.execute(update(LedgerShardRow).values(pruned_at=LedgerShardRow.opened_at))

        before = placed(whole)
        assert [word for word, _ in self.found(whole, change)] == ["deletion"]
        with pytest.raises(IntegrityViolated, match="nothing is deleted"):
            ledger_of(whole).tidy()
        assert placed(whole) == before

    @pytest.mark.parametrize(("level", "tile"), [(0, 0), (0, 1), (0, 2), (1, 0)])
    def test_a_tile(self, whole: Database, level: int, tile: int) -> None:
        at = (LedgerTileRow.level == level, LedgerTileRow.tile == tile)

        def change(session: Session) -> None:
            row = session.scalars(select(LedgerTileRow).where(*at)).one()
            row.hashes = flipped(row.hashes, 33)

        assert {word for word, _ in self.found(whole, change)} == {"edit"}
        with whole.transaction() as session:
            session.execute(delete(LedgerTileRow).where(*at))
        assert {one.verdict.value for one in verify_own(whole).problems} <= {"edit", "truncation"}
        assert verify_own(whole).problems

    def test_a_tile_that_the_next_batch_would_build_on(self, whole: Database) -> None:
        """Its change is found before it is signed; what was signed stays right."""

        def change(session: Session) -> None:
            row = session.scalars(select(LedgerTileRow).where(LedgerTileRow.level == 0, LedgerTileRow.tile == 2)).one()
            row.hashes = flipped(row.hashes, 0)

        assert self.found(whole, change)
        before = ledger_of(whole).checkpoint()
        note_some(whole, 1)
        with pytest.raises(IntegrityViolated, match="nothing is added"):
            ledger_of(whole).settle()
        assert ledger_of(whole).checkpoint() == before

    def test_a_tile_and_the_head_that_fits_it(self, whole: Database) -> None:
        """Whoever can write the state can make it fit itself. It does not fit what was signed, and is not signed."""

        def change(session: Session) -> None:
            row = session.scalars(select(LedgerTileRow).where(LedgerTileRow.level == 0, LedgerTileRow.tile == 2)).one()
            row.hashes = flipped(row.hashes, 0)
            session.flush()
            shard = session.scalars(select(LedgerShardRow)).one()
            shard.root = root_of(session, shard.label, shard.size)

        assert self.found(whole, change)
        before = ledger_of(whole).checkpoint()
        note_some(whole, 1)
        with pytest.raises(IntegrityViolated, match="does not continue"):
            ledger_of(whole).settle()
        assert ledger_of(whole).checkpoint() == before

    @pytest.mark.parametrize("by", [-256, -1, 1, 256])
    def test_the_size_of_the_head(self, whole: Database, by: int) -> None:
        def change(session: Session) -> None:
            session.execute(update(LedgerShardRow).values(size=LedgerShardRow.size + by))

        before = ledger_of(whole).checkpoint()
        assert self.found(whole, change)
        note_some(whole, 1)
        with pytest.raises(IntegrityViolated):
            ledger_of(whole).settle()
        assert ledger_of(whole).checkpoint() == before

    def test_the_root_of_the_head(self, whole: Database) -> None:
        note_some(whole, 1)
        Sequencer(whole).drain()
        found = self.found(whole, lambda session: session.execute(update(LedgerShardRow).values(root=bytes(32))))
        assert [word for word, _ in found] == ["edit"]
        with pytest.raises(IntegrityViolated, match="not signed"):
            Sequencer(whole).sign()

    @pytest.mark.parametrize("which_one", ["newest", "older"])
    def test_a_checkpoint(self, whole: Database, which_one: str) -> None:
        order = LedgerCheckpointRow.size.desc() if which_one == "newest" else LedgerCheckpointRow.size
        newest = ledger_of(whole).shards()[0].size

        def change(session: Session) -> None:
            row = session.scalars(select(LedgerCheckpointRow).order_by(order).limit(1)).one()
            row.note = row.note.replace(str(row.size).encode() + b"\n", b"9\n", 1)

        assert {word for word, _ in self.found(whole, change)} == {"edit"}
        assert ledger_of(whole).shards()[0].size == newest

    def test_a_checkpoint_that_a_stranger_signed(self, whole: Database) -> None:
        def change(session: Session) -> None:
            row = session.scalars(select(LedgerCheckpointRow).order_by(LedgerCheckpointRow.size.desc()).limit(1)).one()
            checkpoint = Checkpoint.parse(row.note.decode().partition("\n\n")[0] + "\n")
            row.note = sign_checkpoint(checkpoint, [SigningKey.generate(checkpoint.origin)])

        assert {word for word, _ in self.found(whole, change)} == {"wrong_key"}

    def test_the_key(self, whole: Database) -> None:
        def change(session: Session) -> None:
            row = session.scalars(select(LedgerKeyRow)).one()
            row.vkey = str(SigningKey.generate(VerifierKey.parse(row.vkey).name).verifier)

        assert {word for word, _ in self.found(whole, change)} == {"wrong_key"}

    def test_a_byte_of_an_entry(self, whole: Database) -> None:
        rng = random.Random(4)
        for index in rng.sample(range(600), 10):
            with whole.transaction() as session:
                row = session.scalars(select(OutboxRow).where(OutboxRow.ledger_index == index)).one()
                kept, at = row.payload, rng.randrange(len(row.payload))
                row.payload = kept[:at] + chr(ord(kept[at]) ^ 1) + kept[at + 1 :]
            assert [(one.verdict.value, one.index) for one in verify_own(whole).problems] == [("edit", index)]
            with whole.transaction() as session:
                session.execute(update(OutboxRow).where(OutboxRow.ledger_index == index).values(payload=kept))
        check_whole(whole)

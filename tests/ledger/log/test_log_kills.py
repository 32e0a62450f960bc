"""Processes that are killed in the middle of it, and disks that are full or broken: what was acknowledged is there, once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.clock import FixedClock, SystemClock
from engine.base.errors import DependencyFailed
from engine.base.keys.local import LocalKeyring
from engine.base.state.database import Database
from engine.base.state.tables import LedgerCheckpointRow, OutboxRow
from engine.ledger.log.own import verify_own
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.targets import FolderTarget
from engine.ledger.log.verification import Expected, verify
from tests.ledger.log.trail import bound_state, check_whole, ledger_of, note_some, placed

ROUNDS, LONG_ROUNDS = 2, 150
STEP = 1_000_000  # numbers that one process may use
LONGEST = 1.5  # seconds that a process lives after it began


@dataclass
class Told:
    """All that processes printed before they died."""

    recorded: list[int] = field(default_factory=list)
    signed: list[bytes] = field(default_factory=list)
    settled: int = 0

    def take(self, lines: Iterator[str]) -> None:
        for line in lines:
            match line.rstrip("\n").split(" "):
                case ["recorded", number] if line.endswith("\n"):
                    self.recorded.append(int(number))
                case ["signed", note] if line.endswith("\n"):
                    self.signed.append(bytes.fromhex(note))
                case ["settled"]:
                    self.settled += 1
                case _:
                    pass


def start(database: Database, folder: Path, first: int) -> subprocess.Popen[str]:
    assert database.context is not None
    keyring = database.context.keyring
    assert isinstance(keyring, LocalKeyring)
    arguments = [
        database.url.render_as_string(hide_password=False),
        str(keyring.path),
        str(database.context.tenant_id),
        str(database.context.actor_id),
        str(folder),
        str(first),
    ]
    command = [sys.executable, "-m", "tests.ledger.log.child", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed(database: Database, folder: Path, told: Told, first: int, many: int, rng: random.Random) -> None:
    """Start so many processes at once, and kill each at a random moment."""
    started = [start(database, folder, first + nth * STEP) for nth in range(many)]
    readers = []
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        reader = threading.Thread(target=told.take, args=(iter(one.stdout or ()),))
        reader.start()
        readers.append(reader)
    for one in started:
        time.sleep(rng.random() * LONGEST)
        one.send_signal(signal.SIGKILL)
    for one, reader in zip(started, readers, strict=True):
        reader.join()
        assert one.wait() == -signal.SIGKILL
        if one.stdout is not None:
            one.stdout.close()


def check(database: Database, folder: Path, told: Told) -> None:
    """A new process settles; what was acknowledged is there, once, and no checkpoint is contradicted."""
    ledger = ledger_of(database, folder)
    ledger.settle()
    with database.snapshot() as session:
        signed = list(session.scalars(select(LedgerCheckpointRow.note)))
        payloads = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.type == "test.noted", OutboxRow.drained_at.is_not(None))
        )
        numbers = Counter(json.loads(one)["attributes"]["number"] for one in payloads)
    assert set(told.signed) <= set(signed), "a checkpoint that was shown is on record"
    assert set(told.recorded) <= numbers.keys()
    assert max(numbers.values(), default=1) == 1
    check_whole(database)
    assert not verify_own(database, [FolderTarget(folder)], told.signed).problems
    logs = {one.label: FolderResources(folder / one.label) for one in ledger.shards()}
    assert not verify(logs, Expected(ledger.vkeys(), told.signed)).problems


def _campaign(database: Database, folder: Path, rounds: int, seed: int) -> None:
    rng = random.Random(seed)
    told = Told()
    note_some(database, 1, -1)
    for nth in range(rounds):
        killed(database, folder, told, nth * 10 * STEP, 1 + nth % 2, rng)
        check(database, folder, told)
    assert told.recorded, "they lived long enough"


def test_a_few_kills(database: Database, tmp_path: Path) -> None:
    """The second round has two processes that sequence at the same time."""
    _campaign(database, tmp_path / "published", ROUNDS, 3)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_many_kills(database: Database, tmp_path: Path) -> None:
    _campaign(database, tmp_path / "published", LONG_ROUNDS, 4)


def test_two_processes_that_publish_at_once_do_not_alarm_each_other(database: Database, tmp_path: Path) -> None:
    """One goes on with the newest where it finds that it held an older one."""
    folder = tmp_path / "published"
    ledgers = [ledger_of(database, folder) for _ in range(3)]
    failures: list[BaseException] = []

    def run(nth: int) -> None:
        try:
            for one in range(8):
                note_some(database, 1, nth * 100 + one)
                ledgers[nth].settle()
        except BaseException as exc:  # noqa: BLE001 - shown below
            failures.append(exc)

    threads = [threading.Thread(target=run, args=(nth,)) for nth in range(len(ledgers))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failures
    ledger = ledgers[0]
    ledger.settle()
    check_whole(database)
    assert (folder / "2026/checkpoint").read_bytes() == ledger.checkpoint()
    assert not list(folder.rglob("*.new"))
    assert not verify({"2026": FolderResources(folder / "2026")}, Expected(ledger.vkeys())).problems


def test_an_older_checkpoint_gives_way_to_one_that_was_signed_meanwhile(database: Database, tmp_path: Path) -> None:
    """The order in which two interfere worst: the one with the older checkpoint reads the target last, or writes last."""
    folder = tmp_path / "published"
    late = ledger_of(database, folder)
    note_some(database, 1)
    late._sequencer.drain()
    late._sequencer.sign()

    class Overtaken(FolderTarget):
        """While it writes its checkpoint, another process gets everything done."""

        def write(self, path: str, data: bytes) -> None:
            if path.endswith("checkpoint") and not done:
                done.append(path)
                note_some(database, 1)
                ledger_of(database, folder).settle()
            super().write(path, data)

    done: list[str] = []
    late._targets = [Overtaken(folder)]
    assert late.publish() > 0
    assert done
    assert (folder / "2026/checkpoint").read_bytes() == late.checkpoint()

    class Outrun(FolderTarget):
        def read(self, path: str) -> bytes | None:
            if not seen:
                seen.append(path)
                note_some(database, 1)
                ledger_of(database, folder).settle()
            return super().read(path)

    seen: list[str] = []
    note_some(database, 1)
    late._targets = [Outrun(folder)]
    late.settle()
    assert (folder / "2026/checkpoint").read_bytes() == late.checkpoint()
    check_whole(database)


def fill(disk: Path) -> None:
    """Take all that is free."""
    with suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass


@pytest.fixture
def on_small_disk(small_disk: Path, keyring: LocalKeyring) -> Iterator[Database]:
    """A state on a small disk."""
    database = bound_state(small_disk / "state.db", keyring, SystemClock())
    yield database
    database.close()


def test_the_disk_of_the_state_is_full(on_small_disk: Database, small_disk: Path) -> None:
    ledger = ledger_of(on_small_disk)
    note_some(on_small_disk, 10)
    ledger.settle()
    recorded = [10]
    fill(small_disk)

    def go_on() -> None:
        for nth in range(500):  # the log of SQLite has some room of its own
            note_some(on_small_disk, 20, 20 * nth)
            recorded.append(20)
            ledger.settle()

    with pytest.raises(DependencyFailed, match="full"):
        go_on()
    (small_disk / "filler").unlink()
    ledger_of(on_small_disk).settle()
    check_whole(on_small_disk)
    kinds = [kind for kind, _ in placed(on_small_disk)]
    assert kinds.count("test.noted") == sum(recorded), "what was acknowledged"


def test_the_disk_of_the_published_folder_is_full(database: Database, small_disk: Path) -> None:
    ledger = ledger_of(database, small_disk / "published")
    note_some(database, 3)
    ledger.settle()
    before = (small_disk / "published/2026/checkpoint").read_bytes()
    fill(small_disk)
    note_some(database, 300)
    with pytest.raises(DependencyFailed, match="No space") as caught:
        ledger.settle()
    assert "next time" in caught.value.hint
    assert (small_disk / "published/2026/checkpoint").read_bytes() == before, "who reads sees the older ledger, whole"
    (small_disk / "filler").unlink()
    ledger_of(database, small_disk / "published").settle()
    _check_published(database, small_disk / "published", before)


def test_a_published_file_may_not_grow(tmp_path: Path) -> None:
    """As with a quota: the limit is on a process of its own."""
    code = (
        "import resource, signal, sys; from tests.ledger.log.child import main; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
        "from pathlib import Path; from engine.ledger.log.targets import FolderTarget; "
        "from engine.base.errors import DependencyFailed\n"
        "target = FolderTarget(Path(sys.argv[1]))\n"
        "target.write('small', bytes(100))\n"
        "try:\n    target.write('large', bytes(101))\n"
        "except DependencyFailed as exc:\n    print(exc.message)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "File too large" in ran.stdout
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["small"], "nothing half written is left"


def test_a_published_folder_that_cannot_be_read_or_written(database: Database, tmp_path: Path) -> None:
    """The system's own EIO: what a process sees of its memory at address 0."""
    folder = tmp_path / "published"
    ledger = ledger_of(database, folder)
    note_some(database, 3)
    ledger.settle()
    before = (folder / "2026/checkpoint").read_bytes()
    note_some(database, 1)
    unfinished = folder / f"2026/checkpoint.{os.getpid()}-{threading.get_ident()}.new"
    unfinished.symlink_to("/proc/self/mem")
    with pytest.raises(DependencyFailed, match="Input/output error"):
        ledger.settle()
    assert (folder / "2026/checkpoint").read_bytes() == before
    unfinished.unlink(missing_ok=True)
    (folder / "2026/checkpoint").rename(tmp_path / "kept")
    (folder / "2026/checkpoint").symlink_to("/proc/self/mem")
    with pytest.raises(DependencyFailed):
        ledger.settle()
    (folder / "2026/checkpoint").unlink()
    (tmp_path / "kept").rename(folder / "2026/checkpoint")
    ledger.settle()
    _check_published(database, folder, before)


def _check_published(database: Database, folder: Path, before: bytes) -> None:
    check_whole(database)
    ledger = ledger_of(database, folder)
    logs = {one.label: FolderResources(folder / one.label) for one in ledger.shards()}
    report = verify(logs, Expected(ledger.vkeys(), [before]))
    assert not report.problems
    assert report.entries == len(placed(database))


def test_a_clock_that_was_set_back_does_not_silence_the_heartbeat(database: Database, clock: FixedClock) -> None:
    ledger = ledger_of(database, heartbeat=60)
    note_some(database, 1)
    ledger.settle()
    clock.instant -= timedelta(days=90)
    assert ledger.beat()
    ledger.settle()
    assert not ledger.beat()
    clock.instant += timedelta(hours=1)
    assert ledger.beat()
    ledger.settle()
    check_whole(database)

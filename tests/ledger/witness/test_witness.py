"""What a witness answers, without HTTP: each case of the specification, forks, races, faults."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, DependencyFailed, IntegrityViolated
from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from engine.ledger.note.cosignature import CosignerKey, cosigned_at
from engine.ledger.note.note import Note, Signature, SigningKey, open_note
from engine.ledger.note.schemes import Algorithm
from engine.ledger.tree.hashes import EMPTY_ROOT
from engine.ledger.witness import heads as heads_module
from engine.ledger.witness.heads import MAX_FORKS, Heads, origin_hash
from engine.ledger.witness.request import SIZE_TYPE, AddCheckpoint
from engine.ledger.witness.witness import Answer, Witness
from tests.ledger.witness.logs import KEY, ORIGIN, SmallLog

START = datetime(2026, 3, 1, tzinfo=UTC)
COSIGNER = CosignerKey("witness.example/w1", bytes([7] * 32))
LOG = SmallLog(40)


class Bench:
    """A witness with its clock and file."""

    def __init__(self, path: Path, *, keys: tuple[CosignerKey, ...] = (COSIGNER,)) -> None:
        self.clock = FixedClock(START)
        self.path = path
        self.heads = Heads.open(path) if path.exists() else Heads.create(path)
        self.trusted = [KEY.verifier]
        self.witness = Witness(keys, self.heads, lambda: self.trusted, self.clock)

    def add(self, body: bytes) -> Answer:
        return self.witness.add(body)

    def size(self) -> int | None:
        sizes = [head.size for head in self.heads.all()]
        return sizes[0] if sizes else None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "heads.db")


def cosignatures(answer: Answer) -> list[Signature]:
    assert answer.status is HTTPStatus.OK
    assert answer.body.endswith(b"\n")
    return [Signature.parse(line) for line in answer.body.decode()[:-1].split("\n")]


def test_the_first_checkpoint_and_those_that_continue_it_are_cosigned(bench: Bench) -> None:
    for old, new in ((0, 5), (5, 5), (5, 8), (8, 9), (9, 40)):
        (signature,) = cosignatures(bench.add(LOG.request(old, new)))
        note = Note.parse(LOG.signed(new))
        assert COSIGNER.verifier.check(note.signed, signature.blob)
        assert cosigned_at(signature, COSIGNER.verifier) == int(START.timestamp())
        assert bench.size() == new


def test_an_empty_log_is_cosigned_and_only_with_the_empty_root(bench: Bench) -> None:
    wrong = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), [KEY])
    assert bench.add(AddCheckpoint(0, (), wrong).format()).status is HTTPStatus.UNPROCESSABLE_ENTITY
    right = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), [KEY])
    assert cosignatures(bench.add(AddCheckpoint(0, (), right).format()))
    assert bench.add(AddCheckpoint(0, (), wrong).format()).status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert cosignatures(bench.add(LOG.request(0, 3)))


def test_what_is_malformed_is_400(bench: Bench) -> None:
    text = Checkpoint(ORIGIN, 5, LOG.root(5)).format()
    no_checkpoint = Note("hello\n", (KEY.sign("hello\n"),)).format()
    for body in (
        b"",
        b"nonsense",
        LOG.signed(5),
        b"old x\n\n" + LOG.signed(5),
        b"old 0\n\n" + no_checkpoint,
        text.encode(),
    ):
        assert bench.add(body).status is HTTPStatus.BAD_REQUEST
    assert bench.size() is None


def test_an_old_size_above_the_new_one_is_400(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 9)))
    assert bench.add(AddCheckpoint(9, (), LOG.signed(8)).format()).status is HTTPStatus.BAD_REQUEST


def test_extension_lines_are_400(bench: Bench) -> None:
    extended = sign_checkpoint(Checkpoint(ORIGIN, 5, LOG.root(5), ("extension",)), [KEY])
    assert bench.add(AddCheckpoint(0, (), extended).format()).status is HTTPStatus.BAD_REQUEST


def test_a_log_that_is_not_known_is_404_before_its_signature_is_looked_at(bench: Bench) -> None:
    other = SmallLog(5, key=SigningKey("example.com/other", bytes(32)))
    assert bench.add(other.request(0, 5)).status is HTTPStatus.NOT_FOUND
    bench.trusted.append(other.key.verifier)
    assert cosignatures(bench.add(other.request(0, 5)))


def test_what_no_trusted_key_of_that_log_signed_is_403(bench: Bench) -> None:
    stranger = SmallLog(5, key=SigningKey(ORIGIN, bytes(32)))
    assert bench.add(stranger.request(0, 5)).status is HTTPStatus.FORBIDDEN
    other = SigningKey("example.com/other", bytes(32))
    bench.trusted.append(other.verifier)
    text = Checkpoint(ORIGIN, 5, LOG.root(5)).format()
    crossed = Note(text, (other.sign(text),)).format()
    assert bench.add(AddCheckpoint(0, (), crossed).format()).status is HTTPStatus.FORBIDDEN
    assert bench.size() is None


def test_one_changed_byte_in_the_signature_or_text_is_never_cosigned(bench: Bench) -> None:
    body = LOG.request(0, 5)
    for at, byte in enumerate(body):
        answer = bench.add(body[:at] + bytes([byte ^ 1]) + body[at + 1 :])
        assert answer.status is not HTTPStatus.OK
    assert bench.size() is None
    assert bench.heads.forks() == []


def test_another_old_size_is_409_with_the_size_that_is_known(bench: Bench) -> None:
    answer = bench.add(AddCheckpoint(3, tuple(LOG.prove(3, 5)), LOG.signed(5)).format())
    assert (answer.status, answer.body, answer.content_type) == (HTTPStatus.CONFLICT, b"0\n", SIZE_TYPE)
    assert cosignatures(bench.add(LOG.request(0, 9)))
    for old in (0, 3, 8):
        answer = bench.add(LOG.request(old, 9))
        assert (answer.status, answer.body, answer.content_type) == (HTTPStatus.CONFLICT, b"9\n", SIZE_TYPE)
    answer = bench.add(LOG.request(0, 3))
    assert (answer.status, answer.body) == (HTTPStatus.CONFLICT, b"9\n")


def test_a_proof_that_does_not_show_it_is_422(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 9)))
    right = LOG.prove(9, 20)
    wrong = [[], right[:-1], [*right, bytes(32)], [bytes(32), *right[1:]], right[::-1], LOG.prove(8, 20)]
    for proof in wrong:
        answer = bench.add(AddCheckpoint(9, tuple(proof), LOG.signed(20)).format())
        assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY
    fork = LOG.fork(4, 20)
    assert bench.add(fork.request(9, 20)).status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert bench.size() == 9
    assert cosignatures(bench.add(LOG.request(9, 20)))


def test_a_proof_where_none_is_needed_is_422(bench: Bench) -> None:
    answer = bench.add(AddCheckpoint(0, (bytes(32),), LOG.signed(9)).format())
    assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert cosignatures(bench.add(LOG.request(0, 9)))
    answer = bench.add(AddCheckpoint(9, (bytes(32),), LOG.signed(9)).format())
    assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY


def test_another_root_at_the_same_size_is_422_and_kept_as_evidence(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 9)))
    fork = LOG.fork(4, 9)
    for _ in range(2):
        assert bench.add(fork.request(9, 9)).status is HTTPStatus.UNPROCESSABLE_ENTITY
    (kept,) = bench.heads.forks()
    assert open_checkpoint(kept.note, [KEY.verifier]) == Checkpoint(ORIGIN, 9, fork.root(9))
    assert open_checkpoint(kept.known, [KEY.verifier, COSIGNER.verifier]) == Checkpoint(ORIGIN, 9, LOG.root(9))


def test_evidence_has_a_limit(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 2)))
    for number in range(MAX_FORKS + 3):
        signed = sign_checkpoint(Checkpoint(ORIGIN, 2, number.to_bytes(32, "big")), [KEY])
        assert bench.add(AddCheckpoint(2, (), signed).format()).status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert len(bench.heads.forks()) == MAX_FORKS


def test_the_latest_checkpoint_is_given_with_the_logs_signature_and_ours_and_no_other(bench: Bench) -> None:
    assert bench.witness.latest(origin_hash(ORIGIN)).status is HTTPStatus.NOT_FOUND
    stranger = SigningKey("stranger.example", bytes(32))
    note = Note.parse(LOG.signed(9))
    body = AddCheckpoint(0, (), note.add([stranger.sign(note.text)]).format()).format()
    (signature,) = cosignatures(bench.add(body))
    latest = bench.witness.latest(origin_hash(ORIGIN))
    assert latest.status is HTTPStatus.OK
    assert Note.parse(latest.body) == note.add([signature])
    assert len(open_note(latest.body, [KEY.verifier, COSIGNER.verifier])[1]) == 2


def test_the_log_may_sign_with_two_keys_while_they_change(bench: Bench) -> None:
    new = SigningKey(ORIGIN, bytes([3] * 32))
    bench.trusted.append(new.verifier)
    head = Checkpoint(ORIGIN, 5, LOG.root(5))
    assert cosignatures(bench.add(AddCheckpoint(0, (), sign_checkpoint(head, [KEY, new])).format()))
    bench.trusted.remove(KEY.verifier)
    assert cosignatures(bench.add(AddCheckpoint(5, (), sign_checkpoint(head, [KEY, new])).format()))
    assert bench.add(LOG.request(5, 9)).status is HTTPStatus.FORBIDDEN


def test_a_clock_that_is_set_back_takes_no_cosignature_back(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 5)))
    bench.clock.instant = START - timedelta(days=400)
    (signature,) = cosignatures(bench.add(LOG.request(5, 9)))
    assert cosigned_at(signature, COSIGNER.verifier) == int(START.timestamp())
    bench.clock.instant = START + timedelta(seconds=3)
    (signature,) = cosignatures(bench.add(LOG.request(9, 9)))
    assert cosigned_at(signature, COSIGNER.verifier) == int(START.timestamp()) + 3


def test_with_two_keys_it_cosigns_twice(tmp_path: Path) -> None:
    mldsa = CosignerKey("witness.example/w1", bytes([8] * 32), Algorithm.MLDSA44)
    bench = Bench(tmp_path / "heads.db", keys=(COSIGNER, mldsa))
    one, two = cosignatures(bench.add(LOG.request(0, 5)))
    text = Note.parse(LOG.signed(5)).signed
    assert COSIGNER.verifier.check(text, one.blob)
    assert mldsa.verifier.check(text, two.blob)
    latest = bench.witness.latest(origin_hash(ORIGIN)).body
    assert len(open_note(latest, [KEY.verifier, COSIGNER.verifier, mldsa.verifier])[1]) == 3


def test_an_origin_that_mldsa44_cannot_hold_is_400_and_changes_nothing(tmp_path: Path) -> None:
    mldsa = CosignerKey("witness.example/w1", bytes([8] * 32), Algorithm.MLDSA44)
    bench = Bench(tmp_path / "heads.db", keys=(COSIGNER, mldsa))
    long = SmallLog(2, key=SigningKey("o" * 256, bytes(32)))
    bench.trusted.append(long.key.verifier)
    assert bench.add(long.request(0, 2)).status is HTTPStatus.BAD_REQUEST
    assert bench.heads.all() == []


def test_what_was_cosigned_is_known_after_a_restart(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 9)))
    again = Bench(bench.path)
    assert again.add(LOG.request(0, 5)).body == b"9\n"
    assert cosignatures(again.add(LOG.request(9, 12)))


def test_a_file_that_is_gone_is_not_made_anew(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 9)))
    bench.path.unlink()
    with pytest.raises(BadInput, match="no longer knows"):
        Heads.open(bench.path)
    with pytest.raises(DependencyFailed):
        bench.add(LOG.request(0, 5))
    assert not bench.path.exists()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at as one" * 20, b""])
def test_a_file_that_is_none_of_these_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "heads.db"
    path.write_bytes(content)
    with pytest.raises(IntegrityViolated):
        Heads.open(path)


def test_a_log_restored_from_yesterdays_backup_is_found(bench: Bench) -> None:
    yesterday, today = LOG, SmallLog(25)
    assert cosignatures(bench.add(yesterday.request(0, 20)))
    assert cosignatures(bench.add(today.request(20, 25)))
    restored = yesterday.fork(20, 40)  # it went on from yesterday's state with other entries
    assert bench.add(restored.request(20, 22)).body == b"25\n"
    assert bench.add(restored.request(25, 30)).status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert bench.size() == 25


def test_a_slow_request_does_not_take_back_what_a_faster_one_wrote(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race of the specification: A for N, B for N+K; whichever comes first, N never follows on N+K."""
    assert cosignatures(bench.add(LOG.request(0, 5)))
    checked, go_on = threading.Event(), threading.Event()

    def pausing(connection: sqlite3.Connection) -> None:
        def pause(statement: str) -> None:
            if statement.startswith("INSERT INTO heads") and threading.current_thread().name == "A":
                checked.set()
                assert go_on.wait(20)

        connection.set_trace_callback(pause)

    _trace(monkeypatch, pausing)
    answers: dict[str, Answer] = {}
    slow = threading.Thread(name="A", target=lambda: answers.update(A=bench.add(LOG.request(5, 9))))
    fast = threading.Thread(name="B", target=lambda: answers.update(B=bench.add(LOG.request(5, 20))))
    slow.start()
    assert checked.wait(20)
    fast.start()
    fast.join(0.3)
    assert fast.is_alive(), "B was checked while A was between its check and its write"
    go_on.set()
    slow.join(20)
    fast.join(20)
    assert answers["A"].status is HTTPStatus.OK
    assert (answers["B"].status, answers["B"].body) == (HTTPStatus.CONFLICT, b"9\n")
    assert cosignatures(bench.add(LOG.request(9, 20)))
    assert bench.add(LOG.request(5, 9)).body == b"20\n"
    assert bench.size() == 20


@pytest.mark.parametrize("persisted", [False, True], ids=["not persisted", "persisted"])
@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT INTO heads", "COMMIT"])
def test_what_failed_is_not_cosigned_and_asking_again_ends_well(
    bench: Bench, *, statement: str, persisted: bool
) -> None:
    assert cosignatures(bench.add(LOG.request(0, 5)))
    with pytest.MonkeyPatch.context() as patch:
        _fail_at(patch, statement, persisted=persisted)
        with pytest.raises(DependencyFailed):
            bench.add(LOG.request(5, 9))
    known = 9 if persisted and statement == "COMMIT" else 5
    assert bench.size() == known
    assert bench.add(LOG.request(0, 9)).body == f"{known}\n".encode()
    assert cosignatures(bench.add(LOG.request(known, 9)))


def test_two_forks_at_once_and_exactly_one_wins(bench: Bench) -> None:
    assert cosignatures(bench.add(LOG.request(0, 5)))
    forks = [LOG.fork(5, 30), LOG]
    bodies = [fork.request(5, size) for size in range(6, 16) for fork in forks]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(bench.add, bodies))
    won = [body for body, answer in zip(bodies, answers, strict=True) if answer.status is HTTPStatus.OK]
    assert len(won) == 1
    assert all(answer.status in (HTTPStatus.OK, HTTPStatus.CONFLICT) for answer in answers)


def _trace(patch: pytest.MonkeyPatch, prepare: Callable[[sqlite3.Connection], None]) -> None:
    connect = heads_module._connect

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        prepare(connection)
        return connection

    patch.setattr(heads_module, "_connect", traced)


def _fail_at(patch: pytest.MonkeyPatch, statement: str, *, persisted: bool) -> None:
    """Give the witness connections whose disk is full at this statement, before it was done or after."""

    class Full(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            if sql.startswith(statement):
                if persisted:
                    super().execute(sql, parameters)
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorname = "SQLITE_FULL"
                raise error
            return super().execute(sql, parameters)

    patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Full))

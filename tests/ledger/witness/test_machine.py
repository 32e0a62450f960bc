"""The witness against a model that keeps one number and one root: forks, wrong sizes, wrong proofs, restarts, in any order."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.base.clock import FixedClock
from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.note.cosignature import CosignerKey, cosigned_at
from engine.ledger.note.note import Signature
from engine.ledger.tree.hashes import EMPTY_ROOT
from engine.ledger.witness.heads import Heads, origin_hash
from engine.ledger.witness.request import AddCheckpoint
from engine.ledger.witness.witness import Witness
from tests.ledger.witness.logs import KEY, ORIGIN, SmallLog
from tests.properties import tries

LOG = SmallLog(24)
LOGS = st.sampled_from([LOG, LOG.fork(5, 24), LOG.fork(12, 24)])
SIZES = st.integers(0, 24)
COSIGNER = CosignerKey("witness.example/w1", bytes([7] * 32))


class Watched(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
        Heads.create(self.folder / "heads.db")
        self.size, self.root, self.time = 0, EMPTY_ROOT, 0
        self.restart()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule()
    def restart(self) -> None:
        self.heads = Heads.open(self.folder / "heads.db")
        self.witness = Witness([COSIGNER], self.heads, lambda: [KEY.verifier], self.clock)

    @rule(seconds=st.integers(-10_000, 10_000))
    def the_clock_moves(self, seconds: int) -> None:
        self.clock.instant += timedelta(seconds=seconds)

    @rule(log=LOGS, old=SIZES, new=SIZES)
    def ask(self, log: SmallLog, old: int, new: int) -> None:
        proof = tuple(log.prove(old, new)) if old <= new else ()
        self._expect(AddCheckpoint(old, proof, log.signed(new)), log, new)

    @rule(log=LOGS, new=SIZES)
    def ask_from_what_it_knows(self, log: SmallLog, new: int) -> None:
        self.ask(log, self.size, new)

    @rule(log=LOGS, new=SIZES, proof=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=6))
    def ask_with_a_made_up_proof(self, log: SmallLog, new: int, proof: list[bytes]) -> None:
        answer = self.witness.add(AddCheckpoint(self.size, tuple(proof), log.signed(new)).format())
        assert answer.status is (HTTPStatus.BAD_REQUEST if new < self.size else HTTPStatus.UNPROCESSABLE_ENTITY)

    @invariant()
    def it_shows_what_it_cosigned_last(self) -> None:
        latest = self.witness.latest(origin_hash(ORIGIN))
        if latest.status is HTTPStatus.OK:
            head = open_checkpoint(latest.body, [KEY.verifier, COSIGNER.verifier])
            assert (head.size, head.root) == (self.size, self.root)
        else:
            assert (self.size, self.heads.all()) == (0, [])

    def _expect(self, request: AddCheckpoint, log: SmallLog, new: int) -> None:
        answer = self.witness.add(request.format())
        if request.old > new:
            assert answer.status is HTTPStatus.BAD_REQUEST
        elif request.old != self.size:
            assert (answer.status, answer.body) == (HTTPStatus.CONFLICT, f"{self.size}\n".encode())
        elif log.root(self.size) != self.root:
            assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            assert answer.status is HTTPStatus.OK
            time = cosigned_at(Signature.parse(answer.body.decode().rstrip("\n")), COSIGNER.verifier)
            assert time == max(self.time, int(self.clock.instant.timestamp()))
            self.size, self.root, self.time = new, log.root(new), time


TestWatched = Watched.TestCase
TestWatched.settings = settings(max_examples=tries(15), stateful_step_count=30, deadline=None)

"""The figures of sweeps: a plan's rows erased beside SQL written by hand and under a probe, planning, and deciding.

``python -m tests.benchmarks.erase [ROWS [DUE [SIZE]]]``: by default 10^6 rows to erase, 10^6 due rows to plan, and SIZE roots a
transaction of the SQL by hand. Plans are made, approved and run with a state as anywhere else: signature, leases, barrier, sealed
keys, events, the pace that follows the store's own probe, and the reading again. The server is that of the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tests.benchmarks.erase_shop import Probe, delete_by_hand, idle, linked
from tests.peak import peak

ROWS = DUE = 1_000_000
SIZE = 1000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
POLICIES = "ab" * 32
CONFIG = """
state: {state}
stores:
  shop:
    kind: sql
    url: {url}
    write: {{url: {url}}}
"""


@dataclass
class Measured:
    """What a run came to: rows, and seconds of the erasing, with the probe's p95 meanwhile."""

    rows: int
    seconds: float
    p95: float

    def __str__(self) -> str:
        return f"{self.rows / self.seconds:,.0f} rows/s, probe p95 {self.p95 * 1000:.2f} ms"


def opened(folder: Path, url: str = "") -> Any:
    """The configuration of a folder, and its state; made with the first ``url``."""
    from engine.base.clock import SystemClock
    from engine.base.settings import load_settings
    from engine.base.state.opening import open_state

    if url:
        state = os.environ.get("REEVE_BENCH_STATE", f"sqlite:///{folder / 'state.db'}")
        store = sa.make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        (folder / "reeve.yaml").write_text(CONFIG.format(state=state, url=store))
    settings = load_settings(folder / "reeve.yaml")
    return settings, open_state(settings, SystemClock())


def plan(folder: Path, url: str) -> dict[str, Any]:
    """Make a plan of all that is due: seconds, peak memory, rows, and which."""
    from engine.governance.calendar.durations import Duration
    from engine.governance.change.asked import Asked
    from engine.governance.change.closure import preview
    from engine.governance.change.effect import Task, Term
    from engine.governance.change.kept import plan_of, whole_numbers
    from engine.governance.change.making import PlanMaker
    from engine.governance.change.plan import Limits
    from engine.governance.holds.counting import hold_matcher
    from engine.governance.policy.model import Column, Delete
    from retention.opening import open_database
    from retention.select import DueRows

    settings, database = opened(folder, url)
    began = time.perf_counter()
    store = open_database(settings, "shop")
    found = preview(store.shapes(), "accounts", Delete(("orders", "items", "visits")))
    task = Task("shop", found.steps, Term(Duration.parse("P2Y"), (Column("closed"),), "UTC", "two-years"), {})
    limits = Limits(rows=10**9, share=100)
    with database.transaction() as session:
        holds = hold_matcher(session, "shop", list(store.assets()))
    rows = DueRows(store, task, holds, NOW, warnings=found.warnings)
    plan_id = PlanMaker(database).make(Asked(task, POLICIES, ("two-years",), NOW, limits=limits), rows)
    seconds = time.perf_counter() - began
    with database.snapshot() as session:
        row = plan_of(session, plan_id)
        counts, state = whole_numbers(row.rows), row.state
    database.close()
    assert state == "made", state
    return {"seconds": seconds, "peak_mib": peak() / 2**20, "rows": counts, "plan": str(plan_id)}


def approve(database: Any, plan_id: Any) -> None:
    """Have somebody else sign a plan."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from engine.base.actors.approvals import PlanScope, Statement, fingerprint, sign_approval
    from engine.base.actors.approver_keys import add_approver_key
    from engine.base.actors.roles import Role
    from engine.base.state.context import context_of
    from engine.governance.change.approving import approve_plan
    from engine.governance.change.kept import plan_of
    from tests.base.actors.people import add

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    approver = add(database, "Vera Approver", Role.APPROVER)
    with database.transaction() as session:
        context = context_of(session)
        now = context.clock.now()
        add_approver_key(session, approver, public, valid_until=now + timedelta(days=300))
    with database.transaction() as session:
        scope = PlanScope(plan_of(session, plan_id).root or "")
        now = context.clock.now()
        statement = Statement(context.tenant_id, fingerprint(public), scope, now, now + timedelta(days=7))
        approve_plan(session, plan_id, sign_approval(statement, key))


class Telling:
    """A verifier that says when the reading again begins."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.began = self.processor = 0.0

    def remaining(self, task: Any, batch: Any) -> Any:
        if not self.began:
            self.began, self.processor = time.perf_counter(), time.process_time()
            print("erased", flush=True)
        return self._inner.remaining(task, batch)


def run(folder: Path, plan_id: Any) -> dict[str, Any]:
    """Approve a plan and run it. Says ``erased`` when the rows are gone and the reading again begins."""
    from engine.base.clock import SystemClock
    from engine.base.work.presence import Presence
    from engine.governance.change.applying import Applier
    from retention.opening import open_hands

    settings, database = opened(folder)
    approve(database, plan_id)
    statements = [0]
    sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: statements.__setitem__(0, statements[0] + 1))
    with Presence(database, runs_jobs=False) as presence, open_hands(settings, database, "shop", SystemClock()) as own:
        telling = Telling(own.verifier)
        hands = replace(own, verifier=telling)
        print("ready", flush=True)
        sys.stdin.readline()
        began, processor = time.perf_counter(), time.process_time()
        ran = Applier(database, presence.leases, presence.id, hands, policies=lambda: POLICIES).run(plan_id)
        ended, spent = time.perf_counter(), time.process_time()
    assert ran.state == "done", ran
    with closing(database), database.snapshot() as session:
        parts = session.scalar(sa.text("SELECT count(*) FROM plan_batch"))
    return {
        "seconds": telling.began - began,
        "reading": ended - telling.began,
        "processor": telling.processor - processor,
        "reading_processor": spent - telling.processor,
        "statements": statements[0] / parts,
        "batches": parts,
        "peak_mib": peak() / 2**20,
    }


def in_a_process(*arguments: str) -> dict[str, Any]:
    """What a process of its own found."""
    command = [sys.executable, "-m", "tests.benchmarks.erase", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def erase(folder: Path, url: str) -> tuple[Measured, dict[str, Any], dict[str, Any]]:
    """Plan, approve and run, with a probe as long as rows are erased."""
    planned = in_a_process("plan", str(folder), url)
    command = [sys.executable, "-m", "tests.benchmarks.erase", "run", str(folder), planned["plan"]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        asking = Probe(url)
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "erased\n"
        p95 = asking.end()
        ran = json.loads(process.stdout.readline())
    return Measured(sum(planned["rows"]), ran["seconds"], p95), planned, ran


def by_hand(url: str, size: int) -> Measured:
    """The same with statements of one's own."""
    asking = Probe(url)
    began = time.perf_counter()
    rows = delete_by_hand(url, size)
    seconds = time.perf_counter() - began
    return Measured(rows, seconds, asking.end())


def main(rows: int = ROWS, due: int = DUE, size: int = SIZE) -> None:
    """Print the figures."""
    from tests.benchmarks.deciding import decide

    with linked(rows // 4) as url:
        calm = idle(url)
        print(f"probe: idle p95 {calm * 1000:.2f} ms, bearable {max(2 * calm, calm + 0.005) * 1000:.2f} ms", flush=True)
        hand = by_hand(url, size)
        print(f"by hand, {size} roots a transaction: {hand}", flush=True)
    with linked(rows // 4) as url, tempfile.TemporaryDirectory() as folder:
        ours, planned, ran = erase(Path(folder), url)
        print(
            f"erased: {ours}; {ours.seconds and hand.seconds / ours.seconds * ours.rows / hand.rows:.2f} of that by hand"
        )
        print(
            f"  processor time of ours: {ran['processor'] / ours.rows * 1e6:.1f} us a row; {ran['batches']} batches, each with "
            f"{ran['statements']:.0f} statements in the state; peak {ran['peak_mib']:.0f} MiB"
        )
        print(
            f"  read again: {ours.rows / ran['reading']:,.0f} rows/s, "
            f"processor time of ours: {ran['reading_processor'] / ours.rows * 1e6:.1f} us a row"
        )
        print(f"planned: {told(planned)}", flush=True)
    with linked(due) as url, tempfile.TemporaryDirectory() as folder:
        print(f"planned: {told(in_a_process('plan', str(folder), url))}", flush=True)
    print(f"decided: {decide(100_000, 200)}", flush=True)


def told(planned: dict[str, Any]) -> str:
    """What planning took."""
    roots, rows = planned["rows"][0], sum(planned["rows"])
    return (
        f"{roots:,} due rows, with all that hangs on them {rows:,}, in {planned['seconds']:.1f} s, "
        f"peak {planned['peak_mib']:.0f} MiB"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["plan", folder, url]:
            print(json.dumps(plan(Path(folder), url)))
        case ["run", folder, number]:
            print(json.dumps(run(Path(folder), UUID(number))))
        case sizes:
            main(*map(int, sizes))

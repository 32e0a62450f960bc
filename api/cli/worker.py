"""``reeve worker``: do in the background what was asked for and what is due."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err
from engine.base.errors import Interrupted

if TYPE_CHECKING:
    from engine.base.state.canonical import JsonValue
    from engine.base.state.database import Database
    from engine.base.work.running import Job, Work
    from engine.base.work.worker import Worker


def worker(
    context: typer.Context,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when no work is left, instead of waiting for more.")
    ] = False,
) -> None:
    """Run what was asked for with --queue, what was approved, and what schedules have due, until it is stopped.

    It keeps the ledger up to date, too: signs, publishes and verifies it; and makes legal holds effective that nobody
    waits for, and issues and closes certificates of disposal.

    Start as many as you like, on one machine with a state in SQLite, on several with one in PostgreSQL: they share the work,
    and what one that dies leaves behind another one goes on with. Ctrl-C or SIGTERM ends it at the next chunk; a second one at
    once, and nothing is lost then either.
    """
    from api.cli.home import open_home
    from engine.base.actors.attempts import forget_attempts
    from engine.base.actors.sessions import forget_ended
    from engine.base.durable.dbos import DbosDurable
    from engine.base.settings import load_settings
    from engine.base.work.worker import Worker
    from engine.base.work.workers import Timing
    from engine.estate.scan.configured import Configured
    from engine.estate.scan.work import ScanWork, give_up_cancelled, offer_reading
    from engine.evidence.work import EvidenceWork
    from engine.governance.change.applying import expire_plans
    from engine.governance.change.work import give_up_cancelled_plans, read_again
    from engine.governance.holds.place import make_effective
    from engine.governance.policy.waivers import note_expired
    from engine.ledger.log.keeper import Keeper
    from engine.ledger.log.ledger import Ledger
    from retention.certificate.chores import Certifier
    from retention.certificate.issuing import close_due
    from retention.work import SweepWork, run_approved

    home = open_home(context.obj)
    tenant = home.database.context
    if tenant is None:
        raise AssertionError("a state that was opened is bound")
    _tell_warnings()
    configured = Configured(home.settings.file)
    timing = Timing()
    kinds = {
        **ScanWork(configured.made_by, timing.dead_after).kinds(),
        **EvidenceWork(lambda: load_settings(home.settings.file).config_hash).kinds(),
        **SweepWork(lambda: load_settings(home.settings.file)).kinds(),
    }
    one = Worker(
        home.database,
        DbosDurable(home.settings.state, tenant.tenant_id),
        {kind: _told(kind, function) for kind, function in kinds.items()},
        chores=(
            configured.sync,
            give_up_cancelled,
            offer_reading,
            forget_ended,
            forget_attempts,
            make_effective,
            note_expired,
            expire_plans,
            give_up_cancelled_plans,
            read_again,
            run_approved,
            Certifier(home.settings.file).issue,
            close_due,
        ),
        timing=timing,
    )
    _stop_on_signals(one)
    err().print("worker: ready; Ctrl-C ends it")
    keeper = Keeper(Ledger(home.database, home.settings.ledger), home.database)
    keeper.start()
    try:
        one.run(until=_idle(home.database) if until_idle else lambda: False)
    finally:
        keeper.stop()
    err().print("worker: ended")


def _idle(database: Database) -> Callable[[], bool]:
    from sqlalchemy import select

    from engine.base.state.tables import JobRow

    def no_work_is_left() -> bool:
        with database.snapshot() as session:
            open_jobs = select(JobRow.id).where(JobRow.state.in_(("queued", "running"))).limit(1)
            return session.scalar(open_jobs) is None

    return no_work_is_left


def _told(kind: str, function: Work) -> Work:
    """The same work, with a line when it begins and one when it ends."""
    from engine.base.state.database import StateUnavailable
    from engine.base.work.running import JobDeferred, JobStopped

    def run(job: Job) -> JsonValue:
        name = f"{kind} {job.id.hex[-8:]}"
        err().print(f"{name}: begins" if job.epoch == 1 else f"{name}: goes on")
        try:
            outcome = function(job)
        except JobStopped as exc:
            err().print(f"{name}: stops ({exc.stop})")
            raise
        except JobDeferred as exc:
            err().print(f"{name}: waits {exc.seconds:.0f} s")
            raise
        except StateUnavailable:
            err().print(f"{name}: waits for the state")
            raise
        except Exception as exc:
            err().print(f"{name}: failed ({type(exc).__name__})")
            raise
        err().print(f"{name}: done")
        return outcome

    return run


def _tell_warnings() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger("reeve").addHandler(handler)


def _stop_on_signals(one: Worker) -> None:
    def stop(_signal: int, _frame: object) -> None:
        if one.stopping:
            raise Interrupted("ended at once", hint="what it was doing, another worker goes on with within a minute")
        one.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

"""Workers, jobs and schedules."""

from __future__ import annotations

from engine.base.ids import (
    new_id,
)
from engine.base.state.tables import JobId, WorkerId
from engine.base.work.events import JobFailed, JobResumed, WorkerFoundDead, WorkerStarted
from engine.base.work.jobs import submit
from tests.evidence.cases.case import case
from tests.evidence.world import DAILY, World


def found_dead(silent: float) -> WorkerFoundDead:
    return WorkerFoundDead(worker=WorkerId(new_id()), silent_s=silent)


case("WORK-01", lambda world: world.tell(found_dead(30)), lambda world: world.tell(found_dead(7200)))


def failed(job: JobId) -> JobFailed:
    return JobFailed(job=job, kind="scan", failure="timeout")


def gone_on(world: World) -> None:
    job = JobId(new_id())
    world.tell(failed(job))
    world.wait(hours=5)
    world.tell(JobResumed(job=job, kind="scan", attempt=2))
    world.wait(days=4)


def forgotten(world: World) -> None:
    world.tell(failed(JobId(new_id())))
    world.wait(days=4)


case("WORK-02", gone_on, forgotten)


def worked(world: World) -> None:
    world.tell(WorkerStarted(worker=WorkerId(new_id()), code_version="0.1.0"))
    world.schedule(DAILY)
    world.wait(days=4)


def nobody(world: World) -> None:
    world.schedule(DAILY)
    world.wait(days=4)


case("WORK-03", worked, nobody)


def changed_by_hand(world: World) -> None:
    world.schedule(DAILY)
    world.change_schedule("0 3 1 * *")


case("WORK-04", lambda world: world.schedule(DAILY), changed_by_hand)


def asked(world: World) -> JobId:
    with world.database.transaction() as session:
        return submit(session, "scan", {})


def done(world: World) -> None:
    job = asked(world)
    world.wait(days=1)
    world.end(job)
    world.wait(days=4)


def stuck(world: World) -> None:
    asked(world)
    world.wait(days=4)


case("WORK-05", done, stuck)

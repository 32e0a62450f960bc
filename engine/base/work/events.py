"""Events of workers, schedules and jobs. They stand in ``base`` because its rooms record them; see ``engine.ledger.events.work``.

Names of schedules and kinds of work are stable words of the configuration, in clear as in ``scan.started``.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.state.events import Event, event, reference
from engine.base.state.tables.work import JobId, ScheduleId, WorkerId


@event
class WorkerStarted(Event):
    """A process began to do work.

    Serves A1.1 and CC7.1 (when scheduled work could run at all: the gaps of a period are computed from these).

    Attributes:
        worker: its row.
        code_version: of Reeve.
    """

    type: ClassVar[str] = "work.worker_started"

    worker: WorkerId = reference("worker")
    code_version: str


@event
class WorkerStopped(Event):
    """A worker stopped on request, having handed over what it did.

    Serves A1.1 and CC7.1, as its start does.

    Attributes:
        worker: its row.
    """

    type: ClassVar[str] = "work.worker_stopped"

    worker: WorkerId = reference("worker")


@event
class WorkerFoundDead(Event):
    """A worker was not heard of for too long, or its process is gone.

    Serves CC7.3 and A1.2 (an incident of availability, and that it was noticed).

    Attributes:
        worker: its row.
        silent_s: seconds since it was heard of.
    """

    type: ClassVar[str] = "work.worker_found_dead"

    worker: WorkerId = reference("worker")
    silent_s: float


@event
class LeadershipTaken(Event):
    """A worker became the one that dispatches schedules and takes over from the dead.

    Serves A1.2 (recovery goes on when any one machine fails).

    Attributes:
        worker: its row.
        epoch: of the lease; grows with every change.
    """

    type: ClassVar[str] = "work.leadership_taken"

    worker: WorkerId = reference("worker")
    epoch: int


@event
class ScheduleChanged(Event):
    """A schedule was declared, declared otherwise, or is not declared any more.

    Serves CC8.1 and CC5.3 (a control's frequency changed) and the population of expected runs.

    Attributes:
        schedule_ref: its row.
        schedule: its name; kind: of the work.
        change: ``added``, ``changed`` or ``removed``.
        enabled: whether it runs from now on.
        definition_hash: SHA-256 of what is declared, hexadecimal.
    """

    type: ClassVar[str] = "work.schedule_changed"

    schedule_ref: ScheduleId = reference("schedule")
    schedule: str
    kind: str
    change: Literal["added", "changed", "removed"]
    enabled: bool
    definition_hash: str


@event
class ScheduleFired(Event):
    """A schedule was due, and its job was made.

    Serves CC4.1 and CC7.1 (that a control ran when it should): expected against actual runs of a period.

    Attributes:
        schedule_ref: its row; job: the job's row.
        schedule: its name; kind: of the work.
        expected_at: when it was due.
        late_s: seconds from then until it was fired: quiet hours, or nobody was there.
    """

    type: ClassVar[str] = "work.schedule_fired"

    schedule_ref: ScheduleId = reference("schedule")
    job: JobId = reference("job")
    schedule: str
    kind: str
    expected_at: datetime
    late_s: float


@event
class JobAsked(Event):
    """Somebody asked running work to pause, go on or end; it does so at the next point where it can.

    Serves CC4.1 and CC7.1 (who decided that a run of a control does not go on as it would): what is paused or ended at once names
    who asked by itself.

    Attributes:
        job: its row.
        kind: of the work.
        request: ``pause``, ``resume`` or ``cancel``.
    """

    type: ClassVar[str] = "work.job_asked"

    job: JobId = reference("job")
    kind: str
    request: Literal["pause", "resume", "cancel"]


@event
class JobPaused(Event):
    """Work was paused.

    Serves A1.1 and CC7.1 (a gap in a run is explained).

    Attributes:
        job: its row.
        kind: of the work.
        reason: ``asked``, or ``quiet`` for quiet hours.
    """

    type: ClassVar[str] = "work.job_paused"

    job: JobId = reference("job")
    kind: str
    reason: Literal["asked", "quiet"]


@event
class JobResumed(Event):
    """Paused, cancelled or failed work was queued again.

    Serves A1.1 and CC7.1, as its pause does.

    Attributes:
        job: its row.
        kind: of the work.
        attempt: counted from 1.
    """

    type: ClassVar[str] = "work.job_resumed"

    job: JobId = reference("job")
    kind: str
    attempt: int


@event
class JobCancelled(Event):
    """Work was cancelled; what it had done stays.

    Serves CC4.1 (a run of a control that did not end, and who decided that).

    Attributes:
        job: its row.
        kind: of the work.
    """

    type: ClassVar[str] = "work.job_cancelled"

    job: JobId = reference("job")
    kind: str


@event
class JobFailed(Event):
    """Work ended in an error.

    Serves CC4.1, CC7.3 (a run of a control that failed, and that it was noticed).

    Attributes:
        job: its row.
        kind: of the work.
        failure: the error's stable code, or its class.
    """

    type: ClassVar[str] = "work.job_failed"

    job: JobId = reference("job")
    kind: str
    failure: str


@event
class JobAdopted(Event):
    """A worker went on with what a dead one left.

    Serves A1.2 (recovery) and PI1.3 (processing is complete in spite of interruption).

    Attributes:
        job: its row.
        kind: of the work.
        worker: who goes on with it.
        epoch: of the job; what the dead one writes under an older one is refused.
    """

    type: ClassVar[str] = "work.job_adopted"

    job: JobId = reference("job")
    kind: str
    worker: WorkerId = reference("worker")
    epoch: int

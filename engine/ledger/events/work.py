"""Events of workers, schedules and jobs. Made and recorded by ``engine.base.work``."""

from engine.base.work.events import (
    JobAdopted,
    JobAsked,
    JobCancelled,
    JobFailed,
    JobPaused,
    JobResumed,
    LeadershipTaken,
    ScheduleChanged,
    ScheduleFired,
    WorkerFoundDead,
    WorkerStarted,
    WorkerStopped,
)

__all__ = [
    "JobAdopted",
    "JobAsked",
    "JobCancelled",
    "JobFailed",
    "JobPaused",
    "JobResumed",
    "LeadershipTaken",
    "ScheduleChanged",
    "ScheduleFired",
    "WorkerFoundDead",
    "WorkerStarted",
    "WorkerStopped",
]

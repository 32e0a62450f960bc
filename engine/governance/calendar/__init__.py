"""When something is over: durations, days, zones and month ends. Pure arithmetic; nothing here reads a clock."""

from engine.governance.calendar.due import due_at, start_of_day, started_before
from engine.governance.calendar.durations import Duration

__all__ = ["Duration", "due_at", "start_of_day", "started_before"]

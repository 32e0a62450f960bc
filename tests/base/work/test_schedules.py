"""Schedules: the table follows the declaration, what is due is done once, and quiet hours are quiet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.actors import ActorKind, get
from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.state.canonical import JsonValue
from engine.base.state.database import Database
from engine.base.work.cron import Quiet
from engine.base.work.jobs import request_cancel, request_pause, submit
from engine.base.work.running import Job
from engine.base.work.schedules import DeclaredSchedule, fire_due, sync_schedules
from tests.base.work.fake import recorded
from tests.base.work.team import Member, Team

NIGHT = Quiet.parse("22:00", "06:00")
HOURLY = DeclaredSchedule("hourly", "scan", "0 * * * *", arguments={"stores": ["crm"]})


@pytest.fixture
def team(database: Database, clock: FixedClock) -> Team:
    return Team(database, clock)


def sync(team: Team, *declared: DeclaredSchedule) -> list[str]:
    with team.database.transaction() as session:
        return sync_schedules(session, declared)


def leading(team: Team) -> Member:
    member = team.join({"scan": lambda _job: None})
    assert member.leader.turn()
    return member


def test_the_table_follows_the_declaration_and_records_changes(team: Team) -> None:
    weekly = DeclaredSchedule("weekly", "check", "0 3 * * 0", "Europe/Berlin", quiet=(NIGHT,))
    assert sync(team, HOURLY, weekly) == ["hourly", "weekly"]
    assert sync(team, weekly, HOURLY) == []
    row = team.schedule("weekly")
    assert (row.cron, row.zone, row.quiet, row.enabled) == ("0 3 * * 0", "Europe/Berlin", [["22:00", "06:00"]], True)
    assert row.next_at == datetime(2026, 3, 8, 2, tzinfo=UTC)
    off = DeclaredSchedule("weekly", "check", "0 3 * * 0", "Europe/Berlin", quiet=(NIGHT,), enabled=False)
    assert sync(team, HOURLY, off) == ["weekly"]
    assert team.schedule("weekly").next_at is None
    assert sync(team, off) == ["hourly"]
    assert recorded(team.database) == ["schedule_changed"] * 4
    assert sync(team, HOURLY, off) == ["hourly"]  # its actor is known already
    with team.database.transaction() as session:
        actor = get(session, team.schedule("hourly").actor_id)
    assert (actor.kind, actor.name) == (ActorKind.SCHEDULE, "hourly")
    with pytest.raises(BadInput):
        sync(team, HOURLY, HOURLY)


def test_quiet_hours_changed_leave_the_next_run(team: Team) -> None:
    sync(team, HOURLY)
    team.hours.pass_by(3600)
    overdue = team.schedule("hourly").next_at
    sync(team, DeclaredSchedule("hourly", "scan", "0 * * * *", arguments={"stores": ["crm"]}, quiet=(NIGHT,)))
    assert team.schedule("hourly").next_at == overdue


def test_what_is_due_is_done_once(team: Team) -> None:
    member = leading(team)
    sync(team, HOURLY)
    for _ in range(3):
        team.pass_by(1200, member)
        for _ in range(3):
            member.leader.turn()
        member.durable.pump()
    (job,) = team.jobs()
    assert (job.key, job.kind, job.arguments) == (
        "schedule/hourly/2026-03-01T10:00:00+00:00",
        "scan",
        {"stores": ["crm"]},
    )
    row = team.schedule("hourly")
    assert job.expected_at == row.last_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert row.next_at == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert row.last_outcome == "done"
    assert job.actor_id == row.actor_id
    assert recorded(team.database).count("schedule_fired") == 1


def test_what_was_missed_is_made_up_for_once(team: Team) -> None:
    member = leading(team)
    sync(team, HOURLY)
    team.hours.pass_by(50 * 3600)
    member = leading(team)
    for _ in range(3):
        member.leader.turn()
    (job,) = team.jobs()
    assert job.expected_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert team.schedule("hourly").next_at == datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_two_runs_of_one_schedule_do_not_overlap(team: Team) -> None:
    member = leading(team)
    sync(team, HOURLY)
    for _ in range(4):
        team.pass_by(3600, member)
        member.leader.turn()
    assert len(team.jobs()) == 1
    member.durable.pump()
    member.leader.turn()
    assert len(team.jobs()) == 2


def test_two_that_fire_at_once_make_one_job(team: Team) -> None:
    sync(team, HOURLY)
    team.hours.pass_by(3600)
    with team.database.transaction() as session:
        first = fire_due(session)
    with team.database.transaction() as session:
        assert fire_due(session) == []
        key = "schedule/hourly/2026-03-01T10:00:00+00:00"
        assert [submit(session, "scan", {}, key=key)] == first


def test_nothing_starts_in_quiet_hours_and_it_is_made_up_for_after(team: Team) -> None:
    quiet = DeclaredSchedule("hourly", "scan", "0 * * * *", "Europe/Berlin", quiet=(NIGHT,))
    member = leading(team)
    sync(team, quiet)
    starts = []
    team.clock.instant = datetime(2026, 3, 1, 19, 30, tzinfo=UTC)  # 20:30 in Berlin
    member = leading(team)
    for _ in range(12 * 4):
        before = len(team.jobs())
        member.leader.turn()
        member.durable.pump()
        if len(team.jobs()) > before:  # the first one was due when the leader began
            starts.append(team.clock.now().strftime("%H:%M"))
        team.pass_by(900, member)
    assert starts == ["20:00", "05:00", "06:00", "07:00"]  # 22:00 to 06:00 there is 21:00 to 05:00 here


def test_running_work_pauses_for_quiet_hours_and_goes_on_after(team: Team) -> None:
    calls: list[str] = []

    def scan(job: Job) -> JsonValue:
        calls.append(team.clock.now().strftime("%H:%M"))
        for _ in range(4):
            job.stop_point()
            team.hours.pass_by(3600)
            member.beat()
            member.leader.turn()
        return "through"

    member = team.join({"scan": scan})
    sync(team, DeclaredSchedule("daily", "scan", "0 20 * * *", quiet=(NIGHT,)))
    team.clock.instant = datetime(2026, 3, 1, 20, tzinfo=UTC)
    member = team.join({"scan": scan})
    member.leader.turn()
    assert member.durable.pump() == ["pause"]
    (job,) = team.jobs()
    assert (job.state, job.requested) == ("paused", "quiet")
    member.leader.turn()
    assert member.durable.pump() == []
    team.clock.instant = datetime(2026, 3, 2, 6, tzinfo=UTC)
    member = team.join({"scan": scan})
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    assert calls == ["20:00", "06:00"]
    assert team.schedule("daily").last_outcome == "done"
    events = recorded(team.database)
    assert events.index("job_paused") < events.index("job_resumed")


def test_what_a_person_paused_stays_paused_when_quiet_hours_end(team: Team) -> None:
    member = leading(team)
    sync(team, DeclaredSchedule("daily", "scan", "0 20 * * *", quiet=(NIGHT,)))
    team.clock.instant = datetime(2026, 3, 1, 20, tzinfo=UTC)
    member = leading(team)
    (job,) = team.jobs()
    team.pass_by(2.5 * 3600, member)
    member.leader.turn()
    assert team.jobs()[0].requested == "quiet"
    with team.database.transaction() as session:
        request_pause(session, job.id)
    team.pass_by(10 * 3600, member)
    member.leader.turn()
    assert (team.jobs()[0].state, team.jobs()[0].requested) == ("paused", "pause")
    with team.database.transaction() as session:
        request_cancel(session, job.id)
    assert team.jobs()[0].state == "cancelled"


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "Maria Lopez"},
        {"name": ""},
        {"cron": "x"},
        {"zone": "Mars/Olympus"},
        {"arguments": {"to": "maria.lopez@example.org"}},
    ],
)
def test_what_cannot_be_scheduled_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        DeclaredSchedule(**{"name": "nightly", "kind": "scan", "cron": "0 2 * * *", **bad})  # type: ignore[arg-type]


@given(st.sampled_from(["name", "kind", "cron", "zone", "quiet", "enabled"]))
def test_the_hash_of_a_definition_tells_all_but_the_name(changed: str) -> None:
    one = DeclaredSchedule("a", "scan", "0 2 * * *")
    values: dict[str, object] = {
        "name": "b",
        "kind": "check",
        "cron": "0 3 * * *",
        "zone": "Europe/Berlin",
        "quiet": (NIGHT,),
        "enabled": False,
    }
    other = DeclaredSchedule(
        **{"name": "a", "kind": "scan", "cron": "0 2 * * *", changed: values[changed]}  # type: ignore[arg-type]
    )
    assert (one.definition_hash == other.definition_hash) == (changed == "name")

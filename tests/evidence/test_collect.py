"""Runs of evidence: written once and whole, behind the facts that they rest on, and never changed unseen."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, IntegrityViolated, NotFound
from engine.base.state.canonical import canonical, parse_canonical
from engine.base.state.database import Database
from engine.base.state.tables import EvidenceItemRow, EvidenceRunRow, OutboxRow
from engine.base.work.schedules import DeclaredSchedule
from engine.evidence.collect import Asked, collect
from engine.evidence.controls.library import library
from engine.evidence.view import RunView, find_run, list_runs, run_at
from engine.evidence.work import EVIDENCE, EvidenceWork
from tests.base.work.team import Team
from tests.conftest import START
from tests.evidence.world import World, completed, started

CONFIG = "c1"


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def run(world: World, **asked: object) -> RunView:
    run_id = collect(world.database, Asked(CONFIG, **asked))  # type: ignore[arg-type] # as in Asked
    with world.database.snapshot() as session:
        return find_run(session, run_id.hex)


def test_a_run_tests_every_control_and_records_each(world: World) -> None:
    world.store()
    scan = started()
    world.tell(scan, completed(scan.scan))
    world.wait(days=2)
    made = run(world)
    assert [one.control for one in made.items] == [one.id for one in library()]
    assert (made.period.begin, made.period.end) == (START, START + timedelta(days=2))
    assert made.description["stores"][0]["name"] == "crm"
    with world.database.snapshot() as session:
        events = session.scalars(select(OutboxRow).where(OutboxRow.type == "evidence.control_tested")).all()
        told = {row.payload for row in events}
    assert len(events) == len(made.items)
    for item in made.items:
        assert hashlib.sha256(canonical(dict(item.document))).hexdigest() == item.sha256
        assert any(item.sha256 in payload for payload in told)
        assert item.expires_at > made.period.end
    (collected,) = _payloads(world, "evidence.collected")
    attributes = collected["attributes"]
    words = ("effective", "deviations", "not_tested", "no_occurrence")
    assert sum(attributes[word] for word in words) == attributes["controls"] == len(library())


def _payloads(world: World, kind: str) -> list[dict[str, dict[str, int]]]:
    with world.database.snapshot() as session:
        rows = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == kind)).all()
    return [parse_canonical(row.encode()) for row in rows]  # type: ignore[misc] # objects


def test_every_conclusion_stands_behind_all_that_it_cites(world: World) -> None:
    world.tell(completed(accounted=2))
    world.sequence()
    made = run(world, until=world.clock.now())
    world.wait(days=1)
    made = run(world)
    world.sequence()
    with world.database.snapshot() as session:
        made = find_run(session, made.id.hex)
    for item in made.items:
        assert item.entry.place is not None
        mine = int(item.entry.place.partition("/")[2])
        for deviation in item.result["deviations"]:
            for cited in deviation["cited"]:
                assert cited["place"] is None or int(cited["place"].partition("/")[2]) < mine
        last = item.population["last_place"]
        assert last is None or int(last.partition("/")[2]) < mine


def test_an_item_that_was_changed_is_refused(world: World) -> None:
    made = run(world, until=world.clock.now())
    with world.database.transaction() as session:
        session.execute(
            update(EvidenceItemRow).where(EvidenceItemRow.control == "LOG-01").values(conclusion="effective")
        )
    with world.database.snapshot() as session, pytest.raises(IntegrityViolated, match="LOG-01"):
        find_run(session, made.id.hex)


def test_an_item_that_was_changed_with_its_hash_is_refused(world: World) -> None:
    made = run(world, until=world.clock.now())
    document = {"result": {"conclusion": "effective"}}
    with world.database.transaction() as session:
        changed = {"document": document, "sha256": hashlib.sha256(canonical(document)).hexdigest()}
        session.execute(update(EvidenceItemRow).where(EvidenceItemRow.control == "LOG-01").values(**changed))
    with world.database.snapshot() as session, pytest.raises(IntegrityViolated, match="LOG-01"):
        find_run(session, made.id.hex)


def test_a_description_that_was_changed_is_refused(world: World) -> None:
    made = run(world, until=world.clock.now())
    with world.database.transaction() as session:
        session.execute(update(EvidenceRunRow).values(description={"stores": []}))
    with world.database.snapshot() as session, pytest.raises(IntegrityViolated, match="description"):
        find_run(session, made.id.hex)


def test_a_period_goes_no_further_back_than_the_first_record(world: World) -> None:
    world.wait(days=400)
    assert run(world).period.begin == START + timedelta(days=310)
    assert run(world, days=3660).period.begin == START
    assert run(world, until=START + timedelta(days=10)).period.end == START + timedelta(days=10)


def test_days_to_come_and_days_before_all_records_are_refused(world: World) -> None:
    with pytest.raises(BadInput, match="yet to come"):
        run(world, until=START + timedelta(seconds=1))
    world.wait(days=1)
    with pytest.raises(BadInput, match="nothing was recorded until then"):
        run(world, until=START - timedelta(days=1))


@pytest.mark.parametrize("refused", [1, 2, 3, 6])
def test_a_run_that_was_stopped_counts_for_nothing(world: World, refused: int) -> None:
    before, calls = run(world), []

    def refuse(_session: object) -> None:
        calls.append(1)
        if len(calls) == refused:
            raise BadInput("not mine any more")

    with pytest.raises(BadInput):
        collect(world.database, Asked(CONFIG), guard=refuse)
    with world.database.snapshot() as session:
        assert [one.id for one in list_runs(session)[1]] == [before.id]
        assert run_at(session, None).id == before.id
    assert len(_payloads(world, "evidence.collected")) == 1


def test_runs_are_listed_and_found(world: World) -> None:
    with world.database.snapshot() as session, pytest.raises(NotFound):
        run_at(session, None)
    first = run(world)
    world.wait(days=1)
    second = run(world)
    with world.database.snapshot() as session:
        total, lines = list_runs(session, limit=1)
        assert (total, [one.id for one in lines]) == (2, [second.id])
        assert sum(lines[0].counts.values()) == len(library())
        assert run_at(session, START).id == first.id
        assert find_run(session, "").id == second.id
        assert find_run(session, first.id.hex[-8:]).id == first.id
        with pytest.raises(NotFound):
            find_run(session, "nothing")
        with pytest.raises(NotFound):
            run_at(session, START - timedelta(days=1))


def test_a_schedule_has_workers_collect(world: World) -> None:
    team = Team(world.database, world.clock)
    member = team.join(EvidenceWork(lambda: CONFIG).kinds())
    world.schedule(DeclaredSchedule("monthly", EVIDENCE, "0 4 * * *"))
    team.pass_by(20 * 3600, member)
    assert member.leader.turn()
    member.durable.pump()
    (job,) = team.jobs()
    assert job.state == "done"
    assert isinstance(job.outcome, dict)
    with world.database.snapshot() as session:
        made = find_run(session, "")
    assert (made.schedule, str(made.id)) == ("monthly", job.outcome["run"])


def test_a_job_that_is_called_again_writes_nothing_anew(world: World) -> None:
    team = Team(world.database, world.clock)
    calls: list[object] = []
    work = EvidenceWork(lambda: CONFIG)

    def twice(job: object) -> object:
        calls.extend([work.collect(job), work.collect(job)])  # type: ignore[arg-type] # a job
        return calls[-1]

    member = team.join({EVIDENCE: twice})  # type: ignore[dict-item] # as above
    world.schedule(DeclaredSchedule("monthly", EVIDENCE, "0 4 * * *"))
    team.pass_by(20 * 3600, member)
    assert member.leader.turn()
    member.durable.pump()
    assert calls[0] == calls[1]
    with world.database.snapshot() as session:
        assert list_runs(session)[0] == 1

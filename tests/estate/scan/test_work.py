"""Scans as jobs of workers: shared, paused, cancelled, taken over, and never faster than their stores bear."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import func, select

from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.ids import new_id
from engine.base.state.database import Database
from engine.base.state.tables import ChunkRow, JobId, ReadingRow, ScanRow, ScheduleRow, SketchRow
from engine.base.work.jobs import request_pause, request_resume
from engine.base.work.leases import Leases
from engine.base.work.pace import Limits
from engine.base.work.view import find_job, list_jobs
from engine.estate.formats.format import Budget, Chunk
from engine.estate.scan.asked import Asked
from engine.estate.scan.configured import Configured
from engine.estate.scan.fence import ScanTaken
from engine.estate.scan.paced import Seats
from engine.estate.scan.progress import Progress, Silent
from engine.estate.scan.run import Scanner
from engine.estate.scan.status import scan_of
from engine.estate.scan.work import READ, SCAN, ScanWork, ask_for_scan, cancel, give_up_cancelled, offer_reading
from engine.estate.stores.declared import DeclaredStore
from tests.base.work.team import TIMING, Member, Team
from tests.estate.scan.estate import ALL, scanner, sketches
from tests.estate.scan.test_many_workers import FILES, build, declared

ROWS = 400 * FILES
SMALL = Budget(rows=5000)
NO_COLUMNS = pa.RecordBatch.from_arrays([], names=[])


class House:
    """Workers that scan one folder; ``then`` is called after the chunk of that number."""

    def __init__(self, database: Database, clock: FixedClock, stores: list[DeclaredStore]) -> None:
        self.database = database
        self.team = Team(database, clock)
        self.stores = stores
        self.work = ScanWork(self._make, TIMING.dead_after)
        self.at: dict[int, Callable[[], object]] = {}
        self.chunks = 0

    def join(self) -> Member:
        return self.team.join(self.work.kinds(), (give_up_cancelled, offer_reading))

    def ask(self) -> JobId:
        with self.database.transaction() as session:
            return ask_for_scan(session, (), ALL)

    def scans(self) -> list[str]:
        with self.database.snapshot() as session:
            return list(session.scalars(select(ScanRow.status).order_by(ScanRow.started_at, ScanRow.id)))

    def rows(self) -> int:
        with self.database.snapshot() as session:
            return session.scalar(select(func.sum(ChunkRow.rows))) or 0

    def pause(self, job_id: JobId) -> None:
        with self.database.transaction() as session:
            request_pause(session, job_id)

    def resume(self, job_id: JobId) -> None:
        with self.database.transaction() as session:
            request_resume(session, job_id)

    def cancel(self, job_id: JobId) -> None:
        with self.database.transaction() as session:
            cancel(session, job_id)

    def _make(self, database: Database, _stores: tuple[str, ...], asked: Asked) -> Scanner:
        return scanner(database, self.stores, self._progress(), asked=asked)

    def _progress(self) -> Progress:
        house = self

        class Counting(Silent):
            def advanced(self, rows: int, nbytes: int) -> None:
                house.chunks += 1
                house.at.get(house.chunks, lambda: None)()

        return Counting()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path)


@pytest.fixture
def house(database: Database, clock: FixedClock, folder: Path) -> House:
    return House(database, clock, declared(folder))


def run(*members: Member) -> None:
    for member in members:
        member.leader.turn()
        member.durable.pump()


def check_whole(house: House, folder: Path) -> None:
    """Every row was read once, and the sketches are those of one process that was not disturbed."""
    assert house.rows() == ROWS
    first = sketches(house.database)
    scanner(house.database, declared(folder)).run()
    assert sketches(house.database) == first


def test_a_worker_scans_what_was_asked_for(house: House, folder: Path) -> None:
    job_id, one = house.ask(), house.join()
    run(one)
    job = house.team.job(job_id)
    assert (job.state, house.scans()) == ("done", ["complete"])
    assert isinstance(job.outcome, dict)
    assert (job.outcome["rows"], job.outcome["objects"]) == (ROWS, {"full": FILES})
    with house.database.snapshot() as session:
        status = scan_of(session, job_id)
        assert find_job(session, job_id.hex[-8:]).id == job_id
        assert list_jobs(session, kinds=[READ]) == (0, [])
        with pytest.raises(BadInput, match="no such job"):
            find_job(session, "")
    assert status is not None
    assert (status.objects, status.objects_done, status.rows, status.readers) == (FILES, FILES, ROWS, 0)
    check_whole(house, folder)


def test_a_paused_scan_goes_on_elsewhere_from_where_it_stood(house: House, folder: Path) -> None:
    job_id, one = house.ask(), house.join()
    house.at[6] = lambda: house.pause(job_id)
    run(one)
    assert (house.team.job(job_id).state, house.scans(), house.chunks) == ("paused", ["running"], 6)
    with house.database.snapshot() as session:
        assert not [row for row in session.scalars(select(ReadingRow)) if row.worker_id], "nobody has a lot"
    with pytest.raises(ScanTaken, match="as a job, which is paused"):
        scanner(house.database, declared(folder)).run()
    two = house.join()
    run(one, two)
    assert house.chunks == 6
    house.resume(job_id)
    run(two, one)
    two.leader.resign()
    run(one, two)
    assert (house.team.job(job_id).state, house.scans()) == ("done", ["complete"])
    check_whole(house, folder)


@pytest.mark.parametrize("asked", ["cancel", "pause, then cancel"])
def test_a_cancelled_scan_is_given_up(house: House, asked: str) -> None:
    job_id, one = house.ask(), house.join()
    house.at[6] = lambda: (house.cancel if asked == "cancel" else house.pause)(job_id)
    run(one)
    if asked != "cancel":
        house.cancel(job_id)
    assert (house.team.job(job_id).state, house.scans()) == ("cancelled", ["abandoned"])
    with house.database.snapshot() as session:
        pending = select(ReadingRow.lot_id).where(ReadingRow.state == "pending")
        assert session.scalars(pending).all()
        for table in (ChunkRow, SketchRow):
            assert session.scalar(select(func.count()).select_from(table).where(table.lot_id.in_(pending))) == 0
    house.resume(job_id)
    run(one)
    assert (house.team.job(job_id).state, house.scans()) == ("done", ["abandoned", "complete"])
    assert house.team.job(job_id).outcome["rows"] == ROWS  # type: ignore[index, call-overload] # an outcome of a scan


def test_what_a_dead_worker_left_another_one_goes_on_with(house: House, folder: Path) -> None:
    job_id, one, two = house.ask(), house.join(), house.join()

    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    house.at[6] = die
    one.leader.turn()
    with pytest.raises(Died):
        one.durable.pump()
    with house.database.transaction() as session:  # what one that was killed could not have done
        for row in session.scalars(select(ReadingRow).where(ReadingRow.state == "pending", ReadingRow.chunks > 0)):
            row.worker_id = one.id
    house.team.pass_by(60, two)
    run(two)
    run(two)
    job = house.team.job(job_id)
    assert (job.state, job.deaths, house.scans()) == ("done", 1, ["complete"])
    check_whole(house, folder)


def test_idle_workers_help(house: House, folder: Path) -> None:
    job_id, one, two = house.ask(), house.join(), house.join()
    offered: list[str] = []
    house.at[1] = lambda: offered.extend(job.kind for job in house.team.jobs())
    house.at[2] = lambda: run(two)
    one.leader.turn()
    one.leader.resign()
    one.durable.pump()
    assert READ in offered, "reading is offered as soon as it is known what there is"
    jobs = {job.kind: job for job in house.team.jobs()}
    assert jobs[READ].worker_id == two.id
    assert jobs[READ].outcome == {"lots": FILES - 1}
    assert (house.team.job(job_id).state, house.scans()) == ("done", ["complete"])
    run(two)
    assert len(house.team.jobs()) == 2, "nobody is asked to help with what has ended"
    check_whole(house, folder)


@pytest.mark.parametrize(("connections", "lots"), [(1, 0), (2, FILES - 1)])
def test_no_more_connections_than_a_store_bears(house: House, connections: int, lots: int) -> None:
    house.stores = [replace(house.stores[0], limits=Limits(connections=connections))]
    one, two = house.join(), house.join()
    house.ask()
    house.at[2] = lambda: run(two)
    one.leader.turn()
    one.leader.resign()
    one.durable.pump()
    assert [job.outcome for job in house.team.jobs() if job.kind == READ] == [{"lots": lots}]
    assert house.rows() == ROWS


def test_a_scan_waits_for_one_that_a_person_runs(house: House, folder: Path) -> None:
    job_id, one = house.ask(), house.join()

    class Beside(Silent):
        looked = False

        def finished(self, store: str, asset: str, name: str, state: str, reason: str) -> None:
            if not self.looked:
                self.looked = True
                run(one)

    assert scanner(house.database, declared(folder), Beside()).run().rows == ROWS
    assert (house.team.job(job_id).state, house.scans()) == ("queued", ["complete"])
    run(one)
    assert house.team.job(job_id).state == "queued", "not yet"
    house.team.pass_by(10, one)
    run(one)
    assert (house.team.job(job_id).state, house.scans()) == ("done", ["complete", "complete"])


def test_a_pace_is_kept_and_nobody_waits_for_what_was_stopped(database: Database) -> None:
    seats = Seats({"a": Limits(rows_per_second=1000), "b": None}, Leases(database, new_id()))
    assert (seats.budget("a", SMALL).rows, seats.budget("b", SMALL).rows) == (1000, 5000)
    chunks = [Chunk(NO_COLUMNS, 600, 0, {"n": n}) for n in range(3)]
    began = time.monotonic()
    assert [chunk.rows for chunk in seats.paced("a", iter(chunks))] == [600] * 3
    assert time.monotonic() - began > 0.5, "a second's worth may come at once"
    slow = seats.paced("a", iter([Chunk(NO_COLUMNS, 10**9, 0, None)]))
    seats.halt()
    assert next(slow).rows == 10**9
    assert seats.take("a")
    assert not Seats({"a": Limits(rows_per_second=5)}, Leases(database, new_id())).take("a"), (
        "rates imply one connection"
    )
    seats.leave()
    assert Seats({"a": Limits(rows_per_second=5)}, Leases(database, new_id())).take("a")


def test_schedules_follow_the_configuration(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "reeve.yaml"
    configured = Configured(file)

    def sync(text: str) -> list[tuple[str, str]]:
        file.write_text(text, encoding="utf-8")
        with database.transaction() as session:
            configured.sync(session)
            return [(row.name, row.cron) for row in session.scalars(select(ScheduleRow).order_by(ScheduleRow.name))]

    assert sync("schedules:\n  night: {cron: 0 2 * * *, sample: 50}\n") == [("night", "0 2 * * *")]
    with database.snapshot() as session:
        row = session.scalars(select(ScheduleRow)).one()
        assert (row.kind, row.arguments) == (SCAN, {"stores": [], "asked": Asked(sample=50).as_json()})
    assert sync("schedules:\n  night: {cron: 0 3 * * *}\n  day: {cron: 0 12 * * *}\n") == [
        ("day", "0 12 * * *"),
        ("night", "0 3 * * *"),
    ]
    assert len(sync("schedules: [broken")) == 2, "what was declared last goes on"
    assert sync("tenant: default\n") == []

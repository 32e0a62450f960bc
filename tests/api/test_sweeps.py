"""Sweeps over HTTP, from being asked for to their end, over a real database and a real worker's functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

import retention.select
from api.app import make_app
from engine.base.actors.approvals import PlanScope
from engine.base.actors.roles import Scope
from engine.base.ids import PlanId
from engine.base.state.outbox import reference_of
from engine.base.state.tables import AssetRow, JobRow, OutboxRow, PlanRow
from engine.base.work.jobs import submit
from engine.base.work.presence import Presence
from engine.base.work.running import Job, Runner
from retention.work import SweepWork
from tests.api.conftest import Served, Ticks
from tests.api.test_shell import problem
from tests.governance.change.world import Approver
from tests.retention.house import House
from tests.retention.test_work import work

ALL = {"limits": {"share": 100}}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """With a state in either database."""
    house = House(tmp_path, state=request.getfixturevalue("fresh_postgres") if request.param == "postgresql" else "")
    house.scan()
    yield house
    house.database.close()


@pytest.fixture
def served(house: House) -> Served:
    """A server over the shop's state. Its clock is that of the state."""
    ticks, context = Ticks(), house.database.context
    assert context is not None
    clock: Any = context.clock
    return Served(make_app(house.settings, house.database, ticks=ticks), house.settings, house.database, clock, ticks)


class Client:
    """Somebody with an API key of their own."""

    def __init__(self, served: Served, name: str, *scopes: Scope) -> None:
        self.http = served.client(served.key(*scopes, name=name))
        self.actor_id = served.actors[name]

    def post(self, path: str, body: object | None = None, status: int = 200, key: str = "") -> Any:
        answer = self.http.post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})
        assert answer.status_code == status, answer.text
        return answer

    def parts(self, sweep: str) -> Any:
        return self.get(f"{sweep}/parts")["items"]

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def officer(served: Served) -> Client:
    return Client(served, "officer", Scope.PLANS_READ, Scope.PLANS_WRITE)


def events(house: House, kind: str) -> list[dict[str, Any]]:
    with house.database.snapshot() as session:
        found = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == kind).order_by(OutboxRow.id))
        return [json.loads(one) for one in found]


def test_asked_for_approved_by_another_run_and_followed_to_its_end(
    house: House, served: Served, officer: Client
) -> None:
    asked = officer.post("/v1/sweeps", {"stores": ["shop"], **ALL}, 202, key="sweep-1")
    where, told = asked.headers["location"], asked.json()
    again = officer.post("/v1/sweeps", {"stores": ["shop"], **ALL}, 202, key="sweep-1")
    assert (again.json(), again.headers["idempotent-replayed"]) == (told, "true")
    assert (told["state"], told["stores"], told["limits"]["share"], told["results"]) == ("queued", ["shop"], 100, {})
    assert work(house) == [{"planned": 1, "started": 0}]
    planned = officer.get(where)
    (part,) = officer.parts(where)
    plan = part["plan"]
    assert (planned["state"], planned["rows"]) == ("waiting", {"planned": 20, "done": 0, "left": 0, "kept": 0})
    assert (part["asset"], part["rule"], plan["waits"], plan["run"]) == ("accounts", "closed", "not_approved", None)
    assert officer.get(f"/v1/plans/{plan['id']}")["made_by"] == str(officer.actor_id)
    waiting = officer.post(f"/v1/plans/{plan['id']}/run", status=422)
    assert problem(waiting)["code"] == "plan_not_ready"
    approver = Approver.join(house.database, "Vera Lind")
    desk = Client(served, "desk", Scope.PLANS_APPROVE)
    signed = approver.sign(PlanScope(officer.get(f"/v1/plans/{plan['id']}")["root"])).decode()
    desk.post(f"/v1/plans/{plan['id']}/approval", {"signed": signed})
    assert officer.post(f"/v1/plans/{plan['id']}/run", status=202).json()["run"]["state"] == "queued"
    assert officer.get(where)["state"] == "running"
    work(house)
    ended = officer.get(where)
    assert (ended["state"], ended["rows"]["done"], house.ids()) == ("done", 20, [])
    assert officer.parts(where)[0]["plan"]["verified"] == ended["plans"]["done"] == 1
    assert [one["id"] for one in officer.get("/v1/sweeps")["items"]] == [told["id"]]
    with house.database.snapshot() as session:
        mine = reference_of(session, "actor", officer.actor_id)
    (entry,) = events(house, "plan.asked")
    assert entry["actor_ref"] == mine
    assert "shop" not in str(entry), "names of stores are committed"
    assert [(one["actor_ref"], one["attributes"]["deed"]) for one in events(house, "plan.steered")] == [(mine, "run")]


def test_who_asked_cannot_approve_whatever_else_they_may(house: House, served: Served) -> None:
    """All roles and scopes, and a registered key of their own: the plan is theirs, so their signature does not count."""
    both = Client(served, "both", Scope.PLANS_READ, Scope.PLANS_WRITE, Scope.PLANS_APPROVE)
    own = Approver.join(house.database, "", both.actor_id)
    where = both.post("/v1/sweeps", ALL, 202).headers["location"]
    work(house)
    plan_id = both.parts(where)[0]["plan"]["id"]
    signed = own.sign(PlanScope(both.get(f"/v1/plans/{plan_id}")["root"])).decode()
    refused = both.post(f"/v1/plans/{plan_id}/approval", {"signed": signed}, 403)
    assert problem(refused)["code"] == "forbidden"
    both.post(f"/v1/plans/{plan_id}/run", status=422)
    plan = both.get(f"/v1/plans/{plan_id}")
    assert (plan["state"], plan["approval"], len(house.ids())) == ("made", None, 20)


def test_a_plan_that_runs_is_paused_seen_resumed_and_cancelled(
    house: House, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention.select, "ROOTS", 5)
    where = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    work(house)
    plan = officer.parts(where)[0]["plan"]
    assert plan["batches"] == 4
    house.approve(PlanId(UUID(plan["id"])))
    path = f"/v1/plans/{plan['id']}"
    officer.post(f"{path}/run", status=202)
    run_until(house, stops=2, then=lambda: officer.post(f"{path}/pause"))
    paused = officer.get(path)
    assert (paused["state"], paused["run"]["state"], paused["speed"]) == ("running", "paused", None)
    assert (paused["progress"]["batches"], len(house.ids())) == ({"done": 1, "pending": 3}, 15)
    assert officer.get(where)["state"] == "waiting", "a person has to resume it"
    assert officer.post(f"{path}/resume").json()["run"]["state"] == "queued"
    run_until(house, stops=2, then=lambda: officer.post(f"{path}/cancel"))
    ended = officer.get(path)
    assert (ended["state"], ended["steps"][0]["done"], len(house.ids())) == ("cancelled", 10, 10)
    assert officer.get(where)["state"] == "complete_with_exceptions"
    for deed in ("run", "pause", "resume"):
        assert problem(officer.post(f"{path}/{deed}", status=422))["code"] == "plan_not_ready"


def run_until(house: House, *, stops: int, then: Any) -> None:
    """Run the newest job as a worker does; at its so manieth stopping point somebody asks for something."""
    points = iter(range(1, 1000))

    class Asked(Job):
        def stop_point(self) -> None:
            if next(points) == stops:
                then()
            super().stop_point()

    def change(job: Job) -> Any:
        return SweepWork(lambda: house.settings).change(
            Asked(**{one.name: getattr(job, one.name) for one in fields(job)})
        )

    with Presence(house.database, runs_jobs=True) as presence:
        runner = Runner(house.database, presence.id, {"change": change}, presence.leases)
        with house.database.snapshot() as session:
            row = session.scalars(select(JobRow).where(JobRow.state == "queued")).one()
        runner({"job": str(row.id), "attempt": row.attempt})


def test_what_has_not_changed_is_not_sent_again(house: House, officer: Client) -> None:
    where = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    first = officer.http.get(where)
    reads = len(events(house, "access.classified_read"))
    same = officer.http.get(where, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert len(events(house, "access.classified_read")) == reads, "nothing was told"
    work(house)
    changed = officer.http.get(where, headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["state"]) == (200, "waiting")
    plan = f"/v1/plans/{officer.parts(where)[0]['plan']['id']}"
    tag = officer.http.get(plan).headers["etag"]
    assert officer.http.get(plan, headers={"If-None-Match": tag}).status_code == 304


def test_narrowed_to_tables_and_rules_only_these_are_planned(house: House, officer: Client) -> None:
    where = officer.post("/v1/sweeps", {"assets": ["letters"], **ALL}, 202).headers["location"]
    assert work(house) == [{}]
    told = officer.get(where)
    assert (told["state"], told["assets"], officer.parts(where)) == ("done", ["letters"], [])
    where = officer.post("/v1/sweeps", {"assets": ["accounts"], "rules": ["closed"], **ALL}, 202).headers["location"]
    with house.database.snapshot() as session:
        arguments: Any = session.scalars(select(JobRow.arguments).order_by(JobRow.id.desc())).first()
        known = session.scalars(select(AssetRow.id).where(AssetRow.name == "accounts")).one()
    assert (arguments["assets"], arguments["rules"]) == ([str(known)], ["closed"])
    assert work(house) == [{"planned": 1, "started": 0}]
    assert officer.get(where)["rules"] == ["closed"]


@pytest.mark.parametrize(
    "body",
    [
        {"stores": ["canary"]},
        {"assets": ["canary"]},
        {"rules": ["canary"]},
        {"limits": {"share": 101}},
        {"limits": {"rows": -1}},
        {"limits": {"cols": 1}},
        {"assets": [""]},
        {"assets": ["accounts"] * 51},
        {"schedule": "nightly"},
    ],
)
def test_what_does_not_fit_is_not_asked_for(house: House, officer: Client, body: object) -> None:
    answer = officer.post("/v1/sweeps", body, 422)
    assert "canary" not in str(problem(answer))
    with house.database.snapshot() as session:
        assert session.scalars(select(JobRow)).all() == []
    assert events(house, "plan.asked") == []


def test_a_folder_is_not_swept_and_without_policies_nothing_is(house: House, officer: Client) -> None:
    config = house.folder / "reeve.yaml"
    whole = config.read_text()
    config.write_text(whole.replace("policies:", "  files: {kind: files, path: letters}\npolicies:"))
    assert "no database" in str(problem(officer.post("/v1/sweeps", {"stores": ["files"]}, 422)))
    config.write_text(whole.replace("policies: policies.yaml", ""))
    assert "no policies" in str(problem(officer.post("/v1/sweeps", {}, 422)))


def test_what_could_not_be_planned_is_told_and_never_done(house: House, officer: Client) -> None:
    policies = house.folder / "policies.yaml"
    policies.write_text(policies.read_text().replace("[letters]", "[letters, strangers]"))
    where = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    work(house)
    told = officer.get(where)
    assert (told["state"], told["results"]) == ("complete_with_exceptions", {"not_planned": 1})
    assert "strangers is no table" in officer.parts(where)[0]["reasons"][0]


def test_a_plan_beyond_its_limits_is_no_done_sweep(house: House, officer: Client) -> None:
    where = officer.post("/v1/sweeps", {"limits": {"share": 10}}, 202).headers["location"]
    work(house)
    told = officer.get(where)
    assert (told["state"], officer.parts(where)[0]["plan"]["reason"]) == ("complete_with_exceptions", "share")


def test_where_nothing_is_due_it_is_done(house: House, officer: Client, served: Served) -> None:
    house.run("UPDATE accounts SET closed_at = NULL")
    where = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    assert work(house) == [{"nothing_due": 1}]
    told = officer.get(where)
    assert (told["state"], officer.parts(where)[0]["not_started"], told["rows"]["planned"]) == ("done", 20, 0)
    reader = Client(served, "reader", Scope.POLICIES_READ)
    (line,) = reader.get("/v1/ageing")["items"]
    assert (line["asset"], line["rule"], line["not_started"], line["overdue"]) == ("accounts", "closed", 20, 0)
    assert line["not_started_since"] == line["as_of"]
    assert reader.get("/v1/ageing?days=1")["items"] == []
    assert reader.get("/v1/ageing?store=other")["items"] == []


def test_planning_that_failed_says_so(house: House, officer: Client) -> None:
    where = officer.post("/v1/sweeps", ALL, 202, key="sweep-1").headers["location"]
    (house.folder / "policies.yaml").write_text("version: 1\nrules: {")
    with pytest.raises(AssertionError, match="policies_refused"):
        work(house)
    told = officer.get(where)
    assert (told["state"], told["failure"], told["planned_at"] is not None) == ("failed", "policies_refused", True)
    officer.post("/v1/sweeps", ALL, 202, key="sweep-1")  # done once before: the same answer, whatever is wrong by now
    officer.post("/v1/sweeps", ALL, 503, key="sweep-2")
    assert problem(officer.post(f"{where}/cancel", status=422))["code"] == "plan_not_ready"


def test_a_sweep_is_cancelled_before_it_plans(house: House, officer: Client) -> None:
    where = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    for _ in range(2):
        assert officer.post(f"{where}/cancel").json()["state"] == "cancelled"
    assert work(house) == []
    with house.database.snapshot() as session:
        assert session.scalars(select(PlanRow)).all() == []
    with house.database.transaction() as session:
        other = submit(session, "evidence", {})
    for missing in (other, uuid4()):
        officer.post(f"/v1/sweeps/{missing}/cancel", status=404)
        assert officer.http.get(f"/v1/sweeps/{missing}").status_code == 404


def test_what_another_has_under_way_is_told_and_left(house: House, served: Served, officer: Client) -> None:
    """Once a plan is approved, asking again makes no second one; one that nobody has approved is made anew."""
    first = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    work(house)
    other = Client(served, "other", Scope.PLANS_READ, Scope.PLANS_WRITE)
    second = other.post("/v1/sweeps", ALL, 202).headers["location"]
    work(house)
    assert officer.get(first)["state"] == "complete_with_exceptions", "its plan was cancelled for the newer one"
    plan = other.parts(second)[0]["plan"]["id"]
    house.approve(PlanId(UUID(plan)))
    third = officer.post("/v1/sweeps", ALL, 202).headers["location"]
    assert work(house) == [{"underway": 1}]
    told = officer.get(third)
    assert (told["state"], told["results"], officer.parts(third)[0]["plan"]["id"]) == ("running", {"underway": 1}, plan)

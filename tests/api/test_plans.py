"""Plans over HTTP: what is told of them, and that an approval comes in signed or not at all."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.base.actors.approvals import PlanScope
from engine.base.actors.roles import Scope
from engine.base.ids import PlanId
from engine.base.state.canonical import canonical
from engine.governance.change.applying import Ran
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.plan import BatchRoot, Header, plan_root
from tests.api.conftest import Served
from tests.governance.change.world import Approver, People, PeopleRows, World


@pytest.fixture
def world(scanned: Served, tmp_path: Path) -> World:
    people = People(tmp_path / "people.db")
    people.fill(7)
    return World(scanned.database, people)


@pytest.fixture
def plan_id(world: World) -> PlanId:
    return world.plan(rows=PeopleRows(world.people, 3, (LeftOut(0, (99,), Reason.HELD, "h1"),)))


def test_a_plan_is_listed_shown_approved_and_its_run_seen(scanned: Served, world: World, plan_id: PlanId) -> None:
    client = scanned.client(scanned.key(Scope.PLANS_READ))
    (line,) = client.get("/v1/plans", params={"state": "waiting"}).json()["items"]
    assert (line["id"], line["state"], line["rows"]) == (str(plan_id), "made", 21)
    shown = client.get(f"/v1/plans/{plan_id}").json()
    assert [(one["asset"], one["action"], one["rows"]) for one in shown["steps"]] == [
        ("person", "delete", 7),
        ("note", "delete", 14),
    ]
    assert shown["excluded"] == [{"reason": "held", "detail": "h1", "rows": 1}]
    assert (shown["waits"], shown["approval"]) == ("not_approved", None)
    approver = Approver.join(scanned.database)
    writer = scanned.client(scanned.key(Scope.PLANS_APPROVE), **{"Idempotency-Key": "approve-1"})
    signed = approver.sign(PlanScope(shown["root"])).decode()
    answers = [writer.post(f"/v1/plans/{plan_id}/approval", json={"signed": signed}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json()["state"] == "approved"
    assert answers[0].json()["approval"]["approver_id"] == str(approver.actor_id)
    assert world.run(plan_id) == Ran("done")
    after = client.get(f"/v1/plans/{plan_id}").json()
    assert after["approval"]["approver_id"] == str(approver.actor_id)
    assert (after["state"], after["progress"]["verified"], after["steps"][1]["done"]) == ("done", 3, 14)
    assert client.get("/v1/plans", params={"state": "open"}).json()["items"] == []


def test_the_root_can_be_computed_from_the_tree_alone(scanned: Served, plan_id: PlanId) -> None:
    tree = scanned.client(scanned.key(Scope.PLANS_READ)).get(f"/v1/plans/{plan_id}/tree").json()
    header = Header.from_bytes(canonical(tree["document"]))
    batches = [
        BatchRoot(number, tuple(one["rows"]), bytes.fromhex(one["root"])) for number, one in enumerate(tree["batches"])
    ]
    assert plan_root(header, batches).hex() == tree["root"]


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("another plan's", 403, "forbidden"),
        ("nonsense", 422, "bad_input"),
        ("unregistered", 403, "forbidden"),
    ],
)
def test_what_is_no_approval_of_it_is_refused(
    scanned: Served, world: World, plan_id: PlanId, what: str, status: int, code: str
) -> None:
    approver = Approver.join(scanned.database)
    root = str(world.row(plan_id).root)
    stranger = Approver(approver.database, approver.actor_id, Ed25519PrivateKey.generate())
    signed = {
        "another plan's": approver.sign(PlanScope("ab" * 32)).decode(),
        "nonsense": "{}",
        "unregistered": stranger.sign(PlanScope(root)).decode(),
    }[what]
    client = scanned.client(scanned.key(Scope.PLANS_APPROVE), **{"Idempotency-Key": "approve-1"})
    answer = client.post(f"/v1/plans/{plan_id}/approval", json={"signed": signed})
    assert answer.status_code >= 400
    assert world.row(plan_id).state == "made"
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_plan_is_cancelled(scanned: Served, world: World, plan_id: PlanId) -> None:
    client = scanned.client(scanned.key(Scope.PLANS_WRITE), **{"Idempotency-Key": "cancel-1"})
    assert client.post(f"/v1/plans/{plan_id}/cancel").json()["state"] == "cancelled"
    assert world.run(plan_id) == Ran("cancelled")


def test_who_may_only_read_neither_approves_nor_cancels(scanned: Served, plan_id: PlanId) -> None:
    client = scanned.client(scanned.key(Scope.PLANS_READ), **{"Idempotency-Key": "no-1"})
    for deed in ("approval", "cancel"):
        assert client.post(f"/v1/plans/{plan_id}/{deed}", json={"signed": "{}"}).status_code == 403
    assert client.get(f"/v1/plans/{uuid4()}").status_code == 404
    assert client.get("/v1/plans", params={"state": "nonsense"}).status_code in (400, 422)

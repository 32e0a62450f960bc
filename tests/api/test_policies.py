"""Policies, decisions, violations and waivers over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.base.actors.api_keys import issue_api_key
from engine.base.actors.roles import Role, Scope
from tests.api.conftest import POLICY, Served
from tests.api.test_inventory import everything
from tests.api.test_scans import post
from tests.api.test_shell import problem
from tests.conftest import START


@pytest.fixture
def client(governed: Served) -> Any:
    return governed.client(governed.key(Scope.POLICIES_READ, days=90))


def test_rules_are_told_as_they_are_written(governed: Served, client: Any) -> None:
    told = client.get("/v1/policies").json()
    contacts, labelled = told["rules"]
    assert (contacts["maximum"], contacts["minimum"], contacts["counted_from"]) == ("P2Y", "P6M", ["note"])
    assert contacts["disposal"] == {"delete": {"dependents": ["orders"], "detach": []}}
    assert (contacts["place"], contacts["source"]["title"]) == ("policies.yaml:4", "A law")
    assert labelled["select"] == {"store": ["files"], "not": {"asset": ["*.txt"]}}
    policies = governed.settings.file.parent / "policies.yaml"
    policies.write_text(POLICY.replace("P2Y", "P3Y"))
    changed = client.get("/v1/policies").json()
    assert changed["rules"][0]["maximum"] == "P3Y", "an edited file counts at once"
    assert changed["hash"] != told["hash"]


def test_policies_that_are_wrong_are_told_and_decide_nothing(governed: Served, client: Any) -> None:
    Path(governed.settings.file.parent / "policies.yaml").write_text(POLICY.replace("maximum", "maximun"))
    for path in ("/v1/policies", "/v1/policies/decisions", "/v1/violations"):
        answer = client.get(path)
        assert (answer.status_code, problem(answer)["title"]) == (503, "The server's configuration is wrong"), path


def test_decisions_page_and_filter(client: Any) -> None:
    found = everything(client, "/v1/policies/decisions", 2)
    words = {one["asset"]: one["retention"]["decision"] for one in found}
    assert words == {
        "letters.csv": "no_rule", "logo.png": "unknown", "customers": "expires", "orders": "nothing_asked"
    }  # fmt: skip
    one = client.get("/v1/policies/decisions", params={"kind": "expires"}).json()["items"]
    assert [(item["store"], item["asset"]) for item in one] == [("shop", "customers")]
    assert len(client.get("/v1/policies/decisions", params={"store": "files"}).json()["items"]) == 2
    assert client.get("/v1/policies/decisions", params={"kind": "nonsense"}).status_code == 422
    told = client.get(f"/v1/policies/decisions/{one[0]['asset_id']}").json()
    assert [(rule["rule"], rule["fits"]) for rule in told["rules"]] == [("contacts", "yes"), ("labelled", "no")]
    assert {field["field"]: field["decision"] for field in told["fields"]}["email"] == "covered"
    for nobody in (uuid4(), UUID(int=0)):
        assert client.get(f"/v1/policies/decisions/{nobody}").status_code == 404


def test_violations_have_ids_that_stay(client: Any) -> None:
    found = everything(client, "/v1/violations", 1)
    kinds = sorted((one["kind"], one["store"], one["asset"]) for one in found)
    assert kinds == [
        ("label_missing", "files", None),
        ("no_rule", "files", "letters.csv"),
        ("not_checked", "shop", None),
        ("unknown", "files", "logo.png"),
    ]
    assert [one["id"] for one in found] == [one["id"] for one in everything(client, "/v1/violations", 3)]
    assert client.get("/v1/violations", params={"kind": "no_rule"}).json()["items"][0]["asset"] == "letters.csv"


def test_ageing_is_paged_and_says_where_nobody_looked(governed: Served, client: Any) -> None:
    policies = governed.settings.file.parent / "policies.yaml"
    policies.write_text(
        POLICY
        + """
  notes:
    title: Orders go by their note
    select: {asset: orders, field: "*"}
    require: {retention: {maximum: P1Y, from: {column: note}}, disposal: delete}
  texts:
    title: Letters go too
    select: {asset: letters.csv, field: "*"}
    require: {retention: {maximum: P1Y, from: {column: note}}, disposal: delete}
"""
    )
    found = everything(client, "/v1/ageing", 1)
    assert [one["id"] for one in found] == [one["id"] for one in everything(client, "/v1/ageing", 2)]
    told = {one["asset"]: one["unchecked"] for one in found}
    assert sorted(told) == ["customers", "letters.csv", "orders"]
    assert "nobody has looked" in told["customers"]
    assert "in databases only" in told["letters.csv"]
    assert [one["asset"] for one in everything(client, "/v1/ageing", 2, store="files")] == ["letters.csv"]
    assert client.get("/v1/ageing", params={"days": -1}).status_code == 422


def body(**changes: Any) -> dict[str, Any]:
    return {
        "rule": "labelled",
        "store": "files",
        "reason": "the register is being filled",
        "control": "reviewed every month",
        "expires_at": (START + timedelta(days=60)).isoformat(),
        **changes,
    }


def other(served: Served, name: str, role: Role, scope: Scope) -> Any:
    """Asks in another actor's name."""
    actor = served.actor(name, role)
    with served.database.transaction() as session:
        expires = served.clock.now() + timedelta(days=90)
        token = issue_api_key(session, actor, label="t", scopes={scope, Scope.POLICIES_READ}, expires_at=expires).token
    return served.client(token)


def test_a_waiver_accepts_a_violation_until_it_ends(governed: Served, client: Any) -> None:
    officer = other(governed, "Officer", Role.PRIVACY_OFFICER, Scope.WAIVERS_WRITE)
    approver = other(governed, "Approver", Role.APPROVER, Scope.WAIVERS_APPROVE)
    made = post(officer, "/v1/waivers", **body())
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    assert _open(client) == ["label_missing", "no_rule", "not_checked", "unknown"]
    assert post(officer, f"{place}/approve").status_code == 403
    assert post(approver, f"{place}/approve").json()["state"] == "in_force"
    assert _open(client) == ["no_rule", "not_checked", "unknown"]
    (waived,) = client.get("/v1/violations", params={"waived": True}).json()["items"]
    assert waived["waivers"] == [made.json()["id"]]
    governed.clock.instant = START + timedelta(days=60)
    assert _open(client) == ["label_missing", "no_rule", "not_checked", "unknown"], "open again by itself"
    assert client.get(place).json()["state"] == "expired"


def _open(client: Any) -> list[str]:
    items = client.get("/v1/violations", params={"waived": False}).json()["items"]
    return sorted(one["kind"] for one in items)


def test_who_asks_does_not_approve(governed: Served) -> None:
    both = governed.client(governed.key(Scope.WAIVERS_WRITE, Scope.WAIVERS_APPROVE, Scope.POLICIES_READ))
    made = post(both, "/v1/waivers", **body())
    refused = post(both, f"/v1/waivers/{made.json()['id']}/approve")
    assert "cannot approve" in str(problem(refused)["detail"])
    ended = post(both, f"/v1/waivers/{made.json()['id']}/end", reason="asked by mistake")
    assert (ended.json()["state"], ended.json()["end_reason"]) == ("ended", "asked by mistake")
    assert [one["id"] for one in both.get("/v1/waivers", params={"state": "ended"}).json()["items"]] == [
        made.json()["id"]
    ]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"rule": "nothing"}, 404),
        ({"owner_id": str(UUID(int=5))}, 404),
        ({"expires_at": (START + timedelta(days=400)).isoformat()}, 422),
        ({"expires_at": "2026-05-01T00:00:00"}, 422),
        ({"reason": "ask maria.huber@example.org"}, 422),
        ({"surplus": 1}, 422),
    ],
)
def test_bad_waivers_are_refused(governed: Served, changes: dict[str, Any], status: int) -> None:
    officer = other(governed, "Officer", Role.PRIVACY_OFFICER, Scope.WAIVERS_WRITE)
    answer = post(officer, "/v1/waivers", **body(**changes))
    assert answer.status_code == status, answer.text
    assert officer.get("/v1/waivers").json()["items"] == []

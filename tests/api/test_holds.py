"""Legal holds over HTTP: placed, waited for, reviewed, and released by another person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.base.actors import ActorKind
from engine.base.actors.api_keys import issue_api_key
from engine.base.actors.roles import Role, Scope
from engine.base.ids import BatchId, new_id
from engine.governance.holds.barrier import Fence, close_batch, open_batch
from engine.governance.holds.place import make_effective
from tests.api.conftest import Served
from tests.api.test_inventory import everything
from tests.api.test_shell import problem
from tests.api.test_sign_in import events
from tests.governance.holds.test_lifecycle import everything as all_of_the_state

FENCE = Fence(UUID(int=7), 1)
CANARY = "canary.person@example.com"
ANN = {"store": "shop", "asset": "customers", "field": "email", "identifiers": [CANARY]}


def client_of(served: Served, name: str, *scopes: Scope, kind: ActorKind = ActorKind.PERSON) -> Any:
    actor = served.actor(name, Role.PRIVACY_OFFICER, kind=kind)
    with served.database.transaction() as session:
        made = issue_api_key(
            session, actor, label="test", scopes=scopes or (Scope.HOLDS_READ, Scope.HOLDS_WRITE),
            expires_at=served.clock.now() + timedelta(days=300),
        )  # fmt: skip
    return served.client(made.token)


def asked(served: Served, *scopes: dict[str, Any], matter: str = "2026-117", days: float = 90) -> dict[str, Any]:
    return {
        "matter": matter,
        "reason": "order to preserve",
        "review_at": (served.clock.now() + timedelta(days=days)).isoformat(),
        "scopes": list(scopes) or [{"store": "shop"}],
    }


def post(client: Any, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})


def opened(served: Served) -> BatchId:
    with served.database.transaction() as session:
        return open_batch(session, plan=new_id(), number=0, store="shop", assets=["orders"], fence=FENCE)


def test_a_hold_is_placed_waits_is_reviewed_and_released(scanned: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    ada, bea = client_of(scanned, "Ada"), client_of(scanned, "Bea")
    batch = opened(scanned)
    answer = post(ada, "/v1/holds", asked(scanned, ANN, {"store": "shop", "asset": "orders", "keys": [[7], ["8"]]}))
    assert answer.status_code == 201, answer.text
    where = answer.headers["location"]
    told = ada.get(where).json()
    assert told == answer.json()
    assert (told["state"], [one["batch"] for one in told["waits_for"]]) == ("placed", [str(batch)])
    assert [(one["kind"], one["columns"], one["identifiers"]) for one in told["scopes"]] == [
        ("subject", ["email"], 1),
        ("rows", ["id"], 2),
    ]
    with scanned.database.transaction() as session:
        close_batch(session, batch, "done", fence=FENCE)
        make_effective(session)
    told = ada.get(where).json()
    assert (told["state"], told["waits_for"]) == ("effective", [])
    until = (scanned.clock.now() + timedelta(days=200)).isoformat()
    kept = post(bea, f"{where}/review", {"review_at": until, "note": "still needed"})
    assert (kept.status_code, kept.json()["reviewed_at"] is not None) == (200, True)
    own = post(ada, f"{where}/release", {"reason": "settled"})
    assert (own.status_code, problem(own)["code"]) == (403, "forbidden")
    gone = post(bea, f"{where}/release", {"reason": "settled"})
    assert (gone.status_code, gone.json()["state"], gone.json()["release_reason"]) == (200, "released", "settled")
    assert gone.json()["released_by"] == str(scanned.actors["Bea"])
    assert problem(post(bea, f"{where}/release", {"reason": "again"}))["code"] == "bad_input"
    assert len(events(scanned, "access.read")) >= 2
    assert CANARY not in "\n".join(all_of_the_state(scanned.database))
    assert "/v1/holds" in caplog.text
    assert CANARY not in caplog.text


def test_what_nothing_is_in_the_way_of_is_effective_at_once(scanned: Served) -> None:
    ada = client_of(scanned, "Ada")
    where = post(ada, "/v1/holds", asked(scanned)).headers["location"]
    assert ada.get(where).json()["state"] == "effective"


def test_the_same_request_places_one_hold(scanned: Served) -> None:
    ada = client_of(scanned, "Ada")
    body, headers = asked(scanned), {"Idempotency-Key": "one"}
    first, again = (ada.post("/v1/holds", json=body, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert len(ada.get("/v1/holds").json()["items"]) == 1


def test_holds_come_in_pages_and_by_what_they_are(scanned: Served) -> None:
    ada, bea = client_of(scanned, "Ada"), client_of(scanned, "Bea")
    made = [post(ada, "/v1/holds", asked(scanned, days=2 + number)).json()["id"] for number in range(5)]
    assert [one["id"] for one in everything(ada, "/v1/holds", 2)] == made[::-1]
    post(bea, f"/v1/holds/{made[0]}/release", {"reason": "settled"})
    scanned.clock.instant += timedelta(days=4, hours=1)
    for query, count in (("state=active", 4), ("state=released", 1), ("overdue=true", 2), ("store=files", 0)):
        assert len(ada.get(f"/v1/holds?{query}").json()["items"]) == count, query
    assert ada.get("/v1/holds?state=gone").status_code == 422


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"store": "nowhere"}, 404),
        ({"store": "shop", "asset": "nothing"}, 404),
        ({**ANN, "field": "nothing"}, 404),
        ({**ANN, "field": ""}, 422),
        ({**ANN, "identifiers": []}, 422),
        ({**ANN, "identifiers": [CANARY, "--"]}, 422),
        ({"store": "shop", "asset": "orders", "keys": [[1, CANARY]]}, 422),
        ({"store": "files", "asset": "letters.csv", "keys": [[CANARY]]}, 422),
        ({"store": "shop", "more": CANARY}, 422),
    ],
)
def test_what_does_not_fit_is_refused_and_not_repeated(scanned: Served, scope: dict[str, Any], status: int) -> None:
    ada = client_of(scanned, "Ada")
    answer = post(ada, "/v1/holds", asked(scanned, scope))
    assert answer.status_code == status, answer.text
    problem(answer)
    assert CANARY not in answer.text
    assert ada.get("/v1/holds").json()["items"] == []


def test_reading_and_writing_are_apart_and_a_program_releases_nothing(scanned: Served) -> None:
    reader, ada = client_of(scanned, "Rea", Scope.HOLDS_READ), client_of(scanned, "Ada")
    made = post(ada, "/v1/holds", asked(scanned)).json()["id"]
    assert reader.get(f"/v1/holds/{made}").status_code == 200
    for path, body in (("", asked(scanned)), (f"/{made}/release", {"reason": "x"}), (f"/{made}/review", {})):
        assert post(reader, f"/v1/holds{path}", body).status_code == 403
    program = client_of(scanned, "legal", kind=ActorKind.SERVICE)
    assert post(program, "/v1/holds", asked(scanned)).status_code == 201
    refused = post(program, f"/v1/holds/{made}/release", {"reason": "x"})
    assert problem(refused)["code"] == "forbidden"
    assert reader.get(f"/v1/holds/{uuid4()}").status_code == 404
    assert post(ada, f"/v1/holds/{uuid4()}/release", {"reason": "x"}).status_code == 404

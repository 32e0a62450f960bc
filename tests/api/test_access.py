"""Every route, with every kind of credential that must not open it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi.routing import APIRoute

from api.access.declared import declared
from api.shell.idempotency import once
from engine.base.actors import ActorKind
from engine.base.actors.api_keys import revoke_api_key
from engine.base.actors.granting import deactivate, withdraw
from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role, Scope
from engine.base.actors.sessions import csrf_token
from engine.base.ids import ApiKeyId
from tests.api.conftest import BASE, Served
from tests.api.test_shell import problem
from tests.api.test_sign_in import PASSWORD, events, sign_in


def routes(served: Served) -> list[tuple[str, str, APIRoute]]:
    """Every method of every route that is not public, with something in place of its parameters."""
    found = []
    for route in served.app.routes:
        assert isinstance(route, APIRoute)
        if not declared(route).public:
            path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: _filled(name[1]), route.path)
            found += [(method, path, route) for method in sorted(route.methods or ())]
    assert len(found) > 40
    return found


def _filled(name: str) -> str:
    return {"label": "2026", "index": "0", "path": "x001/000", "role": "auditor"}.get(name, str(UUID(int=7)))


def ask(client: Any, method: str, path: str) -> Any:
    return client.request(method, path, headers={"Idempotency-Key": str(uuid4()), "Origin": BASE}, json={})


def refused(served: Served, client: Any, status: int) -> None:
    """Every route refuses this client so, and says nothing else."""
    for method, path, _ in routes(served):
        answer = ask(client, method, path)
        assert answer.status_code == status, (method, path, answer.text)
        problem(answer)


def test_nothing_opens_without_a_credential(served: Served) -> None:
    refused(served, served.client(), 401)


def test_nothing_opens_with_what_is_no_key(served: Served) -> None:
    for token in ("x", "reeve_", "Bearer", "a b", "reeve_" + "A" * 60, "é", "x" * 600, "reeve_\t"):
        answer = served.client().get("/v1/me", headers={b"Authorization": f"Bearer {token}".encode()})
        assert (answer.status_code, problem(answer)["code"]) == (401, "unauthenticated")
        assert len(token) < 10 or token not in answer.text


def test_nothing_opens_with_an_expired_key(served: Served) -> None:
    client = served.client(served.key(days=1))
    served.clock.instant += timedelta(days=1)
    refused(served, client, 401)
    assert '"reason":"expired"' in events(served, "access.refused")[0]


def test_nothing_opens_with_a_revoked_key_or_that_of_a_deactivated_actor(served: Served) -> None:
    token = served.key()
    client, other = served.client(token), served.client(served.key(name="gone"))
    key_id = client.get("/v1/me").json()
    assert key_id["credential"] == "api_key"
    keys = client.get(f"/v1/actors/{served.actors['everyone']}/keys").json()["items"]
    with served.database.transaction() as session:
        revoke_api_key(session, ApiKeyId(UUID(keys[0]["id"])))
        deactivate(session, served.actors["gone"])
    assert client.get("/v1/me").status_code == other.get("/v1/me").status_code == 401


def test_every_scope_opens_its_routes_and_no_other(scanned: Served) -> None:
    alone = {scope: scanned.client(scanned.key(scope)) for scope in Scope}
    others = {scope: scanned.client(scanned.key(*(one for one in Scope if one is not scope))) for scope in Scope}
    for method, path, route in routes(scanned):
        asked = declared(route)
        if not path.startswith("/v1/") or asked.scope is None:
            continue
        answer = ask(others[asked.scope], method, path)
        assert (answer.status_code, problem(answer)["code"]) == (403, "forbidden"), (method, path)
        answer = ask(alone[asked.scope], method, path)
        assert answer.status_code not in (401, 403, 405, 500), (method, path, answer.text)


def test_the_console_asks_for_scopes_too(served: Served) -> None:
    set_password(served.database, served.actor("nobody"), PASSWORD)
    client = served.client()
    assert sign_in(served, client, "nobody").status_code == 303
    csrf = csrf_token(client.cookies["reeve"])
    for method, path, route in routes(served):
        if path.startswith("/v1/") or declared(route).scope is None:
            continue
        answer = client.request(method, path, headers={"Origin": BASE, "X-CSRF-Token": csrf})
        assert answer.status_code == 403, (method, path)
    assert client.get("/").status_code == 200  # who has no role yet is told so


def test_a_role_that_is_withdrawn_closes_at_once(served: Served) -> None:
    client = served.client(served.key(Scope.ACTORS_WRITE, Scope.ACTORS_READ))
    assert client.get("/v1/actors").status_code == 200
    served.actor("other", Role.ADMINISTRATOR)
    with served.database.transaction() as session:
        for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER):
            withdraw(session, served.actors["everyone"], role)
    assert client.get("/v1/actors").status_code == 403


def test_refusals_tell_who_and_what(served: Served) -> None:
    client = served.client(served.key(Scope.SCANS_READ))
    client.get(f"/v1/actors/{uuid4()}")
    text = events(served, "access.refused")[-1]
    assert '"reason":"scope"' in text
    assert '"route":"/v1/actors/:actor_id"' in text
    assert '"scope":"actors:read"' in text


def test_every_post_of_the_api_takes_an_idempotency_key(served: Served) -> None:
    without = [
        route.path
        for _, path, route in routes(served)
        if path.startswith("/v1/")
        and "POST" in (route.methods or ())
        and once not in [inner.call for inner in route.dependant.dependencies]
    ]
    assert without == []


def test_nobody_grants_roles_to_themselves(served: Served) -> None:
    client = served.client(served.key(Scope.ACTORS_WRITE))
    mine = served.actors["everyone"]
    answer = client.post(f"/v1/actors/{mine}/roles", json={"role": "auditor"}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, problem(answer)["code"]) == (403, "forbidden")


def test_keys_are_issued_for_services_by_administrators_and_by_persons_for_themselves(served: Served) -> None:
    admin = served.client(served.key(Scope.ACTORS_WRITE, Scope.SCANS_READ))
    service = served.actor("sync", Role.SERVICE, kind=ActorKind.SERVICE)
    person = served.actor("ada", Role.PRIVACY_OFFICER)
    ends = (served.clock.now() + timedelta(days=5)).isoformat()
    wanted = {"label": "x", "scopes": ["scans:read"], "expires_at": ends}

    def issue(actor: object, **changed: object) -> Any:
        return admin.post(f"/v1/actors/{actor}/keys", json=wanted | changed, headers={"Idempotency-Key": str(uuid4())})

    made = issue(service)
    assert made.status_code == 201
    assert served.client(made.json()["token"]).get("/v1/me").json()["name"] == "sync"
    assert issue(service, scopes=["actors:write"]).status_code == 422  # beyond its roles
    assert issue(person).status_code == 403
    assert issue(served.actors["everyone"]).status_code == 201
    assert issue(served.actors["everyone"], scopes=["inventory:read"]).status_code == 403  # beyond this credential
    narrow = served.client(served.key(Scope.SCANS_READ, name="narrow"))
    strange = narrow.post(f"/v1/actors/{service}/keys", json=wanted, headers={"Idempotency-Key": "a"})
    assert strange.status_code == 404
    assert narrow.delete(f"/v1/keys/{made.json()['id']}").status_code == 404
    assert admin.delete(f"/v1/keys/{made.json()['id']}").status_code == 204
    assert served.client(made.json()["token"]).get("/v1/me").status_code == 401


def test_a_key_that_was_issued_twice_under_one_idempotency_key_is_one_key(served: Served) -> None:
    admin = served.client(served.key(Scope.ACTORS_WRITE))
    service = served.actor("sync", Role.SERVICE, kind=ActorKind.SERVICE)
    ends = (served.clock.now() + timedelta(days=5)).isoformat()
    wanted = {"label": "x", "scopes": ["scans:read"], "expires_at": ends}
    first, second = (
        admin.post(f"/v1/actors/{service}/keys", json=wanted, headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert len(events(served, "actor.api_key_issued")) == 2  # that of the administrator and this one


def test_an_actor_is_registered_granted_and_deactivated(served: Served) -> None:
    admin = served.client(served.key(Scope.ACTORS_WRITE, Scope.ACTORS_READ))

    def post(path: str, **body: object) -> Any:
        return admin.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})

    made = post("/v1/actors", kind="person", name="Ada Brook", roles=["auditor"])
    assert made.status_code == 201
    one = made.headers["location"]
    assert post(f"{one}/roles", role="privacy_officer").json()["roles"] == ["auditor", "privacy_officer"]
    assert admin.delete(f"{one}/roles/auditor").json()["roles"] == ["privacy_officer"]
    invited = post(f"{one}/invitation").json()
    form = {"token": invited["token"], "new": PASSWORD, "again": PASSWORD}
    assert served.client().post("/invitation", data=form, headers={"Origin": BASE}).status_code == 303
    assert served.client().post("/invitation", data=form, headers={"Origin": BASE}).status_code == 403
    ada = served.client()
    assert sign_in(served, ada, "Ada Brook").status_code == 303
    assert post(f"{one}/deactivate").json()["deactivated_at"] is not None
    assert ada.get("/v1/me").status_code == 401
    assert sign_in(served, served.client(), "Ada Brook").status_code == 403
    assert post("/v1/actors", kind="person", name="Ada Brook").status_code == 422
    names = [item["name"] for item in admin.get("/v1/actors").json()["items"]]
    assert "Ada Brook" in names

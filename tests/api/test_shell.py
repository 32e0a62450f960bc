"""What every answer shares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from api.access.declared import UndeclaredRoute, check_routes, declared, public
from api.access.gate import requires
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from tests.api.conftest import Served


def problem(answer: object) -> dict[str, object]:
    """The body of an error, after looking whether it is one as it must be."""
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    body: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert {"type", "title", "status", "code", "detail", "request_id"} <= body.keys()
    assert body["status"] == answer.status_code  # type: ignore[attr-defined]
    assert body["request_id"] == answer.headers["x-request-id"]  # type: ignore[attr-defined]
    return body


def test_health_is_public(served: Served) -> None:
    client = served.client()
    assert client.get("/v1/health/live").json() == {"status": "ok"}
    assert client.get("/v1/health/ready").json()["state"] == "ok"


def test_me_tells_who_a_key_belongs_to(served: Served) -> None:
    told = served.client(served.key(Scope.SCANS_READ)).get("/v1/me").json()
    assert told["name"] == "everyone"
    assert told["scopes"] == ["scans:read"]
    assert told["credential"] == "api_key"


def test_every_answer_has_its_id_and_headers(served: Served) -> None:
    answers = [served.client().get(path) for path in ("/v1/health/live", "/v1/me", "/nowhere", "/openapi.json")]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 4
    for answer in answers:
        assert UUID(answer.headers["x-request-id"]).version == 7
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers


def test_https_is_told_to_stay(serve: Callable[..., Served]) -> None:
    answer = serve(public_url="https://reeve.example").client().get("/v1/health/live")
    assert "max-age=" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "not_found"),
        ("PATCH", "/v1/me", 405, "method_not_allowed"),
        ("GET", "/v1/me", 401, "unauthenticated"),
    ],
)
def test_errors_are_problems(served: Served, method: str, path: str, status: int, code: str) -> None:
    answer = served.client().request(method, path)
    assert answer.status_code == status
    assert problem(answer)["code"] == code


def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    answer = served.client(served.key()).post("/v1/me", content=b"x" * (1 << 20 | 1))
    assert (answer.status_code, problem(answer)["code"]) == (413, "too_large")


def test_a_body_without_a_length_is_bounded_too(served: Served) -> None:
    answer = served.client(served.key()).post("/v1/me", content=iter([b"x" * (1 << 19)] * 3))
    assert answer.status_code == 413


def test_a_name_that_was_rebound_to_us_is_not_answered(served: Served) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8080", "", "[", "10.0.0.1"):
        answer = served.client(host=host).get("/v1/health/live")
        assert (answer.status_code, problem(answer)["code"]) == (421, "wrong_host"), host


def test_a_route_without_a_scope_stops_the_start() -> None:
    router = APIRouter()

    @router.get("/open")
    def open_to_all() -> None: ...

    with pytest.raises(UndeclaredRoute, match="GET /open declares 0"):
        check_routes(router.routes)


def test_a_route_with_two_scopes_stops_the_start() -> None:
    router = APIRouter()

    @router.get("/twice", dependencies=[Depends(public("because"))])
    def twice(principal: Annotated[Principal, Depends(requires(Scope.SCANS_READ))]) -> None: ...

    with pytest.raises(UndeclaredRoute, match="declares 2"):
        check_routes(router.routes)


def test_every_route_declares_what_it_asks_for(served: Served) -> None:
    check_routes(served.app.routes)
    open_routes = {route.path for route in served.app.routes if isinstance(route, APIRoute) and declared(route).public}
    assert open_routes == OPEN


OPEN = {
    "/v1/health/live",
    "/v1/health/ready",
    "/openapi.json",
    "/sign-in",
    "/invitation",
    "/assets/console.css",
    "/assets/console.js",
    "/v1/ledger/logs/{label}/checkpoint",
    "/v1/ledger/logs/{label}/tile/{path:path}",
}


def test_limits_of_an_address(serve: Callable[..., Served]) -> None:
    served = serve(address_requests_per_minute=6)
    client = served.client()
    codes = [client.get("/v1/health/live").status_code for _ in range(7)]
    assert codes == [200] * 6 + [429]
    refused = client.get("/v1/health/live")
    assert int(refused.headers["retry-after"]) == 10
    assert refused.headers["ratelimit-policy"] == '"address";q=6;w=60'
    served.ticks.now += 10
    assert client.get("/v1/health/live").status_code == 200


def test_limits_of_a_credential(serve: Callable[..., Served]) -> None:
    served = serve(requests_per_minute=3)
    one, other = served.client(served.key()), served.client(served.key())
    answers = [one.get("/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert re.fullmatch(r'"credential";r=2;t=0', answers[0].headers["ratelimit"])
    assert other.get("/v1/me").status_code == 200


def test_what_a_client_says_of_its_address_counts_only_through_a_trusted_proxy(serve: Callable[..., Served]) -> None:
    served = serve(address_requests_per_minute=2)
    answers = [served.client(**{"X-Forwarded-For": f"10.0.0.{i}"}).get("/v1/health/live") for i in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_an_error_inside_tells_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret@example.com")

    monkeypatch.setattr("api.routes.health.version", broken)
    answer = served.client().get("/v1/health/ready")
    assert (answer.status_code, problem(answer)["code"]) == (500, "internal")
    assert "secret" not in answer.text + caplog.text


def test_the_openapi_document_tells_schemes_and_scopes(served: Served) -> None:
    told = served.client().get("/openapi.json").json()
    assert set(told["components"]["securitySchemes"]) == {"apiKey", "session"}
    assert told["paths"]["/v1/health/live"]["get"]["security"] == []
    assert json.dumps(told).count("HTTPValidationError") == 0


def test_a_body_that_is_no_json_is_told(served: Served) -> None:
    headers, client = {"Idempotency-Key": "a", "Content-Type": "application/json"}, served.client(served.key())
    for body in (b"[" * 500_000, b'{"a":' * 100_000, b"\xff\xfe", b"nul", b'"\\ud800"', b"1e999999", b""):
        answer = client.post("/v1/scans", content=body, headers=headers)
        assert answer.status_code in (400, 422), body[:20]
        problem(answer)


def test_odd_characters_are_no_faults_of_ours(served: Served) -> None:
    client = served.client(served.key())
    for path in ("ledger/logs/2026/events?type=%00", "fields?q=%00", "fields?entity=%00%ff", "scans/%00"):
        assert client.get(f"/v1/{path}").status_code in (200, 404, 422), path


def test_passwords_cost_an_address_more(serve: Callable[..., Served]) -> None:
    served = serve(address_requests_per_minute=60)
    client = served.client(Origin="http://127.0.0.1:8080")
    codes = [client.post("/sign-in", data={"name": "a", "password": "b"}).status_code for _ in range(4)]
    assert codes == [403, 403, 429, 429]

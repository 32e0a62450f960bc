"""Signing in at the console: sessions, forms of others, names that are tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role
from engine.base.actors.sessions import csrf_token
from engine.base.state.outbox import payload_bytes
from engine.base.state.tables import OutboxRow, SessionRow
from tests.api.conftest import BASE, Served
from tests.api.test_shell import problem

PASSWORD = "seven wet stones in a row"
HTML = {"Accept": "text/html"}


@pytest.fixture
def officer(served: Served) -> Served:
    """A privacy officer with a password."""
    set_password(served.database, served.actor("ada", Role.PRIVACY_OFFICER), PASSWORD)
    return served


def sign_in(served: Served, client: Any, name: str = "ada", password: str = PASSWORD, **given: str) -> Any:
    return client.post("/sign-in", data={"name": name, "password": password, **given}, headers={"Origin": BASE, **HTML})


def signed_in(served: Served) -> Any:
    client = served.client()
    assert sign_in(served, client).status_code == 303
    return client


def events(served: Served, kind: str) -> list[str]:
    with served.database.snapshot() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.type == kind).order_by(OutboxRow.id)).all()
        return [payload_bytes(row).decode() for row in rows]


def test_who_is_not_signed_in_is_taken_to_the_door_and_back(officer: Served) -> None:
    client = officer.client(**HTML)
    answer = client.get("/inventory?q=a%20b")
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert where.path == "/sign-in"
    assert parse_qs(where.query)["next"] == ["/inventory?q=a%20b"]
    back = sign_in(officer, client, next="/inventory?q=a%20b")
    assert back.headers["location"] == "/inventory?q=a%20b"
    assert client.get("/inventory").status_code == 200


ELSEWHERE = (
    *("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/a\\b"),
    *("/sign-in", "/\tevil", "/a\nSet-Cookie: x=y", ""),
)


def test_the_door_leads_to_no_other_site(officer: Served) -> None:
    for wanted in ELSEWHERE:
        assert sign_in(officer, officer.client(), next=wanted).headers["location"] == "/", wanted


def test_the_cookie_is_for_this_server_alone(officer: Served) -> None:
    told = sign_in(officer, officer.client()).headers["set-cookie"].lower()
    assert told.startswith("reeve=")
    assert "httponly" in told
    assert "samesite=lax" in told
    assert "domain" not in told


def test_over_https_the_cookie_is_secure(serve: Callable[..., Served]) -> None:
    served = serve(public_url="https://reeve.example")
    set_password(served.database, served.actor("ada", Role.PRIVACY_OFFICER), PASSWORD)
    client = served.client(host="reeve.example")
    answer = client.post(
        "/sign-in", data={"name": "ada", "password": PASSWORD}, headers={"Origin": "https://reeve.example"}
    )
    assert answer.status_code == 303
    told = answer.headers["set-cookie"]
    assert told.startswith("__Host-reeve=")
    assert "Secure" in told
    assert "Path=/" in told


def test_a_session_that_somebody_planted_is_not_used(officer: Served) -> None:
    client = officer.client()
    client.cookies.set("reeve", "x" * 43)
    answer = sign_in(officer, client)
    token = answer.cookies["reeve"]
    assert token != "x" * 43
    first = client.cookies.get("reeve", domain="127.0.0.1")
    assert sign_in(officer, client).cookies["reeve"] != token
    stale = officer.client(**HTML)
    stale.cookies.set("reeve", first or token)
    assert stale.get("/").status_code == 303  # signing in anew ended the session before


def test_signing_out_ends_the_session_on_the_server(officer: Served) -> None:
    client = signed_in(officer)
    token = client.cookies["reeve"]
    answer = client.post("/sign-out", data={"csrf": csrf_token(token)}, headers={"Origin": BASE})
    assert answer.headers["location"] == "/sign-in?done=signed-out"
    other = officer.client(**HTML)
    other.cookies.set("reeve", token)
    assert other.get("/").status_code == 303


def test_a_session_ends_when_nothing_is_asked(officer: Served) -> None:
    client = signed_in(officer)
    for _ in range(3):
        officer.clock.instant += timedelta(minutes=20)
        assert client.get("/").status_code == 200
    officer.clock.instant += timedelta(minutes=31)
    assert client.get("/", headers=HTML).status_code == 303


FORGED: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
    {"Origin": f"{BASE}0"},
)


def test_a_form_of_another_site_does_nothing(officer: Served) -> None:
    client, fresh = signed_in(officer), officer.client()
    for headers in FORGED:
        answer = client.post("/sign-out", data={"csrf": csrf_token(client.cookies["reeve"])}, headers=headers)
        assert (answer.status_code, problem(answer)["code"]) == (403, "csrf"), headers
        assert fresh.post("/sign-in", data={"name": "ada", "password": PASSWORD}, headers=headers).status_code == 403
    assert client.get("/").status_code == 200


def test_a_form_without_its_token_does_nothing(officer: Served) -> None:
    client = signed_in(officer)
    for token in ("", "x", "A" * 43):
        answer = client.post("/sign-out", data={"csrf": token}, headers={"Origin": BASE})
        assert (answer.status_code, problem(answer)["code"]) == (403, "csrf")
    assert '"reason":"csrf"' in events(officer, "access.refused")[-1]


def test_the_token_of_another_session_does_nothing(officer: Served) -> None:
    one, other = signed_in(officer), signed_in(officer)
    answer = one.post("/sign-out", data={"csrf": csrf_token(other.cookies["reeve"])}, headers={"Origin": BASE})
    assert answer.status_code == 403


def test_a_cookie_counts_under_v1_only_with_the_header(officer: Served) -> None:
    client = signed_in(officer)
    assert client.get("/v1/me").json()["credential"] == "session"
    path = "/v1/fields/01900000-0000-7000-8000-000000000000/verdicts"
    body, key = {"decision": "confirm", "reason": "x"}, {"Idempotency-Key": "a", "Origin": BASE}
    assert problem(client.post(path, json=body, headers=key))["code"] == "csrf"
    right = {"X-CSRF-Token": csrf_token(client.cookies["reeve"])}
    assert problem(client.post(path, json=body, headers=key | right))["code"] == "not_found"


def test_a_key_does_not_open_the_console(officer: Served) -> None:
    assert officer.client(officer.key(), **HTML).get("/").status_code == 303


def test_a_key_and_a_cookie_together_are_refused(officer: Served) -> None:
    client = signed_in(officer)
    answer = client.get("/v1/me", headers={"Authorization": f"Bearer {officer.key()}"})
    assert answer.status_code == 401


def test_wrong_names_and_wrong_passwords_look_the_same(officer: Served) -> None:
    client = officer.client()
    unknown, wrong = sign_in(officer, client, name="bob"), sign_in(officer, client, password="wrong")
    assert unknown.status_code == wrong.status_code == 403
    assert unknown.text.replace("bob", "ada") == wrong.text
    assert "set-cookie" not in unknown.headers


def test_who_tries_again_and_again_has_to_wait(officer: Served) -> None:
    client = officer.client()
    answers = [sign_in(officer, client, password=f"wrong {i}") for i in range(30)]
    late = answers[-1]
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert sign_in(officer, client).status_code == 429  # the right one has to wait as well
    officer.clock.instant += timedelta(hours=2)
    assert sign_in(officer, client).status_code == 303


def test_the_password_is_nowhere(officer: Served, caplog: pytest.LogCaptureFixture) -> None:
    client = signed_in(officer)
    with officer.database.snapshot() as session:
        rows = session.scalars(select(SessionRow)).all()
        assert client.cookies["reeve"].encode() not in b"".join(row.token_sha256 for row in rows)
        texts = "".join(session.scalars(select(OutboxRow.payload)))
    assert PASSWORD not in texts + caplog.text
    assert client.cookies["reeve"] not in texts + caplog.text


def test_refusals_of_one_source_are_bounded_and_counted(officer: Served) -> None:
    client = officer.client()
    for _ in range(25):
        assert client.get("/v1/me").status_code == 401
    assert len(events(officer, "access.refused")) == 10
    officer.ticks.now += 61
    client.get("/v1/me")
    assert '"count":16' in events(officer, "access.refused")[-1]
    assert "127.0.0.1" not in "".join(events(officer, "access.refused"))

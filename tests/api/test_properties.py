"""What reads what anybody may send: it never fails, and never takes what it should not."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from api.access.gate import form_of
from api.console.sign_in import safe_next
from api.shell import protocol
from api.shell.limits import Buckets
from api.shell.origin import allowed_host, origin_of
from api.shell.problems import of_validation
from api.shell.protocol import TimedProtocol
from api.shell.tally import EACH, Tally
from engine.base.settings.server import ServerSettings

ADDRESSES = st.ip_addresses().map(str) | st.text(max_size=20)


def scope(peer: str, *headers: tuple[str, str], kind: str = "http") -> dict[str, Any]:
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
    return {"type": kind, "client": (peer, 1), "scheme": "http", "headers": raw, "method": "POST", "path": "/"}


@given(st.text())
@example("//evil.example")
@example("/\\\\evil.example")
@example("/%0d%0aSet-Cookie:x")
def test_the_next_page_is_one_of_ours(wanted: str) -> None:
    found = safe_next(wanted)
    parts = urlsplit(found)
    assert found.startswith("/")
    assert not parts.netloc
    assert not parts.scheme
    assert "\\" not in found
    assert found.isprintable()


@given(st.lists(ADDRESSES, max_size=5), st.ip_addresses(v=4).map(str))
def test_nobody_can_choose_the_address_they_are_counted_by(hops: list[str], real: str) -> None:
    """A trusted proxy adds the true address at the end; what the client wrote before it does not count."""
    proxies = (ip_network("10.0.0.0/8"),)
    if ip_address(real) in proxies[0]:
        return
    told = ", ".join([*hops, real])
    assert origin_of(scope("10.1.2.3", ("x-forwarded-for", told)), proxies).address == real
    assert origin_of(scope("192.0.2.7", ("x-forwarded-for", told)), proxies).address == "192.0.2.7"


@given(st.lists(ADDRESSES, max_size=30))
def test_any_list_of_hops_gives_an_address(hops: list[str]) -> None:
    origin_of(scope("10.1.2.3", ("x-forwarded-for", ",".join(hops))), (ip_network("10.0.0.0/8"),))


@given(st.text(max_size=60))
@example("[::1")
@example("127.0.0.1:99999999")
@example("127.0.0.1@evil.example")
def test_a_name_is_ours_or_not(host: str) -> None:
    if allowed_host(host, ServerSettings()):
        assert urlsplit(f"//{host}").hostname in {"127.0.0.1", "localhost", "::1"}


@given(st.binary(max_size=200))
def test_any_body_is_a_form_or_none(body: bytes) -> None:
    request = Request(scope("192.0.2.7", ("content-type", "application/x-www-form-urlencoded")))
    request.state.body = body
    assert all(isinstance(value, str) for value in form_of(request).values())


@given(st.lists(st.fixed_dictionaries({"loc": st.lists(st.text() | st.integers()), "type": st.text()}), max_size=30))
def test_what_does_not_fit_is_always_told(errors: list[dict[str, Any]]) -> None:
    assert of_validation(errors).status == 422


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 60))
def test_a_bucket_never_gives_more_than_its_minute(waits: list[float], limit: int) -> None:
    now = [0.0]
    bucket = Buckets(limit, lambda: now[0])
    taken: list[float] = []
    for wait in waits:
        now[0] += wait
        if bucket.take("a").allowed:
            taken.append(now[0])
    for since in taken:
        assert sum(since <= at < since + 60 for at in taken) <= 2 * limit  # a full bucket, and what flows in


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 40)), max_size=300))
def test_every_refusal_is_told_or_counted(refusals: list[tuple[str, float]]) -> None:
    now = [0.0]
    tally = Tally(lambda: now[0])
    told = 0
    for source, wait in refusals:
        now[0] += wait
        told += tally.count(source)
    assert told + tally.rest() == len(refusals)
    assert tally.rest() == 0


def test_of_one_source_a_bounded_number_is_told_in_a_minute() -> None:
    tally = Tally(lambda: 5.0)
    assert sum(tally.count("a") for _ in range(100)) == EACH


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /"]
)
def test_a_head_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, http=TimedProtocol, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        with socket.create_connection(listening.getsockname()) as client:
            client.settimeout(20)
            client.sendall(sent)
            while not server.server_state.connections:
                time.sleep(0.01)
            for one in list(server.server_state.connections):
                assert isinstance(one, TimedProtocol)
                connected = one.transport.get_extra_info("socket")
                assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)  # else each answer waits 40 ms
            while client.recv(1000):
                pass
        server.should_exit = True
        thread.join(20)

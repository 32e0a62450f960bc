"""The witness as a process on this machine: HTTP, kills, forks at once."""

from __future__ import annotations

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from select import select
from urllib.parse import urlsplit

import pytest

from engine.base.errors import DependencyFailed
from engine.ledger.note.note import Note, open_note
from engine.ledger.witness.client import WitnessDisagrees, cosign
from engine.ledger.witness.heads import origin_hash
from engine.ledger.witness.request import MAX_REQUEST, SIZE_TYPE
from engine.ledger.witness.server import MAX_CONNECTIONS
from tests.ledger.witness.logs import KEY, ORIGIN, SmallLog
from tests.ledger.witness.processes import key_of, make, running, serving

LOG = SmallLog(60)
Got = tuple[int, str, bytes]


def ask(url: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Got:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()
    finally:
        connection.close()


def post(url: str, body: bytes) -> Got:
    return ask(url, "POST", "/add-checkpoint", body)


def raw(url: str, data: bytes) -> bytes:
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_every_status_of_the_specification_over_http(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with running(tmp_path / "w") as (url, _):
        status, kind, body = post(url, LOG.request(0, 5))
        assert (status, kind) == (200, "text/plain; charset=utf-8")
        cosigned = LOG.signed(5) + body
        assert len(open_note(cosigned, [KEY.verifier, key_of(folder)])[1]) == 2
        assert post(url, b"nonsense")[0] == 400
        assert post(url, SmallLog(5, key=type(KEY)(ORIGIN, bytes(32))).request(0, 5))[0] == 403
        assert post(url, SmallLog(5, key=type(KEY)("example.com/other", bytes(32))).request(0, 5))[0] == 404
        assert post(url, LOG.request(0, 9)) == (409, SIZE_TYPE, b"5\n")
        assert post(url, LOG.fork(3, 9).request(5, 9))[0] == 422
        latest = ask(url, "GET", f"/{origin_hash(ORIGIN)}/checkpoint")
        assert latest == (200, "text/plain; charset=utf-8", cosigned)


def test_other_paths_methods_and_bodies_are_refused_and_the_witness_lives_on(tmp_path: Path) -> None:
    make(tmp_path / "w")
    with running(tmp_path / "w") as (url, _):
        digest = origin_hash(ORIGIN)
        for path in (
            "/",
            f"/{digest}",
            f"/{digest.upper()}/checkpoint",
            f"/{digest}/checkpoint/",
            f"/{digest}/checkpoint?a",
        ):
            assert ask(url, "GET", path)[0] == 404
        assert ask(url, "GET", f"/{digest}/checkpoint")[0] == 404
        assert ask(url, "GET", "/add-checkpoint")[0] == 405
        assert ask(url, "POST", f"/{digest}/checkpoint", b"x")[0] == 404
        assert ask(url, "PUT", "/add-checkpoint", b"x")[0] == 501
        assert post(url, b"x" * (MAX_REQUEST + 1))[0] == 413
        assert ask(url, "POST", "/add-checkpoint", headers={"Content-Length": "99999999999"})[0] == 400
        chunked = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nold\r\n0\r\n\r\n"
        assert raw(url, chunked).startswith(b"HTTP/1.1 411 ")
        two = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"
        assert raw(url, two).startswith(b"HTTP/1.1 400 ")
        cut = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold 0\n"
        assert raw(url, cut) == b""
        canary = raw(url, b"<canary> <canary>\r\n\r\n")
        assert b"canary" not in canary
        assert post(url, LOG.request(0, 5))[0] == 200


def test_one_connection_carries_many_requests(tmp_path: Path) -> None:
    make(tmp_path / "w")
    with running(tmp_path / "w") as (url, _):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        for old in range(5, 9):
            connection.request("POST", "/add-checkpoint", LOG.request(old - 1 if old > 5 else 0, old))
            response = connection.getresponse()
            assert (response.status, response.headers["Connection"]) == (200, None)
            response.read()
            assert connection.sock is not None
        connection.close()


def test_killed_before_the_disk_it_knows_nothing_of_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with running(tmp_path / "w") as (url, _):
        assert post(url, LOG.request(0, 5))[0] == 200
    with running(tmp_path / "w", dies="commit") as (url, process):
        with pytest.raises((http.client.HTTPException, OSError)):
            post(url, LOG.request(5, 9))
        assert process.wait(20) == -9
    with running(tmp_path / "w") as (url, _):
        assert post(url, LOG.fork(5, 12).request(5, 12))[0] == 200  # nobody has a cosignature for 9
    assert [head.size for head in folder.heads.all()] == [12]


def test_killed_between_the_disk_and_the_answer_it_knows_and_the_log_goes_on(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with running(tmp_path / "w", dies="answer") as (url, process):
        with pytest.raises(DependencyFailed):
            cosign(url, key_of(folder), LOG.signed(9), 0, [])
        assert process.wait(20) == -9
    with running(tmp_path / "w") as (url, _):
        assert post(url, LOG.fork(5, 12).request(0, 12)) == (409, SIZE_TYPE, b"9\n")
        assert post(url, LOG.fork(5, 12).request(9, 12))[0] == 422
        signature = cosign(url, key_of(folder), LOG.signed(9), 0, [], prove=LOG.prove)
        assert key_of(folder).check(Note.parse(LOG.signed(9)).signed, signature.blob)
        cosign(url, key_of(folder), LOG.signed(20), 9, LOG.prove(9, 20))
    assert [head.size for head in folder.heads.all()] == [20]


@pytest.mark.parametrize("rounds", [3, pytest.param(60, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_killed_at_random_no_cosignature_that_went_out_is_forgotten(tmp_path: Path, rounds: int) -> None:
    folder = make(tmp_path / "w")
    log = SmallLog(15 * rounds)
    size, went_out = 0, 0
    for round_ in range(rounds):
        with running(tmp_path / "w") as (url, process), ThreadPoolExecutor(4) as pool:
            wanted = range(size + 1, size + 16)
            done = [pool.submit(cosign, url, key_of(folder), log.signed(new), 0, [], prove=log.prove) for new in wanted]
            done[(round_ * 4 + 2) % 15].exception()
            process.kill()
            cosigned = [new for new, one in zip(wanted, done, strict=True) if one.exception() is None]
        known = max([head.size for head in folder.heads.all()], default=0)
        assert known >= max(cosigned, default=0)
        size, went_out = known, went_out + len(cosigned)
    assert went_out >= rounds  # one may have got none out: the first to end was refused, and then it died


def test_two_forks_at_once_and_exactly_one_is_cosigned(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    sides = [LOG, LOG.fork(10, 60)]
    with running(tmp_path / "w") as (url, _), ThreadPoolExecutor(8) as pool:
        assert post(url, LOG.request(0, 10))[0] == 200

        def feed(number: int) -> tuple[int, bool]:
            side = number % 2
            try:
                cosign(
                    url,
                    key_of(folder),
                    sides[side].signed(11 + number // 2),
                    10,
                    sides[side].prove(10, 11 + number // 2),
                )
            except (WitnessDisagrees, DependencyFailed):
                return side, False
            return side, True

        won = {side for side, agreed in pool.map(feed, range(16)) if agreed}
        assert len(won) == 1
        (head,) = folder.heads.all()
        assert sides[won.pop()].root(head.size) == head.root


def test_sigterm_ends_it_and_what_is_trusted_meanwhile_counts_at_once(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    other = SmallLog(5, key=type(KEY)("example.com/other", bytes(32)))
    with running(tmp_path / "w") as (url, process):
        assert post(url, other.request(0, 5))[0] == HTTPStatus.NOT_FOUND
        folder.trust([other.key.verifier])
        assert post(url, other.request(0, 5))[0] == HTTPStatus.OK
        process.terminate()
        assert process.wait(20) == 0


def test_idle_connections_take_their_places_and_no_more(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with serving(folder) as url, ExitStack() as stack:
        place = urlsplit(url)
        idle = [
            stack.enter_context(socket.create_connection((place.hostname, place.port)))
            for _ in range(MAX_CONNECTIONS + 6)
        ]
        closed: list[socket.socket] = []
        while len(closed) < 6:
            closed, _, _ = select(idle, [], [], 20)
            assert closed
        assert len(select(idle, [], [], 0.2)[0]) == 6
        for connection in idle:
            connection.close()
        assert _post_when_there_is_room(url, LOG.request(0, 5)) == 200


def test_a_connection_ends_with_its_time_however_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ledger.witness.server.LIFE_SECONDS", 0.2)
    with serving(make(tmp_path / "w")) as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
            connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nX: ")
            assert connection.recv(100) == b""


def test_an_idle_connection_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ledger.witness.server._Handler.timeout", 0.2)
    with serving(make(tmp_path / "w")) as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
            assert connection.recv(100) == b""


def test_a_disk_that_does_not_take_it_is_503_and_nothing_is_cosigned(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with serving(folder) as url:
        (tmp_path / "w" / "heads.db").rename(tmp_path / "elsewhere")
        status, _, body = post(url, LOG.request(0, 5))
        assert (status, body) == (503, b"Service Unavailable\n")
        (tmp_path / "elsewhere").rename(tmp_path / "w" / "heads.db")
        assert post(url, LOG.request(0, 5))[0] == 200


def test_a_file_of_trusted_logs_that_was_damaged_stops_it_until_it_is_mended(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    file = tmp_path / "w" / "logs.policy"
    good = file.read_bytes()
    with serving(folder) as url:
        file.write_bytes(good + b"log nonsense\n")
        assert post(url, LOG.request(0, 5))[0] == 503
        file.write_bytes(b"# by hand\n" + good)
        assert post(url, LOG.request(0, 5))[0] == 200


def _post_when_there_is_room(url: str, body: bytes) -> int:
    for _ in range(1000):
        try:
            return post(url, body)[0]
        except (OSError, http.client.HTTPException):
            continue
    raise AssertionError

"""A witness over HTTP: two paths, small bodies, and nobody can hold it up.

``POST /add-checkpoint`` and ``GET /<hex sha256(origin)>/checkpoint``. Where it is not on its own machine a proxy stands before
it for TLS; what it answers is signed, so nothing secret passes.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from engine.base.errors import ReeveError
from engine.ledger.witness.request import MAX_REQUEST
from engine.ledger.witness.witness import TEXT_TYPE, Answer, Witness

MAX_CONNECTIONS = 64  # further ones are closed at once
IDLE_SECONDS = 15.0  # without a byte, and the connection is closed
LIFE_SECONDS = 120.0  # of one connection, however busy: who sends a byte now and then holds nothing for long
_LOG = logging.getLogger("reeve.witness")
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,9}", re.ASCII)
_ADD = "/add-checkpoint"


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness.

    Args:
        host, port: where; port 0 takes a free one, see ``server_port``.
        witness: what answers.
    """

    daemon_threads = False  # an answer that is being written is written to its end
    request_queue_size = MAX_CONNECTIONS

    def __init__(self, host: str, port: int, witness: Witness) -> None:
        self.witness = witness
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._since: dict[socket.socket, float] = {}
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Take the address, without asking a name server who we are, as the base class does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is room for one more connection."""
        del request, client_address
        return self._slots.acquire(blocking=False)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a connection in a thread of its own."""
        self._since[request] = time.monotonic()
        try:
            super().process_request(request, client_address)
        except BaseException:  # no thread could be started
            self._ended(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One connection, from its first request to its last."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._ended(request)

    def service_actions(self) -> None:
        """End connections that are older than ``LIFE_SECONDS``; called about twice a second."""
        late = time.monotonic() - LIFE_SECONDS
        for connection, since in list(self._since.items()):
            if since < late:
                _shut(connection, socket.SHUT_RDWR)

    def server_close(self) -> None:
        """Stop listening, end idle connections, and wait for what is being answered."""
        for connection in list(self._since):
            _shut(connection, socket.SHUT_RD)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note what went wrong; whoever asked finds the connection closed, and nothing cosigned."""
        del request, client_address
        error = sys.exception()
        _LOG.log(logging.DEBUG if isinstance(error, OSError) else logging.ERROR, "failed: %s", type(error).__name__)

    def _ended(self, connection: socket.socket) -> None:
        self._since.pop(connection, None)
        self._slots.release()


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version = "reeve-witness"
    sys_version = ""
    error_message_format = "%(code)d\n"
    error_content_type = TEXT_TYPE
    timeout = IDLE_SECONDS

    def do_POST(self) -> None:
        if self.path != _ADD:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        body = self._body()
        if body is not None:
            self._answer(lambda: self.server.witness.add(body))

    def do_GET(self) -> None:
        found = _CHECKPOINT.fullmatch(self.path)
        if found:
            self._answer(lambda: self.server.witness.latest(found[1]))
        else:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED if self.path == _ADD else HTTPStatus.NOT_FOUND)

    def _body(self) -> bytes | None:
        """The body, or None where an answer went out instead."""
        lengths = self.headers.get_all("Content-Length") or []
        if "Transfer-Encoding" in self.headers or not lengths:
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
            return None
        if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
            self._refuse(HTTPStatus.BAD_REQUEST)
            return None
        length = int(lengths[0])
        if length > MAX_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it has gone
            self.close_connection = True
            return None
        return body

    def _answer(self, call: Callable[[], Answer]) -> None:
        try:
            answer = call()
        except ReeveError as exc:  # the disk, or the file of trusted logs: for whoever runs the witness to see
            _LOG.error("%s %s", exc.message, exc.hint)
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._send(answer)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer without having read the body, so that nothing can follow on this connection."""
        self.close_connection = True
        self._send(Answer(status, f"{status.phrase}\n".encode()))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line a request, without what was sent."""
        del size
        path = _ADD if self.path == _ADD else "checkpoint" if _CHECKPOINT.fullmatch(self.path) else "other"
        _LOG.info("%s %s %d", self.command, path, code)

    def log_message(self, *_: Any) -> None:
        """Nothing else is said: the base class would print what was sent."""


def _shut(connection: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(how)

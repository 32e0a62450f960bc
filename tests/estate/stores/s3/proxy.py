"""A way to the S3 server on which things go wrong as a test says: one fault for each request that is made, in order."""

from __future__ import annotations

from collections import deque
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Self

BUSY = "busy"  # 503 SlowDown
CLOSE = "close"  # the connection ends without an answer
STALL = "stall"  # the answer stops after half of its bytes, the connection stays
BUSY_BODY = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"


class Proxy:
    """Passes requests on to a port of loopback.

    Attributes:
        faults: what happens to the next requests: one of the words above, a number (so many bytes of the body come, then the
            connection ends), ``corrupt`` (the first byte is another one) or empty for nothing. When it is empty, all goes well.
        seen: method and ``Range`` of every request.
    """

    def __init__(self, port: int) -> None:
        self.faults: deque[str | int] = deque()
        self.always: str | int = ""
        self.seen: list[tuple[str, str]] = []
        self._released = Event()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy._pass_on(self, port)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _pass_on(self, handler: BaseHTTPRequestHandler, port: int) -> None:
        self.seen.append((handler.command, handler.headers.get("Range", "")))
        fault = self.faults.popleft() if self.faults else self.always
        if fault == CLOSE:
            handler.close_connection = True
            return
        if fault == BUSY:
            _answer(handler, 503, {"Content-Type": "application/xml"}, BUSY_BODY, len(BUSY_BODY))
            return
        upstream = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            upstream.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
            for name, value in handler.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders()
            answer = upstream.getresponse()
            body = answer.read()
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in _OURS}
        finally:
            upstream.close()
        if fault == "corrupt":
            body = bytes([body[0] ^ 1]) + body[1:]
        given = len(body) // 2 if fault == STALL else fault if isinstance(fault, int) else len(body)
        _answer(handler, answer.status, headers, body[:given], len(body))
        if given < len(body):
            handler.close_connection = True
        if fault == STALL:
            self._released.wait(30)


_OURS = {"content-length", "connection", "transfer-encoding", "server", "date"}


def _answer(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes, length: int) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(body)
    handler.wfile.flush()

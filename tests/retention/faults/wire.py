"""A way to a database server on which a COMMIT, or the answer to it, is lost."""

from __future__ import annotations

import queue
import socket
import threading
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

import sqlalchemy as sa

COMMITS = (b"COMMIT\x00", b"\x03COMMIT")
"""As PostgreSQL and as MariaDB are told it."""
MOST = 1 << 16


class Loss(StrEnum):
    """What happens when a client says COMMIT."""

    NOTHING = "nothing"
    BEFORE = "before"
    """The connection breaks, and the server is never told."""
    ANSWER = "answer"
    """The server has committed and says so; then the connection breaks."""
    LATE = "late"
    """The client's connection breaks; the server's stays, and is told when ``deliver`` is called, if it is there still."""


class Wire:
    """Passes bytes on between clients and one server.

    Args:
        url: of the server's database.

    Attributes:
        loss: what happens next; once, and only to the COMMIT after ``after`` others.
        lost: how many COMMITs something happened to.
        answers: what the server said that no client was told; empty where it ended the session without a word.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._there = (str(self._url.host), int(self._url.port or 0))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._late: list[tuple[socket.socket, bytes]] = []
        self._lock = threading.Lock()
        self.loss, self.after, self.lost = Loss.NOTHING, 0, 0
        self.answers: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Of the same database, over this way."""
        port = self._listening.getsockname()[1]
        return self._url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        for one in self._sockets:
            _end(one)

    def deliver(self) -> None:
        """What was held back goes to the server now, and may come too late."""
        for server, held in self._late:
            with suppress(OSError):
                server.sendall(held)
        self._late.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(self._there)
                self._sockets += [client, server]
                cut = threading.Event()
                for deed in (self._to_server, self._to_client):
                    threading.Thread(target=deed, args=(client, server, cut), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(MOST):
                loss = self._loss() if any(one in data for one in COMMITS) else Loss.NOTHING
                if loss is Loss.ANSWER:
                    cut.set()  # before the server can answer
                if loss is Loss.LATE:
                    cut.set()
                    self._late.append((server, data))
                    _end(client)
                    return
                if loss is Loss.BEFORE:
                    break
                server.sendall(data)
        _end(client)
        if not cut.is_set():
            _end(server)

    def _to_client(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(MOST):
                if cut.is_set():
                    break
                client.sendall(data)
            if cut.is_set():
                self.answers.put(data)
        _end(client)
        _end(server)

    def _loss(self) -> Loss:
        with self._lock:
            if self.loss is Loss.NOTHING:
                return self.loss
            if self.after > 0:
                self.after -= 1
                return Loss.NOTHING
            found, self.loss = self.loss, Loss.NOTHING
            self.lost += 1
            return found


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()

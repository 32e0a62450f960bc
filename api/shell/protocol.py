"""The server's protocol of HTTP/1.1: no wait between head and body of an answer, and a bound on a request's head."""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS: Final = 15.0
"""After which a connection on which no whole head has come is closed. The body has its own bound (api.shell.asgi)."""


class TimedProtocol(H11Protocol):
    """uvicorn's, which by itself waits for ever for the end of a head (Slowloris)."""

    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: the first head is awaited."""
        super().connection_made(transport)
        connected = transport.get_extra_info("socket")
        if (
            connected is not None
        ):  # head and body leave in two writes: without this the second waits 40 ms for the client
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Something came: if it was the end of a head, nothing is awaited any more; else it is, from the first byte on."""
        super().data_received(data)
        if self._at_work():
            self._stop()
        elif self._waits is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop()
        super().connection_lost(exc)

    def _at_work(self) -> bool:
        cycle: RequestResponseCycle | None = getattr(self, "cycle", None)  # none before the first request
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waits = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self) -> None:
        self._waits = None
        if not self._at_work() and not self.transport.is_closing():
            self.transport.close()

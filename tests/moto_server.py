"""moto's S3, for what the real server of the tests cannot do: archived storage classes, keys with ``//`` and ``..``.

It is a model, not a store: it proves the shape of calls and answers only. Import the fixture in a ``conftest.py``::

    from tests.moto_server import moto_url  # noqa: F401
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The address of a server within the test process; any credential is accepted."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()

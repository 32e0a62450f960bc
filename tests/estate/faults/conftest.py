"""Fixtures of the tests of bad days: servers of one's own."""

from __future__ import annotations

from tests.servers.mariadb import own_mariadb  # noqa: F401 - a fixture
from tests.servers.postgresql import own_postgres  # noqa: F401 - a fixture

"""Fixtures of the tests of databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.servers.postgresql import own_postgres  # noqa: F401 - a fixture


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody may enter and only its owner may write."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder

"""Fixtures of the tests of buckets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.estate.stores.s3.planting import Planted
from tests.estate.stores.s3.proxy import Proxy
from tests.moto_server import moto_url  # noqa: F401 - a fixture
from tests.seaweed import Seaweed, seaweed  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def _no_credentials_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """boto3 finds nothing of whoever runs the tests, and asks no address of a cloud for it."""
    nowhere = tmp_path_factory.getbasetemp() / "no-aws"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def planted(seaweed: Seaweed) -> Planted:  # noqa: F811
    """An empty bucket without versions, to plant in."""
    return Planted(seaweed, seaweed.make_bucket())


@pytest.fixture
def versioned(seaweed: Seaweed) -> Planted:  # noqa: F811
    """An empty bucket with versions."""
    return Planted(seaweed, seaweed.make_bucket(versioned=True))


@pytest.fixture
def proxy(seaweed: Seaweed) -> Iterator[Proxy]:  # noqa: F811
    """A way to the server on which things go wrong."""
    with Proxy(seaweed.port) as running:
        yield running

"""A server over a real state, and actors with credentials of every kind."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.app import make_app
from engine.base.actors import ActorKind, register
from engine.base.actors.api_keys import issue_api_key
from engine.base.actors.granting import grant
from engine.base.actors.roles import Role, Scope, scopes_of
from engine.base.clock import FixedClock
from engine.base.ids import ActorId
from engine.base.settings import Settings, load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from tests.browsing import chromium
from tests.conftest import START
from tests.estate.scan.estate import build, scanner, stores

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

BASE = "http://127.0.0.1:8080"


class Ticks:
    """A clock for limits, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Served:
    """An application with its state, and ways to ask it something."""

    app: Any
    settings: Settings
    database: Database
    clock: FixedClock
    ticks: Ticks
    actors: dict[str, ActorId] = field(default_factory=dict)

    def client(self, token: str = "", **headers: str) -> TestClient:
        """Asks with this API key, or with none."""
        given = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(
            self.app, base_url=BASE, headers=given | headers, raise_server_exceptions=False, follow_redirects=False
        )

    def actor(self, name: str, *roles: Role, kind: ActorKind = ActorKind.PERSON) -> ActorId:
        """An actor with roles."""
        if name not in self.actors:
            with self.database.transaction() as session:
                self.actors[name] = register(session, kind, name).id
                for role in roles:
                    grant(session, self.actors[name], role)
        return self.actors[name]

    def key(self, *scopes: Scope, days: float = 30, name: str = "everyone") -> str:
        """An API key with these scopes, of an actor who has all roles."""
        actor = self.actor(name, *Role)
        expires = self.clock.now() + timedelta(days=days)
        with self.database.transaction() as session:
            return issue_api_key(
                session, actor, label="test", scopes=scopes or scopes_of(Role), expires_at=expires
            ).token


SETTINGS = "tenant: default\nserver: {requests_per_minute: 100000, address_requests_per_minute: 100000}\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for the tests of one file."""
    with chromium() as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "reeve.yaml").write_text(SETTINGS)
    return load_settings(tmp_path / "reeve.yaml")


@pytest.fixture
def serve(database: Database, clock: FixedClock, settings: Settings) -> Callable[..., Served]:
    """Makes an application; ``server`` are settings of it."""

    def make(*, behind_proxy: bool = False, **server: Any) -> Served:
        ticks = Ticks()
        changed = settings.model_copy(update={"server": settings.server.model_copy(update=server)})
        app = make_app(changed, database, behind_proxy=behind_proxy, ticks=ticks)
        return Served(app, changed, database, clock, ticks)

    return make


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """An application with the usual settings."""
    return serve()


@pytest.fixture(scope="session")
def _scanned_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a state in SQLite in which one scan of a small estate was done, and its keyring: to be copied."""
    home = tmp_path_factory.mktemp("scanned")
    (home / "reeve.yaml").write_text(SETTINGS)
    database = open_state(load_settings(home / "reeve.yaml"), FixedClock(START))
    scanner(database, stores(build(home / "estate", people=60))).run()
    database.close()
    return home


@pytest.fixture
def scanned(_scanned_home: Path, tmp_path: Path) -> Iterator[Served]:
    """An application over a state, in SQLite, with one scan of a small estate."""
    home = tmp_path / "home"
    shutil.copytree(_scanned_home, home)
    settings, clock = load_settings(home / "reeve.yaml"), FixedClock(START)
    database = open_state(settings, clock)
    ticks = Ticks()
    yield Served(make_app(settings, database, ticks=ticks), settings, database, clock, ticks)
    database.close()


@pytest.fixture
def scanned_both(served: Served, tmp_path: Path) -> Served:
    """The same on SQLite and on PostgreSQL; takes some seconds."""
    scanner(served.database, stores(build(tmp_path / "estate", people=60))).run()
    return served


POLICY = """
version: 1
rules:
  contacts:
    title: Who can be written to goes after two years
    select: {category: user.contact, store: shop}
    require:
      retention: {maximum: P2Y, minimum: P6M, from: {column: note}}
      disposal: {delete: {dependents: [orders]}}
      owner: true
    source: {title: A law}
  labelled:
    title: The files declare a purpose
    select: {store: files, not: {asset: "*.txt"}}
    require: {labels: purpose}
"""


@pytest.fixture
def governed(scanned: Served) -> Served:
    """A scanned estate with policies."""
    folder = scanned.settings.file.parent
    (folder / "policies.yaml").write_text(POLICY)
    scanned.settings.file.write_text(scanned.settings.file.read_text() + "policies: policies.yaml\n")
    return scanned

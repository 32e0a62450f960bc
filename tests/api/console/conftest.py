"""A console that a real server shows to a real browser: by keyboard, on a phone, in the dark; and it asks for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from api.app import make_app
from engine.base.actors import ActorKind, find, register
from engine.base.actors.granting import grant
from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role
from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from tests.api.conftest import SETTINGS
from tests.browsing import serving, watched
from tests.estate.scan.estate import build, scanner, stores

PASSWORD = "seven wet stones in a row"
POLICY = """
version: 1
rules:
  contacts:
    title: Who can be written to goes after two years
    select: {category: user.contact, store: shop}
    require: {retention: {maximum: P2Y, from: {column: note}}, disposal: delete, owner: true}
  labelled:
    title: The files declare a purpose
    select: {store: files}
    require: {labels: purpose}
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A scanned estate, an officer, an administrator and a ledger."""
    home = tmp_path_factory.mktemp("console")
    estate = build(home / "estate", people=60)
    declared = (
        f"stores:\n  shop: {{kind: sql, url: 'sqlite:///{estate}/shop.db', owner: sales}}\n"
        f"  files: {{kind: files, path: '{estate}/files'}}\n"
    )
    (home / "reeve.yaml").write_text(f"{SETTINGS}{declared}policies: policies.yaml\n")
    (home / "policies.yaml").write_text(POLICY)
    state = open_state(load_settings(home / "reeve.yaml"), SystemClock())
    scanner(state, stores(estate)).run()
    with state.transaction() as session:
        for name, roles in (
            ("Ada Brook", (Role.PRIVACY_OFFICER,)),
            ("Kim Root", (Role.ADMINISTRATOR,)),
            ("Eli Marsh", (Role.APPROVER,)),
        ):
            made = register(session, ActorKind.PERSON, name)
            for role in roles:
                grant(session, made.id, role)
    for name in ("Ada Brook", "Kim Root", "Eli Marsh"):
        with state.snapshot() as session:
            known = find(session, ActorKind.PERSON, name)
        assert known is not None
        set_password(state, known.id, PASSWORD)
    yield state
    state.close()


@pytest.fixture(scope="module")
def address(database: Database) -> Iterator[str]:
    """A server in a thread; its address."""
    home = Path(str(database.url.database)).parent.parent
    with serving(make_app(load_settings(home / "reeve.yaml"), database)) as where:
        yield where


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the console for somebody; at the end nothing may have gone wrong, and nobody else been asked."""
    with watched(browser, address, ("403", "404", "422")) as open_page:

        def open_for(name: str = "", **options: Any) -> Page:
            page = open_page(**options)
            if name:
                page.goto("/")
                sign_in(page, name)
            return page

        yield open_for


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")

"""The report in a real browser: it runs nothing but ours, asks for nothing, and fits a phone and paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from tests.browsing import CONTRAST, chromium
from tests.evidence.test_report import HOSTILE, html, report_of
from tests.evidence.world import World, completed, started

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def file(unbound_database: Database, database: Database, clock: FixedClock, tmp_path: Path) -> Path:
    if unbound_database.dialect != "sqlite":
        pytest.skip("the same page from another state")
    world = World(database, clock)
    world.store(HOSTILE, owner="", purposes=["a purpose of many words " * 8])
    scan = started()
    world.tell(scan, completed(scan.scan, accounted=2))
    world.sequence()
    path = tmp_path / "report.html"
    path.write_text(html(report_of(world)), encoding="utf-8")
    return path


def opened(browser: Browser, file: Path, troubles: list[str], *, width: int, dark: bool = False) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith(("data:", "file:")) else troubles.append(request.url)
    )
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False)])
def test_it_can_be_read_anywhere(browser: Browser, file: Path, width: int, dark: bool) -> None:  # noqa: FBT001 - a case
    troubles: list[str] = []
    page = opened(browser, file, troubles, width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert page.locator("#criteria tbody tr").count() == 61
    assert page.locator("article.control").count() == 48
    dead = """() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1))
        .filter((id) => !document.getElementById(id))"""
    assert page.evaluate(dead) == []
    page.close()
    assert troubles == []


def test_on_paper_nothing_is_cut_off(browser: Browser, file: Path) -> None:
    troubles: list[str] = []
    page = opened(browser, file, troubles, width=700)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert not page.locator("nav").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
    assert troubles == []

"""A sweep in a real browser: planned from the form, and followed as it runs without the page being loaded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import retention.select
from api.app import make_app
from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role
from retention.certificate.issuing import issue_certificate
from tests.api.console.conftest import PASSWORD, sign_in
from tests.api.test_sweep_pages import plan_of
from tests.api.test_sweeps import run_until
from tests.base.actors.people import add
from tests.browsing import CONTRAST, broken_links, serving, watched
from tests.retention.house import CLOSED, House
from tests.retention.test_sweep import hold
from tests.retention.test_work import work

pytestmark = pytest.mark.browser
SOON = 15_000
"""Milliseconds within which a page that is followed shows what came of a deed elsewhere."""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A shop whose plans have four batches, and somebody who may sweep it."""
    monkeypatch.setattr(retention.select, "ROOTS", 5)
    house = House(tmp_path)
    house.scan()
    set_password(house.database, add(house.database, "Ada Brook", Role.PRIVACY_OFFICER), PASSWORD)
    yield house
    house.database.close()


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """A server in a thread; its address."""
    with serving(make_app(house.settings, house.database)) as where:
        yield where


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the console for the officer; at the end nothing may have gone wrong in a page."""
    with watched(browser, address, ("401", "422")) as open_page:

        def open_for_the_officer(**options: Any) -> Page:
            page = open_page(**options)
            page.goto("/")
            sign_in(page, "Ada Brook")
            return page

        yield open_for_the_officer


def shown_well(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []


def test_planned_from_the_form_and_followed_to_its_end(opened: Callable[..., Page], house: House) -> None:
    page = opened()
    page.get_by_role("link", name="Plans").click()
    page.get_by_label("Store").select_option("shop")
    page.get_by_label("Share of a table").fill("1000")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("alert")).to_contain_text("from 0 to 100")
    page.get_by_label("Share of a table").fill("100")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("status")).to_contain_text("The sweep is asked for")
    page.evaluate("window.loaded = 'once'")
    work(house)
    expect(page.get_by_text("waits for a person")).to_be_visible(timeout=SOON)
    expect(page.locator("[data-told]")).to_have_text("Now: waiting.")
    assert page.evaluate("window.loaded") == "once"
    page.get_by_role("link", name=plan_of(house).hex[-8:]).click()
    expect(page.get_by_role("button", name="Run it")).to_have_count(0)
    house.approve(plan_of(house))
    page.reload()
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_text("No worker runs.")).to_be_visible()
    page.evaluate("window.loaded = 'once'")
    page.get_by_role("button", name="Cancel the plan").focus()
    meanwhile: list[Page] = []

    def look() -> None:
        expect(page.get_by_text("a second in the last minute")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("2 of 4 batches, 10 of 20 rows")).to_be_visible()
        shown_well(page, 1280)
        for width, scheme in ((390, "light"), (390, "dark"), (1280, "dark")):
            meanwhile.append(opened(viewport={"width": width, "height": 844}, color_scheme=scheme))
            meanwhile[-1].goto(page.url)
            expect(meanwhile[-1].get_by_text("2 of 4 batches")).to_be_visible()
            shown_well(meanwhile[-1], width)
        meanwhile[0].get_by_role("button", name="Pause").click()

    run_until(house, stops=3, then=look)
    expect(page.get_by_text("Paused.", exact=True)).to_be_visible(timeout=SOON)
    assert len(house.ids()) == 10
    assert page.evaluate("window.loaded") == "once", "and so somebody's signature that is being pasted stays"
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("status")).to_contain_text("The plan goes on")
    work(house)
    expect(page.locator("[data-state]")).to_have_text("done", timeout=SOON)
    expect(page.get_by_text("no row is there again")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel the plan")).to_have_count(0)
    assert house.ids() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_can_be_read(opened: Callable[..., Page], house: House, scheme: str, width: int) -> None:
    page = opened(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto("/plans")
    page.get_by_label("Share of a table").fill("100")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("status")).to_be_visible()
    shown_well(page, width)
    work(house)
    page.reload()
    expect(page.get_by_text("waits for a person")).to_be_visible()
    shown_well(page, width)
    page.goto("/plans")
    shown_well(page, width)
    unlabelled = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((one) => !one.labels.length).length"
    )
    assert unlabelled == 0


def test_every_link_leads_somewhere(opened: Callable[..., Page], house: House) -> None:
    """With one plan that was carried out and has its certificate, one that waits, a hold that keeps a row, and rows that age."""
    hold(house, "zebra1@mail.example")
    house.run("UPDATE accounts SET closed_at = NULL WHERE id = 2")
    done = house.planned().plan_id
    house.approve(done)
    house.carry_out(done)
    with house.database.transaction() as session:
        issue_certificate(session, done)
    house.run(f"INSERT INTO accounts VALUES (99, 'zebra99@mail.example', '{CLOSED}')")
    house.planned()
    page = opened()
    page.goto("/plans")
    page.get_by_role("button", name="Plan it").click()
    work(house)
    assert broken_links(page, ["/"]) == {}
    page.goto("/")
    expect(page.get_by_text("In 1 asset, as of the last plans")).to_be_visible()
    page.get_by_role("link", name="1 plan waiting for a person").click()
    expect(page.locator("main tbody").first).to_contain_text("shop")
    page.goto("/")
    page.get_by_role("link", name="1 row over the maximum").click()
    expect(page.get_by_text("1 row is over the maximum and not gone")).to_be_visible()
    page.goto(f"/plans/{done}")
    page.locator("main").get_by_role("link", name="hold").click()
    expect(page.get_by_role("heading", name="Case 7")).to_be_visible()
    page.goto("/certificates")
    expect(page.get_by_role("cell", name="18", exact=True)).to_be_visible()


def test_without_the_script_the_page_offers_to_look_again(opened: Callable[..., Page], house: House) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/plans")
    page.get_by_label("Share of a table").fill("100")
    page.get_by_role("button", name="Plan it").click()
    assert page.locator("meta[http-equiv=refresh]").count() == 0, "nobody is moved who did not ask for it"
    page.get_by_role("link", name="Look again every ten seconds").click()
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "10"
    work(house)
    expect(page.get_by_text("waits for a person")).to_be_visible(timeout=SOON)
    assert page.locator("meta[http-equiv=refresh]").count() == 0, "nothing changes by itself any more"


def test_when_the_session_is_over_the_page_says_so(opened: Callable[..., Page]) -> None:
    page = opened()
    page.goto("/plans")
    page.get_by_role("button", name="Plan it").click()
    page.context.clear_cookies()
    told = "This page is not followed any more: load it again."
    expect(page.locator("[data-told]")).to_have_text(told, timeout=SOON)

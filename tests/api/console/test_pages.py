"""What holds of every page in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.base.state.database import Database
from engine.base.state.tables import FieldRow
from tests.browsing import CONTRAST, broken_links

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/inventory",
    "/inventory?only=personal&sort=-rows",
    "/scans",
    "/policies",
    "/policies/violations",
    "/policies/ageing",
    "/policies/simulate",
    "/policies/waivers",
    "/holds",
    "/plans",
    "/certificates",
    "/ledger",
    "/evidence",
    "/actors",
    "/account",
    "/nowhere",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_can_be_read(opened: Callable[..., Page], scheme: str, width: int) -> None:
    page = opened("Ada Brook", viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate("[...document.querySelectorAll('h1')].length") == 1, path


@pytest.mark.parametrize("name", ["Ada Brook", "Kim Root", "Eli Marsh"])
def test_every_link_leads_somewhere(opened: Callable[..., Page], name: str) -> None:
    page = opened(name)
    assert broken_links(page, ["/"]) == {}


def test_everything_is_reached_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook")
    page.goto("/inventory")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    unlabelled = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((one) => !one.labels.length).length"
    )
    assert unlabelled == 0


def test_pages_work_without_the_script(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook", java_script_enabled=False)
    page.goto("/inventory")
    page.get_by_label("Sensitivity").select_option("confidential")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody").first).to_contain_text("confidential")


def test_hostile_names_are_only_names(opened: Callable[..., Page], database: Database) -> None:
    bad = "<img src=x onerror=\"document.title='owned'\">\u202e'; {{ 7*7 }}"
    with database.transaction() as session:
        row = session.scalars(select(FieldRow).where(FieldRow.path == "total")).one()
        row.path = bad
    page = opened("Ada Brook")
    for path in ("/inventory?q=img", f"/inventory/fields/{row.id}", f"/inventory/assets/{row.asset_id}"):
        page.goto(path)
        expect(page.locator("main")).to_contain_text("<img src=x")
        expect(page.locator("main")).to_contain_text("⟨U+202E⟩")
        assert page.evaluate("document.querySelectorAll('main img').length") == 0
        assert "owned" not in page.title().replace("document.title='owned'", "")

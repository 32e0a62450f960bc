"""The report in a real browser: it runs nothing but ours, asks for nothing, and can be used by everybody."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from engine.estate.inventory.export import export
from engine.estate.inventory.view import InventoryView
from tests.browsing import CONTRAST, chromium
from tests.estate.inventory.sample import hostile_view, large_view, sample_view

pytestmark = pytest.mark.browser
STATUS = "[data-status=inventory-table]"
ROWS = "#inventory-table > tbody:visible"
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens the report of an inventory, and at the end makes sure that nothing went wrong and nothing was asked for."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_report(view: InventoryView, *, width: int = 1280, **options: Any) -> Page:
        path = tmp_path / "report.html"
        with path.open("wb") as stream:
            export(view, "html", stream)
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: troubles.append(f"request: {request.url}") if asks(request.url) else None)
        page.goto(path.as_uri())
        return page

    def asks(url: str) -> bool:
        return not url.startswith("data:") and url != (tmp_path / "report.html").as_uri()

    yield open_report
    for context in contexts:
        context.close()
    assert troubles == []


def names(page: Page) -> list[str]:
    return page.locator(f"{ROWS} tr:first-child th").all_inner_texts()


@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_names_are_only_names(opened: Opener, width: int) -> None:
    page = opened(hostile_view(), width=width)
    assert page.title().startswith("Inventory of <script>")
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert page.evaluate("document.querySelectorAll('img, iframe, object, link[rel=stylesheet]').length") == 0
    for button in page.locator("button.open").all():
        button.click()
    page.locator("#inventory-table thead button").first.dispatch_event("click")
    page.get_by_role("searchbox").fill("<script>")
    expect(page.locator(STATUS)).to_contain_text("in all")
    assert page.title().startswith("Inventory of <script>")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_table_of_five_thousand_columns_is_shown(opened: Opener) -> None:
    page = opened(hostile_view(5_000), width=390)
    expect(page.locator(STATUS)).to_have_text("200 of 5,019 rows shown")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_policy_of_the_page_stops_what_escaping_would_miss(browser: Browser, tmp_path: Path) -> None:
    stream = io.BytesIO()
    export(sample_view(), "html", stream)
    attack = b"<script>document.title='owned'</script><style>body{display:none}</style>"
    attack += b"<img src=x onerror=\"document.title='owned'\">"
    path = tmp_path / "attacked.html"
    path.write_bytes(stream.getvalue().replace(b"</main>", attack + b"</main>"))
    page = browser.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(100)
    assert page.title() == "Inventory of Nordlicht Outdoor GmbH"
    expect(page.locator("h1")).to_be_visible()
    page.close()


def test_search_and_filters_find_fields(opened: Opener) -> None:
    page = opened(sample_view())
    expect(page.locator(STATUS)).to_have_text("201 rows")
    page.get_by_role("searchbox").fill("CREDIT_CARD")
    expect(page.locator(STATUS)).to_have_text("1 row of 201 in all")
    assert names(page) == ["card_number"]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(STATUS)).to_have_text("201 rows")
    page.locator("select[name=level]").select_option("restricted")
    expect(page.locator(STATUS)).to_have_text("6 rows of 201 in all")
    page.locator("select[name=store]").select_option("people")
    expect(page.locator(STATUS)).to_have_text("3 rows of 201 in all")
    assert names(page) == ["ssn", "iban", "diagnosis"]
    page.get_by_role("button", name="Clear").click()
    page.locator("select[name=only]").select_option("differs")
    expect(page.locator(STATUS)).to_have_text("2 rows of 201 in all")
    assert names(page) == ["note", "loyalty_number"]


def test_every_column_sorts_both_ways(opened: Opener) -> None:
    page = opened(sample_view())
    heads = page.locator("#inventory-table thead th")
    for place in range(heads.count()):
        for order in ("ascending", "descending"):
            heads.nth(place).get_by_role("button").click()
            expect(heads.nth(place)).to_have_attribute("aria-sort", order)
            assert page.locator("#inventory-table thead [aria-sort]").count() == 1
    heads.nth(5).get_by_role("button").click()
    heads.nth(5).get_by_role("button").click()
    levels = page.locator(f"{ROWS} tr:first-child td:nth-child(6)").all_inner_texts()
    assert levels[:7] == ["restricted"] * 6 + ["confidential"]
    heads.nth(7).get_by_role("button").click()
    heads.nth(7).get_by_role("button").click()
    assert names(page)[0] == "customer_email"


def test_evidence_opens_with_the_keyboard(opened: Opener) -> None:
    page = opened(sample_view())
    button = page.locator("button.open").nth(7)
    evidence = page.locator("#inventory-table > tbody").nth(7).locator("tr.ev")
    expect(evidence).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(evidence).to_be_visible()
    expect(evidence).to_contain_text("The last scan would say: EMAIL_ADDRESS in 4 % of rows")
    page.keyboard.press("Space")
    expect(evidence).to_be_hidden()


def test_everything_can_be_reached_with_the_keyboard(opened: Opener) -> None:
    page = opened(sample_view())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName + (document.activeElement.className || '')"))
    assert {"A", "DIVscroll", "INPUT", "SELECT", "BUTTON", "BUTTONopen", "BUTTONbutton"} <= seen


def test_a_risky_asset_leads_to_its_fields(opened: Opener) -> None:
    page = opened(sample_view())
    page.locator("#risk").get_by_role("link", name="payments").click()
    expect(page.locator(STATUS)).to_contain_text("in all")
    assert "card_number" in names(page)
    assert len(names(page)) == 11


def test_a_phone_sorts_with_a_list(opened: Opener) -> None:
    page = opened(sample_view(), width=390)
    page.locator("select[data-order]").select_option(label="most sensitive first")
    expect(page.locator("#inventory-table thead th").nth(5)).to_have_attribute("aria-sort", "descending")
    assert page.locator(f"{ROWS} td:nth-child(6)").first.inner_text().strip().endswith("restricted")
    expect(page.locator("#inventory-table thead button").first).to_be_hidden()


def test_more_rows_are_shown_on_demand(opened: Opener) -> None:
    page = opened(large_view(1_500))
    expect(page.locator(STATUS)).to_have_text("200 of 1,500 rows shown")
    page.get_by_role("button", name="Show more (1,300 left)").click()
    expect(page.locator(STATUS)).to_have_text("1,200 of 1,500 rows shown")
    assert page.locator(ROWS).count() == 1_200


def test_twenty_thousand_fields_stay_quick(opened: Opener) -> None:
    page = opened(large_view(20_000))
    expect(page.locator(STATUS)).to_have_text("200 of 20,000 rows shown")
    took = page.evaluate("""() => {
      const form = document.querySelector("form"), started = performance.now();
      form.elements.namedItem("words").value = "credit card";
      form.dispatchEvent(new Event("submit", {cancelable: true}));
      document.body.getBoundingClientRect();
      return performance.now() - started;
    }""")
    expect(page.locator(STATUS)).to_contain_text("of 20,000 in all")
    assert took < 3_000  # milliseconds; some 200 on an idle machine


def test_without_javascript_everything_is_there(opened: Opener) -> None:
    page = opened(sample_view(), java_script_enabled=False)
    assert page.locator(ROWS).count() == 201
    expect(page.locator("tr.ev").first).to_be_visible()
    expect(page.locator("form.controls")).to_be_hidden()


def test_paper_has_every_row_and_no_control(opened: Opener) -> None:
    page = opened(large_view(450))
    page.emulate_media(media="print")
    assert page.locator(ROWS).count() == 450
    expect(page.locator("form.controls")).to_be_hidden()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("tr.ev").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280])
def test_no_width_scrolls_sideways(opened: Opener, width: int) -> None:
    page = opened(sample_view(), width=width)
    page.locator("button.open").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_text_has_contrast(opened: Opener, scheme: str, width: int) -> None:
    page = opened(sample_view(), width=width, color_scheme=scheme)
    for place in (0, 7):
        page.locator("button.open").nth(place).click()
    assert page.evaluate(CONTRAST) == []


def test_tables_and_headings_speak(opened: Opener) -> None:
    page = opened(sample_view())
    assert page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((e) => e.tagName)[0]") == "H1"
    assert page.evaluate(
        "[...document.querySelectorAll('thead th')].every((e) => e.scope === 'col' && e.textContent.trim())"
    )
    assert page.evaluate("[...document.querySelectorAll('svg.bar')].every((e) => e.getAttribute('aria-label'))")
    assert page.evaluate("[...document.querySelectorAll('input, select')].every((e) => e.labels.length === 1)")
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("width", [1280, 390])
def test_what_changed_is_a_table_that_says_it_all(opened: Opener, width: int) -> None:
    page = opened(sample_view(), width=width)
    table = page.locator("#changes-table > tbody")
    expect(table).to_have_count(13)
    expect(page.locator("#changes > p").first).to_contain_text("645 changes")
    first, many, keys = table.nth(0), table.nth(3), table.nth(6)
    expect(first).to_contain_text("new field with personal data")
    expect(first).to_contain_text("Email address")
    expect(many).to_contain_text("14 changed types")
    expect(many.locator("td").last.locator("code")).to_have_text(["double", "int32"])
    expect(keys.locator("td").last).to_have_text("order_id, line")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

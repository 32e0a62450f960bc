"""The page of a certificate in a real browser: it runs nothing but ours, asks for nothing, and fits a phone and paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.governance.calendar import Duration
from engine.governance.change.plan import Copy
from retention.certificate.page import page_of
from tests.browsing import CONTRAST, chromium
from tests.retention.certificate.issued import Certified
from tests.retention.certificate.test_page import hostile

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_it_can_be_read_anywhere_and_printed(browser: Browser, certified: Certified, tmp_path: Path) -> None:
    file, troubles = tmp_path / "certificate.html", list[str]()
    file.write_bytes(page_of(hostile(certified.issued([Copy("backup", Duration(days=35))]))))
    for width, dark in ((1280, False), (1280, True), (390, False)):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request", lambda asked: None if asked.url.startswith(("data:", "file:")) else troubles.append(asked.url)
        )
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.querySelectorAll('script').length") == 1
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        page.close()
    assert troubles == []

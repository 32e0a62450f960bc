"""Chromium for the tests of pages, a server for it to open, and whether what it shows can be read."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (c) => [0, 1, 2].map((i) => c[i] / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.closest(".unseen, .skip, option, title")) continue;
    const style = getComputedStyle(element), inBar = element.closest("svg");
    const color = rgba(inBar ? style.fill : style.color);
    const back = inBar ? rgba(getComputedStyle(element.parentElement.querySelector("rect")).fill) : ground(element);
    const [a, b] = [light(color), light(back)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) bad.push(`${element.tagName}.${element.className?.baseVal ?? element.className}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(bad)];
}"""
"""Asks a page for what has less contrast than WCAG 2.2 (1.4.3) wants of text."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; a developer's run skips where there is none, and CI fails."""
    path = shutil.which("chromium")
    if path is None and not os.environ.get("CI"):
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """A server in a thread; its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@contextmanager
def watched(browser: Browser, address: str, forgiven: Sequence[str] = ()) -> Iterator[Callable[..., Page]]:
    """Opens pages of a server; at the end nothing may have gone wrong in any of them, and nobody else been asked.

    Args:
        browser: whose pages.
        address: of the server.
        forgiven: what a complaint of the browser may hold: statuses that a test asks for.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(**options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        contexts.append(browser.new_context(base_url=address, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda told: troubles.append(told.text) if told.type in ("error", "warning") else None)
        page.on(
            "request",
            lambda asked: troubles.append(asked.url) if not asked.url.startswith((address, "data:")) else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [one for one in troubles if not any(word in one for word in forgiven)] == []


def broken_links(page: Page, starts: Sequence[str], most: int = 12) -> dict[str, int]:
    """Follows every link from some pages on, as whoever is signed in there; which answer otherwise than 200, and how.

    Args:
        page: signed in.
        starts: paths.
        most: pages that differ by ids and numbers only.
    """
    waiting, seen, broken = list(starts), set(starts), dict[str, int]()
    alike = Counter[str]()
    while waiting:
        path = waiting.pop(0)
        alike[shape := re.sub(r"[0-9a-f-]{36}|[0-9]+", "#", path)] += 1
        if alike[shape] > most:
            continue
        answer = page.request.get(path, headers={"Accept": "text/html"})
        if answer.status != 200:
            broken[path] = answer.status
        elif answer.headers["content-type"].startswith("text/html"):
            links = {unescape(one).partition("#")[0] for one in re.findall(r'href="(/[^"]*)"', answer.text())}
            waiting += sorted(links - seen)
            seen |= links
    return broken

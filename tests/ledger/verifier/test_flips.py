"""A bit turned in any byte of an export is found, and called by its name, by both verifiers."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.ledger.verifier import verifier_files
from tests.browsing import chromium
from tests.ledger.verifier.asking import ask
from tests.ledger.verifier.flips import Flip, flips, write

PARTS = 16
IN_PAGE = """async ([files, flips]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const all = new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])), results = [];
  for (const [path, at] of flips) {
    const data = all.get(path), turned = data.slice();
    turned[at] ^= 1 << at % 8;
    const now = new Map([...all, [path, turned]]), log = [...now].filter(([name]) => name.startsWith("log/"));
    const files = new Map(log.map(([name, one]) => [name.slice(4), new Blob([one])]));
    const asked = {given: [], policy: null, partial: false, previous: [], maxAge: null};
    Object.assign(asked, {proof: now.get("proof"), entry: now.get("entry")});
    results.push(await verifyExport(files, asked, async () => {}));
  }
  return results;
}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    return tmp_path


def check(flip: Flip, result: dict[str, Any]) -> None:
    first = result["findings"][0] if result["findings"] else {"verdict": "ok", "index": None}
    assert first["verdict"] in flip.words, (flip, result["findings"])
    assert flip.index in {None, first["index"]}, (flip, result["findings"])


def turned(folder: Path, some: Iterable[Flip]) -> Iterator[dict[str, Any]]:
    """What the one-file verifier says about each; the files are put back."""
    proof = ("--proof", str(folder / "proof"), "--entry", str(folder / "entry"))
    for flip in some:
        path = folder / flip.path
        data = path.read_bytes()
        path.write_bytes(flip.of(data))
        result = ask(folder / "log", *proof)
        path.write_bytes(data)
        check(flip, result)
        yield result


def sample(folder: Path, count: int) -> list[Flip]:
    """Some of every file, always the same ones."""
    chosen, by_path = random.Random(7), dict[str, list[Flip]]()
    for one in flips(folder):
        by_path.setdefault(one.path, []).append(one)
    each = -(-count // len(by_path))
    return [one for some in by_path.values() for one in chosen.sample(some, min(each, len(some)))]


def test_nothing_is_said_where_nothing_was_turned(folder: Path) -> None:
    assert ask(folder / "log", "--proof", str(folder / "proof"), "--entry", str(folder / "entry"))["ok"]


def test_every_byte_is_in_the_campaign(folder: Path) -> None:
    bytes_of: dict[str, set[int]] = {}
    for flip in flips(folder):
        bytes_of.setdefault(flip.path, set()).add(flip.at)
    left = {"log/vkeys", "entry"}
    files = {str(one.relative_to(folder)): one for one in folder.rglob("*") if one.is_file()}
    assert bytes_of.keys() == files.keys() - left
    assert all(seen == set(range(files[path].stat().st_size)) for path, seen in bytes_of.items())


def test_some_bytes(folder: Path) -> None:
    assert sum(1 for _ in turned(folder, sample(folder, 80))) >= 80


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_byte(part: int, folder: Path) -> None:
    every = list(flips(folder))[part::PARTS]
    assert sum(1 for _ in turned(folder, every)) == len(every)


@pytest.mark.browser
@pytest.mark.parametrize("count", [60, pytest.param(6000, marks=pytest.mark.long)])
def test_the_page_says_the_same(count: int, folder: Path, page: Page) -> None:
    names = [str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()]
    files = {name: base64.b64encode((folder / name).read_bytes()).decode() for name in names}
    some = sample(folder, count)
    for at in range(0, len(some), 200):
        part = some[at : at + 200]
        results = page.evaluate(IN_PAGE, [files, [[flip.path, flip.at] for flip in part]])
        for flip, result, told in zip(part, results, turned(folder, part), strict=True):
            check(flip, result)
            assert places(result) == places(told), flip


def places(result: dict[str, Any]) -> list[tuple[str, str | None, int | None]]:
    return [(one["verdict"], one["shard"], one["index"]) for one in result["findings"]]


@pytest.fixture
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("page") / "verify.html"
    file.write_bytes(verifier_files()["verify.html"])
    with chromium() as browser:
        opened = browser.new_page()
        opened.goto(file.as_uri())
        yield opened

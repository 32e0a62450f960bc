"""The page in a real browser, from file://, with the same exports as the one-file verifier: both must say the same."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.ledger.verifier import verifier_files
from tests.browsing import CONTRAST, chromium
from tests.ledger.verifier.asking import answer, ask, options
from tests.ledger.verifier.making import make_export, tlog_proof
from tests.ledger.verifier.mutations import CASES, Case

pytestmark = pytest.mark.browser
WITHOUT_WEBCRYPTO_ED25519 = (
    "crypto.subtle.importKey = async () => { throw new DOMException('no', 'NotSupportedError'); };"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_bytes(verifier_files()["verify.html"])
    return path


@pytest.fixture
def opened(browser: Browser, page_file: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page; at the end nothing may have gone wrong, and nothing been asked of a network."""
    troubles: list[str] = []
    pages: list[Page] = []

    def opener(script: str = "", **context: Any) -> Page:
        page = browser.new_context(**context).new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if request.url != page_file.as_uri() else None)
        if script:
            page.add_init_script(script)
        page.goto(page_file.as_uri())
        pages.append(page)
        return page

    yield opener
    for page in pages:
        page.context.close()
    assert [one for one in troubles if not one.startswith("data:image/svg+xml")] == []


def verify(page: Page, folder: Path | None, case: Case | None = None, timeout: float = 60_000) -> dict[str, Any]:
    """Give the page what the case says, press the button, read the result."""
    if folder is not None:
        page.set_input_files("#folder", folder)
    if case is not None:
        page.locator("details").first.evaluate("one => { one.open = true; }")
        page.fill("#keys", "\n".join(case.vkeys))
        page.fill("#age", "" if case.max_age is None else str(case.max_age / 3600))
        give(page, "previous", case.previous)
        give(page, "policy", case.policy)
        give(page, "proof", case.proof and case.proof[0])
        give(page, "entry", case.proof and case.proof[1])
        page.set_checked("#partial", case.partial)
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])", timeout=timeout)
    result: dict[str, Any] = json.loads(page.locator("#json").text_content() or "")
    return result


def give(page: Page, name: str, data: bytes | None) -> None:
    files: Any = [] if data is None else {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.set_input_files(f"#{name}", files)


@pytest.mark.parametrize("part", range(4))
def test_it_says_what_the_file_says(part: int, opened: Callable[..., Page], tmp_path: Path) -> None:
    """Many cases in one page, one after the other: nothing of one may stick to the next."""
    page = opened()
    for name in sorted(CASES.keys() - {"empty_folder"})[part::4]:
        case = CASES[name](tmp_path / name / "export")
        result = verify(page, tmp_path / name / "export", case)
        told = ask(tmp_path / name / "export", *options(case, tmp_path / name / "aside"))
        assert answer(result) == case.expected, name
        assert without_wording(result) == without_wording(told), name
        shutil.rmtree(tmp_path / name)


def without_wording(result: dict[str, Any]) -> dict[str, Any]:
    """All but the exit code, and texts that come from the language's own parser or clock."""
    found = json.loads(json.dumps({key: value for key, value in result.items() if key != "exit"}))
    for one in found["findings"]:
        one["message"] = re.sub(
            r"is not canonical JSON.*|sign of life.*|base64 that .*|not UTF-8.*", "", one["message"]
        )
    found["notes"] = len(found["notes"])
    return dict(found)


@pytest.mark.parametrize("name", ["right", "right_cosigned", "root_of_checkpoint_changed", "checkpoint_by_another_key"])
def test_without_ed25519_of_the_browser(name: str, opened: Callable[..., Page], tmp_path: Path) -> None:
    case = CASES[name](tmp_path / "export")
    assert answer(verify(opened(WITHOUT_WEBCRYPTO_ED25519), tmp_path / "export", case)) == case.expected


def test_a_proof_alone(opened: Callable[..., Page]) -> None:
    log = make_export().log("2026")
    proof = tlog_proof(300, log.hashes, log.checkpoint())
    page = opened()
    right = Case(("ok", None, None), vkeys=(log.signers[0].vkey,), proof=(proof, log.entries[300]))
    assert verify(page, None, right)["ok"]
    wrong = Case(("edit", None, None), vkeys=right.vkeys, proof=(proof, log.entries[301]))
    assert answer(verify(page, None, wrong)) == wrong.expected


def test_what_people_see(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened()
    expect(page.locator("#go")).to_be_disabled()
    CASES["right"](tmp_path / "right")
    assert verify(page, tmp_path / "right")["ok"]
    expect(page.locator("#answer")).to_have_text("Verified: everything holds")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.locator("#trust .warn")).to_contain_text("compare the eight digits")
    expect(page.locator("#shards")).to_contain_text("1,000, all checked")
    CASES["entry_removed"](tmp_path / "wrong")
    verify(page, tmp_path / "wrong", Case(("", None, None), vkeys=(make_export().log("2025").signers[0].vkey,)))
    expect(page.locator("#answer")).to_have_text("Not verified: deletion")
    expect(page.locator("#findings li").first).to_contain_text("Deletion · shard 2026 · entry 517")
    expect(page.locator("#trust .warn")).to_have_count(0)
    expect(page.locator("#working")).to_be_hidden()


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [("keys", "hello", "Key 1: this is not a verifier key"), ("keys", "a+00000000+AAAA", "Key 1")],
)
def test_bad_input_is_told(field: str, value: str, problem: str, opened: Callable[..., Page], tmp_path: Path) -> None:
    CASES["right"](tmp_path / "right")
    page = opened()
    page.set_input_files("#folder", tmp_path / "right")
    page.fill(f"#{field}", value)
    page.click("#go")
    expect(page.locator("#problem")).to_contain_text(problem)
    expect(page.locator("#result")).to_be_hidden()
    page.fill("#keys", "")
    assert verify(page, None)["ok"]


@pytest.mark.parametrize("policy", ["", "log x\nquorum none\n", "group g 1 w\nquorum g\n", "quorum w\n", "hello\n"])
def test_a_policy_that_is_none_is_told(policy: str, opened: Callable[..., Page], tmp_path: Path) -> None:
    CASES["right"](tmp_path / "right")
    page = opened()
    page.set_input_files("#folder", tmp_path / "right")
    page.locator("details").first.evaluate("one => { one.open = true; }")
    give(page, "policy", policy.encode())
    page.click("#go")
    expect(page.locator("#problem")).to_contain_text("policy")
    expect(page.locator("#result")).to_be_hidden()


def test_text_of_a_hostile_export_is_only_shown(opened: Callable[..., Page], tmp_path: Path) -> None:
    make_export().write(tmp_path / "export")
    (tmp_path / "export" / "2026").rename(tmp_path / "export" / "<img src=x onerror=alert(1)>\u202e")
    page = opened()
    assert not verify(page, tmp_path / "export")["ok"]
    assert page.locator("#result img").count() == 0
    expect(page.locator("#result")).to_contain_text("⟨U+202E⟩")


def test_a_folder_can_be_dropped(opened: Callable[..., Page]) -> None:
    """Chromium gives entries only to real drops: these stand in for them, a hundred at a time as the browser's do."""
    page = opened()
    found = page.evaluate(
        """async () => {
          const file = (path) => ({isFile: true, fullPath: path, file: (done) => done(new File([path], "f"))});
          const folder = (path, inside) => ({isFile: false, isDirectory: true, fullPath: path, createReader: () => {
            const parts = [inside.slice(0, 2), inside.slice(2), []];
            return {readEntries: (done) => done(parts.shift())};
          }});
          const root = folder("/export", [file("/export/vkeys"), file("/export/README.txt"),
            folder("/export/2026", [file("/export/2026/checkpoint")])]);
          const files = await droppedFiles([{webkitGetAsEntry: () => root}]);
          return Promise.all([...files].map(async ([path, one]) => [path, await one.text()]));
        }"""
    )
    assert sorted(found) == [
        ["2026/checkpoint", "/export/2026/checkpoint"],
        ["README.txt", "/export/README.txt"],
        ["vkeys", "/export/vkeys"],
    ]


def test_the_page_allows_nothing_but_itself(opened: Callable[..., Page], page_file: Path) -> None:
    text = page_file.read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_and_all_can_be_read(
    scheme: str, width: int, opened: Callable[..., Page], tmp_path: Path
) -> None:
    CASES["right"](tmp_path / "right")
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 900})
    verify(page, tmp_path / "right")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

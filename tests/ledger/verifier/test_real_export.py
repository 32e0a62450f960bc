"""What Reeve itself exports: years, keys that changed, disclosures and prunings, read by both verifiers that go with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.ledger.log.ledger import Ledger
from tests.browsing import chromium
from tests.ledger.log.trail import CANARY, ledger_of, note_some
from tests.ledger.verifier.asking import ask

YEAR = timedelta(days=365)


def keep(database: Database, clock: FixedClock) -> Ledger:
    """Three years; in the second the key changed."""
    ledger = ledger_of(database, origin="ledger.example.com/audit")
    note_some(database, 256)
    note_some(database, 3, hidden=CANARY)
    ledger.settle()
    clock.instant += YEAR
    note_some(database, 3, hidden="straße, 20 €")
    ledger.settle()
    (old,) = ledger.vkeys("2027")
    ledger.add_key()
    note_some(database, 3)
    ledger.settle()
    ledger.retire_key(str(old).split("+")[1])
    ledger.settle()
    clock.instant += YEAR
    note_some(database, 3, hidden=CANARY)
    ledger.settle()
    return ledger


def test_exports_of_a_ledger_over_its_life(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    ledger, folder = keep(database, clock), tmp_path / "export"
    ledger.export(folder, disclose=True)
    result = ask(folder, "--max-age", "1e12")
    assert result["ok"], result["findings"]
    assert [one["label"] for one in result["shards"]] == ["2026", "2027", "2028"]
    assert result["disclosures_checked"] > 200

    # each year pins the head of the one before; who has only a key from before a rotation cannot know whose the new one is
    keys = (folder / "vkeys").read_text().split()
    assert [key.partition("+")[0].rpartition("/")[2] for key in keys] == ["2026", "2027", "2027", "2028"]
    assert ask(folder, "--vkey", keys[-1])["ok"]
    found = ask(folder, "--vkey", keys[0])["findings"]
    assert [(one["verdict"], one["shard"]) for one in found] == [("wrong_key", "2027"), ("wrong_key", "2028")]

    shutil.copy(folder / "2028/checkpoint", tmp_path / "kept")
    note_some(database, 3)
    clock.instant += 4 * YEAR
    ledger.tidy()
    ledger.export(tmp_path / "later")
    later = ask(tmp_path / "later", "--previous", str(tmp_path / "kept"))
    assert later["ok"], later["findings"]
    assert later["shards"][0]["entries_pruned"] == later["shards"][0]["size"] > 256
    assert ask(folder, "--previous", str(tmp_path / "later/2028/checkpoint"))["verdict"] == "truncation"


@pytest.mark.browser
@pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
def test_the_page_of_the_export_verifies_it(database: Database, clock: FixedClock, tmp_path: Path, page: Page) -> None:
    folder = tmp_path / "export"
    keep(database, clock).export(folder, disclose=True)
    page.goto((folder / "verify.html").as_uri())
    page.set_input_files("#folder", folder)
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])")
    result = json.loads(page.locator("#json").text_content() or "")
    told = ask(folder)
    del told["exit"]
    assert result == told
    assert result["ok"]


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()

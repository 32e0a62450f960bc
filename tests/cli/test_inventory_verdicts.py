"""What persons say of a field, and what was said: ``reeve inventory confirm | correct | withdraw | history``."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.reeve import Ran, reeve
from tests.estate.scan.estate import CANARY, build

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db"}
"""
PLACE = "shop/customers.email"


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scanned estate, to be copied."""
    folder = build(tmp_path_factory.mktemp("scanned") / "home", people=60)
    (folder / "reeve.yaml").write_text(CONFIG)
    assert reeve("scan", folder=folder).code == 0
    return folder


@pytest.fixture
def home(scanned: Path, tmp_path: Path) -> Path:
    """A folder with a scanned estate."""
    return shutil.copytree(scanned, tmp_path / "home")


def inventory(home: Path, *arguments: str) -> Ran:
    ran = reeve("inventory", *arguments, folder=home)
    assert ran.code == 0, ran.err
    return ran


def verdicts(home: Path, place: str = PLACE) -> list[dict[str, Any]]:
    ran = inventory(home, "history", place, "--json")
    assert ran.err == ""
    assert ran.json["field"] == place
    found: list[dict[str, Any]] = ran.json["verdicts"]
    return found


def entities(home: Path) -> tuple[str, list[str]]:
    """Who decided, and what the field is now."""
    (row,) = inventory(home, "list", "customers.email", "--all", "--json").json["fields"]
    return row["decided_by"], row["entities"]


def test_the_history_of_a_field_tells_who_said_what_and_why(home: Path) -> None:
    inventory(home, "correct", PLACE, "--entity", "PERSON", "--reason", "names, in truth")
    inventory(home, "correct", PLACE, "--nothing", "--reason", "test data only")
    inventory(home, "confirm", PLACE, "--reason", "was right after all")
    scan, person, nothing, confirmed = verdicts(home)
    assert (scan["decided_by"], scan["entities"][0]["entity"], scan["reason"]) == ("scan", "EMAIL_ADDRESS", None)
    assert len(scan["pack"]) == 12
    assert scan["scan"] == reeve("scans", "--json", folder=home).json["scans"][0]["scan"]
    assert 0 < scan["confidence"] <= 1
    assert [one["entity"] for one in person["entities"]] == ["PERSON"]
    assert (nothing["entities"], nothing["withdrawn"], nothing["reason"]) == ([], False, "test data only")
    assert [one["entity"] for one in confirmed["entities"]] == ["EMAIL_ADDRESS"]
    for one in (person, nothing, confirmed):
        assert (one["decided_by"], one["scan"], one["pack"]) == ("person", None, None)
        assert one["actor"]["kind"] == "person"
        assert one["actor"]["name"]
    assert [one["counts"] for one in (scan, person, nothing, confirmed)] == [False, False, False, True]
    times = [one["decided_at"] for one in (scan, person, nothing, confirmed)]
    assert times == sorted(times)
    assert all(time.endswith("Z") for time in times)


def test_a_withdrawn_decision_leaves_the_scan_to_decide_and_stays_in_the_history(home: Path) -> None:
    inventory(home, "correct", PLACE, "--nothing", "--reason", "test data only")
    assert entities(home) == ("person", [])
    ran = inventory(home, "withdraw", PLACE, "--reason", "it went live")
    assert "what scans say counts again" in ran.err
    assert entities(home) == ("scan", ["EMAIL_ADDRESS"])
    scan, nothing, back = verdicts(home)
    assert (back["withdrawn"], back["entities"], back["confidence"]) == (True, [], None)
    assert back["reason"] == "it went live"
    assert nothing["reason"] == "test data only"
    assert [one["counts"] for one in (scan, nothing, back)] == [True, False, False]
    text = inventory(home, "history", PLACE).out
    assert "decision withdrawn" in text
    assert "it went live" in text
    assert [line[:2] for line in text.splitlines() if " by " in line] == ["->", "  ", "  "]


def test_after_a_withdrawal_scans_change_the_field_again_and_a_person_may_decide_anew(home: Path) -> None:
    inventory(home, "confirm", PLACE, "--reason", "looked at it")
    inventory(home, "withdraw", PLACE, "--reason", "will be reused")
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("UPDATE customers SET email = 'colour ' || id")
    scanned = reeve("scan", folder=home)
    assert scanned.code == 0, scanned.err
    assert "decided otherwise" not in scanned.out
    assert entities(home)[0] == "scan"
    assert "EMAIL_ADDRESS" not in entities(home)[1]
    inventory(home, "correct", PLACE, "--entity", "PERSON", "--reason", "decided anew")
    assert entities(home) == ("person", ["PERSON"])
    assert [one["counts"] for one in verdicts(home)] == [False, False, False, False, True]


def test_only_a_decision_that_stands_can_be_withdrawn(home: Path) -> None:
    def refused(place: str, reason: str) -> str:
        ran = reeve("inventory", "withdraw", place, "--reason", reason, folder=home)
        assert ran.code == 2
        return ran.err

    assert "no person's decision stands" in refused(PLACE, "x")
    inventory(home, "confirm", PLACE, "--reason", "looked at it")
    assert "personal data" in refused(PLACE, f"{CANARY} said so")
    assert "needs a reason" in refused(PLACE, "  ")
    assert "there is no field" in refused("shop/customers.nothing", "x")
    assert entities(home)[0] == "person"
    inventory(home, "withdraw", PLACE, "--reason", "x")
    assert "no person's decision stands" in refused(PLACE, "x")
    assert len(verdicts(home)) == 3


def test_the_history_of_a_field_outlives_it(home: Path) -> None:
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("DROP TABLE customers")
    assert reeve("scan", folder=home).code == 0
    assert [one["decided_by"] for one in verdicts(home)] == ["scan"]
    assert reeve("inventory", "confirm", PLACE, "--reason", "x", folder=home).code == 2
    assert reeve("inventory", "history", "shop/no.such", folder=home).code == 2


def test_two_fields_of_one_name_are_not_mixed_up(home: Path) -> None:
    """``a.b`` of the table ``t``, and ``b`` of the table ``t.a``."""
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute('CREATE TABLE t ("a.b" TEXT)')
        connection.execute('CREATE TABLE "t.a" (b TEXT)')
    assert reeve("scan", folder=home).code == 0
    for command in (["confirm", "shop/t.a.b", "--reason", "x"], ["history", "shop/t.a.b"]):
        ran = reeve("inventory", *command, folder=home)
        assert ran.code == 2
        assert "2 fields" in ran.err
    assert [one["asset"] for one in inventory(home, "show", "shop/t.a.b", "--json").json["assets"]] == ["t", "t.a"]

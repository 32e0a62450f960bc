"""``reeve inventory show``: an asset or a field with the evidence behind it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.reeve import reeve
from tests.estate.scan.estate import CANARY, build

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db"}
  files: {kind: files, path: files}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scanned estate in which one view cannot be read."""
    folder = build(tmp_path_factory.mktemp("show") / "home", people=60)
    (folder / "reeve.yaml").write_text(CONFIG)
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        connection.execute("CREATE VIEW broken AS SELECT no_such_function(id) FROM orders")
    assert reeve("scan", folder=folder).code == 3
    return folder


def test_an_asset_as_json_holds_the_evidence_of_every_field_and_no_value(home: Path) -> None:
    ran = reeve("inventory", "show", "shop/customers", "--json", folder=home)
    assert (ran.code, ran.err) == (0, "")
    (asset,) = ran.json["assets"]
    assert (asset["store"], asset["asset"], asset["kind"], asset["rows"]) == ("shop", "customers", "table", 60)
    assert (asset["coverage"], asset["bound"]) == ("full", 0.0)
    assert [(one["object"], one["coverage"], one["reason"]) for one in asset["objects"]] == [
        ("customers", "full", None)
    ]
    fields = {one["field"]: one for one in asset["fields"]}
    assert sorted(fields) == ["email", "id", "note"]
    (found,) = fields["email"]["entities"]
    assert (found["entity"], found["subtype"], found["decided_by"]) == ("EMAIL_ADDRESS", None, "scan")
    assert found["category"] == "user.contact.email"
    assert "rows match" in found["reason"]
    assert (fields["note"]["entities"], fields["note"]["sensitivity"]) == ([], "internal")
    assert (fields["email"]["rows"], fields["email"]["nulls"]) == (60, 0)
    assert fields["email"]["examples"]
    assert fields["id"]["links"] == ["shop/orders.customer_id"]
    assert CANARY not in ran.out
    assert "zebra" not in ran.out


def test_one_field_comes_alone(home: Path) -> None:
    ran = reeve("inventory", "show", "shop/customers.email", "--json", folder=home)
    (asset,) = ran.json["assets"]
    assert [one["field"] for one in asset["fields"]] == ["email"]
    text = reeve("inventory", "show", "files/letters.csv.email", folder=home).out
    assert "EMAIL_ADDRESS" in text
    assert "number" not in text


@pytest.mark.parametrize(
    ("name", "coverage", "reason"), [("shop/broken", "failed", None), ("files/logo.png", "skipped", "binary_file")]
)
def test_what_was_not_read_is_shown_with_its_reason(home: Path, name: str, coverage: str, reason: str | None) -> None:
    (asset,) = reeve("inventory", "show", name, "--json", folder=home).json["assets"]
    (item,) = asset["objects"]
    assert (asset["coverage"], item["coverage"], asset["fields"]) == (coverage, coverage, [])
    assert item["reason"] == reason or (reason is None and item["reason"])
    assert f"{coverage} " in reeve("inventory", "show", name, folder=home).out


def test_what_does_not_exist_is_bad_usage(home: Path) -> None:
    for name in ("shop", "shop/customers.emai", "shop/custom", "customers.email"):
        ran = reeve("inventory", "show", name, "--json", folder=home)
        assert (ran.code, ran.out) == (2, "")
        assert "nothing named" in ran.err


def test_what_a_person_called_nothing_is_shown_with_the_reason(home: Path) -> None:
    place = "shop/orders.total"
    assert reeve("inventory", "correct", place, "--nothing", "--reason", "sums of money", folder=home).code == 0
    assert "nothing personal or confidential: decided by a person: sums of money" in (
        reeve("inventory", "show", place, folder=home).out
    )
    (asset,) = reeve("inventory", "show", place, "--json", folder=home).json["assets"]
    (field,) = asset["fields"]
    assert (field["decided_by"], field["reason"]) == ("person", "sums of money")


def test_a_sample_says_what_it_may_have_missed_in_each_field(tmp_path: Path) -> None:
    folder = build(tmp_path / "home", people=400)
    (folder / "reeve.yaml").write_text(CONFIG)
    assert reeve("scan", "shop", "--sample", "59", folder=folder).code == 0
    (asset,) = reeve("inventory", "show", "shop/customers", "--json", folder=folder).json["assets"]
    assert {one["field"]: one["drawn"] for one in asset["fields"]} == {"id": 59, "email": 59, "note": 59}
    assert 0.04 < asset["bound"] <= asset["fields"][0]["bound"] < 0.05
    listed = reeve("inventory", "list", "email", "--json", folder=folder).json["fields"]
    assert {(one["coverage"], one["bound"]) for one in listed} == {("sampled", asset["fields"][0]["bound"])}
    shown = reeve("inventory", "show", "shop/customers.email", folder=folder).out
    assert "59 drawn rows have a value" in shown
    assert "unseen" in reeve("inventory", "list", folder=folder).out
    assert "59 rows drawn from 400" in reeve("scan", "shop", "--sample", "59", "--json", folder=folder).out

"""``reeve policy explain``, ``lint``, ``diff`` and ``simulate``, and ``reeve waiver``, over a scanned estate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.reeve import reeve
from tests.estate.scan.estate import CANARY, build

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db", owner: sales}
  files: {kind: files, path: files}
policies: policies
"""
POLICY = """
version: 1
rules:
  contacts:
    title: Who can be written to goes after two years
    select: {category: user.contact, store: shop}
    require:
      retention: {maximum: P2Y, from: {column: note}}
      disposal: {delete: {dependents: [orders]}}
      owner: true
  later:
    title: All of the shop goes after five years
    select: {store: shop}
    require: {retention: {maximum: P5Y, from: {column: note}}, disposal: delete}
  labelled:
    title: The files declare a purpose
    select: {store: files}
    require: {labels: purpose}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scanned estate with policies."""
    folder = build(tmp_path_factory.mktemp("policies") / "home", people=60)
    (folder / "reeve.yaml").write_text(CONFIG)
    (folder / "policies").mkdir()
    (folder / "policies" / "all.yaml").write_text(POLICY)
    assert reeve("scan", folder=folder).code == 0
    return folder


def test_an_asset_is_explained_with_the_rule_that_won_and_why_others_lost(home: Path) -> None:
    told = reeve("policy", "explain", "shop/customers", "--json", folder=home).json
    assert told["retention"]["decision"] == "expires"
    assert [one["rule"] for one in told["retention"]["maxima"]] == ["contacts"]
    lost = {"rule": "later", "kind": "maximum", "what": "P5Y from note", "why": "contacts is shorter: P2Y from note"}
    assert told["retention"]["lost"] == [lost]
    rules = {one["rule"]: one for one in told["rules"]}
    assert (rules["contacts"]["fits"], rules["labelled"]["fits"]) == ("yes", "no")
    text = reeve("policy", "explain", "shop/customers.email", folder=home).out
    assert "-> contacts is about it, by email; its maximum counts: P2Y from note" in text
    assert CANARY not in text


def test_without_a_name_all_assets_are_listed(home: Path) -> None:
    told = reeve("policy", "explain", "--json", "--limit", "2", "--skip", "1", folder=home).json
    assert (told["total"], [one["asset"] for one in told["assets"]]) == (4, ["logo.png", "customers"])
    assert told["assets"][0]["retention"]["decision"] == "unknown"
    assert "shop/orders" in reeve("policy", "explain", folder=home).out
    ran = reeve("policy", "explain", "shop/custom", folder=home)
    assert (ran.code, ran.out) == (2, "")


def test_violations_fail_where_asked_to(home: Path) -> None:
    told = reeve("policy", "violations", "--json", folder=home).json
    assert [(one["kind"], one["store"], one["asset"]) for one in told["violations"]] == [
        ("no_rule", "files", "letters.csv"),
        ("label_missing", "files", None),
        ("unknown", "files", "logo.png"),
        ("not_checked", "shop", None),
    ]
    assert (told["violations"][-1]["asked"], "nobody has looked" in told["violations"][-1]["reason"]) == (
        "retention",
        True,
    )
    assert (told["total"], told["open"]) == (4, 4)
    ran = reeve("policy", "violations", "--fail", "--limit", "1", folder=home)
    assert ran.code == 1
    assert "4 open and 0 accepted" in ran.out
    assert "3 more" in ran.err
    assert reeve("policy", "violations", folder=home).code == 0


def test_ageing_tells_where_nobody_looked(home: Path) -> None:
    told = reeve("policy", "ageing", "--json", folder=home).json
    assert [(one["store"], one["asset"], one["as_of"], one["days"]) for one in told["ageing"]] == [
        ("shop", "customers", None, 0),
        ("shop", "orders", None, 0),
    ]
    assert "nobody has looked" in told["ageing"][0]["unchecked"]
    text = reeve("policy", "ageing", folder=home).out
    assert "0 days  shop/customers by " in text
    assert "nobody has looked" in text
    assert "nothing has been found for 1 days" in reeve("policy", "ageing", "--days", "1", folder=home).out


def test_lint_fails_where_asked_to(home: Path) -> None:
    told = reeve("policy", "lint", "--json", folder=home).json
    found = {(one["finding"], *one["rules"]) for one in told["findings"]}
    assert ("gap",) in found
    assert ("clock_never_starts", "later") in found  # orders has no column `note`
    ran = reeve("policy", "lint", "--fail", folder=home)
    assert ran.code == 1
    assert "later: its clock never starts: shop/orders has no note" in ran.out
    assert reeve("policy", "lint", folder=home).code == 0


def test_diff_and_simulation_tell_of_decisions_that_change(home: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(POLICY.replace("P2Y", "P1Y").replace("  labelled:", "  labels:"))
    told = reeve("policy", "diff", "policies", changed, "--json", folder=home).json
    assert told["rules"] == {
        "added": ["labels"],
        "removed": ["labelled"],
        "changed": [{"rule": "contacts", "parts": ["retention"]}],
    }
    assert [(one["asset"], one["what"]) for one in told["decisions"]] == [("customers", "retention")]
    assert told["before"] != told["after"]
    assert "no rule differs" in reeve("policy", "diff", "policies", folder=home).out
    only = tmp_path / "only.yaml"
    only.write_text("version: 1\nrules:\n  owned: {select: {category: user}, require: {owner: true}}\n")
    simulated = reeve("policy", "simulate", only, "--json", folder=home).json
    assert simulated["retention"]["expires"] == {"before": 2, "after": 0}
    assert simulated["retention"]["no_rule"] == {"before": 1, "after": 2}
    assert [one["asset"] for one in simulated["changed"]] == ["letters.csv", "logo.png", "customers", "orders"]
    assert "rows: expires" in reeve("policy", "simulate", only, folder=home).out


def test_a_waiver_is_asked_for_listed_and_ended(home: Path) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d")
    words = ("--reason", "the old system is read only", "--control", "access is logged", "--until", until)
    made = reeve("waiver", "ask", "contacts", *words, "--on", "shop/customers", folder=home)
    assert made.code == 0
    waiver = made.out.strip()
    (one,) = reeve("waiver", "list", "--json", folder=home).json["waivers"]
    assert (one["id"], one["state"], one["store"], one["asset"], one["field"]) == (
        waiver, "asked", "shop", "customers", None,
    )  # fmt: skip
    refused = reeve("waiver", "approve", waiver, folder=home)
    assert (refused.code, "another actor" in refused.err) == (2, True)
    assert reeve("waiver", "end", waiver, "--reason", "not needed", folder=home).code == 0
    assert reeve("waiver", "list", "--state", "asked", "--json", folder=home).json["waivers"] == []
    assert "not needed" in reeve("waiver", "list", "--json", folder=home).out
    for bad in (["contact", *words], ["contacts", *words, "--on", "shop/x"], ["contacts", *words[:-1], "tomorrow"]):
        assert reeve("waiver", "ask", *bad, folder=home).code == 2

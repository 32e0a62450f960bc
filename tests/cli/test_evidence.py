"""``reeve evidence``: criteria without a configuration, tests of controls on a real estate, and reports without a value of it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.opening import open_state
from engine.base.work.jobs import submit
from tests.cli.reeve import REEVE, reeve
from tests.estate.scan.estate import CANARY, build

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db", owner: sales, purpose: contract, jurisdiction: DE}
  files: {kind: files, path: files}
schedules:
  monthly: {run: evidence, cron: "0 4 1 * *"}
"""
PATIENCE = 120  # seconds after which a test gives a process up


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose estate was scanned."""
    folder = build(tmp_path_factory.mktemp("evidence") / "home", people=60)
    (folder / "reeve.yaml").write_text(CONFIG)
    assert reeve("scan", folder=folder).code == 0
    return folder


def test_criteria_and_controls_need_no_configuration(tmp_path: Path) -> None:
    listed = reeve("evidence", "criteria", "--json", folder=tmp_path)
    assert listed.code == 0
    assert len(listed.json) == 61
    assert {frozenset(one) for one in listed.json} == {frozenset({"id", "class", "title"})}
    assert "CC6.1" in reeve("evidence", "criteria", folder=tmp_path).out
    controls = reeve("evidence", "controls", "--json", folder=tmp_path).json
    assert len(controls["controls"]) == 48
    assert "SCAN-01" in reeve("evidence", "controls", folder=tmp_path).out
    assert list(tmp_path.iterdir()) == []


def test_a_report_without_evidence_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "reeve.yaml").write_text("stores: {}\n")
    refused = reeve("evidence", "report", "--output", "r.html", folder=tmp_path)
    assert (refused.code, "reeve evidence run" in refused.err) == (2, True)
    assert not (tmp_path / "r.html").exists()


def test_from_a_scan_to_a_report(home: Path) -> None:
    ran = reeve("evidence", "run", "--json", folder=home)
    assert ran.code == 0, ran.err
    found = {one["control"]: one for one in ran.json["items"]}
    assert found["SCAN-04"]["conclusion"] == "effective"
    assert found["INV-01"]["conclusion"] == "deviations"
    assert [one["subject"] for one in found["INV-01"]["result"]["deviations"]] == ["files"]
    assert found["REC-04"]["conclusion"] == "effective"
    assert found["LOG-01"]["conclusion"] == "effective"
    assert all(one["place"] and one["population"]["waiting"] == 0 for one in found.values())
    for form in ("html", "json"):
        made = reeve("evidence", "report", "--type", "1", "--format", form, "-o", f"t1.{form}", folder=home)
        assert made.code == 0, made.err
    page = (home / "t1.html").read_bytes()
    assert json.loads((home / "t1.json").read_bytes())["evidence"]["run"] == ran.json["run"]
    assert b"<title>Type I readiness" in page
    again = reeve("evidence", "run", "--json", folder=home).json
    reports = next(one for one in again["items"] if one["control"] == "REC-02")
    assert (reports["conclusion"], reports["population"]["count"]) == ("effective", 2)
    shown = reeve("evidence", "show", "--json", folder=home).json
    assert shown["run"] == again["run"]
    assert reeve("evidence", "show", ran.json["run"][-8:], "--json", folder=home).json["run"] == ran.json["run"]
    listed = reeve("evidence", "show", "--list", "--limit", "1", "--json", folder=home).json
    assert (listed["total"], len(listed["runs"])) == (2, 1)
    assert "effective" in reeve("evidence", "show", folder=home).out
    assert again["run"] in reeve("evidence", "show", "--list", folder=home).out


def test_a_report_is_on_record_with_its_hash_and_holds_no_value_of_the_estate(home: Path) -> None:
    assert reeve("evidence", "run", folder=home).code == 0
    shown = reeve("evidence", "show", folder=home)
    page = reeve("evidence", "report", "--format", "html", folder=home)
    told = reeve("evidence", "report", "--format", "json", folder=home)
    for text in (shown.out, shown.err, page.out, told.out):
        assert CANARY not in text
    state = b"".join(path.read_bytes() for path in (home / ".reeve").glob("state.db*"))
    assert hashlib.sha256(page.out.encode()).hexdigest().encode() in state
    assert CANARY.encode() not in state


def test_dates_that_are_none_and_days_to_come_are_refused(home: Path) -> None:
    for day, word in (
        ("tomorrow", "YYYY-MM-DD"),
        ("2999-01-01", "yet to come"),
        ("2001-01-01", "nothing was recorded"),
    ):
        refused = reeve("evidence", "run", "--at", day, folder=home)
        assert (refused.code, word in refused.err.replace("\n", " ")) == (2, True), refused
    assert reeve("evidence", "report", "--type", "2", folder=home).code == 2
    today = f"{SystemClock().now():%Y-%m-%d}"
    assert reeve("evidence", "run", "--at", today, folder=home).code == 0


def test_a_real_worker_collects_evidence(home: Path) -> None:
    settings = load_settings(home / "reeve.yaml")
    database = open_state(settings, SystemClock())
    with database.transaction() as session:
        submit(session, "evidence", {})
    database.close()
    done = subprocess.run(
        [REEVE, "worker", "--until-idle"], cwd=home, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    (job,) = reeve("jobs", "list", "--json", folder=home).json["jobs"]
    assert (job["kind"], job["state"]) == ("evidence", "done")
    assert reeve("evidence", "show", "--json", folder=home).json["run"] == job["outcome"]["run"]
    (schedule,) = reeve("schedules", "--json", folder=home).json["schedules"]
    assert (schedule["run"], schedule["known_to_workers"]) == ("evidence", True)

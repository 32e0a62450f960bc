"""``reeve certificate``: listing, showing and handing out, over a plan that was run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.base.clock import SystemClock
from engine.base.ids import PlanId
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.governance.calendar import Duration
from engine.governance.change.applying import Ran
from engine.governance.change.asked import Asked
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Copy, Limits
from tests.cli.reeve import reeve
from tests.governance.change.world import POLICIES, TASK, Approver, People, PeopleRows, World
from tests.states import with_state

CONFIG = 'stores:\n  shop: {kind: sql, url: "sqlite:///shop.db"}\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reeve.yaml").write_text(CONFIG)
    return with_state(tmp_path)


def run_plan(home: Path, database: Database) -> PlanId:
    people = People(home / "shop.db")
    people.fill(4)
    world, approver = World(database, people), Approver.join(database)
    now = SystemClock().now()
    copies = (Copy("backup", Duration(days=35)),)
    asked = Asked(TASK, POLICIES, ("closed-accounts",), now, copies=copies, limits=Limits(share=100))
    plan_id = PlanMaker(database).make(asked, PeopleRows(people))
    approver.approve(plan_id)
    assert world.run(plan_id) == Ran("done")
    return plan_id


def test_a_certificate_is_issued_listed_shown_and_handed_out(home: Path) -> None:
    assert "there is none" in reeve("certificate", "list", folder=home).err
    database = open_state(load_settings(environ={}, folder=home), SystemClock())
    plan_id = run_plan(home, database)
    database.close()
    issued = reeve("certificate", "issue", plan_id.hex, "--json", folder=home).json
    assert (issued["plan"], issued["state"], issued["rows"], issued["store"]) == (str(plan_id), "open", 12, "shop")
    assert reeve("certificate", "issue", plan_id.hex, "--json", folder=home).json == issued
    listed = reeve("certificate", "list", "--state", "open", "--json", folder=home).json
    assert (listed["total"], listed["certificates"]) == (1, [issued])
    assert reeve("certificate", "list", "--state", "closed", "--json", folder=home).json["total"] == 0
    shown = reeve("certificate", "show", plan_id.hex[-12:], "--json", folder=home).json
    assert shown["document"]["store"]["server"] == "sqlite"
    assert shown["document"]["tool"]["config_hash"] == load_settings(environ={}, folder=home).config_hash
    assert {one["name"] for one in shown["people"]} >= {"approver"}
    text = reeve("certificate", "show", issued["certificate"], folder=home).out
    for words in (
        "DELETE 4 of 4 rows of person",
        "none found again",
        "accepted by approver",
        "Not Clear, Purge or Destroy",
    ):
        assert words in " ".join(text.split())
    done = reeve("certificate", "export", issued["certificate"], home / "out", "--json", folder=home).json
    assert done["proved"] is True
    assert sorted(done["files"]) == sorted(path.name for path in (home / "out").iterdir())
    assert json.loads((home / "out" / "certificate.json").read_bytes()) == shown["document"]
    assert "approver" not in (home / "out" / "certificate.html").read_text().replace("approver's", "")
    assert reeve("certificate", "export", issued["certificate"], home / "out", "--names", folder=home).code == 0
    assert "approver, person" in (home / "out" / "certificate.html").read_text()


@pytest.mark.parametrize("arguments", [("show", "nothing"), ("list", "--state", "half"), ("issue", "nothing")])
def test_what_is_not_there_is_told(home: Path, arguments: tuple[str, ...]) -> None:
    ran = reeve("certificate", *arguments, folder=home)
    assert (ran.code, ran.out) == (2, "")

"""``reeve sweep`` as a scheduler and two people use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.reeve import reeve
from tests.retention.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.scan()
    house.database.close()
    for arguments in (
        ("actor", "add", "Vera Approver", "--role", "approver"),
        ("actor", "approver-key", "make", "vera.pem"),
    ):
        more = ("--actor", "Vera Approver") if arguments[1] == "approver-key" else ()
        assert reeve(*arguments, *more, folder=tmp_path).code == 0
    return house


def test_planned_approved_carried_out_and_shown(house: House, tmp_path: Path) -> None:
    planned = reeve("sweep", "plan", "shop", "--share", "100", "--json", folder=tmp_path)
    assert planned.code == 0
    (result,) = planned.json["results"]
    assert (result["result"], result["rows"]) == ("planned", {"accounts": 20, "letters": 0})
    waits = reeve("sweep", "run", result["plan"], "--json", folder=tmp_path)
    assert (waits.code, waits.json["state"], waits.json["reason"]) == (3, "made", "not_approved")
    assert len(house.ids()) == 20
    declined = reeve("sweep", "approve", result["plan"], "--key", "vera.pem", folder=tmp_path, stdin="n\n")
    assert (declined.code, "delete 20 rows of accounts" in declined.err) == (2, True)
    approved = reeve("sweep", "approve", result["plan"], "--key", "vera.pem", "--yes", "--json", folder=tmp_path)
    assert approved.json["state"] == "approved"
    done = reeve("sweep", "run", result["plan"], folder=tmp_path)
    assert (done.code, "no row is there again" in done.out) == (0, True)
    assert house.ids() == []
    shown = reeve("certificate", "show", result["plan"], "--json", folder=tmp_path)
    assert (shown.code, "logical_deletion" in shown.out) == (0, True)
    assert "nothing due" in reeve("sweep", "plan", folder=tmp_path).out
    assert reeve("ledger", "verify", "--json", folder=tmp_path).json["verdict"] == "intact"


def test_what_waits_is_told(house: House, tmp_path: Path) -> None:
    house.run("UPDATE accounts SET closed_at = NULL WHERE id > 17")
    planned = reeve("sweep", "plan", "--share", "100", folder=tmp_path)
    assert "17 of accounts; not begun: 3" in planned.out
    told = reeve("policy", "ageing", folder=tmp_path).out
    assert "17 over the maximum since 20" in told
    assert "3 not begun since 20" in told
    (one,) = reeve("policy", "ageing", "--json", folder=tmp_path).json["ageing"]
    assert (one["overdue"], one["not_started"], one["days"], one["unchecked"]) == (17, 3, 0, None)
    assert one["overdue_since"] == one["not_started_since"] == one["as_of"]


def test_a_worker_carries_out_what_was_approved(house: House, tmp_path: Path) -> None:
    plan = reeve("sweep", "plan", "--share", "100", "--json", folder=tmp_path).json["results"][0]["plan"]
    reeve("sweep", "approve", plan, "--key", "vera.pem", "--yes", folder=tmp_path)
    queued = reeve("sweep", "run", plan, "--queue", folder=tmp_path)
    assert "no worker lives" in queued.err
    assert reeve("worker", "--until-idle", folder=tmp_path).code == 0
    assert house.ids() == []
    assert reeve("sweep", "show", plan, "--json", folder=tmp_path).json["state"] == "done"


def test_who_planned_cannot_approve(house: House, tmp_path: Path) -> None:
    plan = reeve("sweep", "plan", "--share", "100", "--json", folder=tmp_path).json["results"][0]["plan"]
    reeve("actor", "approver-key", "make", "mine.pem", folder=tmp_path)
    refused = reeve("sweep", "approve", plan, "--key", "mine.pem", "--yes", folder=tmp_path)
    assert refused.code == 2
    assert len(house.ids()) == 20


@pytest.mark.parametrize(
    ("limit", "why"),
    [("--share", "more of a table than its limit allows"), ("--rows", "more rows than its limit allows")],
)
def test_what_is_beyond_a_limit_is_no_silence(house: House, tmp_path: Path, limit: str, why: str) -> None:
    refused = reeve("sweep", "plan", *("--share", "100"), *(limit, "1"), folder=tmp_path)
    assert (refused.code, why in refused.out, "before you plan with wider limits" in refused.err) == (3, True, True)
    plan = refused.out.split()[1]
    shown = reeve("sweep", "show", plan[:4], folder=tmp_path)
    assert (shown.code, "refused" in shown.out, f"{plan} " in shown.out) == (0, True, True)
    assert reeve("sweep", "approve", plan, "--key", "vera.pem", "--yes", folder=tmp_path).code == 2
    assert len(house.ids()) == 20


def test_what_cannot_be_planned_is_no_silence(house: House, tmp_path: Path) -> None:
    policies = tmp_path / "policies.yaml"
    policies.write_text(policies.read_text().replace("[letters]", "[letters, strangers]"))
    found = reeve("sweep", "plan", folder=tmp_path)
    assert (found.code, "not planned  shop/accounts by closed: strangers is no table" in found.out) == (3, True)
    (tmp_path / "reeve.yaml").write_text((tmp_path / "reeve.yaml").read_text().replace("policies: policies.yaml", ""))
    without = reeve("sweep", "plan", folder=tmp_path)
    assert (without.code, "there are no policies" in without.err) == (2, True)


def test_a_standing_approval_names_what_it_allows(house: House, tmp_path: Path) -> None:
    arguments = ("sweep", "standing", "shop", "--rows", "5000", "--key", "vera.pem")
    told = reeve(*arguments, "--yes", folder=tmp_path)
    assert (told.code, "up to 5,000 rows a plan in shop" in " ".join(told.err.split())) == (0, True)
    assert reeve(*arguments, folder=tmp_path, stdin="n\n").code == 2
    assert reeve("sweep", "standing", "nowhere", "--rows", "1", "--key", "vera.pem", folder=tmp_path).code == 2

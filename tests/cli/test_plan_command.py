"""``reeve plan``: what an approver sees, signs and records, with the state at hand and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.actors import local_person
from engine.base.actors.granting import grant
from engine.base.actors.roles import Role
from engine.base.clock import SystemClock
from engine.base.ids import PlanId
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.governance.change.applying import Ran
from tests.base.actors.people import add
from tests.cli.reeve import reeve
from tests.governance.change.world import Fault, People, World
from tests.states import with_state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "reeve.yaml").write_text('stores:\n  shop: {kind: sql, url: "sqlite:///shop.db"}\n')
    database = open_state(load_settings(environ={}, folder=with_state(tmp_path)), SystemClock())
    yield database
    database.close()


@pytest.fixture
def world(state: Database, tmp_path: Path) -> World:
    people = People(tmp_path / "shop.db")
    people.fill(7)
    return World(state, people)


@pytest.fixture
def key(state: Database, tmp_path: Path) -> Path:
    """Of an approver who is not the maker."""
    add(state, "Ada Brook", Role.APPROVER)
    file = tmp_path / "approver.pem"
    assert reeve("actor", "approver-key", "make", file, "--actor", "Ada Brook", folder=tmp_path).code == 0
    return file


@pytest.fixture
def plan_id(world: World) -> PlanId:
    return world.plan()


def test_it_is_shown_asked_for_and_signed(world: World, plan_id: PlanId, key: Path, tmp_path: Path) -> None:
    listed = reeve("plan", "list", "--json", folder=tmp_path).json
    assert [(one["plan"], one["state"], one["rows"]) for one in listed["plans"]] == [(str(plan_id), "made", 21)]
    end = plan_id.hex[-8:]
    refused = reeve("plan", "approve", end, "--key", key, folder=tmp_path, stdin="n\n")
    assert refused.code == 2
    assert "delete 7 rows of person" in refused.err
    assert world.row(plan_id).state == "made"
    done = reeve("plan", "approve", end, "--key", key, folder=tmp_path, stdin="y\n")
    assert done.code == 0, done.err
    shown = reeve("plan", "show", end, "--json", folder=tmp_path).json
    assert (shown["state"], shown["approval"]["approver"]["name"]) == ("approved", "Ada Brook")
    assert world.run(plan_id) == Ran("done")
    text = reeve("plan", "show", end, folder=tmp_path).out
    assert "3 of 3 batches done" in text
    assert "no row is there again" in text


def test_it_is_signed_where_no_state_is_and_recorded(world: World, plan_id: PlanId, key: Path, tmp_path: Path) -> None:
    tree = reeve("plan", "tree", plan_id.hex, folder=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "plan.json").write_text(tree.out)
    signed = reeve("plan", "sign", "plan.json", "--key", key, "--yes", folder=elsewhere)
    assert signed.code == 0, signed.err
    assert f"root {tree.json['root']}" in signed.err
    (tmp_path / "signed").write_text(signed.out)
    assert reeve("plan", "record", plan_id.hex, "signed", folder=tmp_path).code == 0
    assert world.run(plan_id) == Ran("done")


def test_a_tree_that_was_changed_gives_another_root(world: World, plan_id: PlanId, key: Path, tmp_path: Path) -> None:
    tree = reeve("plan", "tree", plan_id.hex, folder=tmp_path).json
    tree["document"]["excluded_root"] = "00" * 32
    (tmp_path / "plan.json").write_text(json.dumps(tree))
    signed = reeve("plan", "sign", "plan.json", "--key", key, "--yes", folder=tmp_path)
    assert tree["root"] not in signed.err
    (tmp_path / "signed").write_text(signed.out)
    refused = reeve("plan", "record", plan_id.hex, "signed", folder=tmp_path)
    assert (refused.code, "another plan" in refused.err) == (2, True)
    tree["batches"][0]["rows"] = [2, 6]
    (tmp_path / "plan.json").write_text(json.dumps(tree))
    assert reeve("plan", "sign", "plan.json", "--key", key, "--yes", folder=tmp_path).code == 4
    (tmp_path / "plan.json").write_text("{}")
    assert reeve("plan", "sign", "plan.json", "--key", key, "--yes", folder=tmp_path).code == 2


def test_its_maker_does_not_approve_it(world: World, plan_id: PlanId, tmp_path: Path) -> None:
    with world.database.transaction() as session:
        grant(session, local_person(session).id, Role.APPROVER)
    file = tmp_path / "own.pem"
    assert reeve("actor", "approver-key", "make", file, folder=tmp_path).code == 0
    refused = reeve("plan", "approve", plan_id.hex, "--key", file, "--yes", folder=tmp_path)
    assert (refused.code, "made the plan" in refused.err) == (2, True)


def test_it_is_cancelled(world: World, plan_id: PlanId, key: Path, tmp_path: Path) -> None:
    assert reeve("plan", "cancel", plan_id.hex, "--json", folder=tmp_path).json["state"] == "cancelled"
    refused = reeve("plan", "approve", plan_id.hex, "--key", key, "--yes", folder=tmp_path)
    assert refused.code == 2
    assert world.people.deletions() == []
    assert reeve("plan", "list", "--state", "nonsense", folder=tmp_path).code == 2


def test_cancelled_midway_it_says_what_is_still_to_be_done(
    world: World, plan_id: PlanId, key: Path, tmp_path: Path
) -> None:
    assert reeve("plan", "approve", plan_id.hex, "--key", key, "--yes", folder=tmp_path).code == 0
    faults = iter([None, Fault()])

    def stop_point() -> None:
        if (fault := next(faults)) is not None:
            raise fault

    world.stop_point = stop_point
    with pytest.raises(Fault):
        world.run(plan_id)
    ran = reeve("plan", "cancel", plan_id.hex, folder=tmp_path)
    assert (ran.code, "cancelled once what it did was read again" in " ".join(ran.err.split())) == (0, True)
    assert reeve("plan", "show", plan_id.hex, "--json", folder=tmp_path).json["state"] == "cancelling"
    assert "cancelling" in reeve("plan", "show", plan_id.hex, folder=tmp_path).out
    world.stop_point = lambda: None
    assert world.run(plan_id) == Ran("cancelled", "cancel")
    assert len(world.people.ids()) == 4

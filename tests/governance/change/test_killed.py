"""Processes that are killed for good while they run a plan: each row goes once, and the end is that of an undisturbed run."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from engine.base.clock import FixedClock
from engine.base.ids import PlanId
from engine.governance.change.applying import Ran
from engine.governance.change.errors import OutcomePending, PlanTaken
from tests.base.actors.people import recorded
from tests.governance.change.world import POINTS, Approver, People, World, everything

ROOT = Path(__file__).parents[3]


def start(world: World, plan_id: PlanId, kill: str = "") -> subprocess.Popen[str]:
    context = world.database.context
    assert context is not None
    told = {
        "state": world.database.url.render_as_string(hide_password=False),
        "keyring": str(context.keyring.path),  # type: ignore[attr-defined] # a local one
        "tenant": str(context.tenant_id),
        "actor": str(context.actor_id),
        "now": context.clock.now().isoformat(),
        "people": str(world.people.path),
        "plan": str(plan_id),
        "kill": kill,
    }
    command = [sys.executable, "-m", "tests.governance.change.child", json.dumps(told)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_at_one_point_after_the_other_each_row_goes_once(
    world: World, plan_id: PlanId, clock: FixedClock
) -> None:
    world.people.change("INSERT INTO note VALUES (9999, 5)")  # its person is kept
    for kill in ("committed 0", "checked 1"):
        done = start(world, plan_id, kill)
        out, err = done.communicate(timeout=120)
        assert (done.returncode, out.splitlines()[-1:]) == (-signal.SIGKILL, [kill]), err
        with pytest.raises(PlanTaken):
            world.run(plan_id)  # its right is not over yet
        clock.instant += timedelta(seconds=40)
    assert world.run(plan_id) == Ran("complete_with_exceptions")
    assert world.people.ids() == [5]
    assert world.people.deletions() == [
        one for one in everything() if one not in (("person", 5), ("note", 500), ("note", 501))
    ]
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["done"], ended["roots_left"], ended["found"]) == ([6, 12], 1, 0)
    assert world.open_batches() == []


def test_a_hold_waits_for_the_batch_of_a_dead_process_until_it_is_known_what_became_of_it(
    world: World, plan_id: PlanId, clock: FixedClock
) -> None:
    start(world, plan_id, "committed 0").communicate(timeout=120)
    hold_id = world.hold(6)
    assert not world.effective(hold_id)
    assert world.open_batches()[0][0] == 0
    clock.instant += timedelta(seconds=40)
    world.run(plan_id)
    assert world.effective(hold_id)
    assert world.people.ids() == [6]


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_two_hundred_kills_at_any_moment(world: World, approver: Approver, clock: FixedClock, tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance, kills = random.Random(seed), 0
    while kills < 200:
        people = People(tmp_path / f"shop-{kills}.db")
        people.fill(14)
        one = World(world.database, people)
        plan_id = one.plan(size=3)
        approver.approve(plan_id)
        for kill in (True, True, True, True, False):
            child = start(one, plan_id, f"{chance.choice(POINTS)} {chance.randrange(5)}" if kill else "")
            assert child.stdout is not None
            if kill and chance.random() < 0.5 and child.stdout.readline():
                time.sleep(chance.random() * 0.05)
                child.kill()
            _out, err = child.communicate(timeout=120)
            assert child.returncode in (0, -signal.SIGKILL), err
            kills += child.returncode != 0
            clock.instant += timedelta(seconds=40)
        assert people.deletions() == everything(14)
        ended = recorded(one.database, "plan.ended")[-1]
        assert (ended["outcome"], ended["done"], ended["found"]) == ("done", [14, 28], 0)


@pytest.mark.long
def test_two_processes_at_once(world: World, plan_id: PlanId) -> None:
    both = [start(world, plan_id), start(world, plan_id)]
    for child in both:
        child.communicate(timeout=120)
    try:
        world.run(plan_id)
    except (PlanTaken, OutcomePending):
        pytest.fail("a right outlived its process, which ended by itself")
    assert world.people.deletions() == everything()

"""Workers that are killed for good while they run a sweep over a real database: the end is that of an undisturbed run."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.base.state.database import Database
from tests.retention.faults.nursery import Nursery, kill
from tests.retention.faults.shop import Shop, everything, left_by, shop_at

DUE = 7
BATCH = 4
"""Roots of a batch; its transactions have two."""
POINTS = (
    ("change", 2),
    ("commit", 1),
    ("committed", 1),
    ("verified", 2),
    ("certificate", 8),
)
SERVERS = ("sqlite", "postgresql", "mariadb")


def undisturbed(shop: Shop, nursery: Nursery) -> tuple[dict[str, Any], dict[str, int]]:
    """What a run comes to when nothing happens to it, and what it goes by."""
    shop.fill(DUE)
    plan_id = shop.plan(BATCH)
    ended = nursery.run(shop, plan_id)
    assert (ended.code, ended.came) == (0, "done")
    assert (shop.gone(), shop.rows()) == (everything(DUE), left_by(DUE))
    outcome = shop.outcome(plan_id)
    assert [rows for rows, _ in outcome["certificates"]] == [3 * DUE]
    return outcome, ended.seen


class Rounds:
    """One plan after the other, whose workers are killed; each is held against the undisturbed one."""

    def __init__(self, shop: Shop, nursery: Nursery) -> None:
        self.shop = shop
        self.nursery = nursery
        self.outcome, self.seen = undisturbed(shop, nursery)
        self.kills = self.resolved = 0

    def go(self, *kills: Callable[[Any], bool]) -> None:
        """Each of ``kills`` is given a plan, starts a process that runs it, and says whether that was killed."""
        self.shop.fill(DUE)
        plan_id = self.shop.plan(BATCH)
        for one in kills:
            if one(plan_id):
                self.kills += 1
                self.shop.bury()
        assert self.shop.run(plan_id).state == "done"
        self.shop.certify()
        assert self.shop.gone() == everything(DUE)
        assert self.shop.rows() == left_by(DUE)
        assert self.shop.outcome(plan_id) == self.outcome
        assert self.shop.open_batches() == 0
        self.resolved += self.shop.resolved(plan_id)

    def at(self, point: str, count: int) -> Callable[[Any], bool]:
        """Killed when it comes by a point."""
        return lambda plan_id: self._died(self.nursery.run(self.shop, plan_id, point, count).code)

    def after(self, seconds: float) -> Callable[[Any], bool]:
        """Killed after a time."""

        def run(plan_id: Any) -> bool:
            pid = self.nursery.begin(self.shop, plan_id)
            time.sleep(seconds)
            kill(pid)
            return self._died(self.nursery.end().code)

        return run

    @staticmethod
    def _died(code: int) -> bool:
        assert code in (0, -signal.SIGKILL)
        return code != 0


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
def test_killed_at_each_kind_of_point_each_row_goes_once(
    state: Database, fresh: Callable[[str], str], nursery: Nursery, server: str
) -> None:
    rounds = Rounds(shop_at(fresh(server), state), nursery)
    points = POINTS if server == "postgresql" else ()
    for point in points:
        rounds.go(rounds.at(*point))
    rounds.go(*(rounds.at(*point) for point in POINTS[1:3]))
    assert rounds.kills == len(points) + 2
    assert rounds.resolved > 0, "a COMMIT came through of which nobody had written down"


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("unbound_database", "server"),
    [("postgresql", "postgresql"), ("sqlite", "sqlite"), ("sqlite", "mariadb")],
    indirect=["unbound_database"],
)
def test_two_hundred_kills_end_as_an_undisturbed_run(
    state: Database, fresh: Callable[[str], str], nursery: Nursery, server: str
) -> None:
    """Half of them at one point after the other, the others at any moment, and several in one plan."""
    seed = random.randrange(2**32)
    print("seed", seed)
    chance, rounds = random.Random(seed), Rounds(shop_at(fresh(server), state), nursery)
    points = rounds.seen["any"]
    began = time.monotonic()
    rounds.go()
    took = time.monotonic() - began
    for number in range(100):
        rounds.go(rounds.at("any", 1 + (number * points) // 100))
    while rounds.kills < 200:
        rounds.go(*(rounds.after(chance.random() * took) for _ in range(chance.randint(1, 4))))
    print(f"{rounds.kills} kills, {points} points, {rounds.resolved} rows resolved")
    assert rounds.resolved > 0

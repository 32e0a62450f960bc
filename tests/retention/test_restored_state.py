"""A state that was put back from an older copy has forgotten holds: nothing is swept on it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.base.state.context import context_of
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope
from engine.ledger.log.ledger import Ledger
from engine.ledger.log.publishing import LogDisagrees
from tests.retention.house import House


def copied(house: House, to: Path) -> Path:
    """A copy of the state as a backup makes it."""
    place = Path(str(house.database.url.database))
    house.database.close()
    with closing(sqlite3.connect(place)) as one, closing(sqlite3.connect(to)) as other:
        one.backup(other)
    return place


def put_back(house: House, copy: Path, place: Path) -> None:
    house.database.close()
    for extra in ("-wal", "-shm"):
        place.with_name(place.name + extra).unlink(missing_ok=True)
    shutil.copy(copy, place)


def test_a_sweep_does_not_run_on_a_state_that_forgot_a_hold(tmp_path: Path) -> None:
    house = House(tmp_path)
    with (tmp_path / "reeve.yaml").open("a") as config:
        config.write("ledger:\n  publish:\n  - path: published\n")
    house.scan()
    plan_id = house.planned().plan_id
    house.approve(plan_id)
    Ledger(house.database, house.settings.ledger).settle()
    place = copied(house, tmp_path / "yesterday.db")
    with house.database.transaction() as session:
        review_at = context_of(session).clock.now() + timedelta(days=90)
        place_hold(session, NewHold("M-1", "a lawsuit", (Scope("shop"),), review_at=review_at))
    Ledger(house.database, house.settings.ledger).settle()
    put_back(house, tmp_path / "yesterday.db", place)
    before = house.ids()
    with pytest.raises(LogDisagrees, match="published before"):
        house.carry_out(plan_id)
    assert house.ids() == before
    assert house.state(plan_id) == ("approved", "")

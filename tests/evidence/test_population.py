"""Populations: their root, and what shows that they are whole."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.evidence.conclusions import Deviation, Deviations, Effective, NoOccurrence, concluded
from engine.evidence.period import Period
from engine.evidence.records import Facts
from engine.ledger.tree.growing import Root
from tests.conftest import START
from tests.evidence.world import World, completed, started


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + plain_root(leaves[:half]) + plain_root(leaves[half:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_a_root_that_grows_is_the_root(leaves: list[bytes]) -> None:
    root = Root()
    for place, leaf in enumerate(leaves):
        assert root.digest() == plain_root(leaves[:place])
        root.add(leaf)
    assert (root.size, root.digest()) == (len(leaves), plain_root(leaves))


def test_events_of_a_period_are_a_population(database: Database, clock: FixedClock) -> None:
    world = World(database, clock)
    world.tell(completed(), started())
    world.sequence()
    world.wait(days=1)
    world.tell(completed())
    world.wait(days=1)
    world.tell(completed())  # outside
    with database.snapshot() as session:
        facts = Facts(session, Period(START, START + timedelta(days=2)))
        found = facts.population(["scan.completed"])
        again = facts.population(["scan.completed"])
    assert found == again
    assert (found.count, found.first, found.last) == (2, START, START + timedelta(days=1))
    assert found.first_place == found.last_place == "2026/2"
    assert (found.completeness.sequenced, found.completeness.waiting) == (1, 1)
    assert found.completeness.problem == ""


def test_what_was_taken_away_or_altered_shows(database: Database, clock: FixedClock) -> None:
    world = World(database, clock)
    world.tell(completed(), started(), completed())
    world.sequence()
    world.take_away(3)
    world.change("scan.completed", payload_sha256=b"1" * 32)
    with database.snapshot() as session:
        facts = Facts(session, Period(START, START + timedelta(days=2)))
        found = facts.population(["scan.completed"])
        assert list(facts.records(["scan.completed"])) == []
    assert (found.count, found.completeness.missing, found.completeness.altered) == (2, 1, 2)
    assert "without an event: 1" in found.completeness.problem
    assert "after they were recorded: 2" in found.completeness.problem


def test_nothing_that_was_checked_is_never_effective() -> None:
    with pytest.raises(ValueError, match="nothing was checked"):
        Effective(0)
    with pytest.raises(ValueError, match="listed and counted"):
        Deviations((), 0, 0)
    assert isinstance(concluded([], 0, "nothing"), NoOccurrence)


@given(st.integers(0, 300), st.integers(0, 300))
def test_every_deviation_is_counted_also_where_few_are_listed(count: int, checked: int) -> None:
    found = concluded([Deviation(str(one)) for one in range(count)], checked, "nothing")
    assert isinstance(found, Deviations if count else Effective if checked else NoOccurrence)
    if isinstance(found, Deviations):
        assert found.count == count
        assert len(found.found) == min(count, 100)
        assert found.checked >= count

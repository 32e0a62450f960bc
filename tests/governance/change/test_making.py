"""Making plans: what an interrupted making leaves cannot be approved, and what is beyond the limits is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from engine.base.actors.approvals import PlanScope
from engine.base.errors import BadInput
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.subjects import Sealer
from engine.base.state.tables import PlanExcludedRow, PlanRow
from engine.governance.calendar import Duration
from engine.governance.change.applying import Ran
from engine.governance.change.approving import approve_plan, cancel_plan
from engine.governance.change.asked import Asked, Known, Page
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.errors import PlanNotReady, PlanTaken
from engine.governance.change.kept import excluded_place, header_of, keys_of, open_left, plan_of, require_root
from engine.governance.change.keys import Keys
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Copy, Excluded, Limits
from tests.base.actors.people import recorded
from tests.conftest import START
from tests.governance.change.world import POLICIES, TASK, Approver, Fault, PeopleRows, World


def asked(label: str = "", limits: Limits | None = None) -> Asked:
    copies = (Copy("backup", Duration(days=35)),)
    return Asked(TASK, POLICIES, ("closed-accounts",), START, copies=copies, limits=limits or Limits(), label=label)


def plans(world: World) -> list[PlanRow]:
    with world.database.snapshot() as session:
        return list(session.scalars(select(PlanRow).order_by(PlanRow.id)))


def test_the_header_says_what_is_planned(world: World) -> None:
    kept = (
        LeftOut(0, (90,), Reason.HELD, "h1"),
        LeftOut(0, (91,), Reason.HELD, "h1"),
        LeftOut(0, (92,), Reason.UNKNOWN),
    )
    plan_id = PlanMaker(world.database).make(asked(limits=Limits(share=100)), PeopleRows(world.people, 3, kept))
    with world.database.snapshot() as session:
        row = plan_of(session, plan_id)
        header = require_root(session, row)
        assert keys_of(session, row, 2) == (((7,),), ((700,), (701,)))
        pieces = session.get_one(PlanExcludedRow, (row.tenant_id, plan_id, 0))
        assert open_left(session, pieces.keys, excluded_place(plan_id, 0)) == kept
    assert (header.rows, header.batches, header.total) == ((7, 14), 3, 21)
    assert header.excluded == (Excluded(Reason.HELD, "h1", 2), Excluded(Reason.UNKNOWN, "", 1))
    assert (header.task, header.policies, header.tables) == (TASK, POLICIES, {"person": 7, "note": 14})
    assert header.copies == (Copy("backup", Duration(days=35)),)


def test_an_interrupted_making_leaves_nothing_that_can_be_approved(world: World, approver: Approver) -> None:
    maker = PlanMaker(world.database)
    with pytest.raises(Fault):
        maker.make(asked("tonight"), PeopleRows(world.people, 3, fails_after=2))
    (left,) = plans(world)
    assert (left.state, left.root) == ("making", None)
    with world.database.transaction() as session, pytest.raises(PlanNotReady):
        approve_plan(session, left.id, approver.sign(PlanScope("00" * 32)))
    with pytest.raises(PlanNotReady):
        world.run(left.id)
    with world.database.snapshot() as session, pytest.raises(PlanNotReady):
        header_of(plan_of(session, left.id))
    assert recorded(world.database, "plan.made") == []
    again = maker.make(asked("tonight", Limits(share=100)), PeopleRows(world.people, 3))
    thrown, made = plans(world)
    assert (thrown.state, made.state, made.id) == ("cancelled", "made", again)
    with world.database.snapshot() as session, pytest.raises(KeyDestroyed):
        Sealer(session, thrown.key_id)


def test_a_plan_whose_making_is_cancelled_is_made_no_further(world: World) -> None:
    class Cancelling(PeopleRows):
        def pages(self) -> Iterator[Page]:
            for number, page in enumerate(super().pages()):
                if number == 1:
                    with world.database.transaction() as session:
                        cancel_plan(session, plans(world)[0].id)
                yield page

    with pytest.raises(PlanTaken):
        PlanMaker(world.database).make(asked(), Cancelling(world.people, 3))
    assert [one.state for one in plans(world)] == ["cancelled"]


@pytest.mark.parametrize(
    ("limits", "reason"), [(Limits(20, 100), "rows"), (Limits(1000, 99), "share")], ids=["rows", "share"]
)
def test_beyond_its_limits_it_is_refused_whoever_approves(
    world: World, approver: Approver, limits: Limits, reason: str
) -> None:
    plan_id = PlanMaker(world.database).make(asked(limits=limits), PeopleRows(world.people, 3))
    row = world.row(plan_id)
    assert (row.state, row.reason) == ("refused", reason)
    with world.database.transaction() as session, pytest.raises(PlanNotReady):
        approve_plan(session, plan_id, approver.sign(PlanScope(str(row.root))))
    assert world.run(plan_id) == Ran("refused", reason)
    assert world.people.deletions() == []
    (refused,) = recorded(world.database, "plan.refused")
    assert (refused["reason"], refused["rows"]) == (reason, 21)


def test_how_large_a_table_is_has_to_be_known(world: World) -> None:
    rows = PeopleRows(world.people, 3, known_tables={"person": 100})
    plan_id = PlanMaker(world.database).make(asked(), rows)
    assert world.row(plan_id).reason == "share_unknown"


def test_a_plan_of_nothing_ends_at_once(world: World, approver: Approver) -> None:
    world.people.change("DELETE FROM note")
    world.people.change("DELETE FROM person")
    plan_id = world.plan()
    approver.approve(plan_id)
    assert world.run(plan_id) == Ran("done")


class Pages:
    """Any pages."""

    def __init__(self, *keys: Keys) -> None:
        self._keys = keys

    def pages(self) -> Iterator[Page]:
        return map(Page, self._keys)

    def known(self) -> Known:
        return Known({})


@pytest.mark.parametrize(
    "keys",
    [
        (((1,),),),
        (((1, 2),), ()),
        ((), ((1,),)),
        (((1,), (1,)), ()),
    ],
    ids=["a step is missing", "a key is too long", "no root", "twice"],
)
def test_rows_that_do_not_fit_the_task_are_refused(world: World, keys: Keys) -> None:
    with pytest.raises(BadInput):
        PlanMaker(world.database).make(asked(), Pages(keys))
    assert [one.state for one in plans(world)] == ["making"]

"""Approvals: which count for a plan, and what happens to one whose approval ceases to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.base.actors.approvals import PlanScope, fingerprint
from engine.base.actors.approver_keys import find_approver_key, retire_approver_key
from engine.base.actors.granting import deactivate
from engine.base.actors.roles import Role
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused
from engine.base.ids import PlanId
from engine.governance.change.applying import Ran
from engine.governance.change.approving import approve_plan
from engine.governance.change.plan import Limits
from tests.base.actors.people import add, recorded
from tests.governance.change.world import Approver, World


def _compromise(world: World, approver: Approver) -> None:
    with world.database.transaction() as session:
        key = find_approver_key(session, fingerprint(approver.key.public_key().public_bytes_raw()))
        assert key is not None
        retire_approver_key(session, key.id, compromised=True)


def _deactivate(world: World, approver: Approver) -> None:
    with world.database.transaction() as session:
        deactivate(session, approver.actor_id)


@pytest.mark.parametrize("withdraw", [_compromise, _deactivate])
@pytest.mark.parametrize("where", ["open", "changed", "committed"])
def test_an_approval_that_stops_counting_stops_the_plan(
    world: World, approver: Approver, plan_id: PlanId, withdraw: Callable[[World, Approver], None], where: str
) -> None:
    def tap(point: str, number: int) -> None:
        if (point, number) == (where, 1):
            withdraw(world, approver)

    world.tap = tap
    assert world.run(plan_id) == Ran("stopped", "approval_over")
    assert world.people.ids() == ([7] if where == "committed" else [4, 5, 6, 7])
    assert world.open_batches() == []
    Approver.join(world.database, "another").approve(plan_id)
    world.tap = lambda _where, _number: None
    assert world.run(plan_id) == Ran("done")


def test_an_approval_that_is_over_does_not_count(world: World, approver: Approver, clock: FixedClock) -> None:
    plan_id = world.plan()
    approver.approve(plan_id, days=1)
    clock.instant += timedelta(days=1)
    assert world.run(plan_id) == Ran("made", "approval_over")


def test_its_author_may_not_approve_it(world: World) -> None:
    author = add(world.database, "author", Role.PRIVACY_OFFICER, Role.APPROVER)
    context = world.database.context
    assert context is not None
    from dataclasses import replace

    own = World(world.database.bound(replace(context, actor_id=author)), world.people)
    plan_id = own.plan()
    with pytest.raises(AccessRefused) as refused:
        Approver.join(world.database, actor_id=author).approve(plan_id)
    assert refused.value.reason == "own_plan"
    assert world.run(plan_id) == Ran("made", "not_approved")


def test_an_approval_of_another_plan_is_refused_and_so_is_a_forged_one(world: World, approver: Approver) -> None:
    one, other = world.plan(), world.plan()
    root = world.row(one).root
    assert root is not None
    assert root != world.row(other).root  # the same rows, and yet another plan
    signed = approver.sign(PlanScope(root))
    with world.database.transaction() as session, pytest.raises(AccessRefused) as refused:
        approve_plan(session, other, signed)
    assert refused.value.reason == "other_plan"
    forged = signed.replace(root.encode(), str(world.row(other).root).encode())
    with world.database.transaction() as session, pytest.raises(AccessRefused) as refused:
        approve_plan(session, other, forged)
    assert refused.value.reason == "forged"
    assert world.run(other) == Ran("made", "not_approved")


def test_standing_approvals(world: World, approver: Approver) -> None:
    asker = add(world.database, "scheduler")
    approver.approve_standing(asker, rows=20)
    by_hand = world.plan()
    assert world.run(by_hand) == Ran("made", "not_approved")
    beyond = world.plan(schedule="nightly")  # 21 rows
    assert world.run(beyond) == Ran("made", "beyond_standing")
    world.people.change("DELETE FROM note WHERE id = 100")
    fits = world.plan(schedule="nightly")
    assert world.run(fits) == Ran("done")
    (approved,) = recorded(world.database, "plan.approved")
    assert (approved["kind"], approved["rows"]) == ("standing", 20)


def test_standing_approvals_of_other_stores_and_policies_do_not_count(world: World, approver: Approver) -> None:
    asker = add(world.database, "scheduler")
    plan_id = world.plan(schedule="nightly")
    approver.approve_standing(asker, policies="cd" * 32)
    assert world.run(plan_id) == Ran("made", "not_approved")
    approver.approve_standing(asker, stores=("lake",))
    assert world.run(plan_id) == Ran("made", "other_store")
    approver.approve_standing(asker)
    assert world.run(plan_id) == Ran("done")


def test_no_standing_approval_lets_a_plan_go_on_that_shrank_too_much(
    world: World, approver: Approver, clock: FixedClock
) -> None:
    approver.approve_standing(add(world.database, "scheduler"))
    plan_id = world.plan(schedule="nightly", limits=Limits(share=100, shrink=0))
    world.people.change("UPDATE person SET closed = 0 WHERE id = 1")
    assert world.run(plan_id) == Ran("stopped", "shrunk")
    clock.instant += timedelta(minutes=1)
    approver.approve_standing(add(world.database, "another scheduler"), rows=5000)
    assert world.run(plan_id) == Ran("stopped", "shrunk")
    approver.approve(plan_id)
    assert world.run(plan_id) == Ran("complete_with_exceptions")


# cancelled, expired

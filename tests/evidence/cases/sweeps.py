"""Plans, certificates and looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.base.ids import (
    ActorId,
    ApprovalId,
    CertificateId,
    LookId,
    PlanId,
    new_id,
)
from engine.ledger.events.certificate import CertificateClosed, CertificateIssued
from engine.ledger.events.change import BatchBegun, Looked, PlanApproved, PlanEnded
from tests.evidence.cases.case import ME, case
from tests.evidence.world import World


def plan_ended(plan: PlanId, *, verified: int = 2, found: int = 0) -> PlanEnded:
    return PlanEnded(
        plan=plan, root="ab" * 32, outcome="complete_with_exceptions" if found else "done", rows=(5, 7), done=(5, 7),
        roots_left=0, found=found, batches=2, batches_done=2, batches_verified=verified, policies="",
    )  # fmt: skip


def certificate_issued(plan: PlanId, ends: datetime | None = None, certified: int = 12) -> CertificateIssued:
    return CertificateIssued(
        certificate=CertificateId(plan), plan=plan, approval=ApprovalId(new_id()), approver=ActorId(new_id()),
        root="ab" * 32, sha256="cd" * 32, level="logical_deletion", outcome="done", planned=12, certified=certified, found=0,
        roots_left=0, excluded=0, batches=2, copies=1, copies_end_at=ends, state="open",
    )  # fmt: skip


def certified_soon(world: World) -> None:
    plan = PlanId(new_id())
    world.tell(plan_ended(plan))
    world.wait(hours=1)
    world.tell(certificate_issued(plan))


def never_certified(world: World) -> None:
    world.tell(plan_ended(PlanId(new_id())))
    world.wait(hours=25)


case("DSP-01", certified_soon, never_certified)


def looked(
    look: LookId, overdue: int, since: datetime | None, plan: PlanId | None = None, *, could: bool = True
) -> Looked:
    return Looked(
        look=look, plan=plan, looked=could, overdue=overdue, overdue_before=0, unknown=0, excused=0, since=since,
        not_started=0, not_started_since=None, policies="ab" * 32, store="shop", asset="accounts", rule="closed",
    )  # fmt: skip


def over_its_maximum(world: World, days: int) -> None:
    look, since = LookId(new_id()), world.clock.now()
    world.tell(looked(look, 5, since))
    world.wait(days=days)
    world.tell(looked(look, 0, None))


def looked_for(world: World, days: int) -> None:
    look = LookId(new_id())
    world.tell(looked(look, 0, None))
    world.wait(days=days)
    world.tell(looked(look, 0, None))


case("RET-01", lambda world: over_its_maximum(world, 30), lambda world: over_its_maximum(world, 32))
case("RET-02", lambda world: looked_for(world, 30), lambda world: looked_for(world, 32))


def begun(world: World, maker: ActorId | None) -> None:
    """A batch of a plan, approved before where there is a maker."""
    plan = PlanId(new_id())
    if maker is not None:
        approved_plan = PlanApproved(
            plan=plan, approval=ApprovalId(new_id()), approver=ME, maker=maker, kind="plan", root="ab" * 32, policies="",
            rows=3, expires_at=datetime(2026, 12, 1, tzinfo=UTC),
        )  # fmt: skip
        world.tell(approved_plan)
        world.wait(minutes=1)
    world.tell(
        BatchBegun(
            plan=plan, approval=ApprovalId(new_id()), batch=0, batch_root="ab" * 32, rows=(3,), epoch=1, attempt=1
        )
    )


case("DSP-02", lambda world: begun(world, ActorId(new_id())), lambda world: begun(world, None))
case(
    "DSP-03",
    lambda world: world.tell(plan_ended(PlanId(new_id()))),
    lambda world: world.tell(plan_ended(PlanId(new_id()), verified=1)),
)


def copies_ended(world: World, *, close: bool) -> None:
    plan, now = PlanId(new_id()), world.clock.now()
    ends = now + timedelta(days=2)
    world.tell(certificate_issued(plan, ends))
    world.wait(days=2, hours=1)
    if close:
        closing = CertificateClosed(
            certificate=CertificateId(plan), plan=plan, sha256="cd" * 32, issued_at=now, copies_end_at=ends
        )
        world.tell(closing)
    world.wait(days=2)


case("DSP-04", lambda world: copies_ended(world, close=True), lambda world: copies_ended(world, close=False))

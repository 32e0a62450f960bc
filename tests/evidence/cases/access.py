"""Roles, keys, sign-ins and approvals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.base.actors import ActorKind, register
from engine.base.actors.events import ApiKeyIssued, ApprovalGiven, SignedIn
from engine.base.actors.granting import deactivate, grant
from engine.base.actors.roles import Role
from engine.base.ids import (
    ActorId,
    ApiKeyId,
    ApprovalId,
    SessionId,
    new_id,
)
from engine.base.state.context import context_of
from engine.base.state.tables import ActorRoleRow
from tests.evidence.cases.case import ME, case, none
from tests.evidence.world import World, completed


def with_administrator(world: World) -> ActorId:
    """A person with a role that the first one of all gave to themselves; returns another person."""
    with world.database.transaction() as session:
        me = context_of(session).actor_id
        assert me is not None
        grant(session, me, Role.ADMINISTRATOR)
        other = register(session, ActorKind.PERSON, f"Other {new_id().hex}")
    world.wait(hours=1)
    return other.id


def granted_to_another(world: World) -> None:
    other = with_administrator(world)
    with world.database.transaction() as session:
        grant(session, other, Role.AUDITOR)


def granted_to_oneself(world: World) -> None:
    with_administrator(world)
    with world.database.transaction() as session:
        me = context_of(session).actor_id
        assert me is not None
        grant(session, me, Role.APPROVER)


def role_by_hand(world: World) -> None:
    other = with_administrator(world)
    with world.database.transaction() as session:
        session.add(ActorRoleRow(actor_id=other, role="auditor", granted_at=world.clock.now()))


case("ACC-01", granted_to_another, granted_to_oneself)
case("ACC-02", granted_to_another, role_by_hand)


def left_us(world: World) -> ActorId:
    other = with_administrator(world)
    world.tell(completed(), actor_id=other)
    world.wait(hours=1)
    with world.database.transaction() as session:
        deactivate(session, other)
    world.wait(hours=1)
    return other


case("ACC-03", lambda world: none(left_us(world)), lambda world: world.tell(completed(), actor_id=left_us(world)))


def key_issued(world: World, days: int) -> None:
    now = world.clock.now()
    issued = ApiKeyIssued(
        key=ApiKeyId(new_id()), actor=ActorId(new_id()), scopes=("scans:read",), expires_at=now + timedelta(days=days),
        label="nightly",
    )  # fmt: skip
    world.tell(issued)


case("ACC-04", lambda world: key_issued(world, 90), lambda world: key_issued(world, 800))


def signed_in(factor: str) -> SignedIn:
    return SignedIn(
        session=SessionId(new_id()), actor=ActorId(new_id()), factor=factor,  # type: ignore[arg-type] # one of the three
        new_address=False, address="192.0.2.1",
    )  # fmt: skip


case("ACC-05", lambda world: world.tell(signed_in("totp")), lambda world: world.tell(signed_in("none")))


def approved(approver: ActorId, maker: ActorId) -> ApprovalGiven:
    return ApprovalGiven(
        approval=ApprovalId(new_id()), approver=approver, maker=maker, kind="plan", over="ab" * 32, public_key="ab" * 32,
        signature="ab" * 64, expires_at=datetime(2026, 12, 1, tzinfo=UTC), statement="a plan",
    )  # fmt: skip


case("ACC-06", lambda world: world.tell(approved(ME, ActorId(new_id()))), lambda world: world.tell(approved(ME, ME)))

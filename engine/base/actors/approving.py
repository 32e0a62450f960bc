"""Taking a signed approval in, and asking later whether it still counts.

An approval is a person's, given with a key of theirs, and never by whoever made the plan. It stops counting when it is over, when
its key is found compromised, and when the person may not approve any more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.actors.approvals import SKEW, PlanScope, Statement, check_approval, read_approval
from engine.base.actors.approver_keys import ApproverKey, find_approver_key
from engine.base.actors.events import ApprovalGiven
from engine.base.actors.granted import actor_row, roles_of
from engine.base.actors.roles import Scope, scopes_of
from engine.base.errors import AccessRefused, NotFound
from engine.base.ids import ActorId, ApprovalId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.access import ApprovalRow


@dataclass(frozen=True, slots=True)
class Approval:
    """A recorded approval.

    Attributes:
        id: its row.
        approver_id: who signed.
        statement: what.
        signed: the bytes that anyone can check.
        recorded_at: when it came here.
    """

    id: ApprovalId
    approver_id: ActorId
    statement: Statement
    signed: bytes
    recorded_at: datetime


def record_approval(session: Session, signed: bytes, *, maker_id: ActorId) -> ApprovalId:
    """Take a signed approval in and record that. The same bytes again: the same row.

    Args:
        session: of the transaction.
        signed: as :func:`~engine.base.actors.approvals.sign_approval` made it, from anyone.
        maker_id: who made the plan, or asked for the standing approval.

    Raises:
        IntegrityViolated: it is no approval, or its signature does not fit.
        ApprovalNotInForce: it is over, or begins later.
        AccessRefused: its key is not registered (``unknown_key``), was not valid when it was given (``expired_key``) or is
            retired (``retired_key``); it is for another tenant (``other_tenant``); the signer was deactivated (``inactive``),
            may not approve (``scope``), or made the plan (``own_plan``).
        NotFound: there is no such maker.
    """
    context = context_of(session)
    now = context.clock.now()
    actor_row(session, maker_id)
    key = _key_of(session, signed)
    statement = check_approval(signed, key.public_key, now)
    _require_counts(session, statement, key)
    if key.retired_at is not None:
        raise _refused("retired_key", key)
    if key.actor_id == maker_id:
        raise _refused("own_plan", key)
    digest = hashlib.sha256(signed).digest()
    same = select(ApprovalRow.id).where(ApprovalRow.signed_sha256 == digest)
    known = session.scalar(same)
    if known is not None:
        return known
    approval_id = ApprovalId(new_id())
    kind: Literal["plan", "standing"] = "plan" if isinstance(statement.over, PlanScope) else "standing"
    try:
        with session.begin_nested():
            session.add(
                ApprovalRow(
                    id=approval_id,
                    approver_key_id=key.id,
                    kind=kind,
                    over=statement.subject,
                    signed=signed,
                    signed_sha256=digest,
                    given_at=statement.given_at,
                    expires_at=statement.expires_at,
                    recorded_at=now,
                )
            )
            session.flush()
    except IntegrityError:  # another transaction took it in meanwhile
        return session.scalars(same).one()
    record(
        session,
        ApprovalGiven(
            approval=approval_id,
            approver=key.actor_id,
            maker=maker_id,
            kind=kind,
            over=statement.subject,
            public_key=key.public_key.hex(),
            signature=read_approval(signed)[1].hex(),
            expires_at=statement.expires_at,
            statement=statement.to_bytes().decode(),
        ),
    )
    return approval_id


def standing_approval(session: Session, approval_id: ApprovalId) -> Approval:
    """A recorded approval that counts now: signature, times, key and signer are all looked at again.

    Raises:
        NotFound: there is no such approval.
        ApprovalNotInForce: it is over.
        AccessRefused: its key was found compromised (``compromised_key``), or the signer may not approve any more.
        IntegrityViolated: what is kept was changed.
    """
    context = context_of(session)
    row = session.get(ApprovalRow, (context.tenant_id, approval_id))
    if row is None:
        raise NotFound("there is no such approval")
    key = _key_of(session, row.signed)
    statement = check_approval(row.signed, key.public_key, context.clock.now())
    _require_counts(session, statement, key)
    return Approval(row.id, key.actor_id, statement, row.signed, row.recorded_at)


def approvals_over(session: Session, subject: str) -> tuple[ApprovalId, ...]:
    """The approvals that were recorded over the root of a plan, or the hash of policies, oldest first."""
    return tuple(session.scalars(select(ApprovalRow.id).where(ApprovalRow.over == subject).order_by(ApprovalRow.id)))


def _key_of(session: Session, signed: bytes) -> ApproverKey:
    """The registered key that an approval names; its signature is not looked at yet."""
    key = find_approver_key(session, read_approval(signed)[0].key)
    if key is None:
        raise AccessRefused(
            "this approval was signed with a key that is not registered", reason="unknown_key", hint="register the key"
        )
    return key


def _require_counts(session: Session, statement: Statement, key: ApproverKey) -> None:
    if statement.tenant_id != context_of(session).tenant_id:
        raise _refused("other_tenant", key)
    if key.compromised:
        raise _refused("compromised_key", key)
    if not key.valid_from - SKEW <= statement.given_at < key.valid_until:
        raise _refused("expired_key", key)
    if actor_row(session, key.actor_id).deactivated_at is not None:
        raise _refused("inactive", key)
    if Scope.PLANS_APPROVE not in scopes_of(roles_of(session, key.actor_id)):
        raise _refused("scope", key)


_WORDS = {
    "other_tenant": "it is for another tenant",
    "compromised_key": "its key was found compromised",
    "expired_key": "its key was not valid when it was given",
    "retired_key": "its key is retired",
    "inactive": "who signed was deactivated",
    "scope": "who signed may not approve",
    "own_plan": "who signed made the plan: another person has to approve it",
}


def _refused(reason: str, key: ApproverKey) -> AccessRefused:
    return AccessRefused(f"this approval does not count: {_WORDS[reason]}", reason=reason, actor_id=key.actor_id)

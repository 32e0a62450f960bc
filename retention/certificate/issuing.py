"""Issuing certificates of plans that have ended, and closing those whose last copy has ended: each together with its event."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, MutableSet
from datetime import datetime, timedelta
from itertools import islice

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated
from engine.base.ids import CertificateId, PlanId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import CertificateRow, PlanRow
from engine.governance.change.kept import plan_of
from engine.ledger.events.certificate import CertificateClosed, CertificateIssued
from retention.certificate.document import Certificate
from retention.certificate.errors import CertificateRefused
from retention.certificate.gathering import OUTCOMES, Installation, approval_of, certificate_of, dealt_with

AT_ONCE = 5
"""How many a chore issues or closes in one transaction: it is called again every few seconds."""
LOOKS_BACK = timedelta(days=400)
"""How long ago a plan may have ended to be certified by the chore; by hand there is no such limit."""
_log = logging.getLogger("reeve.certificates")
_NOWHERE = Installation()


def issue_certificate(session: Session, plan_id: PlanId, installation: Installation = _NOWHERE) -> CertificateId:
    """Issue the certificate of a plan that has ended, and record that. There is one already: that one, unchanged.

    Args:
        session: of the transaction, of whoever ended the plan, or later.
        plan_id: which plan.
        installation: what the state does not hold of where it was carried out.

    Raises:
        NotFound: there is no such plan.
        CertificateRefused: it has not ended, was refused, dealt with no row that stayed away, or a batch of what it did was not
            read again.
        IntegrityViolated: the plan is not what its root says, or what is kept of it does not add up.
    """
    row = plan_of(session, plan_id, lock=True)  # from here on no other session issues it
    session.flush()
    known = session.scalar(select(CertificateRow.id).where(CertificateRow.plan_id == plan_id))
    if known is not None:
        return known
    certificate_id = CertificateId(new_id())
    try:
        made = certificate_of(session, row, certificate_id, installation)
    except ValidationError as exc:
        problems = "; ".join(one["msg"].removeprefix("Value error, ") for one in exc.errors(include_input=False)[:3])
        raise IntegrityViolated(f"what is kept of a plan does not add up: {problems}") from None
    _keep(session, row, certificate_id, made)
    return certificate_id


def lacking(session: Session, limit: int = AT_ONCE, skip: Collection[PlanId] = ()) -> list[PlanId]:
    """Plans that ended within ``LOOKS_BACK``, dealt with rows, and have no certificate yet, the oldest first."""
    since = context_of(session).clock.now() - LOOKS_BACK
    query = (
        select(PlanRow.id, PlanRow.result)
        .outerjoin(CertificateRow, CertificateRow.plan_id == PlanRow.id)
        .where(
            PlanRow.state.in_(OUTCOMES),
            PlanRow.ended_at >= since,
            PlanRow.batches > 0,  # most scheduled plans find nothing to do
            CertificateRow.id.is_(None),
        )
        .order_by(PlanRow.ended_at)
    )
    found = (plan_id for plan_id, result in session.execute(query) if plan_id not in skip and dealt_with(result) > 0)
    return list(islice(found, limit))


def issue_due(session: Session, installation: Installation = _NOWHERE, failed: MutableSet[PlanId] | None = None) -> int:
    """Issue certificates of plans that have ended and lack one. A chore of the leader. Returns how many.

    Args:
        session: of the transaction.
        installation: see ``issue_certificate``.
        failed: plans that could not be certified: left out, and added to. The control of certificates shows that they lack one.
    """
    failed = set() if failed is None else failed
    issued = 0
    for plan_id in lacking(session, skip=failed):
        try:
            with session.begin_nested():
                issue_certificate(session, plan_id, installation)
            issued += 1
        except (CertificateRefused, IntegrityViolated) as exc:
            failed.add(plan_id)
            _log.warning("plan %s has ended and cannot be certified: %s", plan_id, exc.message)
    return issued


def close_due(session: Session) -> int:
    """Close certificates whose last copy has ended. A chore of the leader. Returns how many."""
    now, closed = context_of(session).clock.now(), 0
    due = select(CertificateRow).where(CertificateRow.closed_at.is_(None), CertificateRow.copies_end_at <= now)
    ordered = due.order_by(CertificateRow.copies_end_at).limit(AT_ONCE)
    for row in session.scalars(ordered.with_for_update(skip_locked=True)):
        _close(session, row, now)
        closed += 1
    return closed


def _keep(session: Session, row: PlanRow, certificate_id: CertificateId, made: Certificate) -> None:
    data = made.to_bytes()
    digest = hashlib.sha256(data).hexdigest()
    approval_id, approver, _ = approval_of(session, row)
    counts = made.counts
    event_id = record(
        session,
        CertificateIssued(
            certificate=certificate_id,
            plan=row.id,
            approval=approval_id,
            approver=approver,
            root=made.plan.root,
            sha256=digest,
            level=made.method.level.value,
            outcome=made.plan.outcome,
            planned=counts.rows_planned,
            certified=counts.rows_certified,
            found=counts.rows_found_again,
            roots_left=sum(one.roots for one in counts.left),
            excluded=sum(one.rows for one in counts.excluded),
            batches=made.batches.done,
            copies=len(made.copies.remaining),
            copies_end_at=made.copies.end_at,
            state="open",
        ),
    )
    session.add(
        CertificateRow(
            id=certificate_id,
            plan_id=row.id,
            store=row.store,
            level=made.method.level.value,
            rows=counts.rows_certified,
            document=data,
            sha256=digest,
            issued_at=made.issued_at,
            copies_end_at=made.copies.end_at,
            event_id=event_id,
        )
    )
    session.flush()


def _close(session: Session, row: CertificateRow, now: datetime) -> None:
    assert row.copies_end_at is not None  # noqa: S101 - for the type: the query asked for it
    row.closed_at = now
    row.closed_event_id = record(
        session,
        CertificateClosed(
            certificate=row.id,
            plan=row.plan_id,
            sha256=row.sha256,
            issued_at=row.issued_at,
            copies_end_at=row.copies_end_at,
        ),
    )
    session.flush()

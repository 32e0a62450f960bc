"""From the state to the document: what a plan did, checked against its root, with who approved it and what was known before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.actors.approvals import read_approval
from engine.base.errors import IntegrityViolated
from engine.base.ids import ActorId, ApprovalId, CertificateId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.events import reference_hash
from engine.base.state.tables import (
    ActorRow,
    ApprovalRow,
    ApproverKeyRow,
    OpenBatchRow,
    OutboxRow,
    PlanBatchRow,
    PlanRow,
    StoreRow,
)
from engine.governance.change.ending import totals
from engine.governance.change.kept import require_root, whole_numbers
from engine.governance.change.plan import Header
from retention.certificate import document as doc
from retention.certificate.before import classes_before
from retention.certificate.errors import CertificateRefused
from retention.certificate.words import TECHNIQUES, Level

OUTCOMES: Final[tuple[doc.Outcome, ...]] = ("done", "complete_with_exceptions", "cancelled", "expired")
"""Of plans that a certificate can be issued of: of the last two only if part of them was done and read again."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What the state does not hold of where a plan was carried out.

    Attributes:
        config_hash: of the configuration; None where it is not known.
        servers: by store: type of its server.
    """

    config_hash: str | None = None
    servers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Done:
    """What the batches came to. ``began_at`` and others: over all that were done. ``not_begun``: roots of the others."""

    batches: int
    not_begun: int
    found: int
    began_at: datetime
    committed_at: datetime | None
    last_at: datetime
    verified_from: datetime
    verified_to: datetime


def certificate_of(
    session: Session, row: PlanRow, certificate_id: CertificateId, installation: Installation
) -> doc.Certificate:
    """The certificate of a plan that has ended, also of one that was given up when part of it was done.

    Raises:
        CertificateRefused: it has not, it dealt with nothing that stayed so, or a batch of it was not read again.
        IntegrityViolated: what is kept of it does not fit together.
    """
    outcome = _outcome(row)
    if not dealt_with(row.result):
        raise CertificateRefused("this plan dealt with no row: there is nothing to certify", reason="nothing_done")
    header = require_root(session, row)
    done, left, resolved = totals(session, row.id, len(header.rows))
    work = _work(session, row)
    if work.not_begun:
        left[doc.STOPPED] = left.get(doc.STOPPED, 0) + work.not_begun
    counts = _counts(header, done, left, resolved, work.found)
    assert row.ended_at is not None  # noqa: S101 - for the type: a plan with an outcome has ended
    return doc.Certificate(
        certificate=certificate_id,
        tenant=row.tenant_id,
        issued_at=context_of(session).clock.now(),
        extent="partial" if work.batches < header.batches or doc.STOPPED in left else "whole",
        store=_store(session, row, installation),
        assets=_assets(header, done),
        before=classes_before(
            session, header.task.store, list(dict.fromkeys(step.asset for step in header.task.steps)), header.made_at
        ),
        method=doc.Method(level=level_of(header), nist="none"),
        tool=doc.Tool(name="reeve", version=version("reeve"), config_hash=installation.config_hash),
        plan=_plan(header, row, outcome),
        counts=counts,
        batches=doc.Batches(planned=header.batches, done=work.batches),
        verification=doc.Verification(
            method="reread_by_key_and_value",
            batches=work.batches,
            rows=counts.rows_done,
            found=work.found,
            began_at=work.verified_from,
            ended_at=work.verified_to,
        ),
        validation=_validation(session, row),
        performer=doc.Performer(actor=_performer(session, row), workers=_workers(session, row)),
        times=doc.Times(
            planned_at=header.made_at,
            approved_at=row.approved_at,
            began_at=work.began_at,
            committed_at=work.committed_at,
            ended_at=row.ended_at,
        ),
        warnings=tuple(doc.Warned(kind=one.kind, asset=one.asset, detail=one.detail) for one in header.warnings),
        copies=_copies(header, work),
    )


def dealt_with(result: JsonValue) -> int:
    """Rows that a plan dealt with and that were not found again, as it says itself since it ended; 0 before."""
    match result:
        case {"done": [*done], "found": int(found)}:
            return sum(one for one in done if isinstance(one, int)) - found
    return 0


def level_of(header: Header) -> Level:
    """What was done to the roots."""
    return Level.LOGICAL_DELETION if header.task.steps[0].action == "delete" else Level.LOGICAL_ANONYMISATION


def _outcome(row: PlanRow) -> doc.Outcome:
    for outcome in OUTCOMES:
        if row.state == outcome:
            return outcome
    raise CertificateRefused(
        "only a plan that was carried out and read again is certified",
        reason="not_ended" if row.ended_at is None else "not_verified",
        hint=f"this one is {row.state.replace('_', ' ')}",
    )


def _work(session: Session, row: PlanRow) -> _Done:
    mine = PlanBatchRow.plan_id == row.id
    is_done = PlanBatchRow.state == "done"
    query = select(
        func.count(),
        func.count().filter(is_done),
        func.count().filter(PlanBatchRow.state == "left"),
        func.count().filter(is_done, PlanBatchRow.verified_at.is_not(None)),
        func.coalesce(func.sum(PlanBatchRow.found), 0),
        func.min(PlanBatchRow.began_at).filter(is_done),
        func.max(PlanBatchRow.ended_at).filter(is_done),
        func.min(PlanBatchRow.verified_at),
        func.max(PlanBatchRow.verified_at),
    ).where(mine)
    batches, done, left, verified, found, began, ended, first, last = session.execute(query).one()
    if (
        began is None
        or ended is None
        or first is None
        or last is None
        or not batches == row.batches == done + left
        or done != verified
    ):
        raise CertificateRefused("a batch of this plan was not done, or not read again", reason="not_verified")
    not_begun = select(PlanBatchRow.rows).where(mine, PlanBatchRow.state == "left")
    roots = sum(whole_numbers(rows)[0] for rows in session.scalars(not_begun))
    committed = select(PlanBatchRow.committed_at).where(mine, PlanBatchRow.committed_at.is_not(None))
    newest = session.scalar(committed.order_by(PlanBatchRow.committed_at.desc()).limit(1))
    return _Done(done, roots, int(found), began, newest, ended, first, last)


def _counts(header: Header, done: tuple[int, ...], left: Mapping[str, int], resolved: int, found: int) -> doc.Counts:
    roots_in = header.task.steps[0].asset  # what is excluded or left is counted by roots
    return doc.Counts(
        rows_planned=header.total,
        rows_done=sum(done),
        rows_found_again=found,
        rows_certified=sum(done) - found,
        rows_resolved=resolved,
        roots_planned=header.rows[0],
        roots_done=done[0],
        left=tuple(doc.LeftRoots(asset=roots_in, reason=reason, roots=roots) for reason, roots in sorted(left.items())),
        excluded=tuple(
            doc.ExcludedRows(asset=roots_in, reason=one.reason.value, detail=one.detail, rows=one.rows)
            for one in header.excluded
        ),
        excluded_root=header.excluded_root,
    )


def _store(session: Session, plan: PlanRow, installation: Installation) -> doc.Store:
    row = session.scalar(select(StoreRow).where(StoreRow.name == plan.store))
    told = plan.result.get("server") if isinstance(plan.result, dict) else None
    return doc.Store(
        name=plan.store,
        kind="sql" if row is None else row.kind,
        server=installation.servers.get(plan.store),
        server_version=told if isinstance(told, str) and told else None,
        jurisdiction="" if row is None else row.jurisdiction,
    )


def _assets(header: Header, done: tuple[int, ...]) -> tuple[doc.Treated, ...]:
    return tuple(
        doc.Treated.model_validate(
            {
                "asset": step.asset,
                "action": step.action.value,
                "technique": TECHNIQUES[step.action],
                "rows_planned": planned,
                "rows_done": rows,
                "table_rows": header.tables.get(step.asset),
            }
        )
        for step, planned, rows in zip(header.task.steps, header.rows, done, strict=True)
    )


def _plan(header: Header, row: PlanRow, outcome: doc.Outcome) -> doc.Planned:
    return doc.Planned(
        plan=row.id,
        root=row.root or "",
        outcome=outcome,
        maker=header.made_by,
        schedule=header.schedule,
        due_at=header.now,
        policies=header.policies,
        rules=header.rules,
    )


def approval_of(session: Session, row: PlanRow) -> tuple[ApprovalId, ActorId, ApprovalRow]:
    """The approval that a plan ran under last, and whose it is.

    Raises:
        IntegrityViolated: there is none.
    """
    query = select(ApprovalRow, ApproverKeyRow.actor_id).join(
        ApproverKeyRow, ApproverKeyRow.id == ApprovalRow.approver_key_id
    )
    found = session.execute(query.where(ApprovalRow.id == row.approval_id)).one_or_none()
    if found is None:
        raise IntegrityViolated("a plan was carried out, and its approval is not on record")
    return found[0].id, found[1], found[0]


def _validation(session: Session, row: PlanRow) -> doc.Validation:
    approval_id, approver, approval = approval_of(session, row)
    statement, _ = read_approval(approval.signed)
    return doc.Validation(
        approval=approval_id,
        approver=approver,
        kind="plan" if approval.kind == "plan" else "standing",
        signed_sha256=hashlib.sha256(approval.signed).hexdigest(),
        statement_sha256=hashlib.sha256(statement.to_bytes()).hexdigest(),
        given_at=statement.given_at,
        expires_at=statement.expires_at,
    )


def _performer(session: Session, row: PlanRow) -> UUID | None:
    """In whose name the plan was brought to its end: its event tells by a keyed hash."""
    key = purpose_key(session, Purpose.PSEUDONYM).key
    wanted = reference_hash(key, "plan", row.id)
    ended = select(OutboxRow.payload).where(OutboxRow.type == "plan.ended", OutboxRow.occurred_at >= row.ended_at)
    for payload in session.scalars(ended.order_by(OutboxRow.occurred_at, OutboxRow.id)):
        told = json.loads(payload)
        if told["object_ref"] == wanted:
            for actor_id in session.scalars(select(ActorRow.id)):
                if reference_hash(key, "actor", actor_id) == told["actor_ref"]:
                    return actor_id
    return None


def _workers(session: Session, row: PlanRow) -> tuple[UUID, ...]:
    query = select(OpenBatchRow.worker).where(OpenBatchRow.plan == row.id, OpenBatchRow.outcome == "done").distinct()
    return tuple(sorted(session.scalars(query)))


def _copies(header: Header, work: _Done) -> doc.Copies:
    """Counted from when the last batch was known to be committed, by our clock or the store's, whichever is later."""
    gone_at = max(work.last_at, work.committed_at or work.last_at)
    remaining = tuple(
        doc.RemainingCopy(kind=one.kind, lasts=None if one.lasts is None else str(one.lasts), until=one.until(gone_at))
        for one in header.copies
    )
    return doc.Copies(counted_from=gone_at, remaining=remaining, end_at=doc.last_end(remaining))

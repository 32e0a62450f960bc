"""Events of certificates of disposal: that one was issued, and that the last copy of what it certifies has ended.

Serve P4.3, C1.2 and CC6.5. They hold counts, hashes and instants; what a certificate says of stores and assets stands in its
document, which they bind by its hash.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.ids import ActorId, ApprovalId, CertificateId, PlanId
from engine.base.state.events import Event, RetentionClass, event, reference

CertificateState = Literal["open", "closed"]


@event
class CertificateIssued(Event):
    """What a plan did to a store was certified.

    Serves P4.3 and C1.2 (disposal is on record with its verification and what remains) and CC6.5.

    Attributes:
        certificate: its row; plan: the plan.
        approval: under which it was done; approver: who gave that.
        root: of the plan, hexadecimal; sha256: of the certificate's document.
        level: of the method, a stable word: ``logical_deletion``, ``logical_anonymisation``.
        outcome: of the plan: ``done``, ``complete_with_exceptions``, or, if it was given up midway, ``cancelled`` or ``expired``.
        planned: rows over all steps; certified: of these, dealt with and not there again when read again; found: there again.
        roots_left: roots that were left out while it ran; excluded: rows that were due and not planned.
        batches: that were done, each of them read again; planned roots of the others are among ``roots_left``.
        copies: that remain elsewhere, as declared; copies_end_at: when the last of them will have ended, None if nobody knows.
        state: ``open`` as long as a copy may be there.
    """

    type: ClassVar[str] = "certificate.issued"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    certificate: CertificateId = reference("certificate")
    plan: PlanId = reference("plan")
    approval: ApprovalId = reference("approval")
    approver: ActorId = reference("actor")
    root: str
    sha256: str
    level: str
    outcome: Literal["done", "complete_with_exceptions", "cancelled", "expired"]
    planned: int
    certified: int
    found: int
    roots_left: int
    excluded: int
    batches: int
    copies: int
    copies_end_at: datetime | None
    state: CertificateState


@event
class CertificateClosed(Event):
    """The last copy of what a certificate certifies has ended, by what was declared of copies.

    Serves P4.3, C1.2 and CC6.5 (clocks of remaining copies run to their end). Copies are not looked at: their end is declared.

    Attributes:
        certificate: its row; plan: the plan.
        sha256: of the certificate's document.
        issued_at: when it was issued; copies_end_at: when the last copy was to have ended.
    """

    type: ClassVar[str] = "certificate.closed"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    certificate: CertificateId = reference("certificate")
    plan: PlanId = reference("plan")
    sha256: str
    issued_at: datetime
    copies_end_at: datetime

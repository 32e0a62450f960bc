"""A Type I report as a file, with the event that says it was made: for the command line, the API and the console alike."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from engine.base.state.context import context_of
from engine.evidence.readiness import Readiness
from engine.evidence.report.document import write_json
from engine.evidence.report.model import type_one
from engine.evidence.report.page import write_html
from engine.evidence.view import run_at
from engine.ledger.events.evidence import EvidenceReportMade


@dataclass(frozen=True, slots=True)
class Made:
    """The file's bytes, and the event to record with whatever is done with them."""

    data: bytes
    event: EvidenceReportMade


def make_type_one(session: Session, form: Literal["html", "json"], until: datetime) -> Made:
    """Make a report from the newest evidence that was collected until an instant.

    Raises:
        NotFound: there is none.
        IntegrityViolated: an item is not what was recorded.
    """
    made = type_one(run_at(session, until), until, context_of(session).clock.now())
    buffer = io.BytesIO()
    (write_html if form == "html" else write_json)(made, buffer)
    data = buffer.getvalue()
    return Made(
        data,
        EvidenceReportMade(
            run=made.run.id,
            report="type_1",
            format=form,
            at=made.at,
            criteria=len(made.standings),
            ready=made.totals[Readiness.SHOWN],
            gaps=len(made.gaps),
            sha256=hashlib.sha256(data).hexdigest(),
        ),
    )

"""A certificate as one HTML file: for a screen, a phone and paper. It loads nothing and can be kept."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO, Final
from uuid import UUID

from engine.base.render.html import asset, environment, write_page
from engine.base.render.plural import counted
from engine.governance.change.words import left_in_words
from retention.certificate.document import STOPPED
from retention.certificate.view import CertificateView
from retention.certificate.words import ACTIONS, COPIES, LEVELS, LIMITS, NIST, NOT_SANITISED

PACKAGE: Final = "retention"
FOLDER: Final = "certificate"
SHARED: Final = ("report.css", "engine.evidence", "report")
"""Our reports have one look."""


@dataclass(frozen=True, slots=True)
class Banner:
    """Where the certificate stands, in a sentence at its top."""

    tone: str
    title: str
    text: str


def page_of(view: CertificateView, *, names: bool = False) -> bytes:
    """The page's bytes, UTF-8. See ``write_html``."""
    stream = io.BytesIO()
    write_html(view, stream, names=names)
    return stream.getvalue()


def write_html(view: CertificateView, stream: BinaryIO, *, names: bool = False) -> None:
    """Write a certificate. The same view always gives the same bytes.

    Args:
        view: the certificate.
        stream: takes the bytes.
        names: with names of persons beside the ids of their actors, as far as they are still known: personal data.
    """
    write_page(
        stream,
        environment(PACKAGE, FOLDER),
        "certificate.html",
        style=asset(*SHARED) + asset("certificate.css", PACKAGE, FOLDER),
        line=view.line,
        issued=view.issued,
        closed=view.closed,
        banner=banner(view),
        person=lambda one: person(view, one, names=names),
        levels=LEVELS,
        actions=ACTIONS,
        left_in_words=left_in_words,
        copy_words=COPIES,
        nist=NIST,
        partial=partial(view),
        not_sanitised=NOT_SANITISED,
        limits=LIMITS,
        made=view.document,
        left=sum(one.roots for one in view.document.counts.left),
        excluded=sum(one.rows for one in view.document.counts.excluded),
    )


def banner(view: CertificateView) -> Banner:
    """What there is to say first: whether copies may remain, and what was found again."""
    counts, copies = view.document.counts, view.document.copies
    again = ""
    if counts.rows_found_again:
        again = f" {counted(counts.rows_found_again, 'row')} dealt with, and found again."
    if view.line.closed_at is not None:
        text = f"By what was declared, the last copy had ended on {view.line.copies_end_at:%Y-%m-%d %H:%M} UTC."
        return Banner("bad" if again else "good", "Closed", text + again)
    if copies.end_at is not None:
        text = f"Copies may remain elsewhere until {copies.end_at:%Y-%m-%d %H:%M} UTC; then it closes."
    elif copies.remaining:
        text = "Of a copy that remains elsewhere nobody knows when it ends, so it stays open."
    else:
        text = "Nothing is declared of copies of this store, so nobody knows what remains elsewhere, and it stays open."
    return Banner("bad" if again else "warn", "Open", text + again)


def partial(view: CertificateView) -> str:
    """What a certificate of part of a plan says of the rest; empty where all of the plan was done."""
    made = view.document
    if made.extent == "whole":
        return ""
    stopped = sum(one.roots for one in made.counts.left if one.reason == STOPPED)
    batches = counted(made.batches.planned, "batch", "batches")
    return (
        f"The plan was given up ({made.plan.outcome}) when {made.batches.done:,} of {batches} were done. "
        f"{counted(made.counts.rows_planned - made.counts.rows_done, 'planned row')} were not dealt with, among them "
        f"{counted(stopped, 'root')} not begun: this certificate says nothing of them."
    )


def person(view: CertificateView, actor_id: UUID | None, *, names: bool) -> str:
    """An actor of a certificate in words."""
    if actor_id is None:
        return "not kept any more"
    actor = view.people.get(actor_id)
    kind = "actor" if actor is None else actor.kind.value
    name = f"{actor.name}, " if names and actor is not None and actor.name else ""
    return f"{name}{kind} {actor_id}"

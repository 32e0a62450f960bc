"""Certificates on the terminal and as JSON."""

from __future__ import annotations

from uuid import UUID

from rich.console import Console

from api.cli.inventory_print import acting, called, moment, plain, stamp
from api.cli.plan_print import words
from engine.base.render.plural import counted
from engine.governance.change.words import left_in_words
from retention.certificate.page import banner, partial
from retention.certificate.view import CertificateLine, CertificateView, Entry
from retention.certificate.words import ACTIONS, LEVELS, NOT_SANITISED


def line_document(one: CertificateLine) -> dict[str, object]:
    """A certificate for JSON, without its document."""
    return {
        "certificate": str(one.id),
        "plan": str(one.plan_id),
        "state": one.state,
        "store": one.store,
        "level": one.level,
        "rows": one.rows,
        "sha256": one.sha256,
        "issued_at": stamp(one.issued_at),
        "copies_end_at": stamp(one.copies_end_at),
        "closed_at": stamp(one.closed_at),
    }


def whole_document(one: CertificateView) -> dict[str, object]:
    """A certificate for JSON, with its document and its events."""
    return {
        **line_document(one.line),
        "document": one.document.model_dump(mode="json"),
        "people": [acting(actor) for _, actor in sorted(one.people.items())],
        "issued": _entry_document(one.issued),
        "closed": None if one.closed is None else _entry_document(one.closed),
    }


def print_line(console: Console, one: CertificateLine) -> None:
    """A certificate in a line."""
    colour = "yellow" if one.state == "open" else "green"
    until = "nobody knows until when" if one.copies_end_at is None else f"copies until {moment(one.copies_end_at)}"
    parts = [f"[bold]{one.id.hex[-8:]}[/]", f"[{colour}]{one.state}[/]", plain(one.store), counted(one.rows, "row")]
    parts += [words(one.level), f"issued {moment(one.issued_at)}"]
    parts.append(until if one.closed_at is None else f"closed {moment(one.closed_at)}")
    console.print("  ".join(parts))


def print_certificate(console: Console, one: CertificateView) -> None:
    """A certificate in full."""
    made = one.document
    print_line(console, one.line)
    told = banner(one)
    console.print(f"  {told.title}. {told.text}", style="yellow" if told.tone != "good" else "green", markup=False)
    console.print(f"  {LEVELS[made.method.level]}", markup=False)
    console.print(f"  {NOT_SANITISED}", style="dim", markup=False)
    if made.extent == "partial":
        console.print(f"  [yellow]partial[/]: {partial(one)}", highlight=False)
    for step in made.assets:
        console.print(
            f"  [bold]{step.technique}[/] {step.rows_done:,} of {counted(step.rows_planned, 'row')} of {plain(step.asset)} "
            f"({ACTIONS[step.action]})"
        )
    for out in made.counts.excluded:
        by = f" ({plain(out.detail)})" if out.detail else ""
        console.print(
            f"  not planned: {counted(out.rows, 'row')} of {plain(out.asset)}, {plain(left_in_words(out.reason))}{by}"
        )
    for left in made.counts.left:
        console.print(
            f"  left out: {counted(left.roots, 'root')} of {plain(left.asset)}, {plain(left_in_words(left.reason))}"
        )
    _print_checks(console, one)
    for copy in made.copies.remaining:
        until = "nobody knows until when" if copy.until is None else f"until {moment(copy.until)}"
        console.print(f"  remains elsewhere: {plain(copy.kind)}, {until}")
    console.print(f"  SHA-256 {one.line.sha256}", style="dim")
    console.print(f"  {one.issued.place or 'waits for its place in the ledger'}", style="dim")


def _print_checks(console: Console, one: CertificateView) -> None:
    verified, accepted = one.document.verification, one.document.validation
    again = f"[red]{verified.found:,} found again[/]" if verified.found else "none found again"
    console.print(
        f"  verified: {counted(verified.rows, 'row')} in {counted(verified.batches, 'batch', 'batches')} read again, {again}"
    )
    console.print(f"  accepted by {_named(one, accepted.approver)} on {moment(accepted.given_at)}")
    console.print(f"  plan by {_named(one, one.document.plan.maker)}, root {one.document.plan.root[:12]}", style="dim")


def _named(one: CertificateView, actor_id: UUID) -> str:
    actor = one.people.get(actor_id)
    return f"actor {actor_id}" if actor is None else called(actor)


def _entry_document(one: Entry) -> dict[str, object]:
    return {"place": one.place, "event_sha256": one.sha256 or None}

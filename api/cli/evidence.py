"""``reeve evidence``: criteria and controls, tests of the controls over our records, and the report made from them."""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput, IntegrityViolated

if TYPE_CHECKING:
    from api.cli.home import Home
    from engine.base.state.database import Database
    from engine.base.state.tables import EvidenceRunId

app = typer.Typer(
    help="SOC 2 evidence: criteria, controls, their tests, and a Type I report. Not an audit opinion.",
    no_args_is_help=True,
)
AT = typer.Option("--at", help="The last day that counts, YYYY-MM-DD in UTC; by default now.", metavar="DATE")
JSON = typer.Option("--json", help="Print one JSON document instead of lines.")


class ReportForm(StrEnum):
    """File formats of a report."""

    HTML = "html"
    JSON = "json"


@app.command("criteria")
def criteria(as_json: Annotated[bool, JSON] = False) -> None:
    """List the 61 Trust Services Criteria (2017) in our own words, with their class. Needs no configuration.

    AUTO: our own records can carry it. IMPORT: it needs a population from another system. ATTEST: it needs documents.
    """
    from engine.evidence.criteria import CATEGORIES
    from engine.evidence.criteria import criteria as listed

    found = listed()
    if as_json:
        print_json([{"id": one.id, "class": one.cls.value, "title": one.title} for one in found])
        return
    category = ""
    for one in found:
        if one.category != category:
            category = one.category
            out().print(f"[bold]{category}[/]  {CATEGORIES[category]}")
        out().print(f"  {one.id:<6} {one.cls:<6}  {one.title}")


@app.command("controls")
def controls(as_json: Annotated[bool, JSON] = False) -> None:
    """List the library of controls: what each is for, and which test tells of it. Needs no configuration."""
    from api.cli.evidence_print import control_document, print_control
    from engine.evidence.controls.library import library, library_hash

    found = library()
    if as_json:
        print_json({"library_hash": library_hash(), "controls": [control_document(one) for one in found]})
        return
    for one in found:
        print_control(one)


@app.command("run")
def run(
    context: typer.Context,
    at: Annotated[str, AT] = "",
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back the tests look at most.")] = 90,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Test every control over our own records, and keep what comes of it as evidence.

    What is looked at as a state, such as owners of stores, cannot be tested for a day that is over.
    """
    from api.cli.evidence_print import print_run, run_document
    from api.cli.home import open_home
    from engine.evidence.view import find_run

    home = open_home(context.obj)
    run_id = collect_now(home, _until(at, home.database), days)
    with home.database.snapshot() as session:
        made = find_run(session, run_id.hex)
    if as_json:
        print_json(run_document(made))
        return
    print_run(made)


def collect_now(home: Home, until: datetime | None = None, days: int = 90) -> EvidenceRunId:
    """Collect evidence, with a place in the ledger for what it cites before, and for itself afterwards."""
    from engine.evidence.collect import Asked, collect
    from engine.ledger.log.sequencer import Sequencer

    sequencer = Sequencer(home.database, home.settings.ledger.origin)
    with contextlib.suppress(IntegrityViolated):  # what was changed while it waited gets no place; a test tells of it
        sequencer.drain()
    run_id = collect(home.database, Asked(home.settings.config_hash, until, days))
    with contextlib.suppress(IntegrityViolated):
        sequencer.drain()
    return run_id


@app.command("show")
def show(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="A run, by the end of its id; the newest if left out.", metavar="RUN")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List runs, the newest first, instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="With --list: at most so many.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="With --list: leave out so many first.")] = 0,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what the tests of a run came to, with what each rests on."""
    from api.cli.evidence_print import line_document, print_line, print_run, run_document
    from api.cli.home import open_home
    from engine.evidence.view import find_run, list_runs

    home = open_home(context.obj)
    with home.database.snapshot() as session:
        if not listed:
            found = find_run(session, name)
        else:
            total, lines = list_runs(session, limit, skip)
    if listed and as_json:
        print_json({"total": total, "skip": skip, "runs": [line_document(one) for one in lines]})
    elif listed:
        for one in lines:
            print_line(one)
        if total > skip + len(lines):
            err().print(f"{total - skip - len(lines)} more: --skip {skip + len(lines)}")
    elif as_json:
        print_json(run_document(found))
    else:
        print_run(found)


@app.command("report")
def report(
    context: typer.Context,
    type_: Annotated[int, typer.Option("--type", min=1, max=1, help="1: the design of controls at a date.")] = 1,
    at: Annotated[str, AT] = "",
    form: Annotated[
        ReportForm, typer.Option("--format", help="One HTML file that stands alone, or JSON.")
    ] = ReportForm.HTML,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; standard output if left out.")
    ] = None,
) -> None:
    """Write a Type I report from the newest evidence that was collected until a date. Not an audit opinion."""
    size = write_report(context.obj, form, output, at)
    if output is not None:
        err().print(f"{output}: {size:,} bytes")


def write_report(config: Any, form: ReportForm, output: Path | None, at: str = "") -> int:
    """Write a report to a file or standard output, and record that it was handed out; returns its size in bytes."""
    from api.cli.files import write_whole
    from api.cli.home import open_home
    from engine.base.state.context import context_of
    from engine.base.state.outbox import record
    from engine.evidence.report.made import make_type_one

    home = open_home(config)
    with home.database.snapshot() as session:
        until = _until(at, home.database) or context_of(session).clock.now()
        made = make_type_one(session, form.value, until)
    with home.database.transaction() as session:
        record(session, made.event)
        if output is not None:
            write_whole(output, made.data)
    if output is None:
        sys.stdout.buffer.write(made.data)
        sys.stdout.buffer.flush()
    return len(made.data)


def _until(day: str, database: Database) -> datetime | None:
    """The end of a day in UTC, or now while that day lasts; None for no day.

    Raises:
        BadInput: it is no day, or one that is yet to come.
    """
    if not day:
        return None
    try:
        begin = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("a date is written as YYYY-MM-DD", hint="--at 2026-03-01") from None
    if database.context is None:
        raise AssertionError("a state that was opened is bound")
    now = database.context.clock.now()
    if begin > now:
        raise BadInput("that day is yet to come")
    return min(begin + timedelta(days=1), now)

"""``reeve hold``: keep data from destruction for a legal matter, and end that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput, Interrupted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.base.ids import HoldId
    from engine.base.state.database import Database
    from engine.governance.holds.barrier import BatchView

app = typer.Typer(help="Legal holds: what may not be destroyed, whatever the rules say.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(help="The hold's id, or as much of its end as is unique.", metavar="HOLD")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
Review = Annotated[
    str, typer.Option(help="The day by which it is looked at again, YYYY-MM-DD in UTC; within 366 days.")
]


@app.command("place")
def place(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    matter: Annotated[str, typer.Option(help="The case, in a few words, such as its number. Kept sealed.")],
    reason: Annotated[str, typer.Option(help="Why these data are needed. Kept sealed.")],
    review: Review,
    owner: Annotated[str, typer.Option(help="Who answers for it; by default you.", metavar="ACTOR")] = "",
    store: Annotated[list[str] | None, typer.Option(help="Hold a whole store; may be repeated.")] = None,
    asset: Annotated[
        list[str] | None, typer.Option(help="Hold a table or asset; may be repeated.", metavar="STORE/ASSET")
    ] = None,
    subject: Annotated[
        list[str] | None,
        typer.Option(
            help="Hold the rows with one of the identifiers in this field, and what hangs on them; may be repeated.",
            metavar="STORE/ASSET.FIELD",
        ),
    ] = None,
    identifiers: Annotated[
        str,
        typer.Option(help="With --subject: a file with an identifier a line, or - for standard input.", metavar="FILE"),
    ] = "",
    rows: Annotated[
        str, typer.Option(help="Hold single rows of a table, and what hangs on them.", metavar="STORE/ASSET")
    ] = "",
    keys: Annotated[
        str,
        typer.Option(
            help="With --rows: a file with a primary key a line, or -; a key of several columns is a JSON list.",
            metavar="FILE",
        ),
    ] = "",
    wait: Annotated[
        float | None,
        typer.Option(
            min=0, help="Wait at most so long until it is effective; without end if left out.", metavar="SECONDS"
        ),
    ] = None,
    poll: Annotated[float, typer.Option(min=0.05, max=60, help="Look again every so many seconds.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Place a hold, and wait until it is effective.

    It counts at once: no batch that begins from now on touches what it covers. It is effective when no batch is open any more
    that began before. Ctrl-C ends the waiting, not the hold: a worker makes it effective. Exit code 3 when it is not effective by
    the time given.
    """
    from api.cli.actor_print import which
    from api.cli.hold_asked import end_of, lines_of, rows_of, subjects, whole
    from api.cli.hold_print import hold_document, print_hold
    from api.cli.home import open_home
    from engine.governance.holds.place import NewHold, place_hold
    from engine.governance.holds.view import show_hold

    if bool(subject) != bool(identifiers) or bool(rows) != bool(keys):
        raise BadInput("--subject goes with --identifiers, and --rows with --keys")
    if identifiers == keys == "-":
        raise BadInput("standard input can be read once only", hint="give one of them as a file")
    texts, lines = lines_of(identifiers), lines_of(keys)
    database = open_home(context.obj).database
    with database.transaction() as session:
        scopes = [
            *whole(session, store or [], asset or []),
            *subjects(session, subject or [], texts),
            *rows_of(session, rows, lines),
        ]
        wanted = NewHold(matter, reason, scopes, end_of(review), which(session, owner) if owner else None)
        hold_id = place_hold(session, wanted)
    effective = _wait(database, hold_id, wait, poll)
    with database.snapshot() as session:
        made = show_hold(session, hold_id)
    if as_json:
        print_json(hold_document(made))
    else:
        print_hold(made)
    if not effective:
        raise typer.Exit(3)


@app.command("release")
def release(
    context: typer.Context,
    hold: Which,
    reason: Annotated[str, typer.Option(help="Why it is not needed any more. Kept sealed.")],
    as_json: AsJson = False,
) -> None:
    """End a hold: what it covered may go again when the rules say so. Whoever placed it cannot; it takes another person."""
    from engine.governance.holds.ending import release_hold

    _change(context, hold, as_json, lambda session, hold_id: release_hold(session, hold_id, reason))


@app.command("review")
def review(
    context: typer.Context,
    hold: Which,
    until: Review,
    note: Annotated[str, typer.Option(help="What you found. Goes into the trail, as a commitment.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a hold that is still needed, until another day by which it is looked at again."""
    from api.cli.hold_asked import end_of
    from engine.governance.holds.ending import review_hold

    day = end_of(until)
    _change(context, hold, as_json, lambda session, hold_id: review_hold(session, hold_id, day, note))


@app.command("list")
def show_all(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only those that are active, placed, effective or released.")] = "",
    store: Annotated[str, typer.Option(help="Only those that cover something in this store.")] = "",
    matter: Annotated[str, typer.Option(help="Only those of this matter, as it was written.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose review is overdue.")] = False,
    fail_on_overdue: Annotated[
        bool, typer.Option("--fail-on-overdue", help="Exit with 1 when a review is overdue.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many holds.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many holds first.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List holds, newest first."""
    from api.cli.hold_print import hold_document, print_line
    from api.cli.home import open_home
    from engine.governance.holds.view import Filters, count_holds, list_holds

    filters = Filters(state, store, matter, overdue)
    with open_home(context.obj).database.snapshot() as session:
        total, late = count_holds(session, filters), count_holds(session, Filters(overdue=True))
        found = list_holds(session, limit, skip=skip, filters=filters)
    if as_json:
        print_json({"total": total, "skip": skip, "overdue": late, "holds": [hold_document(one) for one in found]})
    else:
        for one in found:
            print_line(one)
        if total > skip + len(found):
            err().print(f"{total - skip - len(found)} more: --skip {skip + len(found)}")
        if late:
            err().print(f"reviews that are overdue: {late}; see `reeve hold review`")
    if late and fail_on_overdue:
        raise typer.Exit(1)


@app.command("show")
def show(context: typer.Context, hold: Which, as_json: AsJson = False) -> None:
    """Show a hold: what it covers, and, until it is effective, for what it waits."""
    from api.cli.hold_print import hold_document, print_batches, print_hold
    from api.cli.home import open_home
    from engine.governance.holds.barrier import waited_for
    from engine.governance.holds.view import find_hold

    with open_home(context.obj).database.snapshot() as session:
        found = find_hold(session, hold)
        batches = waited_for(session, found.id) if found.state == "placed" else []
    if as_json:
        print_json(hold_document(found, batches))
        return
    print_hold(found)
    print_batches(out(), batches)


def _change(context: typer.Context, hold: str, as_json: bool, act: Callable[[Session, HoldId], None]) -> None:
    from api.cli.hold_print import hold_document, print_hold
    from api.cli.home import open_home
    from engine.governance.holds.view import find_hold, show_hold

    with open_home(context.obj).database.transaction() as session:
        hold_id = find_hold(session, hold).id
        act(session, hold_id)
        view = show_hold(session, hold_id)
    if as_json:
        print_json(hold_document(view))
        return
    print_hold(view)


def _wait(database: Database, hold_id: HoldId, longest: float | None, poll: float) -> bool:
    """Wait, and say for what; whether it is effective."""
    from api.cli.hold_print import print_batches
    from engine.governance.holds.place import wait_effective

    late = None if longest is None else time.monotonic() + longest
    before: list[Sequence[BatchView]] = []

    def told(batches: Sequence[BatchView]) -> None:
        if [one.id for one in batches] != [one.id for some in before[-1:] for one in some]:
            before.append(batches)
            print_batches(err(), batches)

    try:
        return wait_effective(
            database,
            hold_id,
            sleep=lambda: time.sleep(poll),
            told=told,
            until=lambda: late is not None and time.monotonic() + poll > late,
        )
    except Interrupted:
        raise Interrupted(
            f"not waited for; the hold {hold_id} is placed and counts",
            hint=f"a worker makes it effective; `reeve hold show {hold_id.hex[-8:]}` says for what it waits",
        ) from None

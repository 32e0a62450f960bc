"""``reeve scans``: the scans of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from engine.estate.inventory.history import PastScan

_COLOUR = {"complete": "green", "complete_with_exceptions": "yellow", "abandoned": "red"}


def scans(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many scans.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many scans first.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """List past scans, newest first: how each ended, what it read, and what it found changed."""
    from api.cli.home import open_home
    from engine.estate.inventory.history import count_scans, past_scans

    with open_home(context.obj).database.snapshot() as session:
        total, found = count_scans(session), past_scans(session, limit, skip)
    if as_json:
        print_json({"total": total, "skip": skip, "scans": [_as_row(one) for one in found]})
        return
    console = out()
    for one in found:
        _print_scan(console, one)
    if not total:
        err().print("there was no scan yet: `reeve scan`")
    left = total - skip - len(found)
    if found and left > 0:
        err().print(f"{left} more: --skip {skip + len(found)}")


def _as_row(one: PastScan) -> dict[str, object]:
    from api.cli.inventory_print import acting, drift_document, stamp

    return {
        "scan": str(one.scan_id),
        "status": one.status,
        "stores": list(one.stores),
        "started_at": stamp(one.started_at),
        "ended_at": stamp(one.ended_at),
        "rows": one.rows,
        "bytes": one.bytes,
        "objects": dict(one.objects),
        "pack": one.pack,
        "actor": acting(one.actor),
        **drift_document(one.drift),
    }


def _print_scan(console: Console, one: PastScan) -> None:
    from api.cli.inventory_print import called, moment, plain
    from engine.estate.inventory.drift.fold import sentences

    colour = _COLOUR.get(one.status, "bold")
    console.print(f"[bold]{moment(one.started_at)}[/]  [{colour}]{one.status.replace('_', ' ')}[/]  scan {one.scan_id}")
    took = "" if one.ended_at is None else f" in {(one.ended_at - one.started_at).total_seconds():,.1f} s"
    objects = ", ".join(f"{count:,} {state}" for state, count in one.objects.items()) or "none"
    console.print(f"  {', '.join(map(plain, one.stores))}: {one.rows:,} rows{took}; objects: {objects}")
    console.print(f"  by {called(one.actor)}, pack {one.pack}", style="dim")
    for sentence in sentences(one.drift):
        console.print(f"  {plain(sentence)}")

"""``reeve jobs``: what was asked of workers, how far it is, and pausing, resuming and cancelling it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from rich.console import Console
    from sqlalchemy.orm import Session

    from engine.base.state.database import Database
    from engine.base.state.tables import JobId
    from engine.base.work.view import JobView, WorkerView
    from engine.estate.scan.status import ScanStatus

app = typer.Typer(help="See, pause, resume and cancel what workers do.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(help="The job's id, or as much of its end as is unique.", metavar="JOB")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
_COLOUR = {"done": "green", "failed": "red", "cancelled": "dim", "running": "bold", "paused": "yellow"}


@app.command("list")
def show_all(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many jobs.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many jobs first.")] = 0,
    every: Annotated[bool, typer.Option("--all", help="Also the parts that workers took over from scans.")] = False,
    as_json: AsJson = False,
) -> None:
    """List jobs, newest first, and the workers that live."""
    from api.cli.home import open_home
    from engine.base.work.view import list_jobs, living_workers
    from engine.estate.scan.work import SCAN
    from engine.evidence.work import EVIDENCE
    from engine.governance.change.work import CHANGE
    from retention.work import SWEEP

    with open_home(context.obj).database.snapshot() as session:
        total, found = list_jobs(session, limit, skip, () if every else (SCAN, EVIDENCE, SWEEP, CHANGE))
        workers = living_workers(session)
    if as_json:
        print_json(
            {"total": total, "skip": skip, "jobs": [_as_row(one) for one in found], "workers": [*map(_worker, workers)]}
        )
        return
    console = out()
    for one in found:
        console.print(_line(one))
    left = total - skip - len(found)
    if found and left > 0:
        err().print(f"{left} more: --skip {skip + len(found)}")
    if not total:
        err().print("no work was asked for yet: `reeve scan --queue`")
    _print_workers(console, workers)


@app.command("show")
def show(context: typer.Context, job: Which, as_json: AsJson = False) -> None:
    """Show one job and how far it is."""
    from api.cli.home import open_home
    from engine.base.work.view import find_job
    from engine.estate.scan.status import scan_of

    with open_home(context.obj).database.snapshot() as session:
        found = find_job(session, job)
        scan = scan_of(session, found.id)
    if as_json:
        print_json({**_as_row(found), "progress": _progress(scan)})
        return
    console = out()
    console.print(_line(found))
    if scan is not None:
        console.print(f"  scan {scan.id}: {_how_far(scan)}")
    if found.failure:
        console.print(f"  failed: {found.failure.replace('_', ' ')}")


@app.command("watch")
def watch(context: typer.Context, job: Which) -> None:
    """Follow a job until it ends. Exit code 3 when it failed or could not read everything, or was cancelled."""
    from api.cli.home import open_home
    from api.cli.watching import follow

    home = open_home(context.obj)
    ended = follow(home.database, job)
    out().print(_line(ended))
    _summarise(home.database, ended)
    if ended.state != "done" or _unread(ended):
        raise typer.Exit(3)


@app.command("pause")
def pause(context: typer.Context, job: Which) -> None:
    """Let a job stop at its next chunk; `resume` goes on from there."""
    from engine.base.work.jobs import request_pause

    _ask(context, job, request_pause, "paused")


@app.command("resume")
def resume(context: typer.Context, job: Which) -> None:
    """Let a paused, failed or cancelled job go on."""
    from engine.base.work.jobs import request_resume

    _ask(context, job, request_resume, "resumed")


@app.command("cancel")
def cancel(context: typer.Context, job: Which) -> None:
    """End a job at its next chunk. What its scan had read whole stays known; resuming it begins a new scan."""
    from engine.estate.scan.work import cancel as cancel_job

    _ask(context, job, cancel_job, "cancelled")


def _summarise(database: Database, ended: JobView) -> None:
    """What `reeve scan` prints at its end."""
    from api.cli.summary import print_summary
    from engine.estate.inventory.load import load_inventory
    from engine.estate.scan.close import result_of
    from engine.estate.scan.status import scan_of

    if ended.state != "done":
        return
    with database.snapshot() as session:
        scan = scan_of(session, ended.id)
        if scan is not None:
            print_summary(out(), result_of(session, scan.id), load_inventory(session))


def _ask(context: typer.Context, job: str, act: Callable[[Session, JobId], None], word: str) -> None:
    from api.cli.home import open_home
    from engine.base.work.view import find_job

    database = open_home(context.obj).database
    with database.transaction() as session:
        found = find_job(session, job)
        act(session, found.id)
        session.flush()
        after = find_job(session, str(found.id))
    soon = after.state == "running" and after.requested
    err().print(f"job {found.id.hex[-8:]} {'will be ' if soon else 'is '}{word}{' at its next chunk' if soon else ''}")


def _as_row(one: JobView) -> dict[str, object]:
    from api.cli.inventory_print import stamp

    return {
        "job": str(one.id),
        "kind": one.kind,
        "stores": one.arguments.get("stores"),
        "state": one.state,
        "requested": one.requested or None,
        "schedule": one.schedule,
        "worker": one.worker or None,
        "created_at": stamp(one.created_at),
        "started_at": stamp(one.started_at),
        "ended_at": stamp(one.ended_at),
        "taken_over": one.deaths,
        "failure": one.failure or None,
        "outcome": one.outcome,
    }


def _worker(one: WorkerView) -> dict[str, object]:
    from api.cli.inventory_print import stamp

    return {
        "worker": str(one.id),
        "host": one.host,
        "process": one.process,
        "started_at": stamp(one.started_at),
        "heartbeat_at": stamp(one.heartbeat_at),
    }


def _progress(scan: ScanStatus | None) -> dict[str, object] | None:
    if scan is None:
        return None
    return {
        "scan": str(scan.id),
        "status": scan.status,
        "planned": scan.planned,
        "objects": scan.objects,
        "objects_done": scan.objects_done,
        "rows": scan.rows,
        "readers": scan.readers,
    }


def _line(one: JobView) -> str:
    from api.cli.inventory_print import moment, plain

    stores = one.arguments.get("stores")
    what = ", ".join(map(plain, map(str, stores))) if isinstance(stores, list) and stores else "all stores"
    parts = [f"[bold]{one.id.hex[-8:]}[/]", f"{one.kind} of {what}" if one.kind in ("scan", "sweep") else one.kind]
    asked = f" ({one.requested} asked)" if one.requested and one.state == "running" else ""
    parts.append(f"[{_COLOUR.get(one.state, '')}]{one.state}[/]{asked}" if one.state in _COLOUR else one.state)
    parts.append(f"asked {moment(one.created_at)}")
    if one.schedule:
        parts.append(f"schedule {plain(one.schedule)}")
    if one.worker:
        parts.append(f"by {plain(one.worker)}")
    if isinstance(one.outcome, dict) and "status" in one.outcome:
        parts.append(str(one.outcome["status"]).replace("_", " "))
    if one.deaths:
        parts.append(f"taken over {one.deaths} x")
    return "  ".join(parts)


def _how_far(scan: ScanStatus) -> str:
    if not scan.planned:
        return f"listing, {scan.objects:,} objects so far"
    readers = f", {scan.readers} reading" if scan.status == "running" else ""
    done = f"{scan.objects_done:,} of {scan.objects:,} objects, {scan.rows:,} rows{readers}"
    return f"{scan.status.replace('_', ' ')}, {done}"


def _unread(one: JobView) -> bool:
    if not isinstance(one.outcome, dict):
        return False
    objects = one.outcome.get("objects")
    return bool(one.outcome.get("unlisted") or (isinstance(objects, dict) and objects.get("failed")))


def _print_workers(console: Console, workers: list[WorkerView]) -> None:
    from api.cli.inventory_print import moment, plain

    if not workers:
        err().print("no worker lives: start `reeve worker`")
    for one in workers:
        console.print(f"worker {plain(one.host)}:{one.process} since {moment(one.started_at)}", style="dim")

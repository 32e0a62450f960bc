"""``reeve schedules``: what workers do by themselves, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from engine.base.state.tables import ScheduleRow
    from engine.base.work.schedules import DeclaredSchedule


def schedules(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """List the schedules of the configuration: when each is due next, and how its last run ended."""
    from api.cli.home import open_home
    from engine.base.clock import SystemClock
    from engine.base.work.view import list_schedules, living_workers
    from engine.estate.scan.configured import declared_schedules

    home = open_home(context.obj)
    with home.database.snapshot() as session:
        known = {row.name: row for row in list_schedules(session)}
        works = bool(living_workers(session))
    now = SystemClock().now()
    rows = [_as_row(one, known.get(one.name), now) for one in declared_schedules(home.settings)]
    if as_json:
        print_json({"schedules": rows})
        return
    for row in rows:
        out().print(_line(row))
    if not rows:
        err().print(f"there is no schedule: declare one under `schedules:` in {home.settings.file}")
    elif not works:
        err().print("no worker lives, so nothing starts: `reeve worker`")


def _as_row(one: DeclaredSchedule, row: ScheduleRow | None, now: datetime) -> dict[str, object]:
    from api.cli.inventory_print import stamp
    from engine.base.work.cron import next_run
    from engine.base.work.schedules import declared_of

    current = row is not None and declared_of(row) == one
    due = row.next_at if row is not None and current else next_run(one.cron, one.zone, now) if one.enabled else None
    return {
        "schedule": one.name,
        "run": one.kind,
        "stores": one.arguments.get("stores"),
        "cron": one.cron,
        "zone": one.zone,
        "enabled": one.enabled,
        "next_at": stamp(due),
        "last_at": stamp(row.last_at) if row is not None else None,
        "last_outcome": (row.last_outcome or None) if row is not None else None,
        "known_to_workers": current,
    }


def _line(row: dict[str, object]) -> str:
    from api.cli.inventory_print import plain

    when = f"next {row['next_at']}" if row["next_at"] else "disabled"
    last = f"last {row['last_at']}: {row['last_outcome'] or 'goes on'}" if row["last_at"] else "never ran"
    unknown = "" if row["known_to_workers"] else "  [yellow](no worker has read this yet)[/]"
    name, cron = plain(str(row["schedule"])), plain(str(row["cron"]))
    return f"[bold]{name}[/]  {row['run']}  {cron} {row['zone']}  {when}  {last}{unknown}"

"""Legal holds on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from api.cli.inventory_print import acting, called, moment, plain, stamp
from api.cli.output import out
from engine.base.render.plural import counted
from engine.governance.holds.barrier import BatchView
from engine.governance.holds.view import HoldView, ScopeView

_COLOUR = {"placed": "yellow", "effective": "green", "released": "dim"}
SHOWN = 10  # batches that a terminal shows


def hold_document(one: HoldView, batches: Sequence[BatchView] = ()) -> dict[str, object]:
    """A hold for JSON; texts are null once they were forgotten."""
    return {
        "hold": str(one.id),
        "matter": one.matter,
        "reason": one.reason,
        "owner": acting(one.owner),
        "state": one.state,
        "review_at": stamp(one.review_at),
        "reviewed_at": stamp(one.reviewed_at),
        "overdue": one.overdue,
        "placed_at": stamp(one.placed_at),
        "placed_by": acting(one.placed_by),
        "effective_at": stamp(one.effective_at),
        "released_at": stamp(one.released_at),
        "released_by": None if one.released_by is None else acting(one.released_by),
        "release_reason": one.release_reason,
        "scopes": [_scope_document(scope) for scope in one.scopes],
        "waits_for": [batch_document(batch) for batch in batches],
    }


def _scope_document(one: ScopeView) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "store": one.store,
        "asset": one.asset or None,
        "columns": list(one.columns),
        "identifiers": one.identifiers,
    }


def batch_document(one: BatchView) -> dict[str, object]:
    """A batch that a hold waits for, for JSON."""
    return {
        "batch": str(one.id),
        "plan": str(one.plan),
        "number": one.number,
        "store": one.store,
        "assets": list(one.assets),
        "worker": str(one.fence.worker),
        "epoch": one.fence.epoch,
        "session": one.session or None,
        "opened_at": stamp(one.opened_at),
    }


def print_line(one: HoldView) -> None:
    """A hold in a list, for people."""
    late = "  [red]review overdue[/]" if one.overdue else ""
    state = f"[{_COLOUR[one.state]}]{one.state}[/]"
    places = ", ".join(plain(scope.place) for scope in one.scopes[:3])
    more = f" and {len(one.scopes) - 3} more" if len(one.scopes) > 3 else ""
    out().print(f"[bold]{one.id.hex[-8:]}[/]  {state}  {_text(one.matter)}  {places}{more}{late}")


def print_hold(one: HoldView) -> None:
    """A hold for people."""
    console = out()
    console.print(f"[bold]hold {one.id}[/]  [{_COLOUR[one.state]}]{one.state}[/]  {_text(one.matter)}")
    console.print(f"  why: {_text(one.reason)}")
    for scope in one.scopes:
        count = f": {counted(scope.identifiers, _unit(scope))}" if scope.identifiers else ""
        console.print(f"  holds {scope.kind.value} {plain(scope.place)}{count}")
    console.print(f"  placed {moment(one.placed_at)} by {called(one.placed_by)}; owner {called(one.owner)}")
    if one.effective_at is not None:
        console.print(f"  effective {moment(one.effective_at)}")
    if one.released_at is not None and one.released_by is not None:
        console.print(f"  released {moment(one.released_at)} by {called(one.released_by)}: {_text(one.release_reason)}")
    else:
        late = " [red](overdue)[/]" if one.overdue else ""
        console.print(f"  to be reviewed by {moment(one.review_at)}{late}")


def print_batches(console: Console, batches: Sequence[BatchView]) -> None:
    """What a hold waits for, for people."""
    if batches:
        console.print(f"waits for {counted(len(batches), 'open batch', 'open batches')}:")
    for one in batches[:SHOWN]:
        session = f", session {plain(one.session)}" if one.session else ""
        console.print(
            f"  {plain(one.store)}: batch {one.number} of plan {one.plan.hex[-8:]}, open since {moment(one.opened_at)}, "
            f"worker {one.fence.worker.hex[-8:]}{session}",
            soft_wrap=True,
        )
    if len(batches) > SHOWN:
        console.print(f"  and {len(batches) - SHOWN} more")


def _unit(scope: ScopeView) -> str:
    return "row" if scope.kind.value == "rows" else "identifier"


def _text(text: str | None) -> str:
    return "(forgotten)" if text is None else plain(text)

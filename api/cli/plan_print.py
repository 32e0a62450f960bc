"""Plans on the terminal and as JSON."""

from __future__ import annotations

from rich.console import Console

from api.cli.inventory_print import acting, called, moment, plain, stamp
from engine.base.render.plural import counted
from engine.governance.change import estimating
from engine.governance.change.closure import in_words
from engine.governance.change.plan import Header
from engine.governance.change.view import ApprovalView, PlanView, Progress, WholePlan
from engine.governance.change.words import left_in_words, plan_in_words

_COLOUR = {
    "done": "green",
    "approved": "green",
    "running": "bold",
    "stopped": "yellow",
    "made": "yellow",
    "complete_with_exceptions": "yellow",
    "refused": "red",
    "expired": "dim",
    "cancelled": "dim",
}
SHOWN = 20
"""Lines of one kind that a terminal shows."""


def plan_document(one: PlanView) -> dict[str, object]:
    """A plan for JSON, without its header."""
    return {
        "plan": str(one.id),
        "state": "cancelling" if one.cancelling else one.state,
        "reason": one.reason or None,
        "store": one.store,
        "schedule": one.schedule or None,
        "root": one.root,
        "made_by": acting(one.made_by),
        "made_at": stamp(one.made_at),
        "expires_at": stamp(one.expires_at),
        "rows": one.total,
        "batches": one.batches,
        "ended_at": stamp(one.ended_at),
    }


def whole_document(one: WholePlan) -> dict[str, object]:
    """A plan for JSON, with all there is."""
    progress = one.progress
    return {
        **plan_document(one.plan),
        "document": None if one.plan.header is None else one.plan.header.as_json(),
        "approval": None if one.approval is None else _approval_document(one.approval),
        "waits": one.waits or None,
        "progress": {
            "batches": dict(progress.batches),
            "done": list(progress.done),
            "left": dict(progress.left),
            "resolved": progress.resolved,
            "verified": progress.verified,
            "found": progress.found,
        },
    }


def print_line(console: Console, one: PlanView) -> None:
    """A plan in a line."""
    state = "cancelling" if one.cancelling else one.state
    colour = _COLOUR.get(one.state, "bold")
    parts = [f"[bold]{one.id.hex[-8:]}[/]", f"[{colour}]{words(state)}[/]", plain(one.store)]
    parts.append(f"{counted(one.total, 'row')} in {counted(one.batches, 'batch', 'batches')}")
    parts.append(f"made {moment(one.made_at)} by {called(one.made_by)}")
    if one.schedule:
        parts.append(f"schedule {plain(one.schedule)}")
    if one.why:
        parts.append(plain(one.why))
    console.print("  ".join(parts))


def print_plan(console: Console, one: WholePlan) -> None:
    """A plan in full."""
    print_line(console, one.plan)
    if one.plan.header is not None:
        print_header(console, one.plan.header, one.plan.root or "", one.progress.done)
    _print_progress(console, one)


def print_header(console: Console, header: Header, root: str, done: tuple[int, ...] = ()) -> None:
    """What would be done: what an approver signs."""
    console.print(f"  root {root}")
    console.print(f"  of what was due on {moment(header.now)}; to be done by {moment(header.expires_at)}")
    if estimates := estimating.in_words(header):
        console.print(f"  {estimates}")
    for number, (step, rows) in enumerate(zip(header.task.steps, header.rows, strict=True)):
        share = _share(rows, header.tables.get(step.asset))
        so_far = f", {done[number]:,} done" if done and any(done) else ""
        console.print(f"  [bold]{step.action}[/] {counted(rows, 'row')} of {plain(step.asset)}{share}{so_far}")
    _print_some(
        console,
        [
            f"  not planned: {counted(one.rows, 'row')}, {plain(left_in_words(one.reason))}"
            f"{f' ({plain(one.detail)})' if one.detail else ''}"
            for one in header.excluded
        ],
    )
    _print_some(
        console,
        [f"  [yellow]mind[/]: {plain(in_words(one.kind, one.asset, one.detail))}" for one in header.warnings],
    )
    for copy in header.copies:
        lasts = "nobody knows how long" if copy.lasts is None else f"for {copy.lasts} from when the last row has gone"
        console.print(f"  remains elsewhere: {plain(copy.kind)}, {lasts}")
    if header.rules:
        console.print(f"  by {', '.join(map(plain, header.rules))}; policies {header.policies[:12]}", style="dim")
    limits = header.limits
    console.print(
        f"  limits: {counted(limits.rows, 'row')}, {limits.share} % of a table; stops when {limits.shrink} % are left out",
        style="dim",
    )


def words(text: str) -> str:
    """A stable word as people read it."""
    return text.replace("_", " ")


def _print_progress(console: Console, one: WholePlan) -> None:
    approval = one.approval
    if approval is not None:
        kind = "" if approval.kind == "plan" else " (standing)"
        console.print(f"  approved by {called(approval.approver)}{kind} on {moment(approval.given_at)}")
    elif one.waits:
        console.print(f"  [yellow]waits for a person[/]: {plain(plan_in_words(one.waits))}")
    progress: Progress = one.progress
    if any(progress.done) or progress.left:
        console.print(f"  {progress.batches.get('done', 0):,} of {counted(one.plan.batches, 'batch', 'batches')} done")
        for reason, roots in progress.left.items():
            them = "it" if roots == 1 else "them"
            console.print(
                f"  left out: {counted(roots, 'row')} with what hangs on {them}, {plain(left_in_words(reason))}"
            )
    if progress.verified:
        are = "row is" if progress.found == 1 else "rows are"
        again = f"; [red]{progress.found:,} {are} there again[/]" if progress.found else "; no row is there again"
        console.print(f"  {counted(progress.verified, 'batch', 'batches')} read again{again}")


def _share(rows: int, of: int | None) -> str:
    if of is None:
        return ""
    return f" ({rows / of:.1%} of {of:,})" if of else ""


def _print_some(console: Console, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        console.print(line)
    if len(lines) > SHOWN:
        console.print(f"  and {len(lines) - SHOWN} more: --json")


def _approval_document(one: ApprovalView) -> dict[str, object]:
    return {
        "approver": acting(one.approver),
        "kind": one.kind,
        "given_at": stamp(one.given_at),
        "expires_at": stamp(one.expires_at),
    }

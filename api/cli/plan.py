"""``reeve plan``: what would be done to a store; approving it, with a key of one's own; and letting it be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput, IntegrityViolated

if TYPE_CHECKING:
    from engine.base.actors.approvals import PlanScope, StandingScope
    from engine.base.ids import TenantId
    from engine.base.state.canonical import JsonValue
    from engine.governance.change.plan import Header

app = typer.Typer(help="Plans: what would be done to a store, row by row, and whether it may be.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(help="The plan's id, or as much of its end as is unique.", metavar="PLAN")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
Key = Annotated[Path, typer.Option(help="The file with your approver's key.", metavar="FILE")]
Passphrase = Annotated[bool, typer.Option("--passphrase", help="Ask for the passphrase of the key.")]
Days = Annotated[int, typer.Option(min=1, max=90, help="How long the approval counts.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; you have seen it.")]
MAX_FILE = 1 << 28  # bytes


@app.command("list")
def show_all(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only those in this state, or open, or waiting for a person.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many plans.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many plans first.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List plans, newest first."""
    from api.cli.home import open_home
    from api.cli.plan_print import plan_document, print_line
    from engine.governance.change.view import count_plans, list_plans

    with open_home(context.obj).database.snapshot() as session:
        total, found = count_plans(session, state), list_plans(session, limit, skip=skip, state=state)
    if as_json:
        print_json({"total": total, "skip": skip, "plans": [plan_document(one) for one in found]})
        return
    console = out()
    for one in found:
        print_line(console, one)
    if total > skip + len(found):
        err().print(f"{total - skip - len(found)} more: --skip {skip + len(found)}")
    if not total:
        err().print("there is none")


@app.command("show")
def show(context: typer.Context, plan: Which, as_json: AsJson = False) -> None:
    """Show a plan: what is done, what is left out and why, what remains elsewhere, its approval, and how far it is."""
    from api.cli.home import open_home
    from api.cli.plan_print import print_plan, whole_document
    from engine.governance.change.view import find_plan, whole_plan

    with open_home(context.obj).database.snapshot() as session:
        found = whole_plan(session, find_plan(session, plan).id)
    if as_json:
        print_json(whole_document(found))
        return
    print_plan(out(), found)


@app.command("tree")
def tree(context: typer.Context, plan: Which) -> None:
    """Print what a plan's root is over, as JSON: for `reeve plan sign` on a machine without access to the state."""
    from api.cli.home import open_home
    from engine.governance.change.kept import tree_of
    from engine.governance.change.view import find_plan

    with open_home(context.obj).database.snapshot() as session:
        print_json(tree_of(session, find_plan(session, plan).id))


@app.command("approve")
def approve(
    context: typer.Context,
    plan: Which,
    key: Key,
    days: Days = 7,
    passphrase: Passphrase = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Approve a plan: shows what it does, asks, signs with your key and records that. It takes another than who made it.

    Before it is shown, its root is computed anew from all that is kept. A plan beyond its limits cannot be approved.
    """
    from api.cli.home import open_home
    from api.cli.plan_print import print_header, whole_document
    from engine.governance.change.approving import approve_plan
    from engine.governance.change.kept import plan_of, require_root
    from engine.governance.change.view import find_plan, whole_plan

    database = open_home(context.obj).database
    with database.snapshot() as session:
        plan_id = find_plan(session, plan).id
        row = plan_of(session, plan_id)
        header = require_root(session, row)
        root = row.root or ""
    print_header(err(), header, root)
    ask(yes)
    approval = _sign(key, passphrase, header.tenant_id, root, days)
    with database.transaction() as session:
        approve_plan(session, plan_id, approval)
        session.flush()
        after = whole_plan(session, plan_id)
    if as_json:
        print_json(whole_document(after))
        return
    err().print(f"approved: {plan_id}, for {days} days")


@app.command("sign")
def sign(
    file: Annotated[
        Path, typer.Argument(help="What `reeve plan tree` or GET /v1/plans/{id}/tree gave.", metavar="FILE")
    ],
    key: Key,
    days: Days = 7,
    passphrase: Passphrase = False,
    yes: Yes = False,
) -> None:
    """Sign an approval on your own machine, without configuration or state, and print it.

    The root is computed from the file. Hand the line in with POST /v1/plans/{id}/approval, or `reeve plan record`.
    """
    from api.cli.plan_print import print_header

    header, root = _read_tree(file)
    print_header(err(), header, root)
    ask(yes)
    approval = _sign(key, passphrase, header.tenant_id, root, days)
    out().print(approval.decode(), markup=False, soft_wrap=True)


@app.command("record")
def record(context: typer.Context, plan: Which, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Record an approval that was signed with `reeve plan sign`."""
    from api.cli.home import open_home
    from engine.governance.change.approving import approve_plan
    from engine.governance.change.view import find_plan

    approval = _bytes(file).strip()
    with open_home(context.obj).database.transaction() as session:
        plan_id = find_plan(session, plan).id
        approve_plan(session, plan_id, approval)
    err().print(f"recorded an approval of {plan_id}")


@app.command("cancel")
def cancel(context: typer.Context, plan: Which, as_json: AsJson = False) -> None:
    """Let a plan not be done, or no further: what was done stays, is read again and certified. Its keys of rows are forgotten."""
    from api.cli.home import open_home
    from api.cli.plan_print import plan_document
    from engine.governance.change import steering
    from engine.governance.change.view import find_plan, show_plan

    with open_home(context.obj).database.transaction() as session:
        plan_id = find_plan(session, plan).id
        steering.cancel(session, plan_id)
        session.flush()
        after = show_plan(session, plan_id)
    if as_json:
        print_json(plan_document(after))
        return
    name = plan_id.hex[-8:]
    if after.state == "cancelled":
        err().print(f"plan {name} is cancelled")
    else:
        err().print(
            f"plan {name} does no further batch, and is cancelled once what it did was read again: "
            f"a worker does that, or `reeve sweep run {name}`"
        )


def ask(yes: bool) -> None:
    """Ask whether to approve what was shown; an error if not."""
    if not yes and not typer.confirm("Approve this?", err=True):
        raise BadInput("nothing was approved")


def signed(
    key: Path, passphrase: bool, tenant_id: TenantId, over: PlanScope | StandingScope, lasts: timedelta
) -> bytes:
    """An approval, signed with the key in a file."""
    from api.cli.secret import asked_for
    from engine.base.actors.approvals import Statement, fingerprint, sign_approval
    from engine.base.actors.approver_files import read_key_file
    from engine.base.clock import SystemClock

    private = read_key_file(key, asked_for("passphrase", stdin=False) if passphrase else "")
    now = SystemClock().now()
    name = fingerprint(private.public_key().public_bytes_raw())
    return sign_approval(Statement(tenant_id, name, over, now, now + lasts), private)


def _sign(key: Path, passphrase: bool, tenant_id: TenantId, root: str, days: int) -> bytes:
    from engine.base.actors.approvals import PlanScope

    return signed(key, passphrase, tenant_id, PlanScope(root), timedelta(days=days))


def _read_tree(file: Path) -> tuple[Header, str]:
    """The header in a file, and the root over it and the batches that stand beside it, whatever root the file claims."""
    import json

    from engine.base.state.canonical import canonical
    from engine.governance.change.kept import whole_numbers
    from engine.governance.change.plan import BatchRoot, Header, plan_root

    try:
        found: dict[str, JsonValue] = json.loads(_bytes(file))
        header = Header.from_bytes(canonical(found["document"]))
        listed = cast("list[dict[str, JsonValue]]", found["batches"])
        batches = [
            BatchRoot(number, whole_numbers(one["rows"]), bytes.fromhex(str(one["root"])))
            for number, one in enumerate(listed)
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput(f"{file} is not the tree of a plan", hint="`reeve plan tree` prints one") from None
    totals = tuple(map(sum, zip(*(one.rows for one in batches), strict=True))) if batches else (0,) * len(header.rows)
    if len(batches) != header.batches or totals != header.rows:
        raise IntegrityViolated("the batches of this plan do not add up to what its header says")
    return header, plan_root(header, batches).hex()


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise BadInput(f"{file} is too large")
        return file.read_bytes()
    except OSError as exc:
        raise BadInput(f"{file} cannot be read ({type(exc).__name__})") from None

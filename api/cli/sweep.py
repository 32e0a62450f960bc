"""``reeve sweep``: retention carried out: plan what is over its time, have it approved, run it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import plan as plans
from api.cli.output import err, out, print_json
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from retention.results import NothingDue, Planned, Result

app = typer.Typer(
    help="Sweeps: what policies let go is planned, approved by another person, and gone with proof.",
    no_args_is_help=True,
)
app.command("approve")(plans.approve)
app.command("show")(plans.show)
app.command("list")(plans.show_all)
app.command("cancel")(plans.cancel)

Stores = Annotated[list[str] | None, typer.Argument(help="Databases; all of them, if none is named.", metavar="STORE")]


@app.command("plan")
def plan(
    context: typer.Context,
    stores: Stores = None,
    asset: Annotated[list[str] | None, typer.Option(help="Only rows of this table; may be given again.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only by this rule; may be given again.")] = None,
    rows: Annotated[int, typer.Option(min=0, help="A plan of more rows than this is refused.")] = 1_000_000,
    share: Annotated[int, typer.Option(min=0, max=100, help="So is one over more of a table, in percent.")] = 50,
    shrink: Annotated[
        int, typer.Option(min=0, max=100, help="While it runs it stops when more of its rows are left out, in percent.")
    ] = 20,
    as_json: plans.AsJson = False,
) -> None:
    """Make plans of all rows that are over their maximum. Nothing is changed: stores are read with the read credential.

    One plan for each table and rule. A plan that nobody has approved yet is cancelled when it is made anew. The exit code is 3
    when rows have a maximum and no plan could be made, or it was refused for its limits.
    """
    from api.cli.home import open_home
    from engine.governance.change.plan import Limits
    from retention.results import NotPlanned, Planned
    from retention.results import as_json as document
    from retention.sweep import Sweeper, Wanted

    home = open_home(context.obj)
    wanted = Wanted(tuple(stores or ()), tuple(asset or ()), tuple(rule or ()), Limits(rows, share, shrink))
    results: list[Result] = []
    for one in Sweeper(home.database, home.settings).plan(wanted):
        results.append(one)
        if not as_json:
            _print(one)
    refused = any(isinstance(one, Planned) and one.refused for one in results)
    if as_json:
        print_json({"results": [document(one) for one in results]})
    elif refused:
        err().print("look at why so many rows are due (`reeve sweep show PLAN`) before you plan with wider limits")
    elif not results:
        err().print("no rule lets rows of these databases go: `reeve policy explain STORE/TABLE` says why")
    if refused or any(isinstance(one, NotPlanned) for one in results):
        raise typer.Exit(3)


@app.command("run")
def run(
    context: typer.Context,
    plan: plans.Which,
    queue: Annotated[bool, typer.Option("--queue", help="Have a worker run it, and do not wait.")] = False,
    as_json: plans.AsJson = False,
) -> None:
    """Run an approved plan, or go on with one that was broken off; then read all of it again.

    Ctrl-C ends it; run it again to go on. The exit code is 3 when it waits for a person, or ended with exceptions.
    """
    from api.cli.home import open_home
    from api.cli.plan_print import print_plan, whole_document
    from engine.governance.change.view import find_plan, whole_plan

    home = open_home(context.obj)
    with home.database.snapshot() as session:
        plan_id = find_plan(session, plan).id
    if queue:
        _queue(context, plan_id, as_json=as_json)
        return
    from api.cli.sweep_running import run_here

    run_here(home, plan_id)
    with home.database.snapshot() as session:
        found = whole_plan(session, plan_id)
    if as_json:
        print_json(whole_document(found))
    else:
        print_plan(out(), found)
        if found.plan.state in ("done", "complete_with_exceptions"):
            err().print(f"its certificate: `reeve certificate show {plan_id.hex[-8:]}`")
    if found.plan.state != "done":
        raise typer.Exit(3)


@app.command("standing")
def standing(
    context: typer.Context,
    stores: Annotated[list[str], typer.Argument(help="Databases that scheduled sweeps may change.", metavar="STORE")],
    key: plans.Key,
    rows: Annotated[
        int, typer.Option(min=1, help="Rows that one plan may be about; what is beyond waits for a person.")
    ],
    days: Annotated[int, typer.Option(min=1, max=90, help="How long it counts.")] = 30,
    passphrase: plans.Passphrase = False,
    yes: plans.Yes = False,
) -> None:
    """Approve in advance what schedules sweep, under the policies as they are now: a changed policy ends it.

    It takes another person than who runs this command: the key's owner signs.
    """
    from api.cli.home import open_home
    from engine.base.actors.approvals import BlastLimits, StandingScope
    from engine.base.actors.approving import record_approval
    from engine.base.state.context import context_of
    from engine.governance.policy.configured import configured_policies

    home = open_home(context.obj)
    for name in stores:
        home.settings.store(name)
    policies = configured_policies(home.settings)
    if not policies.rules:
        raise BadInput("there are no policies that could be approved", hint="name files under `policies` in reeve.yaml")
    err().print(
        f"For {days} days, schedules may delete or change up to {rows:,} rows a plan in {', '.join(sorted(set(stores)))}, "
        f"by the {len(policies.rules)} rules of {policies.hash}."
    )
    plans.ask(yes)
    scope = StandingScope(policies.hash, tuple(sorted(set(stores))), BlastLimits(rows, 0))
    with home.database.transaction() as session:
        known = context_of(session)
        if known.actor_id is None:
            raise AssertionError("a state that was opened is bound to who runs the command")
        signed = plans.signed(key, passphrase, known.tenant_id, scope, timedelta(days=days))
        approval = record_approval(session, signed, maker_id=known.actor_id)
    err().print(f"approved: {approval}, for {days} days")


def _queue(context: typer.Context, plan_id: object, *, as_json: bool) -> None:
    from api.cli.home import open_home
    from engine.base.ids import PlanId
    from engine.base.work.view import living_workers
    from engine.governance.change.steering import start

    database = open_home(context.obj).database
    with database.transaction() as session:
        job = start(session, PlanId(plan_id))  # type: ignore[arg-type] # as find_plan gave it
        works = bool(living_workers(session))
    if as_json:
        print_json({"job": str(job), "worker": works})
        return
    err().print(f"job {job}: `reeve jobs watch {str(job)[-8:]}`")
    if not works:
        err().print("no worker lives, so nothing starts: `reeve worker`")


def _print(one: Result) -> None:
    from api.cli.inventory_print import plain
    from engine.governance.change.words import plan_in_words
    from retention.results import NothingDue, NotPlanned, Planned, Underway

    place = plain("/".join(part for part in (one.store, one.asset) if part)) + (
        f" by {plain(one.rule)}" if one.rule else ""
    )
    match one:
        case Planned():
            rows = ", ".join(f"{count:,} of {plain(name)}" for name, count in one.rows.items() if count)
            word = "[red]refused[/]" if one.refused else "[bold]planned[/]"
            why = f"; {plain(plan_in_words(one.refused))}" if one.refused else ""
            out().print(f"{word} {one.plan_id.hex[-8:]}  {place}: {rows}{_kept(one)}{why}")
        case NothingDue():
            out().print(f"nothing due  {place}{_kept(one)}")
        case Underway():
            out().print(f"under way {one.plan_id.hex[-8:]}  {place}: {one.state}")
        case NotPlanned():
            for reason in one.reasons:
                out().print(f"[yellow]not planned[/]  {place}: {plain(reason)}")


def _kept(one: Planned | NothingDue) -> str:
    told = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in one.excluded.items())
    later = f"; not begun: {one.not_started:,}" if one.not_started else ""
    return (f"; kept: {told}" if told else "") + later

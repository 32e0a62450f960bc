"""``reeve waiver``: accept a violation for a time: one asks, another approves; at its end it is open again by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput, NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.cli.home import Home
    from classifiers.matching.matcher import Matcher
    from engine.base.ids import ActorId
    from engine.governance.policy.waivers import WaiverView

app = typer.Typer(
    help="Waivers: violations that are accepted for a time, with an owner and an end.", no_args_is_help=True
)
Id = Annotated[str, typer.Argument(help="Of the waiver, as `reeve waiver list` shows it.", metavar="WAIVER")]
Reason = Annotated[str, typer.Option(help="Why, without naming a person or a value.")]


@app.command("ask")
def ask(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="The rule whose violation is to be accepted.")],
    reason: Reason,
    control: Annotated[str, typer.Option(help="What is done instead, without naming a person or a value.")],
    until: Annotated[
        str, typer.Option(help="The last day that it counts, in UTC; within a year.", metavar="YYYY-MM-DD")
    ],
    place: Annotated[
        str,
        typer.Option("--on", help="A store, store/asset or store/asset.field; everywhere if left out.", metavar="NAME"),
    ] = "",
    owner: Annotated[str, typer.Option(help="The person who answers for it; you, if left out.", metavar="NAME")] = "",
) -> None:
    """Ask that a violation be accepted. It does not count before another actor has approved it."""
    from engine.governance.policy.configured import configured_policies
    from engine.governance.policy.waivers import Asking
    from engine.governance.policy.waivers import ask as ask_for

    home = _home(context)
    if all(one.name != rule for one in configured_policies(home.settings).rules):
        raise NotFound(f"there is no rule {rule!r} in the policies of the configuration")
    matcher = _matcher(home)
    with home.database.transaction() as session:
        store, asset, field = _scope(session, place)
        who = _owner(session, owner)
        made = ask_for(session, matcher, Asking(rule, store, asset, field, who, reason, control, _end_of(until)))
    out().print(str(made))
    err().print("it counts once another actor has approved it: `reeve waiver approve`, or on the page of waivers")


@app.command("approve")
def approve(context: typer.Context, waiver: Id) -> None:
    """Accept a violation that somebody else asked to be accepted."""
    from engine.governance.policy.waivers import approve as accept

    with _home(context).database.transaction() as session:
        accept(session, _id(waiver))
    err().print("approved: it counts until its end")


@app.command("end")
def end(context: typer.Context, waiver: Id, reason: Reason) -> None:
    """Decline a waiver that waits, or withdraw one that counts: the violation is open again."""
    from engine.governance.policy.waivers import end as take_back

    home = _home(context)
    matcher = _matcher(home)
    with home.database.transaction() as session:
        take_back(session, matcher, _id(waiver), reason)
    err().print("ended: the violation is open again")


@app.command("list")
def list_all(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only asked, in_force, expired or ended ones.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    after: Annotated[str, typer.Option(help="Only those behind this one.", metavar="WAIVER")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """List waivers, newest first."""
    from api.cli.inventory_print import moment, plain
    from engine.governance.policy.waivers import State, list_waivers

    if state and state not in [one.value for one in State]:
        raise BadInput("there is no such state", hint="asked, in_force, expired or ended")
    with _home(context).database.snapshot() as session:
        found = list_waivers(session, limit, after=_id(after) if after else None, state=State(state) if state else None)
    if as_json:
        print_json({"waivers": list(map(_document, found))})
        return
    colours = {State.IN_FORCE: "green", State.ASKED: "yellow"}
    for one in found:
        console, word = out(), one.state.value.replace("_", " ")
        colour = colours.get(one.state, "dim")
        console.print(
            f"[{colour}]{word}[/] [bold]{plain(one.rule)}[/] on {plain(one.place)}, until {moment(one.expires_at)}"
        )
        console.print(f"    {one.id}", style="dim")
        console.print(f"    because {plain(one.reason)}; instead: {plain(one.control)}")


def _document(one: WaiverView) -> dict[str, Any]:
    from api.cli.inventory_print import acting, stamp

    return {
        "id": str(one.id),
        "state": one.state.value,
        "rule": one.rule,
        "store": one.store or None,
        "asset": one.asset or None,
        "field": one.field or None,
        "owner": acting(one.owner),
        "reason": one.reason,
        "control": one.control,
        "requester": acting(one.requester),
        "asked_at": stamp(one.asked_at),
        "expires_at": stamp(one.expires_at),
        "approver": None if one.approver is None else acting(one.approver),
        "approved_at": stamp(one.approved_at),
        "ended_at": stamp(one.ended_at),
        "end_reason": one.end_reason or None,
    }


def _home(context: typer.Context) -> Home:
    from api.cli.home import open_home

    return open_home(context.obj)


def _matcher(home: Home) -> Matcher:
    from engine.base.resources import installed_names
    from engine.estate.detectors.own import configured_own
    from engine.estate.detectors.pack import load_pack

    return load_pack(configured_own(home.settings).detectors, names=installed_names()).matcher


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("this is not the id of a waiver", hint="`reeve waiver list`") from None


def _scope(session: Session, place: str) -> tuple[str, str, str]:
    """The store, asset and field of a name; empty for none."""
    from engine.governance.policy.configured import find_place
    from engine.governance.policy.reading import read_estate

    if not place:
        return "", "", ""
    estate = read_estate(session, store=place.partition("/")[0])
    if place in estate.stores:
        return place, "", ""
    asset, field = find_place(estate, place)
    return asset.store.name, asset.name, field


def _owner(session: Session, name: str) -> ActorId:
    from engine.base.actors import ActorKind, find
    from engine.base.state.context import context_of

    if name:
        found = find(session, ActorKind.PERSON, name)
        if found is None:
            raise NotFound("there is no person of that name", hint="`reeve actor list`")
        return found.id
    actor = context_of(session).actor_id
    if actor is None:
        raise BadInput("every act has an actor, and this session has none")
    return actor


def _end_of(day: str) -> datetime:
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise BadInput("a date is written as YYYY-MM-DD", hint="--until 2026-09-30") from None

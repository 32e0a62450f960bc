"""``reeve actor``: who may act, in which roles, and how people show who they are."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli import actor_keys
from api.cli.output import err, out, print_json
from api.cli.secret import Show, To, asked_for, put, require_place
from engine.base.actors.roles import Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.base.ids import ActorId


class Kind(StrEnum):
    """What acts; schedules come from the configuration."""

    PERSON = "person"
    SERVICE = "service"


app = typer.Typer(help="Who may act here: people, services, their roles and credentials.", no_args_is_help=True)
app.add_typer(actor_keys.keys, name="key")
app.add_typer(actor_keys.approver_keys, name="approver-key")
Which = Annotated[str, typer.Argument(help="The actor: a name, KIND:NAME, or an id.", metavar="ACTOR")]
WhichRole = Annotated[Role, typer.Argument(help="Which role.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name; it is kept sealed.", metavar="NAME")],
    kind: Annotated[Kind, typer.Option(help="What acts.")] = Kind.PERSON,
    role: Annotated[list[Role] | None, typer.Option(help="A role to give at once; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Register an actor. A person gets credentials with `invite` or `password`, a service with `key issue`."""
    from api.cli.actor_print import actor_document
    from api.cli.home import open_home
    from api.cli.inventory_print import called
    from engine.base.actors import ActorKind, register
    from engine.base.actors.granting import grant as give
    from engine.base.actors.granting import view_actor

    with open_home(context.obj).database.transaction() as session:
        made = register(session, ActorKind(kind), name)
        for one in role or ():
            give(session, made.id, one)
        view = view_actor(session, made.id)
    if as_json:
        print_json(actor_document(view))
        return
    err().print(f"registered {called(made)} as {made.id}")


@app.command("list")
def show_all(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many actors.")] = 100,
    after: Annotated[UUID | None, typer.Option(help="Those after this one.", metavar="ID")] = None,
    as_json: AsJson = False,
) -> None:
    """List actors in the order of their registration, with their roles."""
    from api.cli.actor_print import actor_document, actor_table
    from api.cli.home import open_home
    from engine.base.actors.granting import list_actors
    from engine.base.ids import ActorId

    with open_home(context.obj).database.snapshot() as session:
        found = list_actors(session, after=ActorId(after) if after else None, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit
    following = str(shown[-1].actor.id) if more else None
    if as_json:
        print_json({"actors": [actor_document(one) for one in shown], "next": following})
        return
    out().print(actor_table(shown))
    if more:
        err().print(f"there are more: --after {following}")


@app.command("show")
def show(context: typer.Context, actor: Which, as_json: AsJson = False) -> None:
    """Show an actor: roles, what these allow, credentials."""
    from api.cli.actor_print import actor_document, actor_table, approver_key_document, key_document, which
    from api.cli.home import open_home
    from engine.base.actors.api_keys import list_api_keys
    from engine.base.actors.approver_keys import list_approver_keys
    from engine.base.actors.granting import view_actor
    from engine.base.actors.passwords import password_hash
    from engine.base.actors.totp import is_enrolled, recovery_codes_left

    with open_home(context.obj).database.transaction() as session:
        actor_id = which(session, actor)
        view = view_actor(session, actor_id)
        credentials = {
            "password": password_hash(session, actor_id) is not None,
            "second_factor": is_enrolled(session, actor_id),
            "recovery_codes_left": recovery_codes_left(session, actor_id),
        }
        keys, approver_keys = list_api_keys(session, actor_id), list_approver_keys(session, actor_id)
    document = actor_document(view)
    if as_json:
        print_json(
            {
                **document,
                **credentials,
                "api_keys": [key_document(one) for one in keys],
                "approver_keys": [approver_key_document(one) for one in approver_keys],
            }
        )
        return
    console = out()
    console.print(actor_table([view]))
    scopes = document["scopes"]
    console.print(f"may: {', '.join(scopes) if isinstance(scopes, list) and scopes else 'nothing'}")
    words = [
        "a password" if credentials["password"] else "no password",
        "a second factor" if credentials["second_factor"] else "no second factor",
        f"{credentials['recovery_codes_left']} recovery codes",
        f"{len(keys)} API keys",
        f"{len(approver_keys)} approver's keys",
    ]
    console.print(f"has: {', '.join(words)}")


@app.command("grant")
def grant(context: typer.Context, actor: Which, role: WhichRole, as_json: AsJson = False) -> None:
    """Give an actor a role."""
    from engine.base.actors.granting import grant as give

    _change(context, actor, as_json, lambda session, actor_id: give(session, actor_id, role))


@app.command("withdraw")
def withdraw(context: typer.Context, actor: Which, role: WhichRole, as_json: AsJson = False) -> None:
    """Take a role from an actor; it holds at once, for their sessions and keys too."""
    from engine.base.actors.granting import withdraw as take

    _change(context, actor, as_json, lambda session, actor_id: take(session, actor_id, role))


@app.command("deactivate")
def deactivate(context: typer.Context, actor: Which, as_json: AsJson = False) -> None:
    """End an actor's right to act: sessions end, API keys are revoked for good."""
    from engine.base.actors.granting import deactivate as end

    _change(context, actor, as_json, end)


@app.command("reactivate")
def reactivate(context: typer.Context, actor: Which, as_json: AsJson = False) -> None:
    """Let an actor act again, with the roles they had."""
    from engine.base.actors.granting import reactivate as let

    _change(context, actor, as_json, let)


@app.command("invite")
def invite(context: typer.Context, actor: Which, show: Show = False, to: To = None, as_json: AsJson = False) -> None:
    """Make a token with which a person sets their own password, once, within 72 hours."""
    from api.cli.actor_print import which
    from api.cli.home import open_home
    from api.cli.inventory_print import moment, stamp
    from engine.base.actors.invitations import invite as make

    require_place(show, to)
    with open_home(context.obj).database.transaction() as session:
        made = make(session, which(session, actor))
        put(to, made.token)
    if as_json:
        print_json({"expires_at": stamp(made.expires_at), "token": made.token if show else None})
        return
    if show:
        out().print(made.token, markup=False)
    err().print(f"good until {moment(made.expires_at)}")


@app.command("password")
def password(
    context: typer.Context,
    actor: Which,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read it from standard input instead of asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set a person's password; their sessions end. Better let them do it themselves: `invite`."""
    from api.cli.actor_print import which
    from api.cli.home import open_home
    from engine.base.actors.passwords import set_password

    database = open_home(context.obj).database
    with database.transaction() as session:
        actor_id = which(session, actor)
    set_password(database, actor_id, asked_for("password", stdin=stdin))
    if as_json:
        print_json({"id": str(actor_id), "password": True})
        return
    err().print("the password is set")


@app.command("totp")
def totp(
    context: typer.Context,
    actor: Which,
    confirm: Annotated[str, typer.Option(help="A code of the authenticator, to put it in force.", metavar="CODE")] = "",
    show: Show = False,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Give a person a second factor, in two steps.

    First the secret for their authenticator (`--to FILE.svg` is a QR code; `--show` prints its otpauth address). Then, with
    `--confirm CODE`, their recovery codes.
    """
    from api.cli.actor_print import which
    from api.cli.home import open_home
    from engine.base.actors.totp import begin_totp, confirm_totp

    require_place(show, to)
    with open_home(context.obj).database.transaction() as session:
        actor_id = which(session, actor)
        if confirm:
            codes = confirm_totp(session, actor_id, confirm)
            told: dict[str, object] = {"recovery_codes": list(codes) if show else None}
            put(to, "".join(f"{code}\n" for code in codes))
            lines = codes
        else:
            made = begin_totp(session, actor_id)
            told = {"uri": made.uri if show else None}
            put(to, made.svg if to is not None and to.suffix == ".svg" else made.uri)
            lines = (made.uri,)
    if as_json:
        print_json({"id": str(actor_id), "confirmed": bool(confirm), **told})
        return
    if show:
        for line in lines:
            out().print(line, markup=False)
    err().print("in force; keep the recovery codes" if confirm else "now confirm it: --confirm CODE")


def _change(context: typer.Context, actor: str, as_json: bool, act: Callable[[Session, ActorId], None]) -> None:
    from api.cli.actor_print import actor_document, actor_table, which
    from api.cli.home import open_home
    from engine.base.actors.granting import view_actor

    with open_home(context.obj).database.transaction() as session:
        actor_id = which(session, actor)
        act(session, actor_id)
        view = view_actor(session, actor_id)
    if as_json:
        print_json(actor_document(view))
        return
    out().print(actor_table([view]))

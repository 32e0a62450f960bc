"""``reeve actor key`` and ``reeve actor approver-key``: keys of programs, and keys with which people sign approvals."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.output import err, out, print_json
from api.cli.secret import Show, To, asked_for, put, require_place
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from engine.base.state.database import Database

keys = typer.Typer(help="API keys: what a program shows to act in the name of an actor.", no_args_is_help=True)
approver_keys = typer.Typer(help="Keys with which a person signs approvals.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(help="The actor: a name, KIND:NAME, or an id.", metavar="ACTOR")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
KeyId = Annotated[UUID, typer.Argument(help="The key's id, as `list` shows it.", metavar="KEY")]


@keys.command("issue")
def issue(
    context: typer.Context,
    actor: Which,
    label: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[Scope], typer.Option(help="What it allows, within the actor's roles; may be repeated.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it holds.")] = 90,
    show: Show = False,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Issue an API key. Its token is told once, and cannot be told again."""
    from api.cli.actor_print import which
    from api.cli.home import open_home
    from api.cli.inventory_print import moment, stamp
    from engine.base.actors.api_keys import issue_api_key
    from engine.base.clock import SystemClock

    require_place(show, to)
    until = SystemClock().now() + timedelta(days=days)
    with open_home(context.obj).database.transaction() as session:
        made = issue_api_key(session, which(session, actor), label=label, scopes=scope, expires_at=until)
        put(to, made.token)
    if as_json:
        print_json({"key": str(made.id), "expires_at": stamp(until), "token": made.token if show else None})
        return
    if show:
        out().print(made.token, markup=False)
    err().print(f"key {made.id}, good until {moment(until)}")


@keys.command("list")
def list_keys(context: typer.Context, actor: Which, as_json: AsJson = False) -> None:
    """List the API keys of an actor, with their state and last use."""
    from api.cli.actor_print import key_document, key_table, which
    from api.cli.home import open_home
    from engine.base.actors.api_keys import list_api_keys
    from engine.base.clock import SystemClock

    with open_home(context.obj).database.transaction() as session:
        found = list_api_keys(session, which(session, actor))
    _print("api_keys", [key_document(one) for one in found], key_table(found, SystemClock().now()), as_json)


@keys.command("revoke")
def revoke(context: typer.Context, key: KeyId, as_json: AsJson = False) -> None:
    """Take an API key back, at once and for good."""
    from api.cli.home import open_home
    from engine.base.actors.api_keys import revoke_api_key
    from engine.base.ids import ApiKeyId

    with open_home(context.obj).database.transaction() as session:
        revoke_api_key(session, ApiKeyId(key))
    if as_json:
        print_json({"key": str(key), "revoked": True})
        return
    err().print(f"key {key} is revoked")


@approver_keys.command("make")
def make(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where the private key goes; a new file.", metavar="FILE")],
    actor: Annotated[str, typer.Option(help="Whose it is; by default who runs this.", metavar="ACTOR")] = "",
    days: Annotated[int, typer.Option(min=1, max=731, help="How long it is valid.")] = 365,
    passphrase: Annotated[bool, typer.Option("--passphrase", help="Ask for a passphrase to encrypt it with.")] = False,
    unregistered: Annotated[
        bool, typer.Option("--unregistered", help="Only make it, and print the public half for `approver-key add`.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make an approver's key: the private half in a file that only you can read, the public half registered.

    The private half never reaches the state or a server. Where the approver has no access to the state, make it there with
    `--unregistered`.
    """
    from engine.base.actors.approver_files import make_key_file

    secret = asked_for("passphrase", stdin=False) if passphrase else ""
    public = make_key_file(file, secret)
    if unregistered:
        if as_json:
            print_json({"public_key": public.hex()})
        else:
            out().print(public.hex())
        return
    try:
        _register(context.obj, actor, public, days, as_json)
    except BaseException:
        file.unlink(missing_ok=True)  # a key that nobody knows of
        raise


@approver_keys.command("add")
def add(
    context: typer.Context,
    actor: Which,
    public: Annotated[str, typer.Option(help="The public half: Ed25519, 64 hexadecimal digits.", metavar="HEX")],
    days: Annotated[int, typer.Option(min=1, max=731, help="How long it is valid.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Register the public half of a key that was made elsewhere. Make sure that it came from that person."""
    try:
        key = bytes.fromhex(public)
    except ValueError:
        raise BadInput("a public key is 64 hexadecimal digits") from None
    _register(context.obj, actor, key, days, as_json)


@approver_keys.command("retire")
def retire(
    context: typer.Context,
    key: KeyId,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Others may have it: what it approved before does not count either.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take no approvals of a key from now on."""
    from api.cli.home import open_home
    from engine.base.actors.approver_keys import retire_approver_key
    from engine.base.ids import ApproverKeyId

    with open_home(context.obj).database.transaction() as session:
        retire_approver_key(session, ApproverKeyId(key), compromised=compromised)
    if as_json:
        print_json({"key": str(key), "retired": True, "compromised": compromised})
        return
    err().print(f"key {key} is retired")


@approver_keys.command("list")
def list_all(context: typer.Context, actor: Which, as_json: AsJson = False) -> None:
    """List the keys of an approver, with their state."""
    from api.cli.actor_print import approver_key_document, approver_key_table, which
    from api.cli.home import open_home
    from engine.base.actors.approver_keys import list_approver_keys
    from engine.base.clock import SystemClock

    with open_home(context.obj).database.transaction() as session:
        found = list_approver_keys(session, which(session, actor))
    documents = [approver_key_document(one) for one in found]
    _print("approver_keys", documents, approver_key_table(found, SystemClock().now()), as_json)


def _register(config: Path | None, actor: str, public: bytes, days: int, as_json: bool) -> None:
    from api.cli.actor_print import approver_key_document, which
    from api.cli.home import open_home
    from api.cli.inventory_print import moment
    from engine.base.actors import local_person
    from engine.base.actors.approver_keys import add_approver_key
    from engine.base.clock import SystemClock

    database: Database = open_home(config).database
    until = SystemClock().now() + timedelta(days=days)
    with database.transaction() as session:
        actor_id = which(session, actor) if actor else local_person(session).id
        made = add_approver_key(session, actor_id, public, valid_until=until)
    if as_json:
        print_json(approver_key_document(made))
        return
    err().print(f"registered {made.public_key.hex()}, valid until {moment(made.valid_until)}")


def _print(name: str, documents: Sequence[dict[str, object]], table: Table, as_json: bool) -> None:
    if as_json:
        print_json({name: list(documents)})
        return
    out().print(table)
    if not documents:
        err().print("there is none")

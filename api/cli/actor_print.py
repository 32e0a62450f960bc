"""Actors and their keys on the terminal and as JSON, and which actor a word means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rich.table import Table
from sqlalchemy.orm import Session

from api.cli.inventory_print import acting, called, moment, plain, stamp
from engine.base.actors import ActorKind, find, get
from engine.base.actors.api_keys import ApiKeyView
from engine.base.actors.approver_keys import ApproverKey
from engine.base.actors.granting import ActorView
from engine.base.actors.roles import scopes_of
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId


def which(session: Session, word: str) -> ActorId:
    """The actor that is meant: an id, a name, or ``person:NAME``, ``service:NAME``, ``schedule:NAME``.

    Raises:
        NotFound: there is none.
        BadInput: there are several of that name.
    """
    try:
        return get(session, ActorId(UUID(word))).id
    except ValueError:
        pass
    kind, _, name = word.partition(":")
    kinds = [one for one in ActorKind if one.value == kind and name]
    found = [one for one in (find(session, each, name if kinds else word) for each in kinds or ActorKind) if one]
    if not found:
        raise NotFound("there is no actor of that name", hint="`reeve actor list`, or `reeve actor add NAME`")
    if len(found) > 1:
        raise BadInput("there are several actors of that name", hint=f"{found[0].kind}:NAME")
    return found[0].id


def actor_document(one: ActorView) -> dict[str, object]:
    """An actor for JSON."""
    return {
        **acting(one.actor),
        "roles": sorted(role.value for role in one.roles),
        "scopes": sorted(scope.value for scope in scopes_of(one.roles)),
        "created_at": stamp(one.created_at),
        "deactivated_at": stamp(one.deactivated_at),
    }


def actor_table(actors: Sequence[ActorView]) -> Table:
    """Actors for people."""
    table = _table("name", "kind", "roles", "since", "id")
    for one in actors:
        roles = ", ".join(sorted(role.value for role in one.roles)) or "-"
        state = "" if one.deactivated_at is None else " [yellow](deactivated)[/]"
        table.add_row(called(one.actor) + state, one.actor.kind.value, roles, moment(one.created_at), str(one.actor.id))
    return table


def key_document(one: ApiKeyView) -> dict[str, object]:
    """An API key for JSON."""
    return {
        "key": str(one.id),
        "label": one.label,
        "scopes": sorted(scope.value for scope in one.scopes),
        "created_at": stamp(one.created_at),
        "expires_at": stamp(one.expires_at),
        "revoked_at": stamp(one.revoked_at),
        "last_used_at": stamp(one.last_used_at),
    }


def key_table(keys: Sequence[ApiKeyView], now: datetime) -> Table:
    """API keys for people."""
    table = _table("label", "scopes", "state", "last used", "key")
    for one in keys:
        state = _state(one.revoked_at, "revoked", one.expires_at, now)
        used = moment(one.last_used_at) if one.last_used_at is not None else "never"
        scopes = ", ".join(sorted(scope.value for scope in one.scopes))
        table.add_row(plain(one.label or "(forgotten)"), scopes, state, used, str(one.id))
    return table


def approver_key_document(one: ApproverKey) -> dict[str, object]:
    """An approver's key for JSON."""
    return {
        "key": str(one.id),
        "public_key": one.public_key.hex(),
        "fingerprint": one.fingerprint,
        "valid_from": stamp(one.valid_from),
        "valid_until": stamp(one.valid_until),
        "retired_at": stamp(one.retired_at),
        "compromised": one.compromised,
    }


def approver_key_table(keys: Sequence[ApproverKey], now: datetime) -> Table:
    """Approvers' keys for people."""
    table = _table("public key", "state", "key")
    for one in keys:
        word = "compromised" if one.compromised else "retired"
        table.add_row(one.public_key.hex(), _state(one.retired_at, word, one.valid_until, now), str(one.id))
    return table


def _state(ended_at: datetime | None, word: str, until: datetime, now: datetime) -> str:
    if ended_at is not None:
        return f"[yellow]{word}[/] {moment(ended_at)}"
    return f"{'[yellow]expired[/]' if until <= now else 'until'} {moment(until)}"


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, header_style="dim", overflow="fold")
    return table

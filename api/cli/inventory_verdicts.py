"""``reeve inventory confirm``, ``correct``, ``withdraw`` and ``history``: what a person says of a field, and what was said."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from rich.console import Console

    from engine.estate.inventory.history import PastVerdict


class Level(StrEnum):
    """Sensitivities, from least to most."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


Place = Annotated[str, typer.Argument(help="The field, as store/asset.field.", metavar="FIELD")]
Reason = Annotated[str, typer.Option(help="Why, without naming a person or a value.")]


def confirm(context: typer.Context, place: Place, reason: Reason) -> None:
    """Confirm what the last scan says about a field: later scans do not change it silently."""
    _decide(context.obj, place, None, None, reason)


def correct(
    context: typer.Context,
    place: Place,
    reason: Reason,
    entity: Annotated[
        list[str] | None, typer.Option(help="What it holds: ENTITY or ENTITY/SUBTYPE; may be repeated, main one first.")
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="It holds nothing personal or confidential.")] = False,
    sensitivity: Annotated[Level | None, typer.Option(help="Set by hand, instead of that of the entity.")] = None,
) -> None:
    """Correct what a field is. That stands until a person changes or withdraws it; scans say where they disagree."""
    if bool(entity) == nothing:
        raise BadInput("say what the field holds, or that it holds nothing", hint="--entity NAME, or --nothing")
    _decide(context.obj, place, tuple(entity or ()), sensitivity.value if sensitivity else None, reason)


def withdraw(context: typer.Context, place: Place, reason: Reason) -> None:
    """Take back what persons decided about a field: what scans say counts again. The history keeps all of it."""
    from api.cli.home import open_home
    from api.cli.inventory_print import plain
    from engine.estate.detectors.own import configured_own
    from engine.estate.detectors.pack import load_pack
    from engine.estate.inventory.decide import withdraw as take_back

    home = open_home(context.obj)
    pack = load_pack(configured_own(home.settings).detectors)
    with home.database.transaction() as session:
        take_back(session, pack.matcher, place, reason)
    err().print(f"withdrawn for {plain(place)}: what scans say counts again")


def history(
    context: typer.Context,
    place: Place,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Show all verdicts of a field, oldest first: when, by whom, and why. The one that counts now has an arrow."""
    from api.cli.home import open_home
    from engine.estate.inventory.history import verdict_history

    with open_home(context.obj).database.snapshot() as session:
        verdicts = verdict_history(session, place)
    if as_json:
        print_json({"field": place, "verdicts": [_as_row(one) for one in verdicts]})
        return
    console = out()
    for one in verdicts:
        _print_verdict(console, one)


def _decide(config: Any, place: str, entities: tuple[str, ...] | None, level: str | None, reason: str) -> None:
    from api.cli.home import open_home
    from api.cli.inventory_print import plain
    from classifiers.detector import Sensitivity
    from engine.base.resources import installed_names
    from engine.estate.detectors.own import configured_own
    from engine.estate.detectors.pack import load_pack
    from engine.estate.inventory.decide import Decision, decide

    home = open_home(config)
    pack = load_pack(configured_own(home.settings).detectors, names=installed_names())
    sensitivity = Sensitivity[level.upper()] if level else None
    with home.database.transaction() as session:
        decide(session, pack.matcher, Decision(place, entities, sensitivity, reason))
    err().print(f"recorded for {plain(place)}")


def _as_row(one: PastVerdict) -> dict[str, object]:
    from api.cli.inventory_print import acting, stamp

    return {
        "decided_at": stamp(one.decided_at),
        "decided_by": one.decided_by,
        "actor": acting(one.actor),
        "scan": str(one.scan_id) if one.scan_id is not None else None,
        "withdrawn": one.withdrawn,
        "entities": [
            {
                "entity": entity.entity,
                "subtype": entity.subtype or None,
                "category": entity.category,
                "sensitivity": entity.sensitivity.label,
                "confidence": round(entity.confidence, 4),
            }
            for entity in one.entities
        ],
        "confidence": None if one.withdrawn else round(one.confidence, 4),
        "reason": one.reason or None,
        "pack": one.pack or None,
        "counts": one.counts,
    }


def _print_verdict(console: Console, one: PastVerdict) -> None:
    from api.cli.inventory_print import called, moment, plain, spelled

    who = f"scan {one.scan_id}" if one.decided_by == "scan" else called(one.actor)
    what = "decision withdrawn" if one.withdrawn else ", ".join(map(spelled, one.entities)) or "nothing personal"
    known = f", confidence {one.confidence:.2f}, pack {one.pack}" if one.decided_by == "scan" else ""
    console.print(f"{'->' if one.counts else '  '} {moment(one.decided_at)}  [bold]{what}[/]  by {who}{known}")
    if one.reason:
        console.print(f"     {plain(one.reason)}", style="dim")

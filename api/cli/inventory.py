"""``reeve inventory``: look at what is known, hand it out, confirm or correct it."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput, NotFound

if TYPE_CHECKING:
    from rich.table import Table

    from engine.estate.inventory.view import AssetView, FieldView, InventoryView, StoreView

app = typer.Typer(help="The inventory: list, show, export, confirm, correct.", no_args_is_help=True)


class Form(StrEnum):
    """File formats of an export."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


class Level(StrEnum):
    """Sensitivities, from least to most."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


Place = Annotated[str, typer.Argument(help="The field, as store/asset.field.", metavar="FIELD")]
Reason = Annotated[str, typer.Option(help="Why, without naming a person or a value.")]


@app.command("list")
def list_fields(
    context: typer.Context,
    search: Annotated[str, typer.Argument(help="Only fields whose name or findings contain this.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also fields in which nothing was recognised.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many lines first.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
) -> None:
    """List fields, with what they hold."""
    view = _load(context.obj)
    lines = [
        (f"{store.name}/{asset.name}.{field.path}", field)
        for store, asset, field in view.fields()
        if (everything or field.entities or field.decision)
    ]
    wanted = [(place, field) for place, field in lines if _contains(place, field, search.lower())]
    if as_json:
        print_json(
            {"total": len(wanted), "skip": skip, "fields": [_as_row(*one) for one in wanted[skip : skip + limit]]}
        )
        return
    out().print(_field_table(wanted[skip : skip + limit]))
    left = len(wanted) - skip - limit
    if left > 0:
        err().print(f"{left} more: --skip {skip + limit}")


@app.command("show")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="store/asset, or store/asset.field.", metavar="NAME")],
) -> None:
    """Show one asset or field with the evidence behind each verdict."""
    view = _load(context.obj)
    console = out()
    shown = False
    for store, asset, field in view.fields():
        place = f"{store.name}/{asset.name}"
        if name not in (place, f"{place}.{field.path}"):
            continue
        if not shown:
            _print_asset(store, asset)
        shown = True
        console.print(f"\n[bold]{_plain(field.path)}[/]  {field.sensitivity.label}")
        _print_field(field)
    if not shown:
        raise NotFound(f"there is nothing named {name!r} in the inventory", hint="`reeve inventory list --all`")


@app.command("export")
def export(
    context: typer.Context,
    form: Annotated[Form, typer.Option("--format", help="json, csv, or one HTML file that stands alone.")] = Form.JSON,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; standard output if left out.")
    ] = None,
) -> None:
    """Write the inventory to a file: a row for each field, and a further one for each further entity in it."""
    size = write_export(context.obj, form, output)
    if output is not None:
        err().print(f"{output}: {size:,} bytes")


def write_export(config: Any, form: Form, output: Path | None) -> int:
    """Write an export to a file or standard output, and record that it was handed out; returns its size in bytes."""
    import hashlib
    import io

    from api.cli.home import open_home
    from engine.base.state.outbox import record
    from engine.estate.inventory.export import export as write
    from engine.estate.inventory.load import load_inventory
    from engine.ledger.events.inventory import InventoryExported

    home = open_home(config)
    with home.database.snapshot() as session:
        view = load_inventory(session)
    buffer = io.BytesIO()
    write(view, form.value, buffer)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    with home.database.transaction() as session:
        record(session, InventoryExported(format=form.value, rows=sum(1 for _ in view.fields()), sha256=digest))
        if output is not None:
            _write(output, data)
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return len(data)


@app.command("confirm")
def confirm(context: typer.Context, place: Place, reason: Reason) -> None:
    """Confirm what the last scan says about a field: later scans do not change it silently."""
    _decide(context.obj, place, None, None, reason)


@app.command("correct")
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
    """Correct what a field is. That stands until a person changes it; scans say where they disagree."""
    if bool(entity) == nothing:
        raise BadInput("say what the field holds, or that it holds nothing", hint="--entity NAME, or --nothing")
    _decide(context.obj, place, tuple(entity or ()), sensitivity.value if sensitivity else None, reason)


def _decide(config: Any, place: str, entities: tuple[str, ...] | None, level: str | None, reason: str) -> None:
    from api.cli.home import open_home
    from classifiers.detector import Sensitivity
    from engine.estate.inventory.decide import Decision, decide
    from engine.estate.scan.pack import load_pack

    home = open_home(config)
    pack = load_pack()
    sensitivity = Sensitivity[level.upper()] if level else None
    with home.database.transaction() as session:
        decide(session, pack.matcher, Decision(place, entities, sensitivity, reason))
    err().print(f"recorded for {_plain(place)}")


def _load(config: Any) -> InventoryView:
    from api.cli.home import open_home
    from engine.estate.inventory.load import load_inventory

    with open_home(config).database.snapshot() as session:
        return load_inventory(session)


def _write(path: Path, data: bytes) -> None:
    """Write beside the file and put it in place, so that a reader never sees half of it."""
    staged = path.with_name(f".{path.name}.part")
    try:
        staged.write_bytes(data)
        staged.replace(path)
    except OSError as exc:
        staged.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {exc.strerror}") from None


def _as_row(place: str, field: FieldView) -> dict[str, object]:
    return {
        "field": place,
        "entities": [f"{one.entity}/{one.subtype}" if one.subtype else one.entity for one in field.entities],
        "sensitivity": field.sensitivity.label,
        "confidence": field.entities[0].confidence if field.entities else None,
        "decided_by": "person" if field.decision else "scan",
        "disagreement": field.disagreement or None,
    }


def _contains(place: str, field: FieldView, search: str) -> bool:
    words = [place, *(word for one in field.entities for word in (one.entity, one.subtype, one.category))]
    return any(search in word.lower() for word in words)


def _plain(name: str) -> str:
    """A name of the estate for the terminal: no markup, no control characters."""
    from rich.markup import escape

    return escape("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name))


def _field_table(lines: list[tuple[str, FieldView]]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("field", "holds", "sensitivity", "confidence", "decided by"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for place, field in lines:
        holds = ", ".join(f"{one.entity}/{one.subtype}" if one.subtype else one.entity for one in field.entities)
        main = field.entities[0] if field.entities else None
        table.add_row(
            _plain(place),
            holds or "-",
            field.sensitivity.label,
            f"{main.confidence:.2f}" if main else "",
            ("person" if field.decision else "scan") + (" (scan disagrees)" if field.disagreement else ""),
        )
    return table


def _print_asset(store: StoreView, asset: AssetView) -> None:
    console = out()
    console.print(f"[bold]{_plain(store.name)}/{_plain(asset.name)}[/]  {asset.kind}, {asset.rows:,} rows read")
    for item in asset.objects:
        if item.coverage != "full":
            console.print(f"  [yellow]{item.coverage}[/] {_plain(item.name)}: {item.reason} {_plain(item.detail)}")


def _print_field(field: FieldView) -> None:
    console = out()
    console.print(f"  {field.rows:,} rows, {field.nulls:,} empty, about {field.distinct:,} distinct values")
    for one in field.entities:
        name = f"{one.entity}/{one.subtype}" if one.subtype else one.entity
        console.print(f"  {name}: {one.category}, confidence {one.confidence:.2f}, {one.matches:,} rows")
        console.print(f"    {_plain(one.reason)}", style="dim")
    if field.examples:
        console.print(f"  looks like: {', '.join(map(_plain, field.examples))}")
    if field.disagreement:
        console.print(f"  [yellow]{_plain(field.disagreement)}[/]")
    for link in field.links:
        console.print(f"  shares values with {_plain(link)}")

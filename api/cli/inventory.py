"""``reeve inventory``: look at what is known and hand it out; ``inventory_verdicts`` has what persons say of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import inventory_verdicts as verdicts
from api.cli.output import err, out, print_json
from engine.base.errors import NotFound

if TYPE_CHECKING:
    from engine.estate.inventory.view import AssetView, FieldView, InventoryView, StoreView

app = typer.Typer(help="The inventory: list, show, export; confirm, correct, withdraw, history.", no_args_is_help=True)


class Form(StrEnum):
    """File formats of an export."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


@app.command("list")
def list_fields(
    context: typer.Context,
    search: Annotated[str, typer.Argument(help="Only fields whose name or findings contain this.")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also fields in which nothing was recognised or excluded.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many lines first.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
) -> None:
    """List fields, with what they hold."""
    from api.cli.inventory_print import as_row, field_table

    view = _load(context.obj)
    lines = [
        (f"{store.name}/{asset.name}.{field.path}", asset, field)
        for store, asset, field in view.fields()
        if (everything or field.entities or field.decision or field.excluded)
    ]
    wanted = [line for line in lines if _contains(line[0], line[2], search.lower())]
    if as_json:
        print_json(
            {"total": len(wanted), "skip": skip, "fields": [as_row(*one) for one in wanted[skip : skip + limit]]}
        )
        return
    out().print(field_table(wanted[skip : skip + limit]))
    left = len(wanted) - skip - limit
    if left > 0:
        err().print(f"{left} more: --skip {skip + limit}")


@app.command("show")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="store/asset, or store/asset.field.", metavar="NAME")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Show one asset or field with the evidence behind each verdict."""
    from api.cli.inventory_print import as_document, print_asset

    found = list(_named(_load(context.obj), name))
    if not found:
        raise NotFound(f"there is nothing named {name!r} in the inventory", hint="`reeve inventory list --all`")
    if as_json:
        print_json({"assets": [as_document(*one) for one in found]})
        return
    for one in found:
        print_asset(*one)


def _named(view: InventoryView, name: str) -> Iterator[tuple[StoreView, AssetView, list[FieldView]]]:
    """Assets of that name with all their fields, and those with a field of that name, with it alone."""
    for store in view.stores:
        for asset in store.assets:
            place = f"{store.name}/{asset.name}"
            if name != place and not name.startswith(f"{place}."):
                continue
            fields = [field for field in asset.fields if field.change != "gone"]
            wanted = fields if name == place else [field for field in fields if name == f"{place}.{field.path}"]
            if wanted or name == place:
                yield store, asset, wanted


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

    from api.cli.files import write_whole
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
            write_whole(output, data)
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return len(data)


app.command("confirm")(verdicts.confirm)
app.command("correct")(verdicts.correct)
app.command("withdraw")(verdicts.withdraw)
app.command("history")(verdicts.history)


def _load(config: Any) -> InventoryView:
    from api.cli.home import open_home
    from engine.estate.inventory.load import load_inventory

    with open_home(config).database.snapshot() as session:
        return load_inventory(session)


def _contains(place: str, field: FieldView, search: str) -> bool:
    words = [place, *(word for one in field.entities for word in (one.entity, one.subtype, one.category))]
    return any(search in word.lower() for word in words)

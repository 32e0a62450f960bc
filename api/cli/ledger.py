"""``reeve ledger``: sign, prove, export and verify the trail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.base.ids import EventId
    from engine.ledger.log.ledger import Ledger
    from engine.ledger.log.proving import Proved

app = typer.Typer(
    no_args_is_help=True, help="Sign, prove, export and verify the trail of all that was done.", rich_markup_mode="rich"
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
Shard = Annotated[str | None, typer.Option(help="The log of which year; by default the newest.", metavar="LABEL")]


@app.command()
def checkpoint(context: typer.Context, as_json: AsJson = False) -> None:
    """Give all that was recorded its place, sign the ledger's head, publish it, and print it.

    Keep what is printed, outside of this machine: with it anybody can show later whether the ledger was changed.
    """
    ledger = _open(context)
    settled = ledger.settle()
    note = ledger.checkpoint()
    text = "" if note is None else note.decode()
    if as_json:
        print_json({"placed": settled.placed, "published": settled.published, "checkpoint": text})
        return
    out().print(text, end="", markup=False)
    err().print(f"{settled.placed:,} entries more; {settled.published:,} resources published")


@app.command()
def vkey(context: typer.Context, as_json: AsJson = False) -> None:
    """Print the keys that verify the ledger, one a line. Give them to auditors in another way than exports."""
    ledger = _open(context)
    if not ledger.vkeys():
        _settle(ledger)
    keys = [str(key) for key in ledger.vkeys()]
    if as_json:
        print_json(keys)
        return
    for key in keys:
        out().print(key, markup=False)


@app.command("shards")
def list_shards(context: typer.Context, as_json: AsJson = False) -> None:
    """List the logs that the ledger consists of, one a year."""
    found = _open(context).shards()
    if as_json:
        print_json(
            [
                {
                    "label": one.label,
                    "origin": one.origin,
                    "size": one.size,
                    "root": one.root.hex(),
                    "closed": one.closed,
                    "pruned": one.pruned,
                }
                for one in found
            ]
        )
        return
    for one in found:
        state = "pruned" if one.pruned else "closed" if one.closed else "open"
        out().print(f"[bold]{one.label}[/]  {one.size:,} entries, {state}  {one.origin}")
        out().print(f"  root {one.root.hex()}", style="dim")


@app.command()
def show(
    context: typer.Context,
    index: Annotated[int, typer.Argument(min=0, help="Of the entry in its shard.")],
    shard: Shard = None,
    disclose: Annotated[
        list[str] | None,
        typer.Option(help="A committed field to show, with its salt; again for more.", metavar="FIELD"),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why fields are disclosed: it is recorded.")] = "",
) -> None:
    """Print an entry as JSON, and values behind its commitments where asked for. Whoever discloses is recorded."""
    import json

    from api.cli.home import open_home
    from engine.ledger.log.disclosures import disclosable, disclose_fields
    from engine.ledger.log.ledger import Ledger

    home = open_home(context.obj)
    label, proved = _proved(Ledger(home.database, home.settings.ledger), shard, index)
    document: dict[str, object] = {"shard": label, "index": index, "entry": json.loads(proved.entry)}
    with home.database.transaction() as session:
        event_id = _event_at(session, label, index)
        document["disclosable"] = disclosable(session, event_id)
        if disclose:
            shown = disclose_fields(session, event_id, disclose, reason)
            document["disclosed"] = {name: {"value": one.value, "salt": one.salt.hex()} for name, one in shown.items()}
    print_json(document)


@app.command()
def prove(
    context: typer.Context,
    index: Annotated[int, typer.Argument(min=0, help="Of the entry in its shard.")],
    shard: Shard = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write INDEX.tlog-proof and INDEX.entry there.", metavar="DIR")
    ] = None,
) -> None:
    """Prove that an entry stands in the ledger: a C2SP tlog-proof, which needs neither Reeve nor the network."""
    import sys

    _, proved = _proved(_open(context), shard, index)
    if output is None:
        sys.stdout.write(proved.proof.format().decode())
        return
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{index}.tlog-proof").write_bytes(proved.proof.format())
    (output / f"{index}.entry").write_bytes(proved.entry)
    err().print(f"written: {output}/{index}.tlog-proof and {index}.entry")


@app.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Empty, missing, or an earlier export, which is continued.")],
    disclose: Annotated[
        bool, typer.Option("--disclose", help="With the values behind all commitments that can still be shown.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the ledger to a folder, with two programs that verify it without Reeve."""
    shards, entries, shown = _open(context).export(folder, disclose=disclose)
    if as_json:
        print_json({"folder": str(folder), "shards": shards, "entries": entries, "disclosures": shown})
        return
    years = "1 log" if shards == 1 else f"{shards} logs"
    err().print(
        f"{entries:,} entries in {years} written to {folder}" + (f", {shown:,} values disclosed" if shown else "")
    )
    err().print("verify them without Reeve: [bold]python verify_reeve_log.py .[/], or open verify.html there")


@app.command()
def reconcile(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what was recorded against what has a place, and rows that must have an event against their events."""
    found = _open(context).reconcile()
    if as_json:
        print_json(
            {
                "checked": found.checked,
                "outbox": found.outbox,
                "entries": found.entries,
                "waiting": found.waiting,
                "business_rows": found.business_rows,
                "missing": found.missing,
                "orphans": found.orphans,
                "gaps": [{"what": gap.what, "count": gap.count} for gap in found.gaps],
            }
        )
    else:
        out().print(
            f"{found.outbox:,} events recorded, {found.entries:,} entries, {found.waiting:,} without a place yet"
        )
        out().print(f"{found.business_rows:,} rows that must have an event, {found.missing:,} without")
        for gap in found.gaps:
            out().print(f"[red]{gap.count:,}[/] {gap.what}")
        if not found.gaps:
            out().print(f"[green]complete[/]: {found.checked} comparisons came out even")
    if found.gaps:
        raise typer.Exit(4)


@app.command("add-key")
def add_key(context: typer.Context) -> None:
    """Let a further key sign, beside the one before. Hand the new one out, then retire the old one."""
    ledger = _open(context)
    out().print(str(ledger.add_key()), markup=False)
    ledger.settle()


@app.command("retire-key")
def retire_key(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(help="Eight hexadecimal digits, as in `reeve ledger vkey`.")],
) -> None:
    """Let a key sign no more. What it signed stays valid."""
    ledger = _open(context)
    ledger.retire_key(key_id)
    err().print(f"the key {key_id} signs no more, and its private half was forgotten")
    ledger.settle()


def _open(context: typer.Context) -> Ledger:
    from api.cli.home import open_home
    from engine.ledger.log.ledger import Ledger

    home = open_home(context.obj)
    return Ledger(home.database, home.settings.ledger)


def _settle(ledger: Ledger) -> None:
    """Give places and sign. That a target cannot be reached is no reason to answer nothing: the keeper tries again."""
    from engine.base.errors import DependencyFailed

    try:
        ledger.settle()
    except DependencyFailed as exc:
        err().print(f"signed, but not published: {exc.message}", markup=False)


def _proved(ledger: Ledger, shard: str | None, index: int) -> tuple[str, Proved]:
    from engine.base.errors import NotFound

    _settle(ledger)
    label = shard or ledger.shards()[-1].label
    if label not in {one.label for one in ledger.shards()}:
        raise NotFound(f"the ledger has no shard {label}", hint="`reeve ledger shards` lists them")
    return label, ledger.prove(label, index)


def _event_at(session: Session, label: str, index: int) -> EventId:
    from sqlalchemy import select

    from engine.base.state.tables import OutboxRow

    query = select(OutboxRow.id).where(OutboxRow.shard == label, OutboxRow.ledger_index == index)
    return session.scalars(query).one()

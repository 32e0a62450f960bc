"""The summary of a scan: what a person wants to know first, on one screen."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from api.cli.inventory_print import plain
from classifiers.detector import Sensitivity
from classifiers.exclusions import EXCLUDED
from classifiers.identity import SKETCHING
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.report.summary import Gap, gaps, risk_lines
from engine.estate.inventory.view import InventoryView
from engine.estate.scan.close import ScanResult
from engine.estate.scan.rejudging import Rejudged

RISKIEST = 5
READ_AGAIN = 5
_COLOUR = {
    Sensitivity.RESTRICTED: "bold red",
    Sensitivity.CONFIDENTIAL: "yellow",
    Sensitivity.INTERNAL: "",
    Sensitivity.PUBLIC: "green",
}


def print_summary(console: Console, result: ScanResult, view: InventoryView) -> None:
    """Stores, the assets to look at first, what was not read, what changed."""
    objects = sum(result.objects.values()) - result.unchanged
    rate = result.rows_read / max(result.seconds, 0.001)
    console.print()
    console.print(
        f"Read [bold]{result.rows_read:,}[/] rows in [bold]{objects}[/] "
        f"{'table or file' if objects == 1 else 'tables and files'} in {result.seconds:.1f} s ({rate:,.0f} rows/s)."
    )
    if result.unchanged:
        console.print(f"{result.unchanged} had not changed since an earlier scan read them.")
    _print_rejudged(console, result.rejudged)
    console.print(_stores(view))
    risky = _riskiest(view)
    if risky.row_count:
        console.print(risky)
    _print_gaps(console, result, view)
    for title, lines in (
        ("What changed since the scan before", sentences(result.drift)),
        ("A person decided otherwise", _disputed(view)),
        ("Excluded by you", _excluded(view)),
    ):
        if lines:
            console.print(f"\n[bold]{title}[/]")
            for line in lines[:8]:
                console.print(f"  {plain(line)}")
            if len(lines) > 8:
                console.print(f"  ... and {len(lines) - 8} more: `reeve inventory export --format html`")


def _print_rejudged(console: Console, done: Rejudged) -> None:
    """What other detectors than before led to."""
    if done.fields:
        console.print(
            f"Other detectors: [bold]{done.fields}[/] fields of {done.assets} assets were judged anew without reading."
        )
    if not done.because:
        return
    told = [key for key in done.because if key != SKETCHING]
    named = [key for key in told if not key.startswith(f"{EXCLUDED}/")]
    exclusions = ["exclusions"] if len(named) < len(told) else []
    detectors = [*named, *exclusions] or ["all"]
    console.print(
        f"New or changed detectors ({escape(', '.join(detectors))}): [bold]{len(done.read_fields)}[/] fields of "
        f"{done.read_assets} assets had to be read again, though these had not changed:"
    )
    for name in done.read_fields[:READ_AGAIN]:
        console.print(f"  {escape(name)}")
    if len(done.read_fields) > READ_AGAIN:
        console.print(f"  ... and {len(done.read_fields) - READ_AGAIN} more: `--json` lists all")


def _stores(view: InventoryView) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left", padding=(0, 2, 0, 0))
    for name, justify in (
        ("store", "left"),
        ("assets", "right"),
        ("fields", "right"),
        ("personal or secret", "right"),
        ("restricted", "right"),
        ("most frequent", "left"),
    ):
        table.add_column(name, justify=justify, header_style="dim")  # type: ignore[arg-type]
    for store in view.stores:
        fields = [field for asset in store.assets for field in asset.fields if field.change != "gone"]
        kinds = Counter(field.entities[0].entity for field in fields if field.entities)
        table.add_row(
            escape(store.name),
            str(len(store.assets)),
            str(len(fields)),
            str(sum(bool(field.entities) for field in fields)),
            str(sum(field.sensitivity is Sensitivity.RESTRICTED for field in fields)),
            ", ".join(entity for entity, _ in kinds.most_common(4)),
        )
    return table


def _riskiest(view: InventoryView) -> Table:
    table = Table(
        box=None,
        pad_edge=False,
        title="\nLook at these first",
        title_justify="left",
        title_style="bold",
        padding=(0, 2, 0, 0),
    )
    for name, justify in (("asset", "left"), ("rows", "right"), ("holds", "left")):
        table.add_column(name, justify=justify, header_style="dim")  # type: ignore[arg-type]
    assets = {(store.name, asset.name): asset for store in view.stores for asset in store.assets}
    for line in risk_lines(view)[:RISKIEST]:
        entities: dict[str, Sensitivity] = {}
        for field in assets[line.store, line.asset].fields:
            for one in field.entities:
                entities[one.entity] = max(entities.get(one.entity, Sensitivity.PUBLIC), one.sensitivity)
        worst_first = sorted(entities.items(), key=lambda pair: (-pair[1], pair[0]))
        holds = Text(", ").join(Text(entity, style=_COLOUR[level]) for entity, level in worst_first)
        table.add_row(escape(f"{line.store}/{line.asset}"), f"{line.rows:,}", holds)
    return table


def _print_gaps(console: Console, result: ScanResult, view: InventoryView) -> None:
    counts = ", ".join(f"{count} {state}" for state, count in sorted(result.objects.items()) if count)
    if result.status == "complete":
        console.print(f"\n[green]Complete:[/] everything that the stores list was read ({counts}).")
    else:
        _print_exceptions(console, result, counts)
    lines = [_gap_line(gap) for gap in gaps(view) if gap.store in result.stores and gap.asset]
    lines = [f"  {escape(note)}" for note in result.notes] + lines
    for line in lines[:10]:
        console.print(line)
    if len(lines) > 10:
        console.print(f"  ... and {len(lines) - 10} more")


def _print_exceptions(console: Console, result: ScanResult, counts: str) -> None:
    console.print(f"\n[yellow]Complete with exceptions[/] ({counts or 'nothing could be listed'}):")
    for name, reason in result.unlisted.items():
        console.print(f"  {escape(name)}: the store could not be listed ({reason.replace('_', ' ')})")


def _gap_line(gap: Gap) -> str:
    which = "" if gap.name == gap.asset else f" ({escape(gap.name)})"
    why = gap.detail if gap.state in ("sampled", "full") else gap.reason.replace("_", " ")
    return f"  {escape(gap.store)}/{escape(gap.asset)}{which}: {gap.state}, {why}"


def _excluded(view: InventoryView) -> list[str]:
    return [
        f"{store.name}/{asset.name}.{field.path}: {one.sentence}"
        for store, asset, field in view.fields()
        for one in field.excluded
    ]


def _disputed(view: InventoryView) -> list[str]:
    return [
        f"{store.name}/{asset.name}.{field.path}: {field.disagreement}"
        for store, asset, field in view.fields()
        if field.disagreement
    ]

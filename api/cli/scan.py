"""``reeve scan``: read the estate and bring the inventory up to date."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from engine.estate.inventory.view import InventoryView
    from engine.estate.scan.asked import Asked
    from engine.estate.scan.close import ScanResult


class Level(StrEnum):
    """Sensitivities that a scan can be asked to fail on."""

    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


def scan(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    stores: Annotated[
        list[str] | None, typer.Argument(help="Stores to scan; all if none is named.", metavar="STORE")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read also what has not changed since it was read.")] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Draw so many rows of each asset instead of reading all.", metavar="ROWS")
    ] = None,
    until_bound: Annotated[
        float | None,
        typer.Option(
            min=0.000001,
            max=0.5,
            help="Draw as many rows as exclude, with 95 % confidence, that a larger share of them holds anything unseen.",
            metavar="SHARE",
        ),
    ] = None,
    blocks: Annotated[
        bool,
        typer.Option(
            "--blocks",
            help="With --sample or --until-bound: draw and read whole objects of a bucket, or row groups of Parquet files, and "
            "nothing else of them; the bound is then of these.",
        ),
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Give an unfinished scan up and begin anew, instead of going on with it.")
    ] = False,
    fail_on: Annotated[
        Level | None,
        typer.Option(help="Exit with 1 when a field of this sensitivity or above is in the scanned stores."),
    ] = None,
    queue: Annotated[
        bool, typer.Option("--queue", help="Let workers do it (`reeve worker`), instead of this process.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a summary.")] = False,
) -> None:
    """Read databases, buckets and files, recognise personal and confidential data, and record the inventory.

    What has not changed since it was read is not read again, where its store can tell, unless a detector is new or
    matches otherwise than then. If detectors only judge otherwise, verdicts are given anew without reading. A scan that
    was interrupted goes on where it stopped. Exit code 3 when something could not be read: the summary and
    `reeve inventory export` say what and why.
    """
    from engine.base.errors import BadInput
    from engine.estate.scan.asked import Asked

    if full + (sample is not None) + (until_bound is not None) > 1:
        raise BadInput("--full, --sample and --until-bound exclude one another", hint="give one of them, or none")
    if blocks and sample is None and until_bound is None:
        raise BadInput("--blocks says how a sample is drawn", hint="add --sample or --until-bound")
    asked = Asked(full, sample, until_bound, blocks)
    if queue:
        if restart or fail_on is not None:
            raise BadInput("--queue only asks for a scan, so --restart and --fail-on say nothing with it")
        _queue(context.obj, tuple(stores or ()), asked, as_json=as_json)
        return
    result, view = run_scan(context.obj, stores or [], restart=restart, asked=asked)
    if as_json:
        print_json(as_document(result, view))
    else:
        from api.cli.summary import print_summary

        print_summary(out(), result, view)
    if result.failed:
        raise typer.Exit(3)
    if fail_on is not None and _found(view, fail_on.value, stores or []):
        raise typer.Exit(1)


def _queue(config: Any, stores: tuple[str, ...], asked: Asked, *, as_json: bool) -> None:
    """Ask workers for a scan."""
    from api.cli.home import open_home
    from engine.base.errors import BadInput
    from engine.base.work.view import living_workers
    from engine.estate.scan.work import ask_for_scan

    home = open_home(config)
    if not [home.settings.store(name) for name in stores or home.settings.stores]:
        raise BadInput("there is nothing to scan", hint=f"declare a store under `stores:` in {home.settings.file}")
    with home.database.transaction() as session:
        job_id = ask_for_scan(session, stores, asked)
        workers = len(living_workers(session))
    if as_json:
        print_json({"job": str(job_id), "workers": workers})
    else:
        out().print(f"asked for: job {job_id.hex[-8:]} (`reeve jobs watch {job_id.hex[-8:]}` follows it)")
    if not workers:
        err().print("no worker lives just now: start `reeve worker`")


def run_scan(
    config: Any, stores: list[str], *, restart: bool = False, asked: Asked | None = None
) -> tuple[ScanResult, InventoryView]:
    """Scan, with progress on the terminal; returns how it ended and the inventory it led to."""
    from api.cli.home import open_home
    from api.cli.progress import TerminalProgress
    from engine.base.errors import BadInput
    from engine.base.resources import HOW_TO_FIND_NAMES
    from engine.estate.inventory.load import load_inventory
    from engine.estate.scan.configured import Configured

    home = open_home(config)
    if not [home.settings.store(name) for name in stores or home.settings.stores]:
        raise BadInput("there is nothing to scan", hint=f"declare a store under `stores:` in {home.settings.file}")
    configured = Configured(home.settings.file)
    with TerminalProgress() as progress:
        scanner = configured.scanner(home.database, tuple(stores), asked, progress=progress)
        result = scanner.run(restart=restart)
    if scanner.pack.names is None and home.settings.names is None:
        err().print(
            f"names in free text were not looked for: no name model is installed ({HOW_TO_FIND_NAMES}; or set `names: false`)",
            markup=False,
            soft_wrap=True,
        )
    with home.database.snapshot() as session:
        view = load_inventory(session)
    return replace(result, notes=(*result.notes, *configured.notes)), view


def as_document(result: ScanResult, view: InventoryView) -> dict[str, object]:
    """The result of a scan as one JSON document."""
    from api.cli.inventory_print import drift_document

    return {
        "scan": str(result.scan_id),
        "status": result.status,
        "objects": dict(result.objects),
        "objects_unchanged": result.unchanged,
        "rows": result.rows,
        "rows_read": result.rows_read,
        "bytes": result.bytes,
        "seconds": round(result.seconds, 3),
        "stores_not_listed": dict(result.unlisted),
        "not_full": [
            {
                "store": store.name,
                "asset": asset.name,
                "object": item.name,
                "coverage": item.coverage,
                "reason": item.reason,
                "detail": item.detail,
                "bound": item.bound,
            }
            for store in view.stores
            if store.name in result.stores
            for asset in store.assets
            for item in asset.objects
            if item.coverage != "full"
        ],
        "high_water": [
            {
                "store": store.name,
                "asset": asset.name,
                "reason": item.reason,
                "detail": item.detail,
                "last_read_whole": item.whole_at.isoformat(),
            }
            for store in view.stores
            if store.name in result.stores
            for asset in store.assets
            for item in asset.objects
            if item.whole_at is not None
        ],
        "notes": list(result.notes),
        "fields": sum(1 for _ in view.fields()),
        "fields_with_findings": sum(bool(field.entities) for _, _, field in view.fields()),
        "disagreements": [
            f"{store.name}/{asset.name}.{field.path}: {field.disagreement}"
            for store, asset, field in view.fields()
            if field.disagreement
        ],
        "excluded": [
            f"{store.name}/{asset.name}.{field.path}: {one.sentence}"
            for store, asset, field in view.fields()
            for one in field.excluded
        ],
        "judged_anew": {"assets": result.rejudged.assets, "fields": result.rejudged.fields},
        "read_again": {
            "detectors": list(result.rejudged.because),
            "assets": result.rejudged.read_assets,
            "fields": list(result.rejudged.read_fields),
        },
        **drift_document(result.drift),
    }


def _found(view: InventoryView, level: str, stores: list[str]) -> bool:
    from classifiers.detector import Sensitivity

    least = Sensitivity[level.upper()]
    return any(
        field.entities and field.sensitivity >= least
        for store, _, field in view.fields()
        if not stores or store.name in stores
    )

"""``reeve demo``: a small estate, scanned, with its report: everything else can be tried on it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import err, out
from engine.base.errors import BadInput


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to build it.", metavar="DIR")] = Path("demo"),
) -> None:
    """Build a small estate in DIR, scan it, print a summary and write the HTML report.

    The estate is synthetic: a shop's database and a folder of files. One file is broken on purpose, so that the report shows
    a gap. Run it again to scan the same estate once more.
    """
    from api.cli.scan import run_scan
    from api.cli.summary import print_summary
    from engine.base.settings_template import write_template

    console = err()
    began = time.monotonic()
    config = folder / "reeve.yaml"
    if folder.exists() and any(folder.iterdir()) and not config.exists():
        raise BadInput(f"{folder} holds something else", hint="name another folder: reeve demo DIR")
    if not config.exists():
        from api.demo.estate import build_estate

        console.print(f"building a small estate in {folder}/ ...")
        folder.mkdir(parents=True, exist_ok=True)
        write_template(config, build_estate(folder))
    result, view = run_scan(config, [])
    print_summary(out(), result, view)
    report = folder / "report.html"
    _write_report(config, report)
    out().print(
        f"\nDone in {time.monotonic() - began:.1f} s. Open [bold]{report}[/] in a browser, or try:\n"
        f"  reeve --config {config} inventory list\n"
        f"  reeve --config {config} inventory show shop/customers"
    )


def _write_report(config: Path, report: Path) -> None:
    from api.cli.inventory import Form, write_export

    write_export(config, Form.HTML, report)

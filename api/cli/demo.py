"""``reeve demo``: a small estate, scanned by two workers, changed, scanned again and swept, with its report and its proofs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from api.demo.server import BucketServer

SAMPLE = 1_000  # rows that the second scan draws of what changed


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to build it.", metavar="DIR")] = Path("demo"),
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Leave the bucket's server running until Ctrl-C, to try other commands on it."),
    ] = False,
) -> None:
    """Build a small estate in DIR, scan it with two workers, change it, scan it again, and write the HTML report.

    The estate is synthetic: a shop's database, a folder of files, and a bucket on an S3 server of its own. One file is broken
    on purpose, so that the report shows a gap. One of the workers is killed on the way: the other one goes on with what it did.
    The second scan draws a sample of what changed. Then a sweep of the database is planned, approved, carried out and read again.
    At the end the ledger of all this is verified and exported, and a Type I report is made from it. Run it again to scan the
    same estate once more.
    """
    from api.demo.estate import LAKE
    from api.demo.server import BucketServer

    began = time.monotonic()
    config = folder / "reeve.yaml"
    if folder.exists() and any(folder.iterdir()) and not config.exists():
        raise BadInput(f"{folder} holds something else", hint="name another folder: reeve demo DIR")
    with BucketServer(folder / LAKE) as server:
        if config.exists():
            _scan(config)
        else:
            _tell_all(folder, config, server)
        report = folder / "report.html"
        _write_report(config, report)
        _prove(config, folder)
        out().print(
            f"\nDone in {time.monotonic() - began:.1f} s. Open [bold]{report}[/] in a browser, or try:\n"
            f"  reeve --config {config} inventory list\n"
            f"  reeve --config {config} inventory show shop/customers\n"
            f"  reeve --config {config} policy explain shop/customers\n"
            f"  reeve --config {config} sweep list\n"
            f"  reeve --config {config} ledger verify"
        )
        if serve:
            _serve(server)
        else:
            err().print("The bucket's server has stopped; `reeve demo --serve` keeps it running.", style="dim")


def _tell_all(folder: Path, config: Path, server: BucketServer) -> None:
    """Build, scan with two workers of which one dies, let a day pass, scan again."""
    from api.demo.estate import build_estate, fill_bucket, next_day
    from api.demo.sweeping import write_policies
    from engine.base.settings.template import write_template

    say = err().print
    say(f"building a small estate in {folder}/: a database, a folder and a bucket ...")
    stores = build_estate(folder)
    fill_bucket(server)
    unfinished = config.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    write_template(unfinished, stores, names=False)  # it tells the same story wherever it is told
    write_policies(folder, unfinished)
    unfinished.rename(config)
    _scan_together(config)
    say(
        f"\na day later: new objects, a new file, one that is gone; a second scan draws {SAMPLE:,} rows of what changed ..."
    )
    next_day(folder, server)
    _scan(config, sample=SAMPLE)
    _sweep(config, folder)


def _sweep(config: Path, folder: Path) -> None:
    """Let go what the policies let go, with another person's approval, but for what a hold or a law keeps."""
    from api.cli.home import open_home
    from api.cli.sweep_running import run_here
    from api.demo.sweeping import APPROVER, CERTIFICATE, hold_one, sweep_all
    from engine.base.render.plural import counted

    say, home = err().print, open_home(config)
    say("\na legal hold on one customer; a sweep of those who never ordered is planned, approved and carried out ...")
    hold_one(home.database, folder)
    swept = sweep_all(home.database, home.settings, folder, lambda plan_id: run_here(home, plan_id))
    if swept is None:
        return
    one = swept.plan
    kept = ", ".join(f"{rows:,} {reason.replace('_', ' ')}" for reason, rows in swept.kept.items())
    out().print(
        f"\nSwept: {sum(one.progress.done):,} of {one.plan.total:,} planned rows are gone, approved by {APPROVER}, "
        f"{one.progress.verified} of {counted(one.plan.batches, 'batch', 'batches')} read again, "
        f"{counted(one.progress.found, 'row')} found\n"
        f"  kept: {kept}\n  remains in backups until "
        f"{'nobody knows when' if swept.copies_end_at is None else f'{swept.copies_end_at:%Y-%m-%d}'}\n"
        f"  certificate{' and its proof' if swept.proved else ''}: [bold]{folder / CERTIFICATE}[/]"
    )


def _scan_together(config: Path) -> None:
    from api.cli.home import open_home
    from api.cli.summary import print_summary
    from api.demo.workers import TwoWorkers
    from engine.estate.inventory.load import load_inventory
    from engine.estate.scan.asked import Asked
    from engine.estate.scan.close import result_of
    from engine.estate.scan.status import scan_of
    from engine.estate.scan.work import ask_for_scan

    say = err().print
    say("two workers scan it together ...")
    database = open_home(config).database
    with TwoWorkers(config.absolute(), database) as workers:
        with database.transaction() as session:
            job_id = ask_for_scan(session, (), Asked())
        if workers.kill_one(job_id):
            say("one of them is killed on the way; the other one goes on with what it did ...")
        workers.finish(job_id)
    with database.snapshot() as session:
        scan = scan_of(session, job_id)
        if scan is None:
            raise AssertionError("a job that is done has a scan")
        print_summary(out(), result_of(session, scan.id), load_inventory(session))
    database.close()


def _scan(config: Path, sample: int | None = None) -> None:
    from api.cli.scan import run_scan
    from api.cli.summary import print_summary
    from engine.estate.scan.asked import Asked

    result, view = run_scan(config, [], asked=Asked(sample=sample))
    print_summary(out(), result, view)


def _serve(server: BucketServer) -> None:
    err().print(f"The bucket is at {server.url}; Ctrl-C ends it.")
    while True:
        time.sleep(3600)


def _prove(config: Path, folder: Path) -> None:
    """Verify the ledger of all this, and write the first evidence."""
    from api.cli.evidence import ReportForm, collect_now, write_report
    from api.cli.home import open_home
    from api.demo.proving import LEDGER, prove_all

    console, evidence = out(), folder / "type-1-report.html"
    home = open_home(config)
    proof = prove_all(home.database, home.settings, folder / LEDGER)
    console.print(
        f"\nThe ledger: {proof.entries:,} entries, signed by key {proof.key_id}, verified by Reeve, and once more without it: "
        f"{proof.outside}\n  export: [bold]{folder / LEDGER}[/], with verify_reeve_log.py and verify.html for auditors"
    )
    collect_now(home)
    write_report(config, ReportForm.HTML, evidence)
    console.print(f"SOC 2: design of controls and readiness, as a Type I report: [bold]{evidence}[/]")


def _write_report(config: Path, report: Path) -> None:
    from api.cli.inventory import Form, write_export

    write_export(config, Form.HTML, report)

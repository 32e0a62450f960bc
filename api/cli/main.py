"""The command ``reeve``: options that hold for all commands, and how an error becomes words and an exit code."""

from __future__ import annotations

import copy
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.cli import (
    actor,
    certificate,
    classify,
    demo,
    detectors,
    evidence,
    hold,
    init,
    inventory,
    jobs,
    ledger,
    ledger_verify,
    plan,
    policy,
    policy_estate,
    scan,
    scans,
    schedules,
    serve,
    sweep,
    waiver,
    witness,
    worker,
)
from api.cli.output import complain
from engine.base.errors import Interrupted, ReeveError

app = typer.Typer(
    name="reeve",
    help="Find personal and confidential data in databases and files, and keep the inventory that answers for it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 done, 1 findings where asked to fail on them, 2 bad usage or configuration, "
    "3 could not finish (coverage says why), 4 integrity violated.",
)
app.command("init")(init.init)
app.command("scan")(scan.scan)
app.command("scans")(scans.scans)
app.command("worker")(worker.worker)
app.command("serve")(serve.serve)
app.add_typer(jobs.app, name="jobs")
app.command("schedules")(schedules.schedules)
app.command("classify")(classify.classify)
app.command("classify-columns")(classify.classify_columns)
app.add_typer(inventory.app, name="inventory")
ledger.app.command("verify")(ledger_verify.verify)
app.add_typer(ledger.app, name="ledger")
app.add_typer(detectors.app, name="detectors")
policy_estate.join(policy.app)
app.add_typer(policy.app, name="policy")
app.add_typer(actor.app, name="actor")
app.add_typer(evidence.app, name="evidence")
app.add_typer(plan.app, name="plan")
app.add_typer(sweep.app, name="sweep")
app.add_typer(hold.app, name="hold")
app.add_typer(waiver.app, name="waiver")
app.add_typer(certificate.app, name="certificate")
app.add_typer(witness.app, name="witness")
app.command("demo")(demo.demo)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"reeve {version('reeve')}\n")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="The configuration; by default REEVE_CONFIG, else ./reeve.yaml.", metavar="FILE"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options before the command."""
    context.obj = config


def _interrupt(_signal: int, _frame: object) -> None:
    raise Interrupted("stopped", hint="`reeve scan` goes on from what was recorded")


def only(asked: Sequence[str]) -> typer.Typer:
    """The command line with no other command than the one that these arguments name: a third of a start made the rest.

    The whole of it, where they name none or something stands before the name that only the whole understands.
    """
    words = list(asked)
    while words and (words[0] == "--config" or words[0].startswith("--config=")):
        words = words[2 if words[0] == "--config" else 1 :]
    slim = copy.copy(app)
    slim.registered_commands = [one for one in app.registered_commands if one.name in words[:1]]
    slim.registered_groups = [one for one in app.registered_groups if one.name in words[:1]]
    return slim if slim.registered_commands or slim.registered_groups else app


def run() -> None:
    """Entry point: runs the command and leaves with its exit code."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        only(sys.argv[1:])(standalone_mode=True)
    except ReeveError as exc:
        complain(exc)
        sys.exit(exc.exit_code)
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

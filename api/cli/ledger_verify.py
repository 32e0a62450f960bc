"""``reeve ledger verify``: of this state, or of an export that somebody gave one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from engine.ledger.log.verification import Expected, Progress, Report

_SHOWN = 20  # problems that are printed one by one


def verify(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="An export, or the folder of one log; without it, this state's own ledger.")
    ] = None,
    vkey: Annotated[
        list[str] | None,
        typer.Option(help="A key that may sign; again for more. By default those in the export.", metavar="KEY"),
    ] = None,
    previous: Annotated[
        list[Path] | None,
        typer.Option(help="A checkpoint that was kept: the ledger must continue it; again for more.", metavar="FILE"),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="A C2SP policy: the newest checkpoints must bear its quorum of witnesses.", metavar="FILE"),
    ] = None,
    max_age: Annotated[
        float | None, typer.Option(min=0, help="The newest entry may be so many hours old.", metavar="HOURS")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Verify signatures, hashes, entries and the links between years. Exit code 4 if anything is wrong.

    A folder is verified without any configuration or state. Words for what is wrong: edit, deletion, reorder, duplicate,
    truncation, fork, wrong_key, stale, malformed.
    """
    from api.cli.counting import counting

    before = [_read(path) for path in previous or ()]
    with counting("verifying", "entries") as progress:
        report = (
            _own(context, before, progress)
            if folder is None
            else _folder(folder, vkey or [], _expected(before, policy, max_age), progress)
        )
    if as_json:
        print_json(_document(report))
    else:
        _print(report)
        if folder is not None and not vkey:
            err().print("trusted were the keys that came with it: compare them with keys given to you in another way")
    if report.problems:
        raise typer.Exit(4)


def _own(context: typer.Context, before: list[bytes], progress: Progress) -> Report:
    from api.cli.home import open_home
    from engine.base.errors import IntegrityViolated
    from engine.ledger.log.ledger import Ledger

    home = open_home(context.obj)
    ledger = Ledger(home.database, home.settings.ledger)
    failure: IntegrityViolated | None = None
    try:
        ledger.settle()
    except IntegrityViolated as exc:
        failure = exc
    report = ledger.verify(before, progress)
    if failure is not None and not report.problems:
        raise failure  # such as a witness's, whose checkpoints are not ours to read
    return report


def _folder(folder: Path, vkeys: list[str], expected: Expected, progress: Progress) -> Report:
    from engine.base.errors import BadInput
    from engine.ledger.log.export import VKEYS, shard_folders
    from engine.ledger.log.resources import FolderResources
    from engine.ledger.log.verification import verify
    from engine.ledger.note.note import NoteRefused, VerifierKey

    found = shard_folders(folder)
    lines = vkeys or (_read(folder / VKEYS).decode().split() if (folder / VKEYS).is_file() else [])
    if not lines:
        raise BadInput("no key was given, and the folder holds none", hint="--vkey, from `reeve ledger vkey`")
    try:
        expected.keys = [VerifierKey.parse(line) for line in lines]
    except NoteRefused as exc:
        if not vkeys:
            raise
        raise BadInput(f"this is no key: {exc.message}", hint="`reeve ledger vkey` prints them") from None
    expected.partial = folder in found.values()  # one log, whose neighbours are elsewhere
    return verify({label: FolderResources(path) for label, path in found.items()}, expected, progress)


def _expected(before: list[bytes], policy: Path | None, max_age: float | None) -> Expected:
    from engine.base.clock import SystemClock
    from engine.ledger.log.verification import Expected
    from engine.ledger.log.witnessing import read_policy

    return Expected(
        [],
        before,
        None if policy is None else read_policy(policy),
        partial=False,
        now=SystemClock().now(),
        oldest=None if max_age is None else timedelta(hours=max_age),
    )


def _document(report: Report) -> dict[str, object]:
    return {
        "verdict": report.verdict.value,
        "entries": report.entries,
        "pruned": report.pruned,
        "shards": {
            label: {"origin": one.origin, "size": one.size, "root": one.root.hex()}
            for label, one in report.checkpoints.items()
        },
        "problems": [
            {"verdict": one.verdict.value, "shard": one.shard, "index": one.index, "detail": one.detail}
            for one in report.problems
        ],
    }


def _print(report: Report) -> None:
    console = out()
    for label, one in report.checkpoints.items():
        console.print(f"[bold]{label}[/]  {one.size:,} entries  {one.origin}")
        console.print(f"  root {one.root.hex()}", style="dim")
    if not report.problems:
        pruned = f", {report.pruned:,} pruned on record" if report.pruned else ""
        console.print(f"[green bold]intact[/]: {report.entries:,} entries fit what was signed{pruned}")
        return
    for problem in report.problems[:_SHOWN]:
        where = f"{problem.shard} " if problem.shard else ""
        at = "" if problem.index is None else f"from entry {problem.index:,}: "
        console.print(f"[red bold]{problem.verdict.value}[/]  {where}{at}{problem.detail}")
    if len(report.problems) > _SHOWN:
        console.print(f"and {len(report.problems) - _SHOWN:,} more")


def _read(path: Path) -> bytes:
    from engine.base.errors import BadInput

    try:
        return path.read_bytes()
    except OSError as exc:
        raise BadInput(f"{path} cannot be read ({type(exc).__name__})") from None

"""``reeve detectors``: how often what they say is right by people's answers, what these suggest, and hashes for exclusions."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from engine.estate.inventory.precision import Precision
    from engine.estate.inventory.proposals import Proposal

app = typer.Typer(help="Detectors: their precision by people's answers, and what these suggest.", no_args_is_help=True)


class By(StrEnum):
    """What is counted together."""

    DETECTOR = "detector"
    ENTITY = "entity"


@app.command("precision")
def precision(
    context: typer.Context,
    by: Annotated[By, typer.Option(help="Count each detector, or all of an entity together.")] = By.DETECTOR,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many lines first.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
) -> None:
    """Show how many verdicts of each detector people confirmed and corrected, with the share and its 95 % interval.

    Those corrected most often come first. Each field counts once, by the decision that stands; what was withdrawn does not.
    """
    from api.cli.home import open_home
    from engine.estate.inventory.precision import answers, precisions

    with open_home(context.obj).database.snapshot() as session:
        found = precisions(answers(session), by.value)
    some = found[skip : skip + limit]
    if as_json:
        print_json({"total": len(found), "skip": skip, "by": by.value, "precision": [_as_row(one) for one in some]})
        return
    _print(some)
    if not found:
        err().print(
            "nobody has confirmed or corrected a verdict yet: `reeve inventory confirm`, `reeve inventory correct`"
        )
    left = len(found) - skip - limit
    if left > 0:
        err().print(f"{left} more: --skip {skip + limit}")


def _as_row(one: Precision) -> dict[str, object]:
    low, high = one.interval
    return {
        "name": one.name,
        "confirmed": one.confirmed,
        "corrected": one.corrected,
        "precision": round(one.estimate, 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def _print(found: list[Precision]) -> None:
    from rich.table import Table

    from api.cli.inventory_print import plain

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("says", "confirmed", "corrected", "precision", "95 % interval"):
        table.add_column(heading, header_style="dim", overflow="fold", justify="left" if heading == "says" else "right")
    for one in found:
        low, high = one.interval
        shown = (str(one.confirmed), str(one.corrected), f"{one.estimate:.0%}", f"{low:.0%} to {high:.0%}")
        table.add_row(plain(one.name), *shown)
    if found:
        out().print(table)


@app.command("propose")
def propose(
    context: typer.Context,
    often: Annotated[int, typer.Option(min=2, help="In how many fields people must have rejected it.")] = 2,
    limit: Annotated[int, typer.Option(min=1, help="At most so many entries.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many entries first.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of YAML.")] = False,
) -> None:
    """Print what people keep rejecting as YAML for `exclude`. Nothing is applied: copy what is right into reeve.yaml.

    Values stand there as keyed hashes, because none is kept; such entries hold in scans of this tenant only.
    """
    from api.cli.home import open_home
    from engine.estate.inventory.precision import answers
    from engine.estate.inventory.proposals import proposals

    with open_home(context.obj).database.snapshot() as session:
        found = proposals(session, answers(session), often)
    some = found[skip : skip + limit]
    if as_json:
        print_json({"total": len(found), "skip": skip, "exclude": [_entry(one) for one in some]})
        return
    if some:
        import yaml

        sys.stdout.write(
            yaml.safe_dump({"exclude": [_entry(one) for one in some]}, sort_keys=False, allow_unicode=True)
        )
    else:
        err().print("people's answers suggest no exclusion")
    left = len(found) - skip - limit
    if left > 0:
        err().print(f"{left} more: --skip {skip + limit}")


def _entry(one: Proposal) -> dict[str, object]:
    entry: dict[str, object] = {"reason": one.reason, "entities": [one.detector]}
    if one.fields:
        entry["fields"] = list(one.fields)
    if one.hashes:
        entry["hashes"] = list(one.hashes)
    return entry


@app.command("hash")
def hashes(
    context: typer.Context,
    plain: Annotated[
        bool,
        typer.Option(
            "--sha256", help="Without key and configuration: also for `reeve classify`, but open to guessing."
        ),
    ] = False,
) -> None:
    """Read values from standard input, one a line, and print their hashes for `hashes` of an exclusion, one a line.

    Keyed hashes tell nothing to whoever lacks the keyring, and hold in scans of this tenant only.
    """
    from classifiers.exclusions import digest_of
    from classifiers.matching.readable import readable

    try:
        values = [readable(line.strip()).text for line in sys.stdin.buffer.read().decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise BadInput("standard input is not UTF-8 text") from None
    values = [value for value in values if value]
    if plain:
        lines = [f"sha256:{digest_of(value)}" for value in values]
    else:
        from api.cli.home import open_home
        from classifiers.sketches.hashing import keyed_hash
        from engine.base.keys.purposes import Purpose, purpose_key

        with open_home(context.obj).database.transaction() as session:
            key = purpose_key(session, Purpose.SKETCH)
        lines = [f"keyed:{key.generation}:{keyed_hash(value, key.key):016x}" for value in values]
    sys.stdout.writelines(f"{line}\n" for line in lines)

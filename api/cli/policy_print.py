"""Decisions on the terminal, and findings as documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.table import Table

from api.cli.inventory_print import moment, plain
from api.cli.output import err, out
from engine.governance.policy.facets import Fits

if TYPE_CHECKING:
    from engine.governance.policy.ageing import Ageing
    from engine.governance.policy.decisions import Decided
    from engine.governance.policy.diff import Diff
    from engine.governance.policy.explain import Explanation
    from engine.governance.policy.lint import Finding
    from engine.governance.policy.simulate import Simulation, Tally
    from engine.governance.policy.violations import Violation

_COLOURS = {
    "expires": "green", "kept_for_ever": "green", "waived": "yellow", "contradiction": "red", "no_rule": "red",
    "unknown": "yellow", "broken": "red", "met": "green", "covered": "green",
}  # fmt: skip
_MARKS = {Fits.YES: "->", Fits.UNKNOWN: " ?", Fits.NO: "  "}
_SOFT = ("unknown", "not_checked")
_PLACES = 5  # of a finding that a terminal lists


def _coloured(word: str) -> str:
    colour = _COLOURS.get(word, "dim")
    return f"[{colour}]{word.replace('_', ' ')}[/]"


def print_decided(decided: Sequence[Decided]) -> None:
    """Assets, a line each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("asset", "rows", "requirements", "why"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for one in decided:
        asked = ", ".join(f"{str(asked.asked).replace('_', ' ')} {_coloured(asked.word)}" for asked in one.requirements)
        word, reason = one.retention.word, one.retention.reason
        table.add_row(plain(one.asset.place), _coloured(word), asked or "-", plain(reason))
    out().print(table)


def print_explanation(one: Explanation) -> None:
    """All decisions about an asset, then what each rule has to do with it."""
    console = out()
    place = f"{one.decided.asset.place}.{one.field}" if one.field else one.decided.asset.place
    console.print(f"[bold]{plain(place)}[/]")
    if one.decided.asset.unknown:
        console.print(f"  not all of it is known: {plain(one.decided.asset.unknown)}", style="yellow")
    retention = one.decided.retention
    console.print(f"  rows: {_coloured(retention.word)}: {plain(retention.reason)}")
    for note in getattr(retention, "notes", ()):
        console.print(f"    {plain(note)}", style="dim")
    for asked in one.decided.requirements:
        who = plain(", ".join(asked.rules))
        console.print(f"  {str(asked.asked).replace('_', ' ')}: {_coloured(asked.word)}: {plain(asked.reason)} ({who})")
    for field in one.decided.fields:
        if one.field in ("", field.path):
            console.print(
                f"  {plain(field.path or '(not read)')}: {_coloured(field.decision.word)}: {plain(field.decision.reason)}"
            )
    console.print("[bold]rules[/]")
    for told in one.rules:
        style = "dim" if told.fits is Fits.NO else None
        console.print(f"  {_MARKS[told.fits]} {plain(told.sentence)}", style=style)


def print_violation(one: Violation) -> None:
    """A violation for people."""
    what = one.kind.value.replace("_", " ")
    colour = "dim" if one.waived else "yellow" if one.kind in _SOFT else "red"
    rules = f" ({plain(', '.join(one.rules))})" if one.rules else ""
    what += f", {one.asked.replace('_', ' ')}" if one.asked else ""
    accepted = ", accepted" if one.waived else ""
    out().print(f"[{colour}]{what}{accepted}[/] [bold]{plain(one.place)}[/]: {plain(one.reason)}{rules}")


def print_ageing(one: Ageing) -> None:
    """How long rows wait, for people."""
    look, told = one.look, list[str]()
    if look.overdue:
        told.append(f"[red]{look.overdue:,} over the maximum[/]{_since(look.since)}")
    if look.unknown:
        told.append(f"[yellow]{look.unknown:,} unknown[/]")
    if look.excused:
        told.append(f"{look.excused:,} over and kept")
    if look.not_started:
        told.append(f"[bold]{look.not_started:,} not begun[/]{_since(look.not_started_since)}")
    if look.looked_at is not None:
        told.append(f"{'' if told else 'nothing waits, '}as of {moment(look.looked_at)}")
    if one.unchecked:
        told.append(f"[yellow]{plain(one.unchecked)}[/]")
    out().print(f"{one.days:>5,} days  [bold]{plain(one.asset.place)}[/] by {plain(look.rule)}: {'; '.join(told)}")


def _since(at: datetime | None) -> str:
    return "" if at is None else f" since {at:%Y-%m-%d}"


def finding_document(one: Finding) -> dict[str, object]:
    """A finding for machines."""
    return {
        "finding": one.smell.value,
        "note": one.note,
        "rules": list(one.rules),
        "sentence": one.sentence,
        "count": one.count,
        "places": list(one.places),
    }


def print_finding(one: Finding) -> None:
    """A finding for people."""
    console = out()
    colour = "dim" if one.note else "red"
    rules = f" {plain(', '.join(one.rules))}" if one.rules else ""
    console.print(f"[{colour}]{one.smell.value.replace('_', ' ')}[/][bold]{rules}[/]: {plain(one.sentence)}")
    if one.places:
        more = f" and {one.count - _PLACES:,} more" if one.count > _PLACES else ""
        console.print(f"    {plain(', '.join(one.places[:_PLACES]))}{more}", style="dim")


def print_diff(one: Diff) -> None:
    """What differs, for people."""
    console, rules = out(), one.rules
    for mark, colour, names in (("+", "green", rules.added), ("-", "red", rules.removed)):
        for name in names:
            console.print(f"[{colour}]{mark} {plain(name)}[/]")
    for changed in rules.changed:
        console.print(f"[yellow]~ {plain(changed.name)}[/]: {', '.join(changed.parts)}")
    for decision in one.decisions:
        console.print(f"  {plain(decision.sentence)}")
    if rules.empty:
        console.print("no rule differs")
    err().print(f"{len(one.decisions)} decisions differ, over {one.assets:,} assets")


def print_simulation(one: Simulation, limit: int) -> None:
    """What would happen, for people: totals, then assets that come out otherwise."""
    console = out()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading, side in (("decision", "left"), ("before", "right"), ("after", "right")):
        table.add_column(heading, header_style="dim", justify=side)  # type: ignore[arg-type]
    for name, tally in (("rows", one.retention), ("", one.requirements), ("fields", one.fields)):
        _add(table, name, tally)
    console.print(table)
    shown = [change for asset in one.assets for change in asset.changes]
    for change in shown[:limit]:
        console.print(f"  {plain(change.sentence)}")
    if len(shown) > limit:
        err().print(f"{len(shown) - limit} more: --limit {len(shown)}")
    err().print(f"{len(one.assets):,} of {one.looked_at:,} assets come out otherwise; no row was counted or touched")


def _add(table: Table, name: str, tally: Tally) -> None:
    for word in sorted(tally.before.keys() | tally.after.keys()):
        before, after = tally.before.get(word, 0), tally.after.get(word, 0)
        told = f"{name}: {word}" if name else word
        style = "bold" if before != after else "dim"
        table.add_row(told.replace("_", " "), f"{before:,}", f"{after:,}", style=style)

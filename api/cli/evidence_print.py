"""Controls and runs of evidence as documents and as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.inventory_print import moment, plain, stamp
from api.cli.output import err, out
from engine.evidence.readiness import CONCLUSION_WORDS

if TYPE_CHECKING:
    from engine.evidence.controls.control import Control
    from engine.evidence.view import ItemView, RunLine, RunView

_COLOUR = {"effective": "green", "deviations": "red", "not_tested": "yellow", "no_occurrence": "dim"}
SHOWN = 5  # deviations of a control that a terminal shows


def control_document(one: Control) -> dict[str, object]:
    """A control for machines."""
    return {
        "id": one.id,
        "family": one.family,
        "title": one.title,
        "objective": one.objective,
        "criteria": list(one.criteria),
        "supports": list(one.supports),
        "owner": one.owner.value,
        "frequency": one.frequency.value,
        "test": one.test,
        "parameters": dict(one.parameters),
        "events": list(one.events),
        "evidence": one.evidence.value,
        "todo": one.todo,
    }


def print_control(one: Control) -> None:
    """A control for people."""
    console = out()
    console.print(f"[bold]{one.id}[/]  {one.title}")
    console.print(f"  {one.objective}")
    carries = ", ".join(one.criteria) or "none"
    adds = f"; adds to {', '.join(one.supports)}" if one.supports else ""
    words = one.frequency.value.replace("_", " ")
    console.print(f"  carries {carries}{adds}; {one.owner.words}, {words}", style="dim")


def run_document(one: RunView) -> dict[str, object]:
    """A run for machines."""
    return {
        "run": str(one.id),
        "period": {"from": stamp(one.period.begin), "to": stamp(one.period.end)},
        "collected_at": stamp(one.collected_at),
        "code_version": one.code_version,
        "config_hash": one.config_hash,
        "library_hash": one.library_hash,
        "schedule": one.schedule,
        "records": one.records,
        "place": one.entry.place,
        "items": [_item_document(item) for item in one.items],
    }


def _item_document(item: ItemView) -> dict[str, object]:
    return {
        "control": item.control,
        "title": item.about["title"],
        "conclusion": item.conclusion,
        "deviations": item.deviations,
        "result": item.result,
        "population": item.population,
        "sha256": item.sha256,
        "expires_at": stamp(item.expires_at),
        "place": item.entry.place,
        "event_sha256": item.entry.sha256,
    }


def line_document(one: RunLine) -> dict[str, object]:
    """A run in a list, for machines."""
    return {
        "run": str(one.id),
        "period": {"from": stamp(one.period.begin), "to": stamp(one.period.end)},
        "collected_at": stamp(one.collected_at),
        "schedule": one.schedule,
        "conclusions": {word: one.counts.get(word, 0) for word in _COLOUR},
    }


def print_line(one: RunLine) -> None:
    """A run in a list, for people."""
    told = ", ".join(f"{count} {_words(word)}" for word in _COLOUR if (count := one.counts.get(word, 0)))
    by = f", by schedule {plain(one.schedule)}" if one.schedule else ""
    out().print(f"[bold]{moment(one.collected_at)}[/]  run {one.id}{by}: {told}")


def print_run(one: RunView) -> None:
    """A run for people: what is not effective with its reason, the rest in a line each."""
    console = out()
    console.print(
        f"[bold]run {one.id}[/]  {moment(one.period.begin)} to {moment(one.period.end)}, {one.records:,} events"
    )
    for item in one.items:
        colour = _COLOUR[item.conclusion]
        count = f" ({item.deviations:,})" if item.deviations else ""
        console.print(f"  {item.control:<8} [{colour}]{_words(item.conclusion)}{count}[/]  {item.about['title']}")
        for found in item.result["deviations"][:SHOWN]:
            subject = f"{plain(found['subject'])}: " if found["subject"] else ""
            console.print(f"           {subject}{plain(found['what'])}")
        if item.result["reason"]:
            console.print(f"           {plain(item.result['reason'])}", style="dim")
        for note in item.result["notes"]:
            console.print(f"           {plain(note)}", style="dim")
        if item.conclusion in ("deviations", "not_tested"):
            console.print(f"           what to do: {plain(item.about['todo'])}")
    err().print("these are management's own tests, not an audit opinion: `reeve evidence report` writes them down")


def _words(word: str) -> str:
    return CONCLUSION_WORDS[word]

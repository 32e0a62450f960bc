"""The inventory on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli.output import out
from engine.base.actors import Actor
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.drift.model import ScanDrift
from engine.estate.inventory.view import AssetView, EntityView, FieldView, StoreView, bound_words, rounded_bound


class Named(Protocol):
    """What an entity of a view and one of a recorded verdict have in common."""

    @property
    def entity(self) -> str:
        """As in Presidio."""

    @property
    def subtype(self) -> str:
        """The finer kind, or empty."""


def plain(name: str) -> str:
    """A name of the estate for the terminal: no markup, no control characters."""
    return escape("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name))


def spelled(one: Named) -> str:
    """``ENTITY``, or ``ENTITY/SUBTYPE``."""
    return f"{one.entity}/{one.subtype}" if one.subtype else one.entity


def stamp(instant: datetime | None) -> str | None:
    """An instant for JSON: RFC 3339, in UTC, to the second."""
    return None if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(instant: datetime) -> str:
    """An instant for people."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def acting(actor: Actor) -> dict[str, object]:
    """Who acted, for JSON; the name is null once it was forgotten."""
    return {"id": str(actor.id), "kind": actor.kind.value, "name": actor.name}


def called(actor: Actor) -> str:
    """Who acted, for people."""
    return plain(actor.name) if actor.name is not None else f"{actor.kind.value} {actor.id}"


def drift_document(drift: ScanDrift) -> dict[str, object]:
    """What a scan found changed, for JSON: each change, how many there are, and what to tell people."""
    return {
        "drift": [{**one.as_json(), "sentence": one.sentence} for one in drift.items],
        "drift_unlisted": [one.as_json() for one in drift.unlisted],
        "drift_counts": drift.counts,
        "drift_sentences": sentences(drift),
    }


# one line a field


def as_row(place: str, asset: AssetView, field: FieldView) -> dict[str, object]:
    """A field as ``list --json`` prints it."""
    return {
        "field": place,
        "entities": list(map(spelled, field.entities)),
        "sensitivity": field.sensitivity.label,
        "confidence": field.entities[0].confidence if field.entities else None,
        "decided_by": "person" if field.decision else "scan",
        "disagreement": field.disagreement or None,
        "coverage": asset.coverage,
        "bound": rounded_bound(field.bound),
        "excluded": [one.sentence for one in field.excluded],
    }


def field_table(lines: Sequence[tuple[str, AssetView, FieldView]]) -> Table:
    """Fields as ``list`` prints them."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("field", "holds", "sensitivity", "confidence", "decided by", "read"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for place, asset, field in lines:
        main = field.entities[0] if field.entities else None
        table.add_row(
            plain(place),
            ", ".join([*map(spelled, field.entities), *_excluded_words(field)]) or "-",
            field.sensitivity.label,
            f"{main.confidence:.2f}" if main else "",
            ("person" if field.decision else "scan") + (" (scan disagrees)" if field.disagreement else ""),
            asset.coverage if field.drawn is None else f"{asset.coverage}, unseen <= {bound_words(field.bound)}",
        )
    return table


def _excluded_words(field: FieldView) -> list[str]:
    """What was excluded, in a cell: the reasons stand in ``show``."""
    names = sorted({spelled(one) for one in field.excluded if one.entity})
    return [f"(excluded{': ' if names else ''}{', '.join(names)})"] if field.excluded else []


# one asset with its evidence


def as_document(store: StoreView, asset: AssetView, fields: Sequence[FieldView]) -> dict[str, object]:
    """An asset with some of its fields, as ``show --json`` prints it."""
    return {
        "store": store.name,
        "asset": asset.name,
        "kind": asset.kind,
        "format": asset.format,
        "primary_key": list(asset.primary_key),
        "rows": asset.rows,
        "coverage": asset.coverage,
        "bound": rounded_bound(asset.bound),
        "drawn_by": asset.drawn_by or None,
        "objects": [
            {
                "object": item.name,
                "coverage": item.coverage,
                "reason": item.reason or None,
                "detail": item.detail or None,
                "rows": item.rows,
                "bytes": item.bytes,
                "bound": rounded_bound(item.bound),
                "last_read_whole": item.whole_at.isoformat() if item.whole_at is not None else None,
            }
            for item in asset.objects
        ],
        "fields": [_field_document(field) for field in fields],
    }


def _field_document(field: FieldView) -> dict[str, object]:
    return {
        "field": field.path,
        "type": field.type or None,
        "sensitivity": field.sensitivity.label,
        "rows": field.rows,
        "drawn": field.drawn,
        "bound": rounded_bound(field.bound),
        "nulls": field.nulls,
        "distinct": field.distinct,
        "entities": [_entity_document(one) for one in field.entities],
        "decided_by": "person" if field.decision else "scan",
        "reason": field.decision or None,
        "disagreement": field.disagreement or None,
        "examples": list(field.examples),
        "links": [link.place for link in field.links],
        "linked_by": [link.evidence for link in field.links],
        "change": field.change or None,
        "excluded": [
            {"entity": one.entity or None, "subtype": one.subtype or None, "rows": one.rows, "reason": one.reason}
            for one in field.excluded
        ],
    }


def _entity_document(one: EntityView) -> dict[str, object]:
    return {
        "entity": one.entity,
        "subtype": one.subtype or None,
        "category": one.category,
        "sensitivity": one.sensitivity.label,
        "confidence": round(one.confidence, 4),
        "share": round(one.share, 6),
        "matches": one.matches,
        "checked": one.checked,
        "decided_by": one.decided_by,
        "reason": one.reason,
    }


def print_asset(store: StoreView, asset: AssetView, fields: Sequence[FieldView]) -> None:
    """An asset with some of its fields, for people."""
    console = out()
    console.print(f"[bold]{plain(store.name)}/{plain(asset.name)}[/]  {asset.kind}, {asset.rows:,} rows read")
    if asset.primary_key:
        console.print(f"  primary key: {', '.join(map(plain, asset.primary_key))}")
    if asset.sampled:
        console.print(f"  sampled: at most {bound_words(asset.bound)} of all {asset.drawn_by} hold anything unseen")
    for item in asset.objects:
        if item.told:
            console.print(f"  [yellow]{item.coverage}[/] {plain(item.name)}: {item.reason} {plain(item.detail)}")
    for field in fields:
        _print_field(console, asset, field)


def _print_field(console: Console, asset: AssetView, field: FieldView) -> None:
    console.print(
        f"\n[bold]{plain(field.path)}[/]  {plain(field.type)}{', ' if field.type else ''}{field.sensitivity.label}"
    )
    console.print(f"  {field.rows:,} rows, {field.nulls:,} empty, about {field.distinct:,} distinct values")
    if field.drawn is not None:
        console.print(
            f"  {field.drawn:,} drawn {asset.drawn_by} have a value; with 95 % confidence at most {bound_words(field.bound)} "
            "of all that do hold anything unseen"
        )
    for one in field.entities:
        console.print(f"  {spelled(one)}: {one.category}, confidence {one.confidence:.2f}, {one.matches:,} rows")
        console.print(f"    {plain(one.reason)}", style="dim")
    if field.decision and not field.entities:
        console.print(f"  nothing personal or confidential: decided by a person: {plain(field.decision)}")
    for gone in field.excluded:
        console.print(f"  [yellow]excluded[/] {plain(gone.sentence)}")
    if field.examples:
        console.print(f"  looks like: {', '.join(map(plain, field.examples))}")
    if field.disagreement:
        console.print(f"  [yellow]{plain(field.disagreement)}[/]")
    for link in field.links:
        console.print(f"  linked with {plain(link.place)}: {link.evidence}")

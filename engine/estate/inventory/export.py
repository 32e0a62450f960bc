"""Exports of the inventory: JSON and CSV for machines, HTML for a privacy officer.

**Rows** (JSON and CSV). One for each field, and a further one for each further entity in it; the main entity comes first.
The eleven keys of ``KEYS`` come first, in that order, and mean:

- ``store``, ``asset``, ``field``: where. ``field`` is null for an asset of which no field was read, and ``asset`` as well
  for a store that could not be listed, so that a gap is never silent: ``coverage`` and ``gap`` say what happened.
- ``entity``: Presidio's name; null when nothing was recognised (then ``category`` and ``confidence`` are null too).
- ``sensitivity``: of this entity; ``internal`` where nothing was recognised; null where nothing was read.
- ``confidence``: 0..1, four decimals.
- ``rows_read``, ``matches``: rows read of the field, and those of them that hold the entity.
- ``coverage``: worst state of the asset's objects: full, sampled, skipped, failed.
- ``bound``: upper limit of the share of rows that could hold something unseen: 0.0 when the asset was read in full, null
  when it is not known, because something was skipped or failed (this version does not sample).

After these come the keys of ``MORE``: ``subtype``, ``share``, ``checked``, ``nulls``, ``distinct``, ``decided_by``,
``reason``, ``examples`` (masked), ``disagreement``, ``links``, ``change`` and ``gap`` (counts of what was not read in full,
such as ``failed: truncated (1)``). Lists are lists in JSON, and joined by `` | `` in CSV, where null is an empty cell.

**JSON** is one document, UTF-8, keys always in the same order, one line a row::

    {"tenant", "made_at", "scanned_at", "complete", "pack", "coverage": {"full", "sampled", "skipped", "failed"},
     "stores": [{"name", "kind", "owner", "jurisdiction", "purposes", "assets", "failure"}],
     "gaps": [{"store", "asset", "object", "coverage", "reason", "detail"}], "drift": [...], "rows": [...]}

The same view always gives the same bytes, in every format.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final, Literal

from engine.base.errors import BadInput
from engine.base.render.csv import write_csv
from engine.estate.inventory.report.page import write_html
from engine.estate.inventory.report.summary import gaps
from engine.estate.inventory.view import COVERAGE_ORDER, AssetView, EntityView, FieldView, InventoryView, StoreView

ExportFormat = Literal["json", "csv", "html"]
Cell = str | int | float | list[str] | None
Row = dict[str, Cell]

KEYS: Final = (
    "store", "asset", "field", "entity", "category", "sensitivity", "confidence", "rows_read", "matches", "coverage",
    "bound",
)  # fmt: skip
MORE: Final = (
    "subtype", "share", "checked", "nulls", "distinct", "decided_by", "reason", "examples", "disagreement", "links",
    "change", "gap",
)  # fmt: skip
LIST_SEPARATOR: Final = " | "


def export(view: InventoryView, form: str, stream: BinaryIO) -> None:
    """Write the inventory.

    Args:
        view: what to write.
        form: ``json``, ``csv`` or ``html``.
        stream: takes bytes; nothing is closed.

    Raises:
        BadInput: there is no such format.
    """
    if form not in WRITERS:
        raise BadInput(f"there is no export format {form!r}", hint=f"choose one of: {', '.join(WRITERS)}")
    WRITERS[form](view, stream)


def rows(view: InventoryView) -> Iterator[Row]:
    """Every row, in the order of the inventory; see the module for what its keys mean."""
    for store in view.stores:
        if store.failure:
            yield _row({"store": store.name, "coverage": "failed", "gap": f"failed: {store.failure}"})
        for asset in store.assets:
            if not asset.fields:
                yield _row(_of_asset(store, asset) | {"rows_read": asset.rows, "matches": 0})
            for item in asset.fields:
                field = _of_asset(store, asset) | _of_field(item)
                if not item.entities:
                    yield _row(field | {"sensitivity": item.sensitivity.label, "matches": 0})
                for entity in item.entities:
                    yield _row(field | _of_entity(entity))


def _row(given: Mapping[str, Cell]) -> Row:
    return {key: given.get(key) for key in (*KEYS, *MORE)}


def _of_asset(store: StoreView, asset: AssetView) -> Row:
    troubles = Counter((item.coverage, item.reason) for item in asset.objects if item.coverage != "full")
    ordered = sorted(troubles.items(), key=lambda entry: (-COVERAGE_ORDER.index(entry[0][0]), entry[0][1]))
    return {
        "store": store.name,
        "asset": asset.name,
        "coverage": asset.coverage,
        "bound": 0.0 if asset.coverage == "full" else None,
        "change": asset.change or None,
        "gap": "; ".join(f"{state}: {reason} ({count})" for (state, reason), count in ordered) or None,
    }


def _of_field(item: FieldView) -> Row:
    row: Row = {
        "field": item.path,
        "rows_read": item.rows,
        "nulls": item.nulls,
        "distinct": item.distinct,
        "examples": list(item.examples),
        "disagreement": item.disagreement or None,
        "links": list(item.links),
        "decided_by": "person" if item.decision else "scan",
        "reason": item.decision or None,
    }
    return row | {"change": item.change} if item.change else row


def _of_entity(entity: EntityView) -> Row:
    return {
        "entity": entity.entity,
        "category": entity.category,
        "sensitivity": entity.sensitivity.label,
        "confidence": round(entity.confidence, 4),
        "matches": entity.matches,
        "subtype": entity.subtype or None,
        "share": round(entity.share, 6),
        "checked": entity.checked,
        "decided_by": entity.decided_by,
        "reason": entity.reason,
    }


def write_json(view: InventoryView, stream: BinaryIO) -> None:
    """Write the one JSON document."""
    counts = view.coverage_counts()
    head: dict[str, object] = {
        "tenant": view.tenant,
        "made_at": view.made_at.isoformat(),
        "scanned_at": view.scanned_at.isoformat() if view.scanned_at else None,
        "complete": view.complete,
        "pack": view.pack,
        "coverage": {state: counts[state] for state in COVERAGE_ORDER},
    }
    stream.write(b"{\n")
    stream.writelines(b" " + _json(key) + b": " + _json(value) + b",\n" for key, value in head.items())
    _write_list(stream, "stores", (_store(store) for store in view.stores))
    stream.write(b",\n")
    _write_list(stream, "gaps", _gaps(view))
    stream.write(b",\n")
    _write_list(stream, "drift", view.drift)
    stream.write(b",\n")
    _write_list(stream, "rows", rows(view))
    stream.write(b"\n}\n")


def _write_list(stream: BinaryIO, key: str, items: Iterator[Mapping[str, object]] | tuple[str, ...]) -> None:
    """A list with one item a line, so that two exports can be compared line by line."""
    stream.write(b" " + _json(key) + b": [")
    stream.writelines((b",\n  " if place else b"\n  ") + _json(item) for place, item in enumerate(items))
    stream.write(b"]")


def _json(value: object) -> bytes:
    """JSON as UTF-8. A lone surrogate, as in a file name that is not UTF-8, becomes the escape that JSON has for it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")


def _store(store: StoreView) -> dict[str, object]:
    return {
        "name": store.name,
        "kind": store.kind,
        "owner": store.owner,
        "jurisdiction": store.jurisdiction,
        "purposes": list(store.purposes),
        "assets": len(store.assets),
        "failure": store.failure or None,
    }


def _gaps(view: InventoryView) -> Iterator[dict[str, object]]:
    for gap in gaps(view):
        yield {
            "store": gap.store,
            "asset": gap.asset or None,
            "object": gap.name or None,
            "coverage": gap.state,
            "reason": gap.reason,
            "detail": gap.detail,
        }


def write_csv_rows(view: InventoryView, stream: BinaryIO) -> None:
    """Write the rows as CSV (UTF-8, no byte order mark, lines end in CR LF), safe to open in a spreadsheet."""
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
    try:
        write_csv(text, (*KEYS, *MORE), (tuple(_cell(value) for value in row.values()) for row in rows(view)))
        text.flush()
    finally:
        text.detach()


def _cell(value: Cell) -> str | int | float | None:
    return LIST_SEPARATOR.join(value) if isinstance(value, list) else value


WRITERS: Final[Mapping[str, Callable[[InventoryView, BinaryIO], None]]] = {
    "json": write_json,
    "csv": write_csv_rows,
    "html": write_html,
}
"""How each format is written."""

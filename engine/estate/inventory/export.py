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
- ``bound``: upper limit (95 %) of the share of the rows with a value in this field that could hold something unseen: 0.0 when
  the asset was read in full, above when it was sampled, null when it is not known, because something was skipped or failed.
  Without a field: of all rows of the asset, as ``asset_bound``.

After these come the keys of ``MORE``: ``drawn`` (rows with a value that ``bound`` rests on; null when all were read),
``drawn_by`` (``rows``, or the blocks that were drawn and that bounds are of: ``objects``, ``row groups``), ``asset_bound`` (of
all rows of the asset, whether or not they have a value in this field), ``subtype``, ``share``, ``checked``, ``nulls``,
``distinct``, ``decided_by``, ``reason``, ``examples`` (masked), ``disagreement``, ``links`` with ``linked_by`` (the evidence of
each, in the same order), ``change``, ``gap`` (counts of what was not read in full, such as ``failed: truncated (1)``), the
store's ``owner``, ``jurisdiction`` and ``purposes``, ``type`` (as declared), ``primary_key`` (of the asset, as declared),
``drift`` (what changed of the field and of its asset since the scan before: in JSON objects, in CSV their sentences) and
``excluded`` (what users' exclusions took from the field, a sentence each with its reason). Lists are
lists in JSON, and joined by `` | `` in CSV, where null is an empty cell.

**JSON** is one document, UTF-8: the list of the rows, one a line, keys always in the same order.

The same view always gives the same bytes, in every format.
"""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final, Literal

from engine.base.errors import BadInput
from engine.base.render.csv import write_csv
from engine.base.state.canonical import JsonValue
from engine.estate.inventory.drift.model import Drift
from engine.estate.inventory.report.page import write_html
from engine.estate.inventory.view import (
    COVERAGE_ORDER,
    AssetView,
    EntityView,
    FieldView,
    InventoryView,
    StoreView,
    rounded_bound,
)

ExportFormat = Literal["json", "csv", "html"]
Cell = str | int | float | list[str] | list[Drift] | None
Row = dict[str, Cell]

KEYS: Final = (
    "store", "asset", "field", "entity", "category", "sensitivity", "confidence", "rows_read", "matches", "coverage",
    "bound",
)  # fmt: skip
MORE: Final = (
    "drawn", "drawn_by", "asset_bound", "subtype", "share", "checked", "nulls", "distinct", "decided_by", "reason", "examples",
    "disagreement", "links", "linked_by", "change", "gap", "owner", "jurisdiction", "purposes", "type", "primary_key", "drift",
    "excluded",
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
    drift: dict[tuple[str, str, str], list[Drift]] = defaultdict(list)
    for one in view.drift.items:
        drift[one.store, one.asset, one.field].append(one)
    for store in view.stores:
        if store.failure:
            yield _row(_of_store(store) | {"coverage": "failed", "gap": f"failed: {store.failure}"})
        for asset in store.assets:
            whole = drift[store.name, asset.name, ""]
            if not asset.fields:
                yield _row(_of_asset(store, asset) | {"rows_read": asset.rows, "matches": 0, "drift": whole})
            for item in asset.fields:
                field = _of_asset(store, asset) | _of_field(item)
                field |= {"drift": [*whole, *drift[store.name, asset.name, item.path]]}
                if not item.entities:
                    yield _row(field | {"sensitivity": item.sensitivity.label, "matches": 0})
                for entity in item.entities:
                    yield _row(field | _of_entity(entity))


def _row(given: Mapping[str, Cell]) -> Row:
    return {key: given.get(key) for key in (*KEYS, *MORE)}


def _of_asset(store: StoreView, asset: AssetView) -> Row:
    troubles = Counter((item.coverage, item.reason) for item in asset.objects if item.told)
    ordered = sorted(troubles.items(), key=lambda entry: (-COVERAGE_ORDER.index(entry[0][0]), entry[0][1]))
    return _of_store(store) | {
        "asset": asset.name,
        "coverage": asset.coverage,
        "bound": rounded_bound(asset.bound),
        "asset_bound": rounded_bound(asset.bound),
        "drawn_by": asset.drawn_by or None,
        "primary_key": list(asset.primary_key),
        "change": asset.change or None,
        "gap": "; ".join(f"{state}: {reason} ({count})" for (state, reason), count in ordered) or None,
    }


def _of_field(item: FieldView) -> Row:
    row: Row = {
        "field": item.path,
        "type": item.type or None,
        "rows_read": item.rows,
        "bound": rounded_bound(item.bound),
        "drawn": item.drawn,
        "nulls": item.nulls,
        "distinct": item.distinct,
        "examples": list(item.examples),
        "disagreement": item.disagreement or None,
        "links": [link.place for link in item.links],
        "linked_by": [link.evidence for link in item.links],
        "decided_by": "person" if item.decision else "scan",
        "reason": item.decision or None,
        "excluded": [one.sentence for one in item.excluded],
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
    """Write the rows as one JSON list, one row a line, so that two exports can be compared line by line."""
    stream.write(b"[")
    stream.writelines((b",\n" if place else b"\n") + _json(row) for place, row in enumerate(rows(view)))
    stream.write(b"\n]\n")


def _json(value: object) -> bytes:
    """JSON as UTF-8. A lone surrogate, as in a file name that is not UTF-8, becomes the escape that JSON has for it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_drift).encode("utf-8", "backslashreplace")


def _drift(one: Drift) -> dict[str, JsonValue]:
    return {**one.as_json(), "sentence": one.sentence}


def _of_store(store: StoreView) -> Row:
    return {
        "store": store.name,
        "owner": store.owner or None,
        "jurisdiction": store.jurisdiction or None,
        "purposes": list(store.purposes),
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
    if isinstance(value, list):
        return LIST_SEPARATOR.join(one.sentence if isinstance(one, Drift) else one for one in value)
    return value


WRITERS: Final[Mapping[str, Callable[[InventoryView, BinaryIO], None]]] = {
    "json": write_json,
    "csv": write_csv_rows,
    "html": write_html,
}
"""How each format is written."""

"""What the report says about an inventory as a whole: counts, order of risk, gaps. Pure functions of the view.

Fields that are gone since the scan before are shown in the table, and counted nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from classifiers.detector import Sensitivity
from engine.estate.inventory.report.advice import advice
from engine.estate.inventory.report.words import category_root, is_personal
from engine.estate.inventory.view import COVERAGE_ORDER, AssetView, CoverageState, FieldView, InventoryView, StoreView

RISKIEST = 12  # assets listed
HEAT_STEPS = 5
LEVELS: tuple[Sensitivity, ...] = tuple(Sensitivity)


def present(asset: AssetView) -> list[FieldView]:
    """The fields of an asset that the last scan still found."""
    return [item for item in asset.fields if item.change != "gone"]


def personal(item: FieldView) -> bool:
    """Whether a field holds data about people: one of its entities has a category under ``user``."""
    return any(is_personal(entity.category) for entity in item.entities)


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers at the top."""

    stores: int
    assets: int
    fields: int
    personal: int
    restricted: int


def figures(view: InventoryView) -> Figures:
    """Counts over the whole inventory."""
    fields = [item for _, _, item in view.fields() if item.change != "gone"]
    return Figures(
        stores=len(view.stores),
        assets=sum(asset.change != "gone" for store in view.stores for asset in store.assets),
        fields=len(fields),
        personal=sum(personal(item) for item in fields),
        restricted=sum(item.sensitivity is Sensitivity.RESTRICTED for item in fields),
    )


@dataclass(frozen=True, slots=True)
class StoreLine:
    """A store with its fields by sensitivity, in the order of ``LEVELS``."""

    store: StoreView
    counts: tuple[int, ...]


def store_lines(view: InventoryView) -> list[StoreLine]:
    """Stores in their own order."""
    lines = []
    for store in view.stores:
        counts = Counter(item.sensitivity for asset in store.assets for item in present(asset))
        lines.append(StoreLine(store, tuple(counts[level] for level in LEVELS)))
    return lines


@dataclass(frozen=True, slots=True)
class HeatLine:
    """Fields of one top-level category: ``(count, shade 0..HEAT_STEPS)`` for each store, and in all."""

    category: str
    cells: tuple[tuple[int, int], ...]
    total: int


def heat_map(view: InventoryView) -> list[HeatLine]:
    """Top-level categories by store, those with most fields first. A field counts once in each category it holds."""
    counts: dict[str, Counter[int]] = {}
    for place, store in enumerate(view.stores):
        for item in (item for asset in store.assets for item in present(asset)):
            for root in {category_root(entity.category) for entity in item.entities}:
                counts.setdefault(root, Counter())[place] += 1
    most = max((count for row in counts.values() for count in row.values()), default=0)
    lines = [
        HeatLine(root, tuple((row[i], _shade(row[i], most)) for i in range(len(view.stores))), row.total())
        for root, row in counts.items()
    ]
    return sorted(lines, key=lambda line: (-line.total, line.category))


def _shade(count: int, most: int) -> int:
    """0 for nothing, else 1..HEAT_STEPS by the square root of the share of ``most``, so that small counts differ too."""
    return min(HEAT_STEPS, 1 + int((count / most) ** 0.5 * HEAT_STEPS)) if count else 0


ALIKE = 3  # objects of an asset with the same gap, above which they are told in one line


@dataclass(frozen=True, slots=True)
class RiskLine:
    """An asset with what its rank follows from."""

    store: str
    asset: str
    sensitivity: Sensitivity
    restricted: int
    personal: int
    fields: int
    rows: int
    categories: tuple[str, ...]
    coverage: CoverageState


def risk_lines(view: InventoryView) -> list[RiskLine]:
    """Assets with personal or confidential data, riskiest first.

    The rule, as the page states it: by the most sensitive field, then by the number of restricted fields, then by the
    number of fields with personal data, then by rows.
    """
    lines = [_risk(store, asset) for store in view.stores for asset in store.assets]
    return sorted(
        (line for line in lines if line.categories),
        key=lambda line: (-line.sensitivity, -line.restricted, -line.personal, -line.rows, line.store, line.asset),
    )


def _risk(store: StoreView, asset: AssetView) -> RiskLine:
    fields = present(asset)
    roots = Counter(root for item in fields for root in {category_root(entity.category) for entity in item.entities})
    return RiskLine(
        store=store.name,
        asset=asset.name,
        sensitivity=max((item.sensitivity for item in fields), default=Sensitivity.INTERNAL),
        restricted=sum(item.sensitivity is Sensitivity.RESTRICTED for item in fields),
        personal=sum(personal(item) for item in fields),
        fields=len(fields),
        rows=asset.rows,
        categories=tuple(sorted(roots, key=lambda root: (-roots[root], root))),
        coverage=asset.coverage,
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not read in full. ``asset`` and ``name`` are empty when the whole store could not be listed."""

    store: str
    asset: str
    name: str
    state: CoverageState
    reason: str
    detail: str
    advice: str


def gaps(view: InventoryView) -> list[Gap]:
    """Every gap, the worst first, else in the inventory's order."""
    return sorted(_gaps(view), key=lambda gap: -COVERAGE_ORDER.index(gap.state))


def _gaps(view: InventoryView) -> Iterator[Gap]:
    for store in view.stores:
        if store.failure:
            yield Gap(
                store.name,
                "",
                "",
                "failed",
                store.failure,
                "The store could not be listed.",
                advice("failed", store.failure),
            )
        for asset in store.assets:
            yield from _gaps_of(store, asset)


def _gaps_of(store: StoreView, asset: AssetView) -> Iterator[Gap]:
    """One for each object; where many of an asset have the same, one for all of them."""
    alike: dict[tuple[CoverageState, str, str], list[str]] = {}
    for item in asset.objects:
        if item.told:
            alike.setdefault((item.coverage, item.reason, item.detail), []).append(item.name)
    for (state, reason, detail), names in alike.items():
        shown = names if len(names) <= ALIKE else [f"{len(names):,} objects"]
        for name in shown:
            yield Gap(store.name, asset.name, name, state, reason, detail, advice(state, reason))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field on which a person decided otherwise than the scan."""

    store: str
    asset: str
    path: str
    decided: tuple[tuple[str, str], ...]
    scan: str


def disagreements(view: InventoryView) -> list[Disagreement]:
    """Where a person and the scan differ. ``decided`` names (entity, subtype); it is empty for "nothing personal"."""
    return [
        Disagreement(
            store.name, asset.name, item.path, tuple((e.entity, e.subtype) for e in item.entities), item.disagreement
        )
        for store, asset, item in view.fields()
        if item.disagreement and item.change != "gone"
    ]


@dataclass(frozen=True, slots=True)
class Banner:
    """How far the report can be trusted to be whole. ``tone``: ``good``, ``warn`` or ``bad``."""

    tone: Literal["good", "warn", "bad"]
    title: str
    text: str


def banner(view: InventoryView, found: list[Gap]) -> Banner:
    """The worst thing first: no scan, then what failed, then samples, then what a rule leaves out."""
    states = Counter(gap.state for gap in found)
    stores = sum(not gap.name for gap in found)
    objects = view.coverage_counts().total()
    if view.scanned_at is None:
        return Banner("bad", "No scan has ended yet", "Nothing below says what the stores hold: run a scan first.")
    if states["failed"]:
        parts = _missing(stores, states["failed"] - stores, states["sampled"], states["skipped"])
        text = f"{parts} What they hold is unknown and is not counted below."
        return Banner("bad", "Not complete", text)
    if states["sampled"]:
        return Banner("warn", "Not complete", _missing(0, 0, states["sampled"], states["skipped"]))
    if states["skipped"]:
        text = f"{_missing(0, 0, 0, states['skipped'])} Nothing failed, and all else was read in full."
        return Banner("warn", "Complete, except for what a rule leaves out", text)
    if not view.complete:
        text = "The scan did not end with proof that everything was read, although each object listed here was."
        return Banner("warn", "Not complete", text)
    return Banner("good", "Complete", f"Everything that the stores list was read in full: {_count(objects, 'object')}.")


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _missing(stores: int, failed: int, sampled: int, skipped: int) -> str:
    parts = [
        (stores, "store", "could not be listed at all"),
        (failed, "object", "could not be read in full"),
        (sampled, "object", "only sampled"),
        (skipped, "object", "skipped by a stated rule"),
    ]
    said = [
        f"{_count(count, what)} {'' if 'could' in how else 'was ' if count == 1 else 'were '}{how}"
        for count, what, how in parts
        if count
    ]
    return "; ".join(said) + "."

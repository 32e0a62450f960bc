"""The inventory as it is shown: plain frozen values, read from state once, from which every export is made.

Nothing here holds a value of the estate: examples are masks (letters and digits replaced), counts are counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from classifiers.detector import Sensitivity
from engine.estate.inventory.drift.model import ScanDrift

CoverageState = Literal["full", "sampled", "skipped", "failed"]
COVERAGE_ORDER: tuple[CoverageState, ...] = ("full", "sampled", "skipped", "failed")
"""From best to worst: an asset's state is the worst of its objects'."""


def rounded_bound(bound: float | None) -> float | None:
    """A bound for machines: six decimals, rounded up, so that it never claims more than is known."""
    return None if bound is None else math.ceil(round(bound * 1e6, 3)) / 1e6


def bound_words(bound: float | None) -> str:
    """A bound for people: two digits that count, rounded up: ``0.99 %``; ``unknown`` for None."""
    if not bound:
        return "unknown" if bound is None else "0 %"
    digits = max(0, 1 - math.floor(math.log10(bound * 100)))
    scale = 10**digits
    return f"{math.ceil(round(bound * 100 * scale, 6)) / scale:.{digits}f} %"


NOTED = frozenset({"since_high_water", "high_water_unusable"})
"""Reasons that are told although all was read, now or by earlier scans."""


@dataclass(frozen=True, slots=True)
class EntityView:
    """One entity found in a field.

    Attributes:
        entity, subtype: as the detector names it.
        category: Fides data category, such as ``user.contact.email``.
        sensitivity: of this entity.
        confidence: probability that the verdict is right, 0..1; 1.0 when a person decided.
        share: estimated share of non-empty rows that hold it, 0..1.
        matches: rows that hold it, as counted or estimated from checked values.
        checked: distinct values on which the check was run.
        decided_by: ``scan`` or ``person``.
        reason: the evidence in one short sentence, without values.
    """

    entity: str
    subtype: str
    category: str
    sensitivity: Sensitivity
    confidence: float
    share: float
    matches: int
    checked: int
    decided_by: Literal["scan", "person"]
    reason: str


@dataclass(frozen=True, slots=True)
class ExcludedView:
    """What users' exclusions took from a field.

    Attributes:
        entity, subtype: what would have been found; empty where single values were taken, or the field as a whole.
        rows: that hold it.
        reason: as users gave it.
    """

    entity: str
    subtype: str
    rows: int
    reason: str

    @property
    def sentence(self) -> str:
        """For people."""
        what = f"{self.entity}/{self.subtype}" if self.subtype else self.entity
        return f"{f'{what} ' if what else ''}in {self.rows:,} rows: {self.reason}"


@dataclass(frozen=True, slots=True)
class LinkView:
    """Another field that holds the same things.

    Attributes:
        place: ``store/asset.field``.
        declared: as a foreign key, from or to it.
        share: estimated share of this field's distinct values that the other one holds too, 0..1; back: the other way round.
            Of a declared one, the side that refers has 1 and the other is not estimated.
        least: with 95 % confidence the larger of the two is at least that; None if declared.
        same_entity: both hold the same main entity, or neither holds any.
    """

    place: str
    declared: bool
    share: float | None
    back: float | None
    least: float | None
    same_entity: bool

    @property
    def evidence(self) -> str:
        """In a sentence."""
        unlike = "" if self.same_entity else "; other entity"
        if self.declared or self.share is None or self.back is None or self.least is None:
            return f"foreign key{unlike}"
        mine = self.share >= self.back
        whose, where = ("this field's", "there") if mine else ("that field's", "here")
        return (
            f"{max(self.share, self.back):.1%} of {whose} distinct values are {where} too, "
            f"at least {self.least:.1%} with 95 % confidence{unlike}"
        )


@dataclass(frozen=True, slots=True)
class FieldView:
    """A column, or a path in a document.

    Attributes:
        path: ``email`` or ``customer.emails[].address``.
        entities: the main one first; empty when nothing personal or confidential was recognised.
        rows: rows read; nulls: of these without a value; distinct: estimate.
        examples: masked shapes of frequent values (``Aa Aa``, ``999-99-9999``); none where the domain is small.
        disagreement: what the last scan would say where a person decided otherwise, or empty.
        links: fields with a foreign key or overlapping values, best first.
        change: since the scan before: ``new``, ``changed``, ``gone`` or empty.
        decision: why a person decided what the field is, also that it is nothing; empty when only a scan did.
        drawn: of rows or blocks that were drawn, how many have a value in it; None when all were read.
        bound: with 95 % confidence at most this share of the rows (or blocks) with a value in it holds something that was not
            seen; 0 when all were read, None when it is not known, because something was skipped or failed.
        type: as it is declared, by the store or by its files; several joined by `` | ``; empty where none is.
        excluded: what users' exclusions took from it; it is not in ``entities``.
    """

    path: str
    entities: tuple[EntityView, ...]
    rows: int
    nulls: int
    distinct: int
    examples: tuple[str, ...]
    disagreement: str = ""
    links: tuple[LinkView, ...] = ()
    change: str = ""
    decision: str = ""
    drawn: int | None = None
    bound: float | None = 0.0
    type: str = ""
    excluded: tuple[ExcludedView, ...] = ()

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of what is in it; internal when nothing was recognised."""
        return max((entity.sensitivity for entity in self.entities), default=Sensitivity.INTERNAL)


@dataclass(frozen=True, slots=True)
class ObjectView:
    """One file or table with what was read of it.

    Attributes:
        reason: a stable word; ``unchanged`` when an earlier scan read it and it has not changed since.
        detail: a sentence or empty.
        bound: with 95 % confidence at most this share of its own records holds, in any one field, something that was not seen;
            0 for full, None for skipped and failed.
        whole_at: of a table with high water, when the last reading of all of it began; else None.
    """

    name: str
    coverage: CoverageState
    reason: str
    detail: str
    rows: int
    bytes: int | None
    bound: float | None = None
    whole_at: datetime | None = None

    @property
    def told(self) -> bool:
        """There is something to say of how it was read."""
        return self.coverage != "full" or self.reason in NOTED


@dataclass(frozen=True, slots=True)
class AssetView:
    """A table or a set of like objects, with its fields and coverage.

    Attributes:
        sampled: bounds of the samples that were drawn of it, each of one or more of its objects together.
        drawn_by: what was drawn, and what its bounds are said of: ``rows``, or blocks that were read whole: ``objects``, ``row
            groups``; several joined by ``and``; empty where nothing was drawn.
        primary_key: its fields in order, as declared; empty when there is none, or the store does not tell.
    """

    name: str
    kind: str
    format: str
    objects: tuple[ObjectView, ...]
    fields: tuple[FieldView, ...]
    change: str = ""
    sampled: tuple[float, ...] = ()
    drawn_by: str = ""
    primary_key: tuple[str, ...] = ()

    @property
    def coverage(self) -> CoverageState:
        """The worst state of its objects."""
        return max((item.coverage for item in self.objects), key=COVERAGE_ORDER.index, default="full")

    @property
    def bound(self) -> float | None:
        """With 95 % confidence at most this share of its rows holds, in any one field, something that was not seen.

        It is the worst of its samples'. If more than that share of all rows held something unseen, then so would more than that
        share of what some sample was drawn from, and that sample alone would have missed it in at most 5 % of all cases. None
        when it is not known, because something was skipped or failed.
        """
        return None if any(item.bound is None for item in self.objects) else max(self.sampled, default=0.0)

    @property
    def rows(self) -> int:
        """Rows read of all its objects."""
        return sum(item.rows for item in self.objects)

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of its fields."""
        return max((item.sensitivity for item in self.fields), default=Sensitivity.INTERNAL)


@dataclass(frozen=True, slots=True)
class StoreView:
    """A database or folder. ``failure`` says why it could not be listed at all, or is empty."""

    name: str
    kind: str
    owner: str
    jurisdiction: str
    purposes: tuple[str, ...]
    assets: tuple[AssetView, ...]
    failure: str = ""

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of its assets."""
        return max((asset.sensitivity for asset in self.assets), default=Sensitivity.INTERNAL)


@dataclass(frozen=True, slots=True)
class InventoryView:
    """The whole inventory of a tenant.

    Attributes:
        tenant: its name.
        made_at: when this view was read, aware UTC.
        scanned_at: when the scan behind it ended, or None when there was none.
        complete: everything that the stores list was read; else some coverage is not ``full``.
        pack: short hash of the detector pack that judged.
        drift: what changed since the scan before of each store, most important first.
    """

    tenant: str
    made_at: datetime
    scanned_at: datetime | None
    complete: bool
    pack: str
    stores: tuple[StoreView, ...]
    drift: ScanDrift = field(default_factory=ScanDrift)

    def fields(self) -> Iterator[tuple[StoreView, AssetView, FieldView]]:
        """Every field that is still there, with where it is."""
        for store in self.stores:
            for asset in store.assets:
                for item in asset.fields:
                    if item.change != "gone":
                        yield store, asset, item

    def coverage_counts(self) -> Counter[CoverageState]:
        """Objects by coverage state."""
        return Counter(item.coverage for store in self.stores for asset in store.assets for item in asset.objects)

"""How often people confirm what detectors say, and what they keep rejecting.

Of each field the decision that stands is one answer to what scans said of it when it was made: an entity that the person kept
was confirmed, one that is not in the decision was corrected. What was withdrawn is no answer. Nothing here changes anything.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.ids import FieldId
from engine.base.state.tables import AssetRow, FieldRow, StoreRow, VerdictRow
from engine.estate.inventory.verdicts import entities_of, is_withdrawal

NORMAL_95 = 1.959963984540054  # two-sided quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one entity that a scan had found in a field.

    Attributes:
        field_id, place: the field, ``store/asset.path``.
        path: in its asset.
        entity, subtype: that the scan said.
        kept: the person's decision has it, too; kept_entity: at least with another subtype.
    """

    field_id: FieldId
    place: str
    path: str
    entity: str
    subtype: str
    kept: bool
    kept_entity: bool

    @property
    def detector(self) -> str:
        """``ENTITY`` or ``ENTITY/SUBTYPE``."""
        return f"{self.entity}/{self.subtype}" if self.subtype else self.entity


@dataclass(frozen=True, slots=True)
class Precision:
    """How often what a detector said was right, as far as people answered.

    Attributes:
        name: of the detector or entity.
        confirmed, corrected: answers.
    """

    name: str
    confirmed: int
    corrected: int

    @property
    def estimate(self) -> float:
        """The share that was confirmed."""
        return self.confirmed / (self.confirmed + self.corrected)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies with 95 % confidence."""
        return wilson(self.confirmed, self.confirmed + self.corrected)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """The score interval of a share at 95 % (E. B. Wilson, Journal of the American Statistical Association 22, 1927).

    It holds for answers that are independent and not chosen by what they will be. Where people only look at doubtful fields, the
    share among all fields is higher.

    Raises:
        ValueError: no tries, or more hits than tries.
    """
    if not 0 <= hits <= tries or not tries:
        raise ValueError("hits are counted among one or more tries")
    square = NORMAL_95**2
    share = hits / tries
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = NORMAL_95 / (1 + square / tries) * math.sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    return (0.0 if hits == 0 else max(0.0, middle - half)), (1.0 if hits == tries else min(1.0, middle + half))


def precisions(answers: Sequence[Answer], by: Literal["detector", "entity"] = "detector") -> list[Precision]:
    """One for each detector or entity that people answered for: most corrections first, then by name."""
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    seen: set[tuple[FieldId, str]] = set()
    for one in sorted(answers, key=lambda one: not one.kept_entity):
        name = one.detector if by == "detector" else one.entity
        if (one.field_id, name) not in seen:  # of an entity with several subtypes in a field, one answer
            seen.add((one.field_id, name))
            counts[name][one.kept if by == "detector" else one.kept_entity] += 1
    found = [Precision(name, count[True], count[False]) for name, count in counts.items()]
    return sorted(found, key=lambda one: (-one.corrected, one.name))


def answers(session: Session) -> list[Answer]:
    """What people answered to what scans said, one for each field and entity, in the order of the fields' names."""
    verdicts: dict[FieldId, list[VerdictRow]] = defaultdict(list)
    decided = select(VerdictRow.field_id).where(VerdictRow.decided_by == "person").distinct()
    query = select(VerdictRow).where(VerdictRow.field_id.in_(decided))
    for row in session.scalars(query.order_by(VerdictRow.decided_at, VerdictRow.id)):
        verdicts[row.field_id].append(row)
    fields = (
        select(FieldRow.id, FieldRow.path, StoreRow.name, AssetRow.name)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(FieldRow.id.in_(decided))
        .order_by(StoreRow.name, AssetRow.name, FieldRow.path)
    )
    return [
        one
        for number, path, store, asset in session.execute(fields)
        for one in _of_field(number, f"{store}/{asset}.{path}", path, verdicts[number])
    ]


def _of_field(field_id: FieldId, place: str, path: str, verdicts: Sequence[VerdictRow]) -> Iterator[Answer]:
    """The answer that the newest decision gives to the scan before it."""
    scan: VerdictRow | None = None
    asked: VerdictRow | None = None
    decision: VerdictRow | None = None
    for row in verdicts:
        if row.decided_by == "scan":
            scan = row
        else:
            asked, decision = scan, row
    if asked is None or decision is None or is_withdrawal(decision):
        return
    kept = {(one.entity, one.subtype) for one in entities_of(decision.entities)}
    entities = {entity for entity, _ in kept}
    for one in entities_of(asked.entities):
        pair = (one.entity, one.subtype)
        yield Answer(field_id, place, path, *pair, pair in kept, one.entity in entities)


def by_detector(found: Sequence[Answer]) -> Mapping[str, list[Answer]]:
    """Answers by the detector that they are about, in the order of names."""
    out: dict[str, list[Answer]] = defaultdict(list)
    for one in found:
        out[one.detector].append(one)
    return dict(sorted(out.items()))

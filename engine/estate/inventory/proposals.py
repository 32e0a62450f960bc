"""Exclusions that reviewers' answers suggest. They are only proposed: nothing learns by itself.

Fields of one name in which a detector was wrong again and again, and never right, suggest to exclude that name. Values that were
in several fields in which it was wrong, and in none in which it was right, suggest to exclude these: as keyed hashes, since
sketches keep no values. Of a field at most 256 values that matched are kept, a uniform sample, so others may be missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from classifiers.detector import DetectorKey
from classifiers.sketches.sketch_bytes import from_bytes
from engine.base.ids import FieldId
from engine.base.state.tables import FieldRow
from engine.estate.inventory.precision import Answer, by_detector

OFTEN = 2  # fields in which a detector must have been wrong
MOST_VALUES = 100  # of one proposal
_TOGETHER = 500  # fields asked for in one query


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entry for ``exclude``.

    Attributes:
        detector: that was wrong.
        fields: globs of fields; or empty.
        hashes: keyed hashes of values, as ``exclude`` reads them; or empty.
        rejected: fields in which people corrected it.
    """

    detector: str
    fields: tuple[str, ...]
    hashes: tuple[str, ...]
    rejected: int

    @property
    def reason(self) -> str:
        """In a sentence."""
        what = f"Values of {self.rejected} fields" if self.hashes else f"{self.rejected} fields of this name"
        return f"{what} in which reviewers rejected {self.detector}."


def proposals(session: Session, answers: Sequence[Answer], often: int = OFTEN) -> list[Proposal]:
    """What the answers suggest, by detector; names of fields first.

    Args:
        session: of the tenant.
        answers: of people.
        often: in how many fields a detector must have been wrong.
    """
    found: list[Proposal] = []
    for detector, some in by_detector(answers).items():
        named = list(_of_names(detector, some, often))
        covered = {one for proposal in named for one in proposal.fields}
        found += named
        left = [one for one in some if one.kept or f"*.{_last(one.path)}" not in covered]
        found += _of_values(session, detector, left, often)
    return found


def _of_names(detector: str, answers: Sequence[Answer], often: int) -> Iterator[Proposal]:
    named: dict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        named[_last(one.path)].append(one)
    for name, some in sorted(named.items()):
        if len(some) >= often and not any(one.kept for one in some) and not {"*", "?"} & set(name):
            yield Proposal(detector, (f"*.{name}",), (), len(some))


def _last(path: str) -> str:
    """The last step of a path."""
    return path.rsplit(".", 1)[-1]


def _of_values(session: Session, detector: str, answers: Sequence[Answer], often: int) -> Iterator[Proposal]:
    wrong = [one.field_id for one in answers if not one.kept]
    if len(wrong) < often:
        return
    seen = _values(session, [one.field_id for one in answers], DetectorKey(detector))
    fields: dict[tuple[int, int], int] = defaultdict(int)
    right: set[tuple[int, int]] = set()
    for one in answers:
        for value in seen.get(one.field_id, ()):
            if one.kept:
                right.add(value)
            else:
                fields[value] += 1
    often_wrong = sorted(
        (value for value, count in fields.items() if count >= often and value not in right),
        key=lambda value: (-fields[value], value),
    )
    if often_wrong:
        hashes = tuple(f"keyed:{epoch}:{number:016x}" for epoch, number in often_wrong[:MOST_VALUES])
        yield Proposal(detector, (), hashes, len(wrong))


def _values(
    session: Session, fields: Sequence[FieldId], detector: DetectorKey
) -> Mapping[FieldId, list[tuple[int, int]]]:
    """Epoch and keyed hash of the whole cells that a detector matched, as the sketches of fields keep them."""
    found: dict[FieldId, list[tuple[int, int]]] = {}
    for begin in range(0, len(fields), _TOGETHER):
        query = select(FieldRow).where(FieldRow.id.in_(fields[begin : begin + _TOGETHER]))
        for row in session.scalars(query.options(undefer(FieldRow.sketch))):
            sketch = from_bytes(row.sketch)
            hits = sketch.hits.get(detector)
            if hits is not None and hits.whole == hits.rows:
                found[row.id] = [(sketch.epoch, number) for number in hits.hashes[np.flatnonzero(hits.ok)].tolist()]
    return found

"""Block samples: whole objects of a bucket, or row groups of Parquet files, drawn at random; nothing else is read.

What stands in one block was mostly written together, so its rows are no independent draws, and what is said is said of blocks:
with 95 % confidence at most so large a share of the *blocks* holds anything that no drawn block showed. Each block that is drawn
is read and classified whole, for that is what makes the sentence true.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

from classifiers.bounds import missed_bound
from classifiers.sketches.distinct import rows_with_value
from classifiers.sketches.documents import rows_inside
from engine.base.errors import StoreError
from engine.base.ids import ObjectId
from engine.estate.formats.format import Budget, Chunk
from engine.estate.scan.asked import Asked
from engine.estate.scan.bounded import Sample, Unit
from engine.estate.scan.gathered import Outcome
from engine.estate.scan.lot import Lot, Step, Work
from engine.estate.stores.store import Reader

PARTED = frozenset({"parquet"})
"""Formats of which parts can be read by themselves."""


class BlockDrawing:
    """A sample of the blocks of one lot.

    Args:
        unit: what a block is.
        chosen: by object, which of its blocks were drawn; of all other objects nothing is read.
        blocks: by object, how many it has.

    Attributes:
        sample: what was drawn.
    """

    def __init__(self, unit: Unit, chosen: Mapping[ObjectId, Sequence[int]], blocks: Mapping[ObjectId, int]) -> None:
        self._chosen = chosen
        self._blocks = blocks
        self._showing: Counter[str] = Counter()
        drawn = sum(map(len, chosen.values()))
        self.sample = Sample(drawn, sum(blocks.values()), self._showing, drawn, unit)

    def reads(self, work: Work) -> bool:
        """Whether anything of an object was drawn."""
        return work.id in self._chosen

    def chunks(self, work: Work, reader: Reader, budget: Budget) -> Iterator[Chunk]:
        """The drawn blocks of an object, whole.

        Raises:
            StoreError: as in ``Reader.chunks``.
        """
        if self.sample.unit == "object":
            yield from self._block(reader.chunks(None, budget))
            return
        blocks = reader.blocks()
        if blocks is None or blocks.count != self._blocks[work.id]:
            raise StoreError("The object has other parts than when they were drawn.", reason="changed_while_read")
        for number in self._chosen[work.id]:
            yield from self._block(blocks.read(number, budget))

    def _block(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        showing: set[str] = set()
        for chunk in chunks:
            for name, column in zip(chunk.batch.schema.names, chunk.batch.columns, strict=True):
                if name not in showing and rows_with_value(column):
                    showing.add(name)
                showing.update(rows_inside(name, column))
            yield replace(chunk, next={})  # more may come
        self._showing.update(showing)

    def steps(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Steps whose outcomes say what part of an object was read."""
        for work, chunk, outcome in steps:
            shown = (
                None if chunk is None else replace(chunk, next=None)
            )  # reading never goes on in the middle of a sample
            yield work, shown, None if outcome is None else self._bounded(work, outcome)

    def _bounded(self, work: Work, outcome: Outcome) -> Outcome:
        drawn, blocks = len(self._chosen[work.id]), self._blocks[work.id]
        if outcome.state != "full" or drawn == blocks:
            return outcome
        return replace(outcome, state="sampled", bound=missed_bound(drawn, blocks))


def draw_blocks(lot: Lot, asked: Asked, count: Callable[[Work], int | None]) -> BlockDrawing | None:
    """Draw blocks of a lot: objects where there are more than are wanted, else parts of objects.

    The same are drawn again when reading begins anew in the same scan.

    Args:
        lot: all its objects.
        asked: for how many blocks.
        count: how many parts an object has; None when it has to be read to know, or cannot be opened.

    Returns:
        None where the lot has no blocks, or too few to leave any out.
    """
    if not asked.blocks or (lot.kind != "objects" and lot.format not in PARTED):
        return None
    unit: Unit = "object"
    blocks = dict.fromkeys((work.id for work in lot.objects), 1)
    if asked.drawn_of(len(blocks)) >= len(blocks) and lot.format in PARTED:
        unit, counts = "row_group", {work.id: count(work) for work in lot.objects}
        blocks = {item: 1 if found is None else found for item, found in counts.items()}
    numbered = [(item, number) for item, parts in blocks.items() for number in range(parts)]
    wanted = asked.drawn_of(len(numbered))
    if wanted >= len(numbered):
        return None
    random = Random(lot.claim.scan_id.int ^ lot.claim.lot_id.int)  # noqa: S311 - repeatable, and no secret
    chosen: dict[ObjectId, list[int]] = defaultdict(list)
    for item, number in sorted(random.sample(numbered, wanted)):
        chosen[item].append(number)
    for item, parts in blocks.items():
        if unit == "row_group" and counts[item] is None:
            chosen[item] = list(range(parts))
    return BlockDrawing(unit, dict(chosen), blocks)

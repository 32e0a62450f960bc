"""Blocks of an object whose chunks go through a check of the store that holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.estate.formats.format import BlockFormat, Blocks, Budget, Chunk, Format, Source

Check = Callable[[Iterator[Chunk]], Iterator[Chunk]]


class CheckedBlocks:
    """See ``Blocks``."""

    def __init__(self, blocks: Blocks, checked: Check) -> None:
        self._blocks = blocks
        self._checked = checked
        self.count = blocks.count

    @classmethod
    def of(cls, form: Format, source: Source, checked: Check) -> CheckedBlocks | None:
        """Those of an opened object, or None where its format has none."""
        return cls(form.blocks(source), checked) if isinstance(form, BlockFormat) else None

    def read(self, number: int, budget: Budget) -> Iterator[Chunk]:
        """See ``Blocks.read``."""
        return self._checked(self._blocks.read(number, budget))

"""What a scan is asked to read: what is new or changed, everything, or a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from classifiers.bounds import rows_needed
from engine.base.state.canonical import JsonValue


@dataclass(frozen=True, slots=True)
class Asked:
    """How much a scan reads.

    Attributes:
        full: everything, also what has not changed since it was read.
        sample: rows drawn uniformly from each asset that is new or changed; None: all of them.
        until_bound: draw as many as exclude, with 95 % confidence, that a larger share of the rows holds anything unseen.
        blocks: draw whole blocks instead of rows, where there are any: both numbers are then of blocks.
    """

    full: bool = False
    sample: int | None = None
    until_bound: float | None = None
    blocks: bool = False

    @property
    def drawn(self) -> int | None:
        """Rows to draw from an asset; None: all are read."""
        return rows_needed(self.until_bound) if self.until_bound is not None else self.sample

    def drawn_of(self, total: int) -> int:
        """Blocks to draw of so many; all of them where no sample is asked for."""
        if self.until_bound is not None:
            return rows_needed(self.until_bound, total)
        return total if self.sample is None else self.sample

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """From what ``as_json`` gave."""
        given: dict[str, Any] = dict(value) if isinstance(value, dict) else {}
        return cls(**given)

    def as_json(self) -> dict[str, JsonValue]:
        """What is written into the scan's row."""
        return {"full": self.full, "sample": self.sample, "until_bound": self.until_bound, "blocks": self.blocks}

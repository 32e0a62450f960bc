"""How much of a batch is done at once, so that whoever else works with a store does not feel it."""

from __future__ import annotations

from typing import Protocol


class Pace(Protocol):
    """Asked between two transactions of a store. Each part of a batch is one; together they do what the batch is."""

    def roots(self) -> int | None:
        """How many roots the next transaction takes; None for all that are left of the batch.

        Where roots refer to one another they have to go together: then it is None, always.
        """
        ...

    def took(self, seconds: float, *, lock_waited: bool) -> None:
        """What the last one took, until its COMMIT; ``lock_waited``: a lock was not given in time, and nothing was changed.

        It may leave the store alone for some seconds before it returns.
        """
        ...


class Whole:
    """Every batch at once."""

    def roots(self) -> int | None:
        """All."""
        return None

    def took(self, seconds: float, *, lock_waited: bool) -> None:
        """Nothing follows from it."""

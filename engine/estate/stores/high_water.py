"""High water: of a table whose rows only come in at the top of one column, only those above the last mark need be read.

What a store that can do this has beside ``Store``, and its readers beside ``Reader``. It is a declaration of the owner: rows
that change without moving above the mark cannot be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an object was read.

    Attributes:
        column: in which the mark is.
        shape: changes when columns or key do.
        value: the highest that was read, as the database's driver gives it.
        rows: how many rows are up to there.
    """

    column: str
    shape: str
    value: object
    rows: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which rows to read: all up to a value, or those above another one. See ``Mark`` for the rest.

    Attributes:
        low: the mark above which is read; None: from the beginning.
        high: the highest value that there was, in the snapshot in which this was found out; None: there was no row.
        why: reading begins at the beginning although there was a mark: why, in a sentence; else empty.
    """

    column: str
    shape: str
    low: object
    high: object
    why: str = ""


class Unmarked(Exception):
    """The column cannot serve as high water; the message says why. All must be read."""


@runtime_checkable
class Marking(Protocol):
    """A store with declared columns."""

    high_water: Mapping[str, str]
    """The column of an asset, by the asset's name."""


@runtime_checkable
class MarkedReader(Protocol):
    """A reader of a table that may have a mark."""

    def stretch(self, column: str, before: Mark | None) -> Stretch:
        """What there is to read, looked at in one snapshot: only what is above ``before`` where all below is as it was.

        Raises:
            Unmarked: the column cannot serve.
        """
        ...

    def keep_to(self, stretch: Stretch) -> None:
        """Give these rows only, from now on.

        Raises:
            StoreError: ``changed_while_read``: columns or key are others by now.
        """
        ...

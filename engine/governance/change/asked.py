"""What a plan is made from: what is asked for, and rows that come page by page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from engine.governance.change.effect import LeftOut, Task
from engine.governance.change.keys import Keys
from engine.governance.change.plan import Copy, Limits, Warned


@dataclass(frozen=True, slots=True)
class Page:
    """One batch of a plan, and rows that were found on the way and are not in it.

    Attributes:
        keys: by step: some roots, and what hangs on them. Without a row it makes no batch.
        excluded: rows that were due, with the reason why they stay.
    """

    keys: Keys
    excluded: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the rows as a whole, once all pages were read.

    Attributes:
        tables: rows of each asset of the task; None where that is not known.
        volumes: bytes that each takes up, in the same way.
        warnings: what the plan cannot see through.
    """

    tables: Mapping[str, int | None]
    volumes: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[Warned, ...] = ()


class Rows(Protocol):
    """Where the rows of a plan come from. It reads under the read credential, so that a dry run cannot change anything."""

    def pages(self) -> Iterator[Page]:
        """All of them, once.

        Raises:
            StoreError: not all could be read: no plan comes of it.
        """
        ...

    def known(self) -> Known:
        """What is known of them, asked after the last page."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is asked for.

    Attributes:
        task: what is to be done.
        policies: hash of the policies that it follows from, or empty; rules: their names.
        now: at which rows are due; aware.
        schedule: that it is made for, or empty.
        copies: that remain elsewhere.
        limits: that it keeps.
        label: whoever makes a plan again under it throws away what an interrupted making left; empty for no such thing.
    """

    task: Task
    policies: str
    rules: tuple[str, ...]
    now: datetime
    schedule: str = ""
    copies: tuple[Copy, ...] = ()
    limits: Limits = field(default_factory=Limits)
    label: str = ""

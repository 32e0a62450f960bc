"""The seam between an approved plan and the store that it changes: the only door to a change (design, section 3).

An effect does one batch of a plan in one transaction of the store, or none of it. It may leave rows out, and says why; it never
takes in one that the plan does not name. It alone is opened with the ``write`` credential.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from engine.governance.calendar.durations import Duration
from engine.governance.policy.model import Column

KeyValue = int | str | bytes | None
"""What a cell of a key is kept as: whole numbers, text (also of decimals, UUIDs, days and instants, as ISO 8601), bytes."""
Key = tuple[KeyValue, ...]
"""The key of one row, in the order of the step's key columns."""


class Action(StrEnum):
    """What happens to the rows of a step."""

    DELETE = "delete"
    DETACH = "detach"
    """Columns that refer to a row of the closure become NULL; the row stays."""
    ANONYMISE = "anonymise"


class Reason(StrEnum):
    """Why a row that was planned, or due, is left out. It takes every row with it that it refers to."""

    GONE = "gone"
    """It is there no more."""
    NOT_DUE = "not_due"
    """It changed, and is not over its maximum any more."""
    NOT_STARTED = "not_started"
    """What its time is counted from has not happened."""
    HELD = "held"
    """A legal hold covers it."""
    STATUTORY_MINIMUM = "statutory_minimum"
    """A minimum of the law, or of a policy, is not over."""
    UNKNOWN = "unknown"
    """Something that decides could not be read or compared."""
    CLOSURE_GREW = "closure_grew"
    """A row that the plan does not name refers to it by now."""
    REFERENCED = "referenced"
    """A row of a table that the rule does not speak of refers to it."""
    WAIVED = "waived"
    """A waiver covers it."""
    STOPPED = "stopped"
    """Its plan ended before it was dealt with."""


@dataclass(frozen=True, slots=True)
class Term:
    """A time that has to be over.

    Attributes:
        duration: how long.
        beginnings: the latest of them counts; columns of the root's table, or of tables that it refers to.
        zone: IANA name.
        rule: whose it is.
    """

    duration: Duration
    beginnings: tuple[Column, ...]
    zone: str
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """The rows of one asset in a plan.

    Attributes:
        asset: as the inventory names it.
        action: what happens to them.
        key: columns of its primary key, in order.
        through: columns of it that refer to an earlier step; empty for the first step, the roots.
        refers_to: that step's number, counted from 0; -1 for the roots.
        target: columns of that step's asset that they refer to.
        values: by column, for ANONYMISE: a constant, or None for NULL.
    """

    asset: str
    action: Action
    key: tuple[str, ...]
    through: tuple[str, ...] = ()
    refers_to: int = -1
    target: tuple[str, ...] = ()
    values: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What all batches of a plan have in common.

    Attributes:
        store: by name.
        steps: the roots first; an asset that is reached on two ways has two steps.
        maximum: what must be over for a root to go; None where a plan names its rows itself.
        minima: what must be over as well: of roots and, by asset, of dependents.
    """

    store: str
    steps: tuple[Step, ...]
    maximum: Term | None
    minima: Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some roots, with all that hangs on them when the plan was made.

    Attributes:
        number: in its plan, counted from 0.
        keys: by step, in the order of the task's steps.
    """

    number: int
    keys: tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not dealt with. ``detail``: the rule, hold or asset that kept it; a stable word or an id, never a value."""

    step: int
    key: Key
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch came to.

    Attributes:
        done: keys by step that were dealt with.
        left_out: roots with the first reason found, and dependents that kept them.
        committed_at: by the clock of the store; None when nothing was changed.
    """

    done: tuple[tuple[Key, ...], ...]
    left_out: tuple[LeftOut, ...]
    committed_at: datetime | None


class Guard(Protocol):
    """What an effect asks in its transaction."""

    def began(self, session: str) -> None:
        """Tell by which server session the batch is done (design, rule 6): it is recorded before anything is changed.

        Raises:
            LeaseLost: another worker does this batch now.
        """
        ...

    def columns(self, asset: str) -> tuple[Column, ...]:
        """What ``held`` compares of the rows of an asset: columns of it, and of tables that it refers to. Often nothing."""
        ...

    def held(self, asset: str, rows: Sequence[Mapping[Column, object]]) -> Sequence[str | None]:
        """Of each row: the id of a hold that covers it, ``unknown`` where that cannot be told, or None."""
        ...

    def changing(self) -> None:
        """Tell that all is decided: changes follow, for which the store takes its time."""
        ...

    def before_commit(self) -> None:
        """Ask once more, at the last moment.

        Raises:
            LeaseLost: another worker does this batch now: roll back.
            HoldPlaced: a hold was placed since: roll back, and try again.
            ApprovalGone: the plan may not go on: roll back.
        """
        ...


class Effect(Protocol):
    """Changes one store. Opened with the ``write`` credential, for one plan."""

    def apply(self, task: Task, batch: Batch, guard: Guard, now: datetime) -> Outcome:
        """Do a batch, whole or not at all. Again after it was done: every root is left out as ``gone``.

        Args:
            task: of the plan.
            batch: of the plan.
            guard: asked in the transaction.
            now: at which terms must be over; aware.

        Raises:
            StoreError: the store refused, and nothing was changed; or it did not answer, and what became of the batch is unknown
                (``OutcomeUnknown``).
            LeaseLost, HoldPlaced, ApprovalGone: nothing was changed.
        """
        ...

    def now(self) -> datetime:
        """What time the store says it is; aware.

        Raises:
            StoreError: it does not answer.
        """
        ...

    def end_session(self, session: str) -> bool:
        """End a session that ``began`` told of, whose batch nobody minds any more.

        Returns:
            Whether it is certain that nothing of it can be committed from now on: it was ended, is gone, or ran out of time.
            False: not yet; ask again after a while.

        Raises:
            StoreError: the store does not answer.
        """
        ...


class Verifier(Protocol):
    """Reads again what an effect did: by other code than the effect's, under the read credential."""

    def remaining(self, task: Task, batch: Batch) -> tuple[tuple[Key, ...], ...]:
        """Of these rows, by step, those that are as if nothing had been done to them.

        That is: a row to delete that is there, one to detach that still refers to its root, one to anonymise that has another
        value in one of the columns. What cannot be told counts as remaining.

        Raises:
            StoreError: they could not be read.
        """
        ...

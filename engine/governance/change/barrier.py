"""What a plan asks of legal holds while it runs: the barrier between placing a hold and doing a batch (design, rule 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from engine.base.ids import PlanId
from engine.base.state.tables import WorkerId
from engine.governance.policy.model import Column


class HoldView(Protocol):
    """The holds over some assets of a store, as they were at one moment."""

    def columns(self, asset: str) -> tuple[Column, ...]:
        """What ``held`` compares of the rows of an asset."""
        ...

    def held(self, asset: str, rows: Sequence[Mapping[Column, object]]) -> Sequence[str | None]:
        """Of each row: the id of a hold that covers it, ``unknown``, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """A batch that asks to be let through.

    Attributes:
        plan_id, number: which batch.
        store, assets: whose rows it may change.
        worker_id: who does it; epoch: of the lease.
    """

    plan_id: PlanId
    number: int
    store: str
    assets: tuple[str, ...]
    worker_id: WorkerId
    epoch: int


class Barrier(Protocol):
    """Registers batches before they act, so that a hold that is placed meanwhile waits for those that did not know of it."""

    def open(self, session: Session, opening: Opening) -> UUID:
        """Register a batch. The caller commits before it looks at the holds."""
        ...

    def note_session(self, session: Session, open_id: UUID, server_session: str) -> None:
        """Note by which session of the store's server it is done."""
        ...

    def holds(self, session: Session, store: str, assets: tuple[str, ...]) -> HoldView:
        """The holds that count now."""
        ...

    def still_free(self, session: Session, open_id: UUID) -> bool:
        """Whether no hold was placed, since it was opened, that may cover rows of it."""
        ...

    def close(self, session: Session, open_id: UUID, outcome: str) -> None:
        """It is known what became of it: ``done``, or ``nothing``. Again: no change."""
        ...

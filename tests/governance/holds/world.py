"""An inventory to place holds over, and people who place and release them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from engine.base.actors import ActorKind, find, register
from engine.base.clock import FixedClock
from engine.base.ids import ActorId, BatchId, HoldId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, FieldRow, ScanRow, StoreRow
from engine.base.work.workers import Process, register_worker
from engine.governance.holds.barrier import Fence, open_batch
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope

TABLES = {"customers": ("id", "email"), "orders": ("id", "customer_id"), "notes": ("id",)}
FENCE = Fence(UUID(int=7), 1)


@dataclass
class Holds:
    """A state with a store ``shop``."""

    database: Database
    clock: FixedClock
    plan: UUID = field(default_factory=new_id)
    batches: int = 0

    def __post_init__(self) -> None:
        with self.database.transaction() as session:
            inventory(session, "shop", TABLES)

    @contextmanager
    def acting(self, name: str, kind: ActorKind = ActorKind.PERSON) -> Iterator[Session]:
        """A transaction of somebody."""
        with self.database.transaction() as session:
            known = find(session, kind, name)
            actor = known.id if known is not None else register(session, kind, name).id
        with self.own(actor).transaction() as session:
            yield session

    def own(self, actor: ActorId) -> Database:
        assert self.database.context is not None
        return self.database.bound(replace(self.database.context, actor_id=actor))

    def place(self, *scopes: Scope, matter: str = "Doe v. Shop", by: str = "Ada", days: float = 90) -> HoldId:
        wanted = NewHold(
            matter, "the court asked for it", scopes or (Scope("shop"),), self.clock.now() + timedelta(days=days)
        )
        with self.acting(by) as session:
            return place_hold(session, wanted)

    def open(self, *assets: str, store: str = "shop", fence: Fence = FENCE) -> BatchId:
        with self.database.transaction() as session:
            self.batches += 1
            return open_batch(
                session, plan=self.plan, number=self.batches, store=store, assets=assets or ("orders",), fence=fence
            )


def inventory(session: Session, store: str, tables: Mapping[str, Sequence[str]]) -> None:
    """Rows as a scan would have left them."""
    now = context_of(session).clock.now()
    worker = register_worker(session, Process("machine", 1, "1"))
    scan = ScanRow(
        status="complete", stores=[], pack_hash="p", config_hash="c", asked={}, hash_generation=1, worker_id=worker,
        actor_id=context_of(session).actor_id, job_id=None, epoch=1, listed=0, unlisted={}, drift=None, started_at=now,
        planned_at=None, ended_at=None,
    )  # fmt: skip
    there = StoreRow(
        name=store, kind="sql", owner="", jurisdiction="", purposes=[], failure="", first_seen_at=now, removed_at=None
    )
    session.add_all([scan, there])
    session.flush()
    for name, columns in tables.items():
        key: list[JsonValue] = [*columns[:1]]
        asset = AssetRow(
            store_id=there.id, name=name, kind="table", format="sql", foreign_keys=[], primary_key=key, declared=None,
            unjudged_by=None, judged_with="", rejudged_by=None, first_seen_at=now, appeared_at=now, last_seen_at=now,
            gone_at=None,
        )  # fmt: skip
        session.add(asset)
        session.flush()
        for path in columns:
            field = FieldRow(
                asset_id=asset.id, path=path, type="", rows=0, nulls=0, distinct=0, drawn=None, bound=0.0, examples=[],
                found=[], excluded=[], sketch=b"", scan_id=scan.id, first_seen_at=now, appeared_at=now, last_seen_at=now,
                gone_at=None,
            )  # fmt: skip
            session.add(field)
        session.flush()

"""Leases: the right to act alone under a name, for a time.

A lease guards twice. Its holder looks at its own clocks before it acts (``still_held``), so that one that was stopped past the
end does nothing when it wakes. And the epoch fences: ``check(session)`` in the transaction of a deed refuses whoever lost the
lease meanwhile, however wrong their clocks are. Only the second is a guarantee; without it, the clocks of all machines would
have to agree.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.base.clock import Clock
from engine.base.errors import DependencyFailed
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables.work import LeaseRow

LEASE_SECONDS = 30.0
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Ticks = Callable[[], float]
"""Seconds that only ever grow, from any beginning."""


class LeaseLost(DependencyFailed):
    """Another holds the lease now, or it ran out before it could be renewed: stop, and write nothing."""

    code = "lease_lost"


def since_boot() -> float:
    """Seconds since the machine started, those in which it slept included (where the system tells)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Lease:
    """Held until it runs out, is released or lost. Safe to share between threads.

    Attributes:
        name, holder, epoch: as in :class:`~engine.base.state.tables.work.LeaseRow`.
    """

    def __init__(self, name: str, holder: UUID, epoch: int, clock: Clock, ticks: Ticks) -> None:
        self.name = name
        self.holder = holder
        self.epoch = epoch
        self._clock = clock
        self._ticks = ticks
        self._until: tuple[datetime, float] = (_LONG_AGO, 0.0)

    def __repr__(self) -> str:
        return f"Lease({self.name!r}, epoch={self.epoch})"

    def still_held(self) -> bool:
        """Whether neither clock says that it ran out: look before every act that ``check`` cannot fence."""
        instant, tick = self._until
        return self._clock.now() < instant and self._ticks() < tick

    def check(self, session: Session) -> None:
        """Make the session's transaction one that only the lease's holder can commit: the row is locked until it ends.

        Raises:
            LeaseLost: another has it.
        """
        row = session.get(LeaseRow, (context_of(session).tenant_id, self.name), with_for_update=True)
        if row is None or row.epoch != self.epoch or row.holder != self.holder:
            raise LeaseLost(f"the lease {self.name} was lost to another process")


class Leases:
    """All that one holder holds.

    Args:
        database: the state, bound.
        holder: its id; a worker's, or ``new_id()`` for whoever is none.
        seconds: how long a lease lasts without being renewed.
        ticks: see :func:`since_boot`.
    """

    def __init__(
        self, database: Database, holder: UUID, seconds: float = LEASE_SECONDS, ticks: Ticks = since_boot
    ) -> None:
        self._database = database
        self._holder = holder
        self._seconds = seconds
        self._ticks = ticks
        self._held: dict[str, Lease] = {}
        self._lock = threading.Lock()

    def acquire(self, *names: str) -> Lease | None:
        """The first of these that nobody holds, under a new epoch; None if all are held (even by this holder)."""
        began = self._ticks()
        with self._database.transaction() as session:
            clock = context_of(session).clock
            found = _take(session, names, self._holder, self._seconds)
        if found is None:
            return None
        name, epoch, expires_at = found
        lease = Lease(name, self._holder, epoch, clock, self._ticks)
        lease._until = (expires_at, began + self._seconds)  # noqa: SLF001 - the two are one
        with self._lock:
            self._held[name] = lease
        return lease

    def renew(self) -> list[Lease]:
        """Make all of them last anew; returns those that were lost, which are not renewed and never will be.

        Raises:
            DependencyFailed: the state cannot be reached; all may be tried again until they run out.
        """
        with self._lock:
            held = list(self._held.values())
        if not held:
            return []
        began = self._ticks()
        with self._database.transaction() as session:
            kept = {lease.name: _prolong(session, lease, self._seconds) for lease in held}
        lost = []
        for lease in held:
            expires_at = kept[lease.name]
            if expires_at is None:
                self._drop(lease)
                lost.append(lease)
            else:
                lease._until = (expires_at, began + self._seconds)  # noqa: SLF001 - the two are one
        return lost

    def release(self, lease: Lease) -> None:
        """Let another have it at once. Nothing happens if it was lost."""
        self._drop(lease)
        with self._database.transaction() as session:
            mine = update(LeaseRow).where(LeaseRow.name == lease.name, LeaseRow.holder == lease.holder)
            session.execute(mine.where(LeaseRow.epoch == lease.epoch).values(expires_at=_LONG_AGO))

    def release_all(self) -> None:
        """Release all of them."""
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            self.release(lease)

    def _drop(self, lease: Lease) -> None:
        lease._until = (_LONG_AGO, 0.0)  # noqa: SLF001 - the two are one
        with self._lock:
            if self._held.get(lease.name) is lease:
                del self._held[lease.name]


def free_leases_of(session: Session, holder: UUID) -> None:
    """Let others have at once what a holder that is known to be dead held."""
    session.execute(update(LeaseRow).where(LeaseRow.holder == holder).values(expires_at=_LONG_AGO))


def _take(session: Session, names: Sequence[str], holder: UUID, seconds: float) -> tuple[str, int, datetime] | None:
    context = context_of(session)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for name in names:
        new = {
            "tenant_id": context.tenant_id,
            "name": name,
            "holder": holder,
            "epoch": 0,
            "expires_at": _LONG_AGO,
        }
        session.execute(insert(LeaseRow).values(new).on_conflict_do_nothing())
        row = session.scalars(select(LeaseRow).where(LeaseRow.name == name).with_for_update()).one()
        now = context.clock.now()  # behind the lock: waiting for it does not make the lease longer
        if row.expires_at <= now:
            row.holder, row.epoch, row.expires_at = holder, row.epoch + 1, now + timedelta(seconds=seconds)
            session.flush()
            return name, row.epoch, row.expires_at
    return None


def _prolong(session: Session, lease: Lease, seconds: float) -> datetime | None:
    """When it runs out now, or None if it did already or is another's."""
    statement = select(LeaseRow).where(LeaseRow.name == lease.name).with_for_update()
    row = session.scalars(statement).one_or_none()
    now = context_of(session).clock.now()
    if row is None or (row.holder, row.epoch) != (lease.holder, lease.epoch) or row.expires_at <= now:
        return None
    row.expires_at = now + timedelta(seconds=seconds)
    return row.expires_at

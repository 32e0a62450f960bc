"""The keeper: a thread of a worker or server that keeps the ledger up to date by itself.

Of all processes of a state, the one with the lease does it. That spares work; that nothing forks, the state's own transactions
see to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated, ReeveError
from engine.base.ids import new_id
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import LedgerShardRow, OutboxRow
from engine.base.work.leases import Lease, Leases
from engine.ledger.events.ledger import LedgerVerified
from engine.ledger.log.ledger import Ledger

LEASE = "ledger"
DAY = 86_400.0
_log = logging.getLogger("reeve.ledger")


class Keeper:
    """Drains, signs and publishes every few seconds, beats when nothing happens, and once a day tidies, reconciles, verifies.

    Args:
        ledger: the ledger.
        database: its state.
        every: seconds between two turns.
        daily: seconds after which what else is done once a day, such as a verification, is due again.
        chores: what else is done in each turn, each in a transaction of its own.
    """

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        *,
        every: float = 5.0,
        daily: float = DAY,
        chores: Sequence[Callable[[Session], object]] = (),
    ) -> None:
        self._ledger = ledger
        self._chores = chores
        self._database = database
        self._leases = Leases(database, new_id())
        self._lease: Lease | None = None
        self._every = every
        self._daily = daily
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Do the last turn, and end."""
        self._stop.set()
        self._thread.join()

    def turn(self) -> bool:
        """Do once what is due; whether the lease was ours."""
        if not self._holds():
            return False
        for chore in self._chores:
            self._excused(partial(self._do, chore))
        self._excused(self._ledger.beat)
        self._excused(self._ledger.settle)
        if self._is_daily_due():
            ledger = self._ledger
            for deed in (ledger.tidy, ledger.reconcile, ledger.settle, ledger.verify, ledger.settle):
                self._excused(deed)
        return True

    def _run(self) -> None:
        while not self._stop.is_set():
            self._excused(self.turn)
            self._stop.wait(self._every)
        self._excused(self.turn)
        self._excused(self._leases.release_all)

    def _do(self, chore: Callable[[Session], object]) -> None:
        with self._database.transaction() as session:
            chore(session)

    def _holds(self) -> bool:
        if self._lease is not None and self._lease in self._leases.renew():
            self._lease = None
        if self._lease is None or not self._lease.still_held():
            self._lease = self._leases.acquire(LEASE)
        return self._lease is not None

    def _is_daily_due(self) -> bool:
        """By what is on record, so that neither many processes nor short-lived ones do it more or less often."""
        with self._database.snapshot() as session:
            last = session.scalar(select(func.max(OutboxRow.occurred_at)).where(OutboxRow.type == LedgerVerified.type))
            if last is None:
                last = session.scalar(select(func.min(LedgerShardRow.opened_at)))
            now = context_of(session).clock.now()
        return last is not None and abs((now - last).total_seconds()) >= self._daily

    def _excused(self, deed: Callable[[], object]) -> None:
        """What cannot be reached is tried again in the next turn; what is wrong is said aloud, and does not end the thread."""
        try:
            deed()
        except IntegrityViolated as exc:
            _log.error("the ledger is in danger: %s (%s) %s", exc.message, exc.code, exc.hint)
        except ReeveError as exc:
            _log.warning("the ledger could not do its turn: %s (%s)", exc.message, exc.code)
        except Exception as exc:  # noqa: BLE001 - a fault of ours, whose text may hold anything; the trail must go on all the same
            _log.error("the ledger failed in its turn: %s", type(exc).__name__)

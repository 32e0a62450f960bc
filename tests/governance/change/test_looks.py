"""Looks kept by two processes at once, on each database of ours."""

from __future__ import annotations

import threading

from engine.base.state.database import Database
from engine.governance.change.looks import Found, looks_of, note_look
from tests.base.actors.people import recorded


def test_two_that_look_at_once_keep_one(database: Database) -> None:
    ready, failed = threading.Barrier(4), list[BaseException]()

    def look(due: int) -> None:
        ready.wait()
        try:
            with database.transaction() as session:
                note_look(session, Found("shop", "accounts", "closed", "ab" * 32, due=due))
        except BaseException as exc:
            failed.append(exc)
            raise

    all_of_them = [threading.Thread(target=look, args=(7,)) for _ in range(4)]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join()
    assert failed == []
    with database.snapshot() as session:
        (found,) = looks_of(session)
    assert (found.overdue, found.since is not None) == (7, True)
    events = recorded(database, "plan.looked")
    assert sorted(one["overdue_before"] for one in events) == [0, 7, 7, 7]

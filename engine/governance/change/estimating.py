"""How much a plan is about: estimates for whoever approves it. Nothing is decided by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.state.tables import PlanBatchRow, PlanRow
from engine.governance.change.kept import outcome_of
from engine.governance.change.plan import Header

PLANS = 5
"""The last plans of a store that tell of its pace."""
BATCHES = 200
"""Of each of them, as many batches at most, the last ones."""


def volume_of(
    rows: Mapping[str, int], tables: Mapping[str, int | None], volumes: Mapping[str, int | None]
) -> int | None:
    """Bytes that some rows take up, with their part of the indexes, if they are as large as all rows of their tables.

    Args:
        rows: by asset.
        tables: how many rows each asset has; None where that is not known.
        volumes: how many bytes each takes up, in the same way.

    Returns:
        None where it is not known of one of them.
    """
    found = 0
    for asset, some in rows.items():
        of, volume = tables.get(asset), volumes.get(asset)
        if some and (not of or volume is None):
            return None
        found += some * (volume or 0) // (of or 1)
    return found


def seconds_for(session: Session, store: str, rows: int) -> int | None:
    """Seconds that so many rows take, at the pace of the last batches of plans that came to their end in that store.

    Pauses, quiet hours and the rests between batches are not in it. None where no plan ended yet that dealt with a row.
    """
    dealt, took = 0, timedelta()
    for plan_id in session.scalars(
        select(PlanRow.id)
        .where(PlanRow.store == store, PlanRow.state.in_(("done", "complete_with_exceptions")))
        .order_by(PlanRow.ended_at.desc())
        .limit(PLANS)
    ):
        batches = (
            select(PlanBatchRow.began_at, PlanBatchRow.ended_at, PlanBatchRow.outcome)
            .where(PlanBatchRow.plan_id == plan_id, PlanBatchRow.state == "done")
            .order_by(PlanBatchRow.number.desc())
            .limit(BATCHES)
        )
        for began, ended, outcome in session.execute(batches):
            if began is not None and ended is not None:
                dealt, took = dealt + sum(outcome_of(outcome)[0]), took + max(timedelta(), ended - began)
    return ceil(rows * took.total_seconds() / dealt) if dealt and took else None


def in_words(header: Header) -> str:
    """What is known of both, for people; or empty."""
    told = []
    if header.volume is not None:
        told.append(f"about {_size(header.volume)} with their indexes")
    if header.seconds is not None:
        told.append(f"about {_time(header.seconds)} of work, as fast as plans before")
    return ", ".join(told)


def _size(volume: int) -> str:
    if volume < 1000:
        return f"{volume} bytes"
    power = next((power for power in (1, 2, 3) if volume < 999.5 * 1000**power), 4)
    number = volume / 1000**power
    return f"{number:,.{int(number < 9.95)}f} {'kMGT'[power - 1]}B"


def _time(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60):,} h"

"""Read, classify, merge and record one object, chunk by chunk, to its one coverage state."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from classifiers.observe import HashKey, sample_size, sketch_columns
from classifiers.sketch import merge
from engine.base.errors import StoreError
from engine.base.state.database import Database
from engine.estate.formats.format import Budget
from engine.estate.scan.ahead import ReadAhead
from engine.estate.scan.chunks import (
    ObjectProgress,
    Work,
    load_progress,
    record_chunk,
    record_outcome,
    start_over,
)
from engine.estate.scan.fence import Fence
from engine.estate.scan.gathered import Gathered
from engine.estate.scan.pack import Pack
from engine.estate.scan.progress import Progress
from engine.estate.stores.store import AssetInfo, ObjectInfo, Reader, Store


@dataclass(frozen=True, slots=True)
class Bench:
    """What every object of a scan is read with. ``gather``: chunks that may be recorded as one, see ``Gathered``."""

    database: Database
    fence: Fence
    pack: Pack
    key: HashKey
    progress: Progress
    budget: Budget
    gather: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The coverage state an object came to, with its stable reason and a sentence for people (or empty)."""

    state: str
    reason: str = ""
    detail: str = ""


def read_object(bench: Bench, store: Store, asset: AssetInfo | None, work: Work) -> Outcome:
    """Bring one object to its coverage state and record it. Goes on where an earlier run of the scan stopped."""
    bench.progress.reading(work.store, work.asset, work.item)
    item = next((one for one in asset.objects if one.name == work.item), None) if asset is not None else None
    done = load_progress(bench.database, bench.fence.scan_id, work)
    if asset is None or item is None:
        outcome = Outcome("failed", "not_found", "it was listed when the scan began, and is gone")
    else:
        if done.chunks and (item.version != work.version or done.cursor_lost):
            _forget(bench, work, item, done)
        try:
            outcome = _read_all(bench, store, asset, item, work, done)
        except StoreError as exc:
            outcome = Outcome("failed", exc.reason, str(exc))
    record_outcome(bench.database, bench.fence, work, done, outcome.state, outcome.reason, outcome.detail)
    bench.progress.finished(work.store, work.asset, work.item, outcome.state, outcome.reason)
    return outcome


def _read_all(
    bench: Bench, store: Store, asset: AssetInfo, item: ObjectInfo, work: Work, done: ObjectProgress
) -> Outcome:
    with store.open(asset, item) as reader:
        if done.chunks and done.cursor is not None and not reader.resumable:
            _forget(bench, work, item, done)
        if not done.chunks or done.cursor is not None:
            _read_on(bench, reader, work, done)
    lost = sorted((kind, count) for (kind, gone), count in done.troubles.items() if gone and count)
    if lost:
        reason = "cells_cut" if [kind for kind, _ in lost] == ["cell_cut"] else "records_lost"
        return Outcome("failed", reason, "; ".join(f"{count} x {kind.replace('_', ' ')}" for kind, count in lost))
    return Outcome("full")


def _read_on(bench: Bench, reader: Reader, work: Work, done: ObjectProgress) -> None:
    """All chunks from where ``done`` stands. What was gathered is recorded before more is read, and when reading fails."""
    gathered = Gathered()
    with closing(ReadAhead(reader.chunks(done.cursor, bench.budget))) as chunks:
        try:
            for chunk in chunks:
                gathered.add(chunk)
                del chunk  # its distinct values are held now, so it need not be while the next one is awaited
                if gathered.is_enough(bench.gather):
                    _record(bench, work, gathered, done)
                    gathered = Gathered()
        except StoreError:
            _record(bench, work, gathered, done)
            raise
        _record(bench, work, gathered, done)


def _record(bench: Bench, work: Work, gathered: Gathered, done: ObjectProgress) -> None:
    """Classify what was gathered, merge it into what is known, and commit both as one chunk."""
    if not gathered.chunks:
        return
    # all sketches of an object keep samples of one size, also those of fields that first appear in a later chunk
    columns = gathered.columns()
    size = next((sketch.k for sketch in done.sketches.values()), sample_size(len(columns)))
    found = sketch_columns(columns, bench.pack.matcher, bench.key, done.sketches, size)
    changed = {path: merge(done.sketches[path], one) if path in done.sketches else one for path, one in found.items()}
    done.take(gathered, changed)
    record_chunk(bench.database, bench.fence, work, gathered, done, changed)
    bench.progress.advanced(gathered.rows, gathered.bytes)


def _forget(bench: Bench, work: Work, item: ObjectInfo, done: ObjectProgress) -> None:
    """Begin the object anew, in the records and in ``done``."""
    start_over(bench.database, bench.fence, work, item.version)
    done.reset()

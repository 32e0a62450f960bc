"""Read, classify, merge and record one object, chunk by chunk, to its one coverage state."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.observe import HashKey, observe, sample_size
from classifiers.sketch import Sketch, merge
from engine.base.errors import StoreError
from engine.base.state.database import Database
from engine.estate.formats.format import Budget, Chunk
from engine.estate.scan.chunks import (
    ObjectProgress,
    Work,
    load_progress,
    record_chunk,
    record_outcome,
    start_over,
)
from engine.estate.scan.fence import Fence
from engine.estate.scan.pack import Pack
from engine.estate.scan.progress import Progress
from engine.estate.stores.store import AssetInfo, ObjectInfo, Reader, Store


@dataclass(frozen=True, slots=True)
class Bench:
    """What every object of a scan is read with."""

    database: Database
    fence: Fence
    pack: Pack
    key: HashKey
    progress: Progress
    budget: Budget


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
        if done.chunks and item.version != work.version:
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
    if done.lost:
        return Outcome("failed", "records_lost", f"{done.lost} records could not be read; all others were")
    return Outcome("full")


def _read_on(bench: Bench, reader: Reader, work: Work, done: ObjectProgress) -> None:
    """All chunks from where ``done`` stands, each recorded before the next is read."""
    for chunk in reader.chunks(done.cursor, bench.budget):
        changed = classify(bench, chunk, done.sketches)
        done.sketches.update(changed)
        done.chunks += 1
        done.rows += chunk.rows
        done.bytes += chunk.bytes
        done.cursor = chunk.next
        done.count(chunk.troubles)
        record_chunk(bench.database, bench.fence, work, chunk, done, changed)
        bench.progress.advanced(chunk.rows, chunk.bytes)


def classify(bench: Bench, chunk: Chunk, known: dict[str, Sketch]) -> dict[str, Sketch]:
    """The sketches of a chunk's fields, merged into what is known of them."""
    names, columns = chunk.batch.schema.names, chunk.batch.columns
    # all sketches of an object keep samples of one size, also those of fields that first appear in a later chunk
    size = next((sketch.k for sketch in known.values()), sample_size(len(names)))
    found = observe(dict(zip(names, columns, strict=True)), bench.pack.matcher, bench.key, known, size)
    return {path: merge(known[path], sketch) if path in known else sketch for path, sketch in found.items()}


def _forget(bench: Bench, work: Work, item: ObjectInfo, done: ObjectProgress) -> None:
    """Begin the object anew, in the records and in ``done``."""
    start_over(bench.database, bench.fence, work, item.version)
    done.reset()

"""Read, classify, merge and record one lot, chunk by chunk, until each of its objects has its one coverage state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

from classifiers.excluding import sketch_excluding
from classifiers.sketches.documents import with_documents
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import sample_size
from classifiers.sketches.sketch import merge
from engine.base.errors import DependencyFailed, NotRead, StoreError
from engine.base.ids import LotId, ObjectId
from engine.base.state.database import Database
from engine.estate.detectors.pack import Pack
from engine.estate.formats.format import Budget, Chunk, Cursor
from engine.estate.scan.ahead import ReadAhead
from engine.estate.scan.blocks import BlockDrawing, draw_blocks
from engine.estate.scan.bounded import note_not_drawn
from engine.estate.scan.chunks import LotProgress, finish, load_lot, load_progress, record_chunk, start_over
from engine.estate.scan.fence import Claim
from engine.estate.scan.gathered import Gathered, Outcome
from engine.estate.scan.high_water import keep_to, marked
from engine.estate.scan.lot import Lot, Step, Work
from engine.estate.scan.lots import Terms
from engine.estate.scan.membership import WITHOUT_INDEX, ChunkMembership
from engine.estate.scan.paced import Seats
from engine.estate.scan.progress import Progress
from engine.estate.scan.sampled import Drawing
from engine.estate.stores.store import AssetInfo, ObjectInfo, Reader, Store

AHEAD_BYTES = 16 << 20  # of what was read and waits to be taken


@dataclass(frozen=True, slots=True)
class Bench:
    """What every lot of a scan is read with.

    Attributes:
        gather: chunks that may be recorded as one, see ``Gathered``.
        seats: where this process may read just now, and how fast.
        stop_point: called behind every chunk that was recorded; what it raises ends the work there.
    """

    database: Database
    pack: Pack
    key: HashKey
    membership_key: HashKey
    terms: Terms
    progress: Progress
    budget: Budget
    gather: int
    seats: Seats
    stop_point: Callable[[], None]


class _StartOver(Exception):
    """The object that was under way cannot be read on from where it was left."""


class LotReading:
    """A lot that this process reads: ahead of what is asked for, beginning at once.

    Goes on where an earlier reader stopped. Every method raises ScanTaken when another worker reads the lot now.

    Args:
        stores: by name, that of the lot among them.
    """

    def __init__(self, bench: Bench, stores: dict[str, Store], claim: Claim) -> None:
        self._bench = bench
        self._lot = load_lot(bench.database, claim)
        self._store = stores[self._lot.store]
        self._done = load_progress(bench.database, claim)
        self._gathered = Gathered()
        if self._done.cursor_lost or (self._done.chunks and bench.terms.asked.drawn is not None):
            self._restart()
        self._lot, self._drawing = _drawing(bench, self._store, self._lot)
        self._ahead = self._begin()

    @property
    def lot_id(self) -> LotId:
        """Which lot."""
        return self._lot.claim.lot_id

    @property
    def has_several(self) -> bool:
        """Whether it has several objects, small ones: a large one has a lot of its own, unless all are sampled together."""
        return len(self._lot.objects) > 1

    def read(self) -> None:
        """Read every object to its end; what was gathered is classified and recorded, but for the last of it."""
        try:
            self._read()
        except _StartOver:
            self.close()
            self._restart()
            self._gathered = Gathered()
            self._ahead = self._begin()
            self._read()

    def finish(self) -> None:
        """Record the last of it, and with it that every object of the lot has its one coverage state."""
        self.close()
        _record(self._bench, self._lot, self._gathered, self._done)
        sample = self._drawing.sample if self._drawing is not None else None
        finish(self._bench.database, self._lot, self._bench.terms, sample)

    def close(self) -> None:
        """Stop reading ahead. Again is no error."""
        self._ahead.close()

    def let_go(self) -> None:
        """Stop here. Another one may go on from what was recorded, at once; at the latest when this process ends."""
        self.close()
        with suppress(DependencyFailed), self._bench.database.transaction() as session:
            self._lot.claim.let_go(session)

    def _begin(self) -> ReadAhead[Step]:
        self._lot = _marked(self._bench, self._store, self._lot, self._done)
        steps = _steps(self._bench, self._store, self._lot, self._done.current, self._drawing)
        return ReadAhead(steps if self._drawing is None else self._drawing.steps(steps), _weight, AHEAD_BYTES)

    def _restart(self) -> None:
        self._lot = _restarted(self._bench, self._lot, self._done)

    def _read(self) -> None:
        bench = self._bench
        for work, chunk, outcome in self._ahead:
            if chunk is not None:
                self._gathered.add(work.id, chunk)
            if outcome is not None:
                self._gathered.end(work.id, outcome)
            del chunk  # its distinct values are held now, so it need not be while the next one is awaited
            if self._gathered.is_enough(bench.gather):
                _record(bench, self._lot, self._gathered, self._done)
                self._gathered = Gathered()
                bench.stop_point()


def _weight(step: Step) -> int:
    """Small objects may wait together; of one that comes in several chunks, one chunk does."""
    _, chunk, outcome = step
    if outcome is None:
        return AHEAD_BYTES
    return 0 if chunk is None else chunk.batch.nbytes


def _marked(bench: Bench, store: Store, lot: Lot, done: LotProgress) -> Lot:
    """The lot, kept to the rows above what was read before where it is a table with high water."""

    def look(stack: ExitStack) -> Reader:
        return _opened(store, lot, lot.objects[0], None, stack)[0]

    return marked(bench.database, bench.terms, store, lot, done, look)


def _drawing(bench: Bench, store: Store, lot: Lot) -> tuple[Lot, Drawing | BlockDrawing | None]:
    """How a lot is sampled, where that is asked for, and what is left of it to read."""
    asked = bench.terms.asked
    if asked.drawn is None:
        return lot, None
    blocks = draw_blocks(lot, asked, lambda work: _blocks(store, lot, work))
    if blocks is None:
        return lot, Drawing.of(asked.drawn, lot)
    note_not_drawn(bench.database, lot.claim, [work.id for work in lot.objects if not blocks.reads(work)])
    return replace(lot, objects=[work for work in lot.objects if blocks.reads(work)]), blocks


def _blocks(store: Store, lot: Lot, work: Work) -> int | None:
    """In how many parts an object is stored; None when it is in none, or cannot be opened, which reading it will tell."""
    try:
        with ExitStack() as stack:
            reader, _ = _opened(store, lot, work, None, stack)
            blocks = reader.blocks()
            return None if blocks is None else blocks.count
    except (NotRead, StoreError):
        return None


def _restarted(bench: Bench, lot: Lot, done: LotProgress) -> Lot:
    """The lot from its beginning, whatever version the object now has that was under way."""
    start_over(bench.database, lot)
    current = done.current[0] if done.current is not None else None
    done.reset()
    objects = [replace(work, done=False) for work in lot.objects]
    return replace(
        lot,
        objects=[replace(work, bytes=None, version="") if work.id == current else work for work in objects],
    )


def _record(bench: Bench, lot: Lot, gathered: Gathered, done: LotProgress) -> None:
    """Classify what was gathered, merge it into what is known, and commit both as one chunk."""
    if not gathered.accounts:
        return
    columns = with_documents(gathered.columns(), done.sketches)
    # all sketches of a lot keep samples of one size, also those of fields that first appear in a later chunk
    size = next((sketch.k for sketch in done.sketches.values()), sample_size(len(columns)))
    pack, place = bench.pack, f"{lot.store}/{lot.asset}"
    found = sketch_excluding(columns, pack.matcher, pack.exclusions, place, bench.key, done.sketches, size)
    changed = {path: merge(done.sketches[path], one) if path in done.sketches else one for path, one in found.items()}
    if not done.stored:  # of an earlier reading that this one adds to
        changed = {**done.sketches, **changed}
    whole = bench.terms.asked.drawn is None  # a sample denies nothing
    filtered = whole and lot.kind in WITHOUT_INDEX
    membership = ChunkMembership.of(columns, bench.membership_key) if filtered else None
    outcomes = record_chunk(bench.database, lot, gathered, done, changed, membership)
    bench.progress.advanced(gathered.rows, gathered.bytes)
    names = {work.id: work.name for work in lot.objects}
    for item, outcome in outcomes.items():
        bench.progress.finished(lot.store, lot.asset, names[item], outcome.state, outcome.reason)


def _steps(
    bench: Bench,
    store: Store,
    lot: Lot,
    current: tuple[ObjectId, Cursor] | None,
    drawing: Drawing | BlockDrawing | None,
) -> Iterator[Step]:
    """Everything that is still to be read. This runs ahead, in a thread of its own."""
    for work in lot.objects:
        if work.done:
            continue
        bench.progress.reading(lot.store, lot.asset, work.name)
        start = current[1] if current is not None and current[0] == work.id else None
        last: Chunk | None = None
        begun = False
        try:
            with ExitStack() as stack:
                reader, version = _opened(store, lot, work, start, stack)
                ended = keep_to(reader, lot)
                budget = bench.seats.budget(lot.store, bench.budget)
                chunks = drawing.chunks(work, reader, budget) if drawing else reader.chunks(start, budget)
                for chunk in bench.seats.paced(lot.store, chunks):
                    begun = True
                    last = chunk if chunk.next is None else None
                    if last is None:
                        yield work, chunk, None
                facts = dict(reader.facts)
            yield work, last, replace(ended, version=version, facts=facts)
        except NotRead as exc:
            yield work, last, Outcome("skipped", exc.reason, version=work.version)
        except StoreError as exc:
            if start is not None and not begun and exc.reason == "changed_while_read":
                raise _StartOver from exc
            yield work, last, Outcome("failed", exc.reason, str(exc))


def _opened(store: Store, lot: Lot, work: Work, start: Cursor | None, stack: ExitStack) -> tuple[Reader, str]:
    """The object, with the version that is read: as it is now, where it is not the listed one and nothing was read of it."""
    item = ObjectInfo(work.name, work.bytes, version=work.version)
    asset = AssetInfo(lot.asset, lot.kind, lot.format, (item,))
    try:
        reader = stack.enter_context(store.open(asset, item))
    except StoreError as exc:
        if exc.reason != "changed_while_read" or not item.version:
            raise
        if start is not None:
            raise _StartOver from exc
        reader = stack.enter_context(store.open(asset, replace(item, bytes=None, version="")))
        return reader, ""
    if start is not None and not reader.resumable:
        raise _StartOver
    return reader, item.version

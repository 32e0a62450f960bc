"""Membership filters: bytes a distinct value, false hits, time to build, and their share of scanning a bucket."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.sketches.membership import Membership
from tests.benchmarks.bucket import BUCKET, lake
from tests.benchmarks.measure import in_a_process
from tests.seaweed import SCANNER

HASHES = 1_000_000


def building() -> tuple[float, float, float]:
    """Bytes a hash, share of false hits, and CPU seconds to build a filter of a million hashes."""
    drawn = np.random.default_rng(1).integers(0, 2**64, 2 * HASHES, dtype=np.uint64)
    known, absent = np.sort(drawn[:HASHES]), drawn[HASHES:]
    began = time.process_time()
    built = Membership.of(known)
    seconds = time.process_time() - began
    return len(built.to_bytes()) / HASHES, float(built.may_hold(absent).mean()), seconds


def filtered(url: str) -> dict[str, Any]:
    """One scan of the bucket: what its filters take of memory and of the processor."""
    from sqlalchemy import func, select

    from engine.base.clock import SystemClock
    from engine.base.settings import load_settings
    from engine.base.state.opening import open_state
    from engine.base.state.tables import MembershipRow
    from engine.estate.detectors.pack import load_pack
    from engine.estate.scan import membership
    from engine.estate.scan.run import Scanner
    from engine.estate.stores.declared import DeclaredStore
    from engine.estate.stores.s3 import Access, S3Store

    spent = [0.0]
    build = membership.ChunkMembership.of

    def timed(*arguments: Any) -> Any:
        began = time.thread_time()
        built = build(*arguments)
        spent[0] += time.thread_time() - began
        return built

    membership.ChunkMembership.of = timed  # type: ignore[method-assign, assignment]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "reeve.yaml"
        config.write_text("stores: {}\n")
        settings = load_settings(config)
        database = open_state(settings, SystemClock())
        access = Access(BUCKET, url, "us-east-1", SCANNER.access_key, SCANNER.secret_key)
        stores = [DeclaredStore(S3Store("lake", access))]
        scanner = Scanner(database, stores, frozenset({"lake"}), load_pack(), settings.config_hash)
        began = time.process_time()
        result = scanner.run()
        seconds = time.process_time() - began
        with database.snapshot() as session:
            totals = select(func.sum(MembershipRow.values), func.sum(func.length(MembershipRow.filter)))
            values, size = session.execute(totals).one()
        database.close()
    return {"rows": result.rows, "values": values, "bytes": size, "seconds": seconds, "filters": spent[0]}


def figures(objects: int) -> Iterator[tuple[str, str]]:
    """Rows of the table."""
    size, wrong, seconds = building()
    yield (
        "membership filter of 1,000,000 hashes",
        f"{size:.2f} bytes a hash, {wrong:.2%} false hits, {seconds:.2f} s to build",
    )
    for distinct, name in ((False, "a tenth distinct"), (True, "all distinct")):
        with lake(objects, "never" if distinct else "far") as (url, _):
            found = in_a_process("filtered", url)
        values = found["values"]
        figure = f"{found['bytes'] / values:.2f} bytes a distinct value of a chunk"
        figure += f"; {found['filters'] / values * 1e6:.2f} s for a million values"
        figure += f", {found['filters'] / found['seconds']:.1%} of the scan's CPU"
        yield f"filters of a bucket of {objects:,} objects, {name}", figure


if __name__ == "__main__":
    for what, figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else 400):
        print(f"| {what} | {figure} |", flush=True)

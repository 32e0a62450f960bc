"""The same Parquet files, scanned by one worker and by two: how much faster, and whether the sketches are the same bytes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import undefer

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.state.tables import AssetRow, FieldRow
from engine.base.work.view import find_job, living_workers
from engine.estate.scan.asked import Asked
from engine.estate.scan.work import ask_for_scan
from tests.benchmarks.tables import COLUMNS, rows

FILES = 16
ROWS = 40_000  # of a file
RUNS = 3
LOOK = 0.1


def fill(folder: Path, files: int, *, distinct: bool) -> None:
    """Write the files."""
    folder.mkdir()
    source = rows(files * ROWS, files * ROWS if distinct else files * ROWS // 10)
    for number in range(files):
        table = pa.table(dict(zip(COLUMNS, map(list, zip(*islice(source, ROWS), strict=True)), strict=True)))
        pq.write_table(table, folder / f"part-{number:02}.parquet")


def seconds(database: Database, config: Path, workers: int) -> float:
    """From asking for a full scan to its end, with so many workers that live already."""
    reeve = Path(sys.executable).with_name("reeve")
    processes = [
        subprocess.Popen([reeve, "--config", config, "worker"], stderr=subprocess.DEVNULL) for _ in range(workers)
    ]
    try:
        while True:
            with database.snapshot() as session:
                if len(living_workers(session)) == workers:
                    break
            time.sleep(LOOK)
        time.sleep(5)  # they have loaded all that they need
        with database.transaction() as session:
            job_id = ask_for_scan(session, (), Asked(full=True))
        while True:
            with database.snapshot() as session:
                job = find_job(session, str(job_id))
            if job.ended:
                break
            time.sleep(LOOK)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
    if job.state != "done" or job.started_at is None or job.ended_at is None:
        raise SystemExit(f"the scan ended as {job.state} ({job.failure})")
    return (job.ended_at - job.started_at).total_seconds()


def digest(database: Database) -> str:
    """Of the bytes of all sketches."""
    query = (
        select(AssetRow.name, FieldRow)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .options(undefer(FieldRow.sketch))
        .order_by(AssetRow.name, FieldRow.path)
    )
    found = hashlib.sha256()
    with database.snapshot() as session:
        for asset, row in session.execute(query):
            found.update(f"{asset}.{row.path}\n".encode() + row.sketch)
    return found.hexdigest()


def figures(files: int) -> Iterator[tuple[str, str]]:
    """Rows of the table: the median of pairs of runs, one after the other."""
    for distinct, name in ((False, "a tenth distinct"), (True, "all distinct")):
        with tempfile.TemporaryDirectory(prefix="reeve-bench-") as place:
            folder = Path(place)
            fill(folder / "files", files, distinct=distinct)
            config = folder / "reeve.yaml"
            config.write_text("stores:\n  bench: {kind: files, path: files}\n")
            database = open_state(load_settings(config), SystemClock())
            pairs, sketches = [], set()
            for _ in range(RUNS):
                pair = []
                for workers in (1, 2):
                    pair.append(seconds(database, config, workers))
                    sketches.add(digest(database))
                pairs.append((pair[0] / pair[1], *pair))
            database.close()
        ratio, one, two = sorted(pairs)[RUNS // 2]
        same = "identical sketches" if len(sketches) == 1 else "DIFFERENT SKETCHES"
        what = f"{files} Parquet files of {ROWS:,} rows, {name}"
        yield what, f"{one:.1f} s by one worker, {two:.1f} s by two: {ratio:.2f}x; {same}"


if __name__ == "__main__":
    for what, figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else FILES):
        print(f"| {what} | {figure} |", flush=True)

"""Timing a scan against reading, against Presidio, and watching its memory: each figure in a process of its own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.benchmarks.tables import COLUMNS, rows
from tests.peak import peak

RUNS = 3


def raw_read(path: Path) -> float:
    """Seconds to read all rows of the table with plain ``fetchmany``."""
    began = time.perf_counter()
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute(f"SELECT id, {', '.join(COLUMNS)} FROM people")
        while cursor.fetchmany(10_000):
            pass
    return time.perf_counter() - began


def scan(path: Path) -> dict[str, Any]:
    """One scan of the table from plan to closed books: its seconds, rows and entities, into a state of its own."""
    from engine.base.clock import SystemClock
    from engine.base.settings import load_settings
    from engine.base.state.opening import open_state
    from engine.estate.detectors.pack import load_pack
    from engine.estate.inventory.load import load_inventory
    from engine.estate.scan.run import Scanner
    from engine.estate.stores.opening import declared_stores

    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "reeve.yaml"
        config.write_text(f"stores:\n  bench: {{kind: sql, url: 'sqlite:///{path.absolute()}'}}\n")
        settings = load_settings(config)
        database = open_state(settings, SystemClock())
        stores = declared_stores(settings)
        scanner = Scanner(database, stores, frozenset(settings.stores), load_pack(), settings.config_hash)
        began = time.perf_counter()
        result = scanner.run()
        seconds = time.perf_counter() - began
        with database.snapshot() as session:
            fields = [field for _, _, field in load_inventory(session).fields()]
        database.close()
    return {
        "seconds": seconds,
        "rows": result.rows,
        "status": result.status,
        "entities": {field.path: [one.entity for one in field.entities] for field in fields},
        "peak_mib": peak() / 2**20,
    }


def observed(count: int, distinct: int) -> dict[str, Any]:
    """Rows a second of the columns in memory, from distinct values to sketches: the median of ``RUNS``."""
    import pyarrow as pa

    from classifiers.sketches.distinct import distinct_columns
    from classifiers.sketches.hashing import HashKey
    from classifiers.sketches.observe import sketch_columns
    from engine.estate.detectors.pack import load_pack

    matcher, key = load_pack().matcher, HashKey(bytes(16), 1)
    cells = zip(*rows(count, distinct), strict=True)
    columns = {name: pa.array([str(cell) for cell in column]) for name, column in zip(COLUMNS, cells, strict=True)}
    sketch_columns(distinct_columns({name: column[:100] for name, column in columns.items()}), matcher, key)
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        sketch_columns(distinct_columns(columns), matcher, key)
        seconds.append(time.perf_counter() - began)
    return {"rows_per_second": count / sorted(seconds)[RUNS // 2]}


def in_a_process(what: str, *arguments: str | int) -> dict[str, Any]:
    """Run one of this module's measurements in a fresh process and return what it found."""
    command = [sys.executable, "-m", "tests.benchmarks.measure", what, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def best_pair(path: Path) -> tuple[float, dict[str, Any]]:
    """The median of paired runs: seconds of reading alone, and the scan that ran beside it in the same process."""
    pairs = sorted(
        (in_a_process("pair", str(path)) for _ in range(RUNS)), key=lambda pair: pair["scan"]["seconds"] / pair["read"]
    )
    middle = pairs[len(pairs) // 2]
    return middle["read"], middle["scan"]


def main(what: str, *arguments: str) -> dict[str, Any]:
    """What ``in_a_process`` runs."""
    if what == "pair":
        path = Path(arguments[0])
        raw_read(path)  # the file comes into the page cache
        return {"read": raw_read(path), "scan": scan(path)}
    if what == "scan":
        return scan(Path(arguments[0]))
    if what == "observed":
        return observed(*map(int, arguments))
    if what in ("bare", "scans", "filtered"):
        from tests.benchmarks import bucket, membership

        of_buckets = {"bare": bucket.bare, "scans": bucket.scans, "filtered": membership.filtered}
        return of_buckets[what](arguments[0])
    from tests.benchmarks import presidio

    return {"rows_per_second": presidio.rows_per_second(Path(arguments[0]), int(arguments[1]), what)}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

"""``make bench``: the table of ``docs/benchmarks.md``, every ratio from one run on this machine.

``--long`` adds what takes minutes: 10^7 rows, and a table of 5 GB.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measure import best_pair, in_a_process
from tests.benchmarks.tables import ROWS, grow_table, make_table

PRESIDIO_ROWS = 60
OBSERVED = 40_000  # rows that are in memory at once
PEERS = {
    "all_rules": "all of its rules",
    "default_rules": "its rules on by default for English",
    "names": "as it comes, with its name model",
}


def main() -> None:
    """Measure, and print a Markdown table."""
    with tempfile.TemporaryDirectory(prefix="reeve-bench-") as folder:
        print(f"machine: {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        print("| what | figure |\n|---|---|")
        tables(Path(folder))
        if "--long" in sys.argv:
            long(Path(folder))


def tables(folder: Path) -> None:
    """300,000 rows x 12 columns, against reading them, and against Presidio on a sample."""
    distinct = make_table(folder / "distinct.db", ROWS, ROWS)
    tenth = make_table(folder / "tenth.db", ROWS, ROWS // 10)
    peers = {what: in_a_process(what, str(distinct), PRESIDIO_ROWS)["rows_per_second"] for what in PEERS}
    for what, path in (("a tenth distinct", tenth), ("all distinct", distinct)):
        read, scanned = best_pair(path)
        rate = scanned["rows"] / scanned["seconds"]
        row(f"scan, {what}", f"{rate:,.0f} rows/s; {scanned['seconds'] / read:.1f}x the time of fetchmany alone")
        against = ", ".join(f"{rate / peers[peer]:,.0f}x {name}" for peer, name in PEERS.items())
        row(f"scan, {what}, against Presidio", against)
        row(f"scan, {what}, peak memory", f"{scanned['peak_mib']:.0f} MiB")
    for what, count in (("a tenth distinct", OBSERVED // 10), ("all distinct", OBSERVED)):
        rate = in_a_process("observed", OBSERVED, count)["rows_per_second"]
        row(f"without the read, {what}", f"{rate:,.0f} rows/s")
    for peer, name in PEERS.items():
        row(f"Presidio, {name}", f"{peers[peer]:.0f} rows/s")


def long(folder: Path) -> None:
    """Growth from 10^5 to 10^7 rows, and a table of 5 GB."""
    base = make_table(folder / "base.db", 100_000, 100_000)
    for copies in (1, 10, 100):
        path = grow_table(folder / f"copies{copies}.db", base, copies)
        found = in_a_process("scan", str(path))
        rate = found["rows"] / found["seconds"]
        row(f"scan, {found['rows']:,} rows", f"{rate:,.0f} rows/s, peak {found['peak_mib']:.0f} MiB")
        if copies < 100:
            path.unlink()
    path.unlink()
    large = grow_table(folder / "large.db", base, 190)
    found = in_a_process("scan", str(large))
    size = large.stat().st_size / 1e9
    row(f"scan, {size:.1f} GB, {found['rows']:,} rows", f"peak {found['peak_mib']:.0f} MiB, {found['seconds']:.0f} s")


def row(what: str, figure: str) -> None:
    """One line of the table, at once."""
    print(f"| {what} | {figure} |", flush=True)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()

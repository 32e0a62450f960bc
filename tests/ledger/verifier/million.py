"""How long a million entries take: ``python -m tests.ledger.verifier.million [COUNT]``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from engine.ledger.verifier import verify_reeve_log
from tests.ledger.verifier.making import make_export


def main(count: int) -> None:
    """Make them, verify them, print."""
    with tempfile.TemporaryDirectory() as folder:
        make_export({"2026": count}).write(Path(folder), [])
        size = sum(one.stat().st_size for one in Path(folder).rglob("*") if one.is_file())
        started = time.perf_counter()
        code = verify_reeve_log.main([folder])
        print(f"{count} entries, {size / 1e6:.0f} MB: exit {code}, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

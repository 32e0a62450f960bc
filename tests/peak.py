"""The memory that a process has taken."""

from __future__ import annotations

from pathlib import Path


def peak() -> int:
    """The most memory that this process has held at once, in bytes.

    What started it does not count, unlike in ``getrusage``, whose figure begins with the peak of the parent.
    """
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))

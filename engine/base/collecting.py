"""Keeping Python's collector of cycles out of stretches that make very many small objects and no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Make objects without being interrupted to look for cycles among all that there are.

    Ten thousand keys set off dozens of looks, at a third of all the time. What is let go is freed at once all the same; only
    cycles wait until this is over, so keep it to seconds. The whole process does not look meanwhile; threads may overlap.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

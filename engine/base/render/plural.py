"""How many of something, in words."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """``1 object``, ``2,300 objects``, ``2 batches`` (where ``many`` says so)."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"

"""How many examples a property is tried with."""

from __future__ import annotations

from hypothesis import settings

USUAL = 50  # of the profiles for a developer's run and for CI


def tries(usual: int) -> int:
    """As many as the profile asks for, where ``usual`` are right in a usual run: with ``long`` twenty times as many."""
    return usual * settings.default.max_examples // USUAL if settings.default else usual

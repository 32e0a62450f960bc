"""From the probability that the model works out to the frequency with which it is right."""

from __future__ import annotations

from bisect import bisect_right

POINTS: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))


def calibrated(probability: float) -> float:
    """The frequency: straight lines between ``POINTS``, which ascend in both coordinates."""
    at = min(bisect_right(POINTS, (probability, 2.0)), len(POINTS) - 1)
    (low, first), (high, last) = POINTS[at - 1], POINTS[at]
    return first + (last - first) * (probability - low) / (high - low)

"""From the probability that the model works out to the frequency with which it is right."""

from __future__ import annotations

from bisect import bisect_right

Points = tuple[tuple[float, float], ...]
AS_IT_IS: Points = ((0.0, 0.0), (1.0, 1.0))
"""Leaves probabilities as they are: what the points are fitted with."""

POINTS: Points = ((0.0, 0.0), (1.0, 1.0))


def calibrated(probability: float, points: Points = POINTS) -> float:
    """The frequency: straight lines between points, which ascend in both coordinates from probability 0 to 1."""
    at = min(bisect_right(points, (probability, 2.0)), len(points) - 1)
    (low, first), (high, last) = points[at - 1], points[at]
    return first + (last - first) * (probability - low) / (high - low)

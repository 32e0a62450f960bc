"""From the probability that the model works out to the frequency with which it is right.

The points were fitted on 2026-11-26 to the verdicts on the development columns of ``tests/benchmarks/labelled`` (Faker 40.54 and
python-stdnum 2.2, ten locales and twenty-one countries, and 110 kinds of decoys) by isotonic regression: pooling adjacent
violators (Ayer et al. 1955), groups of at least 20 verdicts, a share taken as (right + 1/2) / (number + 1).
``python -m tests.benchmarks.columns --fit`` prints them anew; a change of the evidence or of the catalogue's scores asks for it.
How far they hold on columns that nothing was fitted to stands in docs/explanation/how-a-verdict-is-made.md.
"""

from __future__ import annotations

from bisect import bisect_right

Points = tuple[tuple[float, float], ...]
AS_IT_IS: Points = ((0.0, 0.0), (1.0, 1.0))
"""Leaves probabilities as they are: what the points are fitted with."""

POINTS: Points = ((0.0, 0.0), (0.683, 0.738), (0.881, 0.929), (0.958, 0.995), (0.99, 0.998), (1.0, 1.0))


def calibrated(probability: float, points: Points = POINTS) -> float:
    """The frequency: straight lines between points, which ascend in both coordinates from probability 0 to 1."""
    at = min(bisect_right(points, (probability, 2.0)), len(points) - 1)
    (low, first), (high, last) = points[at - 1], points[at]
    return first + (last - first) * (probability - low) / (high - low)

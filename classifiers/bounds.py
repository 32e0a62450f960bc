"""What a uniform sample can exclude: exact one-sided bounds at 95 % confidence.

Nothing is approximated by a normal distribution: the binomial bound is that of Clopper and Pearson (Biometrika 26, 1934), and
where the number of all rows is known, rows drawn without replacement get the hypergeometric one (Buonaccorsi, The American
Statistician 41, 1987), which is never looser. Shares are of rows, 0..1. Both hold for rows that were drawn uniformly, and for
each question by itself: of twenty true statements at 95 %, one is expected to be wrong.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

RISK = 0.05  # that a bound does not hold
ROUNDING = 1e-12  # relative; what lies this close to the risk counts as possible
STEPS = 200  # of a bisection, which ends sooner, when no float lies between its ends


def missed_bound(sampled: int, total: int | None = None) -> float:
    """At most this share of the rows holds something that none of the sampled rows showed.

    Args:
        sampled: rows drawn.
        total: rows that they were drawn from, without replacement; None: unknown, or with replacement.

    Raises:
        ValueError: a number is negative.
    """
    _check(sampled, total)
    if total is not None and sampled >= total:
        return 0.0
    if sampled == 0:
        return 1.0
    unlimited = -math.expm1(math.log(RISK) / sampled)
    return unlimited if total is None else min(unlimited, _share(_most_missed(sampled, total, unlimited), total))


def part_bound(showing: int, sampled: int, total: int | None = None) -> float:
    """At most this share of the rows of one kind holds something that none of the sampled rows of that kind showed.

    How many rows are of the kind is not known, such as those with a value in some field. Whatever their number, the sampled ones
    among them were drawn from them uniformly, so this holds for any number of them that came.

    Args:
        showing: rows of the kind among the sampled.
        sampled: rows drawn.
        total: rows of all kinds that they were drawn from, without replacement; None: unknown.

    Raises:
        ValueError: a number is negative, or more rows are of the kind than were sampled.
    """
    _check(sampled, total)
    if not 0 <= showing <= sampled:
        raise ValueError("rows of a kind are counted among the sampled rows")
    if total is not None and sampled >= total:
        return 0.0
    if showing == 0 or total is None:
        return missed_bound(showing)
    most = total - (sampled - showing)  # of the kind
    unseen = round(missed_bound(showing, most) * most)
    return min(missed_bound(showing), _share(unseen, showing + unseen))


def _share(part: int, whole: int) -> float:
    """The quotient, never rounded down: what is at most a share must not be less than it."""
    share = part / whole
    return share if Fraction(share) >= Fraction(part, whole) else math.nextafter(share, 1.0)


def upper_bound(hits: int, sampled: int) -> float:
    """At most this share of the rows holds something that so many of the sampled rows showed.

    The result is good to about 1e-9 of itself for up to a million rows.

    Raises:
        ValueError: a number is negative, or there are more hits than rows.
    """
    _check(sampled, None)
    if not 0 <= hits <= sampled:
        raise ValueError("hits are counted among the sampled rows")
    if hits == sampled:
        return 1.0
    if hits == 0:
        return missed_bound(sampled)
    low, high = hits / sampled, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if _log_tail(hits, sampled, middle) >= math.log(RISK):
            low = middle
        else:
            high = middle
    return high


def rows_needed(prevalence: float, total: int | None = None) -> int:
    """The fewest rows to draw so that ``missed_bound`` is at most this share.

    Args:
        prevalence: the share that may stay unseen.
        total: rows to draw from; None: unknown.

    Raises:
        ValueError: no number of rows is enough: nothing may stay unseen, and the total is unknown.
    """
    _check(0, total)
    if not prevalence > 0:
        if total is None or math.isnan(prevalence):
            raise ValueError("only reading all of a known number of rows leaves nothing unseen")
        return total
    if prevalence >= 1:
        return 0
    most = _rows_unlimited(prevalence)
    if total is None:
        return most
    few, enough = -1, min(most, total)
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if missed_bound(middle, total) <= prevalence else (middle, enough)
    return enough


def _check(sampled: int, total: int | None) -> None:
    if sampled < 0 or (total is not None and total < 0):
        raise ValueError("rows are counted from 0")


def _rows_unlimited(prevalence: float) -> int:
    near = max(1, round(math.log(RISK) / math.log1p(-prevalence)))
    while near > 1 and missed_bound(near - 1) <= prevalence:
        near -= 1
    while missed_bound(near) > prevalence:
        near += 1
    return near


def _most_missed(sampled: int, total: int, unlimited: float) -> int:
    """How many rows may hold it at most, so that no drawn row shows it with a probability of at least the risk.

    The factors of that probability lie between ``1 - k / (total - sampled + 1)`` and ``1 - k / total``, so the answer is known
    to within three rows before anything is summed up.
    """
    low = max(0, math.floor((total - sampled + 1) * unlimited) - 1)
    high = min(total - sampled, math.ceil(total * unlimited)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _log_missed(middle, sampled, total) >= math.log(RISK) - ROUNDING:
            low = middle
        else:
            high = middle
    return low


def _log_missed(holding: int, sampled: int, total: int) -> float:
    """The log of the probability that no row of ``holding`` is drawn: C(total - holding, sampled) / C(total, sampled)."""
    fewer, more = sorted((holding, sampled))
    return float(np.log1p(-more / (total - np.arange(fewer, dtype=np.float64))).sum())


def _log_tail(hits: int, sampled: int, share: float) -> float:
    """The log of the probability of at most so many hits, where ``share`` of the rows holds it and is above hits / sampled.

    Terms fall from ``hits`` down, so the sum is cut where they no longer count.
    """
    log_first = (
        math.lgamma(sampled + 1)
        - math.lgamma(hits + 1)
        - math.lgamma(sampled - hits + 1)
        + hits * math.log(share)
        + (sampled - hits) * math.log1p(-share)
    )
    odds = (1 - share) / share
    term = total = 1.0
    for count in range(hits, 0, -1):
        term *= count / (sampled - count + 1) * odds
        total += term
        if term < total * 1e-18:
            break
    return log_first + math.log(total)

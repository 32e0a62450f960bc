"""How far a pass rate speaks for the real thing and against chance: a ratio of marginal likelihoods.

Two hypotheses, each with an unknown rate ``p`` at which values pass. *Something else*: p is the chance, or a little more (values
of one column are not independent draws), seldom much more (other numbers have check digits as well). *The entity*: nearly all
pass; or, in mixed and dirty columns, any rate above chance. The binomial likelihood is integrated over p under both (Jeffreys
1935; Kass and Raftery 1995). The density of the second divided by that of the first grows with p, so that one more passing value
never speaks against the entity.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

_STEPS = 400
NEAR, MUCH = 0.5, 0.01  # of something else: weight of "a little more" and of "much more" than chance
_NEAR_POWER, _MUCH_POWER = (20.0, 400.0), 6.0  # their densities fall as (1 - x)**power from chance (x = 0) to 1
PURE = 0.85  # of the entity: weight of columns of which nine tenths or more pass


def log_ratio(passed: int, tried: int, chance: float) -> float:
    """Natural logarithm of the ratio: above 0 for the entity, below 0 for something else.

    Args:
        passed: how many distinct values passed.
        tried: of how many.
        chance: 0..1, the rate at which something else passes. At 1 the rate says nothing: 0.
    """
    if not tried or chance >= 1.0:
        return 0.0
    return _ratio(passed, tried, round(chance, 6))


@lru_cache(maxsize=1 << 14)
def _ratio(passed: int, tried: int, chance: float) -> float:
    x = (np.arange(_STEPS) + 0.5) / _STEPS
    rates = chance + (1 - chance) * x
    likelihood = _log_binomial(passed, tried, rates)
    here = float(_log_binomial(passed, tried, np.array([chance]))[0])
    near = min(max(2 / chance, _NEAR_POWER[0]), _NEAR_POWER[1])  # a little more: by about half the chance
    densities = [(1 - x) ** power for power in (near, _MUCH_POWER)]
    densities = [density / density.sum() for density in densities]
    highest = max(here, float(likelihood.max()))
    values = np.exp(likelihood - highest)
    other = (1 - NEAR - MUCH) * np.exp(here - highest)
    other += NEAR * float(values @ densities[0]) + MUCH * float(values @ densities[1])
    pure = np.where(x >= 0.9, 10.0, 0.0) / _STEPS
    entity = PURE * float(values @ pure) + (1 - PURE) * float(values.mean())
    return float(np.log(max(entity, 1e-300)) - np.log(max(other, 1e-300)))


def _log_binomial(passed: int, tried: int, rates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Without the coefficient, which is the same under both hypotheses."""
    rates = np.clip(rates, 1e-12, 1 - 1e-12)
    found: npt.NDArray[np.float64] = passed * np.log(rates) + (tried - passed) * np.log1p(-rates)
    return found

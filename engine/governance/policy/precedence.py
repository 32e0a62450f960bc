"""Which of several claims on one row wins: active hold > statutory minimum > subject's erasure > waiver > maximum retention.

A minimum that is not the law's stands between waiver and maximum: it keeps a row from a sweep, and not from its subject's right.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.governance.policy.facets import Fits


class Claim(StrEnum):
    """Who may have a say, the strongest first."""

    HOLD = "hold"
    STATUTORY_MINIMUM = "statutory_minimum"
    ERASURE = "erasure"
    WAIVER = "waiver"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


KEEPS = frozenset({Claim.HOLD, Claim.STATUTORY_MINIMUM, Claim.WAIVER, Claim.MINIMUM})
ORDER = tuple(Claim)


@dataclass(frozen=True, slots=True)
class Stays:
    """The row stays. ``won``: the claim that keeps it; None when nothing wants it to go."""

    won: Claim | None
    lost: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Goes:
    """The row goes. ``won``: the claim that says so."""

    won: Claim
    lost: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A claim is unknown that would decide: the row stays."""

    of: Claim


RowDecision = Stays | Goes | CannotTell


def weigh(claims: dict[Claim, Fits]) -> RowDecision:
    """What becomes of a row.

    Args:
        claims: whether each is made: a hold covers the row, a minimum is not over, its subject is to be erased, a waiver covers
            it, its maximum is over. What is left out is not made.

    A claim that is unknown, and would win, is never passed over.
    """
    made = {claim: claims.get(claim, Fits.NO) for claim in ORDER}
    wanting = [claim for claim in ORDER if claim not in KEEPS and made[claim] is not Fits.NO]
    for place, claim in enumerate(ORDER):
        fits = made[claim]
        if fits is Fits.NO:
            continue
        lost = tuple(one for one in ORDER[place + 1 :] if made[one] is Fits.YES)
        if fits is Fits.UNKNOWN:
            if claim in KEEPS and not wanting:
                continue  # nothing wants the row to go, so whether it is kept makes no difference
            return CannotTell(claim)
        return Stays(claim, lost) if claim in KEEPS else Goes(claim, lost)
    return Stays(None)

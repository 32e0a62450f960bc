"""Active hold > statutory minimum > subject's erasure > waiver > maximum retention: every pair, and what is unknown."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from engine.governance.policy.facets import Fits
from engine.governance.policy.precedence import KEEPS, ORDER, CannotTell, Claim, Goes, RowDecision, Stays, weigh

YES, NO, UNKNOWN = Fits.YES, Fits.NO, Fits.UNKNOWN


def test_the_order_is_that_of_the_design() -> None:
    assert [one.value for one in ORDER if one is not Claim.MINIMUM] == [
        "hold",
        "statutory_minimum",
        "erasure",
        "waiver",
        "maximum",
    ]


@pytest.mark.parametrize(("stronger", "weaker"), list(combinations(ORDER, 2)))
def test_of_two_claims_the_stronger_wins(stronger: Claim, weaker: Claim) -> None:
    found = weigh({stronger: YES, weaker: YES})
    assert found == (Stays(stronger, (weaker,)) if stronger in KEEPS else Goes(stronger, (weaker,)))


@pytest.mark.parametrize(
    ("claims", "decision"),
    [
        ({}, Stays(None)),
        ({Claim.MAXIMUM: YES}, Goes(Claim.MAXIMUM)),
        ({Claim.HOLD: UNKNOWN, Claim.MAXIMUM: YES}, CannotTell(Claim.HOLD)),
        ({Claim.MINIMUM: UNKNOWN, Claim.MAXIMUM: YES}, CannotTell(Claim.MINIMUM)),
        ({Claim.MINIMUM: UNKNOWN, Claim.ERASURE: YES}, Goes(Claim.ERASURE)),
        ({Claim.WAIVER: YES, Claim.ERASURE: YES, Claim.MAXIMUM: YES}, Goes(Claim.ERASURE, (Claim.WAIVER, Claim.MAXIMUM))),
        ({Claim.MAXIMUM: UNKNOWN}, CannotTell(Claim.MAXIMUM)),
        ({Claim.HOLD: UNKNOWN}, Stays(None)),
        ({Claim.HOLD: YES, Claim.MAXIMUM: UNKNOWN}, Stays(Claim.HOLD)),
    ],
)  # fmt: skip
def test_cases(claims: dict[Claim, Fits], decision: RowDecision) -> None:
    assert weigh(claims) == decision


def test_a_row_goes_only_if_it_goes_whatever_the_unknown_turns_out_to_be() -> None:
    """All 729 combinations, against all of the worlds that each may be."""
    for told in product(Fits, repeat=len(ORDER)):
        claims = dict(zip(ORDER, told, strict=True))
        worlds = [
            weigh(dict(zip(ORDER, world, strict=True)))
            for world in product(*([YES, NO] if one is UNKNOWN else [one] for one in told))
        ]
        found = weigh(claims)
        if isinstance(found, Goes):
            assert all(isinstance(one, Goes) for one in worlds)
        if isinstance(found, Stays):
            assert all(isinstance(one, Stays) for one in worlds)

"""Each stable word of plans has a sentence for people, and a word of a later version is no fault."""

from __future__ import annotations

from engine.governance.change.applying import POLICY_CHANGED
from engine.governance.change.approving import Why
from engine.governance.change.effect import Reason
from engine.governance.change.ending import CANCEL, EXPIRED
from engine.governance.change.words import LEFT, PLAN, left_in_words, plan_in_words
from retention.still_asked import DECISION_CHANGED

BEYOND = {"rows", "share", "share_unknown"}
"""What ``Header.beyond`` says."""


def test_each_word_has_a_sentence() -> None:
    assert set(LEFT) == {one.value for one in Reason}
    assert set(PLAN) == {*Why, *BEYOND, POLICY_CHANGED, DECISION_CHANGED, CANCEL, EXPIRED, "interrupted"}


def test_a_word_of_another_version_stands_for_itself() -> None:
    assert (left_in_words("not_seen"), plan_in_words("not_seen")) == ("not seen", "not seen")

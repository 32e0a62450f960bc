"""What the stable words of plans mean, in sentences for people: why rows stay, and why a plan does not go on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LEFT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gone": "not there any more",
        "not_due": "not over its maximum (any more)",
        "not_started": "what its time is counted from has not happened",
        "held": "a legal hold covers it",
        "statutory_minimum": "a minimum is not over",
        "unknown": "something that decides could not be read or compared",
        "closure_grew": "a row that the plan does not name refers to it",
        "referenced": "a row of a table that the rule does not speak of refers to it",
        "waived": "a waiver covers it",
        "stopped": "the plan was given up before: not done",
    }
)
"""By :class:`~engine.governance.change.effect.Reason`: why a row is not in a plan, or was left out of it."""
PLAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rows": "it is more rows than its limit allows",
        "share": "it is more of a table than its limit allows",
        "share_unknown": "it cannot be told whether it is more of a table than its limit allows",
        "policy_changed": "the policies are not those that it follows from",
        "decision_changed": "policies, verdicts or waivers do not ask for it any more",
        "interrupted": "it was not made to its end",
        "cancel": "it was cancelled",
        "expired": "its time is over",
        "not_approved": "nobody has approved it",
        "approval_over": "its approval counts no more",
        "own_plan": "only who made it has signed",
        "beyond_standing": "it does more than the standing approval allows",
        "other_store": "the standing approval does not name its store",
        "shrunk": "more rows were left out than its limit allows",
        "integrity": "something of it was not as it should be",
    }
)
"""Why a plan was refused, waits, stands still or was given up."""


def left_in_words(reason: str) -> str:
    """Why a row stays. Of a word that this version does not know: the word."""
    return LEFT.get(reason, _spaced(reason))


def plan_in_words(reason: str) -> str:
    """Why a plan does not go on. Of a word that this version does not know: the word."""
    return PLAN.get(reason, _spaced(reason))


def _spaced(word: str) -> str:
    return word.replace("_", " ")

"""Readiness: what our own records show of each criterion at a date, and what is to be done where they do not. Pure.

It is management's own view of where it stands before an audit. Whether a criterion is met is an auditor's opinion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.evidence.criteria import CATEGORIES, Criterion, CriterionClass, criteria
from engine.evidence.view import ItemView, RunView


class Readiness(StrEnum):
    """Where a criterion stands, from the worst to the best."""

    DEVIATES = "deviates"
    """A control that carries it has deviated."""
    UNCOVERED = "uncovered"
    """Our own records could carry it, and no control does yet."""
    NOT_SHOWN = "not_shown"
    """Controls carry it, and some could not be tested, were tested too long ago, or none of them had anything to do."""
    PEOPLE = "people"
    """It needs documents, or populations from other systems; ours can only add to it."""
    SHOWN = "shown"
    """Of the controls that carry it at least one was effective, and the others were, or had nothing to do."""


READINESS_WORDS: Final[dict[Readiness, str]] = {
    Readiness.DEVIATES: "deviations found",
    Readiness.UNCOVERED: "no control yet",
    Readiness.NOT_SHOWN: "not shown yet",
    Readiness.PEOPLE: "from people and other systems",
    Readiness.SHOWN: "shown by our records",
}
CONCLUSION_WORDS: Final[dict[str, str]] = {
    "effective": "effective",
    "deviations": "deviations found",
    "not_tested": "not tested",
    "no_occurrence": "did not occur",
    "expired": "tested too long ago",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One criterion at a date.

    Attributes:
        carried: items of controls that carry it; supported: of those that only add to it.
        todo: what to do, a sentence or more each; empty where nothing is.
    """

    criterion: Criterion
    readiness: Readiness
    carried: tuple[ItemView, ...]
    supported: tuple[ItemView, ...]
    todo: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        """Whether something is to be done that our own records could carry."""
        return self.readiness in (Readiness.DEVIATES, Readiness.UNCOVERED, Readiness.NOT_SHOWN)


def standings(run: RunView, at: datetime) -> list[Standing]:
    """All 61, in order.

    Args:
        run: the evidence.
        at: the date; evidence that has expired by then shows nothing.
    """
    return [_standing(one, run.items, at) for one in criteria()]


def standing_word(item: ItemView, at: datetime) -> str:
    """A key of CONCLUSION_WORDS for an item at a date. Deviations stay what they are, however old."""
    return "expired" if item.expires_at <= at and item.conclusion != "deviations" else item.conclusion


def _standing(criterion: Criterion, items: Sequence[ItemView], at: datetime) -> Standing:
    carried = tuple(one for one in items if criterion.id in one.about["criteria"])
    supported = tuple(one for one in items if criterion.id in one.about["supports"])
    readiness = _readiness(criterion, [standing_word(one, at) for one in carried])
    return Standing(criterion, readiness, carried, supported, _todo(criterion, readiness, carried, at))


def _readiness(criterion: Criterion, words: Sequence[str]) -> Readiness:
    if criterion.cls is not CriterionClass.AUTO:
        return Readiness.PEOPLE
    if not words:
        return Readiness.UNCOVERED
    if "deviations" in words:
        return Readiness.DEVIATES
    found = set(words)
    return Readiness.SHOWN if "effective" in found <= {"effective", "no_occurrence"} else Readiness.NOT_SHOWN


def _todo(criterion: Criterion, readiness: Readiness, carried: Sequence[ItemView], at: datetime) -> tuple[str, ...]:
    match readiness:
        case Readiness.SHOWN:
            return ()
        case Readiness.UNCOVERED:
            return (f"This version has no control for it. Until one has, collect by hand: {criterion.input}.",)
        case Readiness.PEOPLE:
            return (f"Bring {criterion.input}.",)
        case Readiness.DEVIATES:
            wanted = {"deviations"}
        case Readiness.NOT_SHOWN:
            wanted = {"not_tested", "no_occurrence", "expired"}
    return _together([(one.control, advice(one, at)) for one in carried if standing_word(one, at) in wanted])


def _together(told: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A sentence for each advice, with the controls that it is for."""
    controls: dict[str, list[str]] = {}
    for control, sentence in told:
        controls.setdefault(sentence, []).append(control)
    return tuple(f"{', '.join(some)}: {sentence}" for sentence, some in controls.items())


def advice(item: ItemView, at: datetime) -> str:
    """What to do about an item that is not effective."""
    match standing_word(item, at):
        case "deviations" | "not_tested":
            return str(item.about["todo"])
        case "expired":
            return "Collect evidence anew: `reeve evidence run`."
        case "no_occurrence":
            return "Nothing to do: show an auditor the empty population, and test again when it has occurred."
        case _:
            return ""


def by_category(found: Sequence[Standing]) -> dict[str, dict[Readiness, int]]:
    """Criteria of each group by where they stand, in order."""
    counts: dict[str, dict[Readiness, int]] = {name: dict.fromkeys(Readiness, 0) for name in CATEGORIES}
    for one in found:
        counts[one.criterion.category][one.readiness] += 1
    return counts


def totals(found: Sequence[Standing]) -> Mapping[Readiness, int]:
    """All criteria by where they stand."""
    return {word: sum(one.readiness is word for one in found) for word in Readiness}

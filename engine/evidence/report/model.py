"""What a Type I report says: pure functions of a run of evidence and a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.base.state.canonical import JsonValue
from engine.evidence.criteria import CriterionClass
from engine.evidence.readiness import Readiness, Standing, advice, standing_word, standings, totals
from engine.evidence.view import ItemView, RunView

LIMITS: Final = (
    (
        "This is management's own account of its controls over the data stores in scope. It is not an audit, not an auditor's "
        "opinion and not legal advice."
    ),
    (
        "It tells of the design of controls at a date, and of what tests of our own records came to. A Type I report by an "
        "auditor rests on the auditor's own work; a Type II report needs a period of several months."
    ),
    "Titles of criteria are in our own words. The official text is the AICPA's; read it beside this report.",
    (
        "What is enough for a criterion (AUTO, IMPORT, ATTEST) is an engineering judgement about data stores. An auditor may ask "
        "for more."
    ),
    (
        "A criterion is called shown when at least one control of this library that carries it was effective in the records that "
        "were tested, and all others were, or had nothing to do. That it has a control does not mean that it needs no other."
    ),
    "Unknown is never effective: what could not be tested, did not occur, or was tested too long ago is told as such.",
)
ORDER: Final = (Readiness.DEVIATES, Readiness.UNCOVERED, Readiness.NOT_SHOWN)
"""Of gaps: the worst first."""


@dataclass(frozen=True, slots=True)
class Found:
    """One deviation that a test found.

    Attributes:
        control: the item that found it.
        what, subject, at: as in Deviation.
        cited: places in the ledger and hashes of the events that show it.
    """

    control: ItemView
    what: str
    subject: str
    at: str
    cited: tuple[Mapping[str, JsonValue], ...]


@dataclass(frozen=True, slots=True)
class TypeOne:
    """A Type I report.

    Attributes:
        at: the date that it tells of.
        made_at: when it was made.
        run: the evidence.
        standings: all criteria, in order.
    """

    at: datetime
    made_at: datetime
    run: RunView
    standings: Sequence[Standing]

    @property
    def gaps(self) -> list[Standing]:
        """Criteria where something is to be done that our own records could carry, the worst first."""
        return [one for word in ORDER for one in self.standings if one.readiness is word]

    @property
    def people(self) -> list[Standing]:
        """Criteria that need documents or other systems: IMPORT first, then ATTEST."""
        wanted = (CriterionClass.IMPORT, CriterionClass.ATTEST)
        return [one for cls in wanted for one in self.standings if one.criterion.cls is cls]

    @property
    def exceptions(self) -> list[Found]:
        """Every deviation that the items list."""
        return [
            Found(item, str(one["what"]), str(one["subject"]), str(one["at"] or ""), tuple(one["cited"]))
            for item in self.run.items
            for one in item.result["deviations"]
        ]

    @property
    def unlisted_exceptions(self) -> int:
        """Deviations beyond those that the items list."""
        return sum(one.deviations for one in self.run.items) - len(self.exceptions)

    @property
    def totals(self) -> Mapping[Readiness, int]:
        """Criteria by where they stand."""
        return totals(self.standings)

    @property
    def conclusions(self) -> Mapping[str, int]:
        """Controls by what their tests came to."""
        words = ("effective", "deviations", "not_tested", "no_occurrence")
        return {word: sum(one.conclusion == word for one in self.run.items) for word in words}

    def word(self, item: ItemView) -> str:
        """What an item says at the report's date."""
        return standing_word(item, self.at)

    def advice(self, item: ItemView) -> str:
        """What to do about an item."""
        return advice(item, self.at)


def type_one(run: RunView, at: datetime, made_at: datetime) -> TypeOne:
    """The report of a run at a date."""
    return TypeOne(at, made_at, run, standings(run, at))

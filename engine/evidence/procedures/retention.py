"""Retention: rows over their maximum are looked for, and go in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

LOOKED, ENDED = "plan.looked", "plan.ended"


def overdue_goes(facts: Facts, control: Control) -> Conclusion:
    """Rows that were found over their maximum had all gone ``within_hours`` of when such were first found.

    That they had gone is known by the next look that counts anew, or by a plan that ended with every planned row dealt with.
    """
    within = control.hours("within_hours")
    ended = {one.refs.get("plan"): one for one in facts.history([ENDED]) if one.word("outcome") == "done"}
    found, checked = [], 0
    for looks in _series(facts).values():
        for spell, after in _spells(looks):
            gone = _gone_at(spell, after, ended)
            until = facts.period.end if gone is None else min(gone, facts.period.end)
            if until < facts.period.begin:
                continue
            checked += 1
            since = spell[0].instant("since") or spell[0].at
            if until - since > within:
                what = f"{int(spell[-1].number('overdue')):,} rows were over their maximum for too long."
                cited = (spell[0].cited,) if len(spell) == 1 else (spell[0].cited, spell[-1].cited)
                found.append(Deviation(what, at=since, cited=cited))
    return concluded(found, checked, "No row was found over its maximum in the period.")


def looked_often_enough(facts: Facts, control: Control) -> Conclusion:
    """Between two looks at an asset by a rule, and until the end of the period, no longer than ``every_hours`` pass.

    A look that nobody could make is none. Once others are looked by under other policies than those of the last look, its rule
    may be there no more: from then on nothing is said of it.
    """
    every = control.hours("every_hours")
    series = _series(facts)
    found: list[Deviation] = []
    policies = sorted((one.at, one.word("policies")) for looks in series.values() for one in looks)
    checked = 0
    for looks in series.values():
        made = [one for one in looks if one.attributes.get("looked")] or looks[:1]
        last = looks[-1]
        changed = (at for at, told in policies if at > last.at and told != last.word("policies"))
        end = next(changed, facts.period.end)
        if end < facts.period.begin:
            continue
        checked += 1
        found += _late(made, facts.period.begin, end, every)
    return concluded(found, checked, "Nobody has looked for rows over their maximum yet.")


def _late(made: Sequence[Record], begin: datetime, end: datetime, every: timedelta) -> Iterator[Deviation]:
    times = [*(one.at for one in made[1:]), end]
    for one, until in zip(made, times, strict=True):
        if until >= begin and until - one.at > every:
            what = "For too long nobody looked for rows over a maximum, or could."
            yield Deviation(what, at=one.at, cited=(one.cited,))


def _series(facts: Facts) -> dict[str | None, list[Record]]:
    """The looks at each asset by each rule, in order."""
    found: dict[str | None, list[Record]] = {}
    for one in facts.history([LOOKED]):
        found.setdefault(one.refs.get("look"), []).append(one)
    return found


def _spells(looks: Sequence[Record]) -> Iterator[tuple[list[Record], Record | None]]:
    """Looks in a row that found rows over the maximum, not all gone between them; with the look that ended it, if any did."""
    spell: list[Record] = []
    for one in looks:
        if not one.attributes.get("looked"):
            continue
        if spell and one.instant("since") != spell[0].instant("since"):
            yield spell, one
            spell = []
        if one.instant("since") is not None:
            spell.append(one)
    if spell:
        yield spell, None


def _gone_at(spell: Sequence[Record], after: Record | None, ended: dict[str | None, Record]) -> datetime | None:
    """When it was known that all had gone; None: it never was."""
    plan = spell[-1].refs.get("plan")
    done = ended.get(plan) if plan is not None else None
    times = [one.at for one in (after, done) if one is not None]
    return min(times, default=None)


PROCEDURES = (
    Procedure("overdue_goes", overdue_goes, {"within_hours": float}),
    Procedure("looked_often_enough", looked_often_enough, {"every_hours": float}),
)

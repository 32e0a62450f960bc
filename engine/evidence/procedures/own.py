"""Our own records: whole, made by registered actors, about a known configuration, with hashes, and free of personal data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import select

from classifiers.texts import find
from engine.base.state.tables import OutboxRow
from engine.estate.detectors.pack import Pack, load_pack
from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.population import Population, captured
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record, Tally, in_period, record_of

REGISTERED, LOADED = "actor.registered", "configuration.loaded"
EXPORTS = ("inventory.exported", "evidence.report_made")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DULL = re.compile(r"(?:[0-9a-f]{16,64}|\d{4}-\d\d-\d\dT[\d:.]+Z|[a-z]+(?:[_./-][a-z]+)*|)")
"""Hashes, instants and plain words of our own: nothing that a detector could be right about."""
_MOST_TEXTS = 200_000  # distinct ones that are kept at once
_SURE = 0.8  # findings below that are guesses on single words


@dataclass
class Sweep:
    """What one pass over all events of the period gives to all tests that look at everything.

    Attributes:
        altered: events whose bytes were changed; the first ones of them, and how many.
        actors: the first event of each actor; last: the last one.
        texts: that stand in clear and are no hash, instant or plain word, each with an event that holds it; ``clear``: how many
            texts stand in clear in all.
    """

    population: Population
    altered: list[Deviation] = field(default_factory=list)
    actors: dict[str, Record] = field(default_factory=dict)
    last: dict[str, Record] = field(default_factory=dict)
    texts: dict[str, Record] = field(default_factory=dict)
    clear: int = 0

    def look(self, one: Record) -> None:
        """Take note of an event."""
        self.actors.setdefault(one.actor, one)
        self.last[one.actor] = one
        for text in _texts(one.attributes):
            self.clear += 1
            if not _DULL.fullmatch(text) and len(self.texts) < _MOST_TEXTS:
                self.texts.setdefault(text, one)


def swept(facts: Facts) -> Sweep:
    """The pass over everything, made once for all tests of a run."""
    return facts.kept("sweep", lambda: _sweep(facts))


def _sweep(facts: Facts) -> Sweep:
    query = select(OutboxRow.type).where(*in_period(facts.period)).distinct()
    types = sorted(facts.session.scalars(query))
    tally, found = Tally(), Sweep(captured("", ()))
    for row in facts.rows(types):
        if tally.add(row):
            found.look(record_of(row))
        else:
            found.altered.append(
                Deviation(f"An event {row.type} was changed after it was recorded.", at=row.occurred_at)
            )
    found.population = tally.population(types, facts.missing_places)
    return found


def everything(facts: Facts, _control: Control) -> Population:
    """All events of the period, whatever the control names."""
    return swept(facts).population


def intact(facts: Facts, _control: Control) -> Conclusion:
    """The bytes of each event are those that were recorded, and no place of the ledger in the period is without its event."""
    sweep = swept(facts)
    found = list(sweep.altered)
    if facts.missing_places:
        found.append(Deviation(f"Places of the ledger that have no event any more: {facts.missing_places:,}."))
    return concluded(found, sweep.population.count, "Nothing was recorded in the period.")


def actors_registered(facts: Facts, _control: Control) -> Conclusion:
    """Each actor of the period was registered before it first acted; registering itself counts as the first deed."""
    known = {one.refs.get("actor"): one for one in facts.history([REGISTERED])}
    found, acted = [], swept(facts).actors
    for actor, one in acted.items():
        registered = known.get(actor)
        if registered is None:
            found.append(Deviation("Somebody acted who was never registered.", at=one.at, cited=(one.cited,)))
        elif registered.at > one.at:
            cited = (one.cited, registered.cited)
            found.append(Deviation("Somebody acted before being registered.", at=one.at, cited=cited))
    return concluded(found, len(acted), "Nobody acted in the period.")


def configurations_known(facts: Facts, _control: Control) -> Conclusion:
    """Each scan ran under a configuration that had been recorded before."""
    since: dict[str, Record] = {}
    for one in facts.history([LOADED]):
        since.setdefault(one.word("config_hash"), one)
    found, checked = [], 0
    for one in facts.records(["scan.started"]):
        checked += 1
        loaded = since.get(one.word("config_hash"))
        if loaded is None or loaded.at > one.at:
            what = "A scan ran under a configuration that was not on record."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    changes = sum(1 for _ in facts.records([LOADED]))
    notes = (f"Configurations that were loaded for the first time in the period: {changes:,}.",)
    return concluded(found, checked + changes, "No configuration was loaded and no scan ran.", notes if changes else ())


def exports_hashed(facts: Facts, control: Control) -> Conclusion:
    """Each file that was handed out is on record with the hash of its bytes."""
    found, checked = [], 0
    for one in facts.records(control.events):
        checked += 1
        if not _SHA256.fullmatch(one.word("sha256")):
            found.append(Deviation("A file was handed out without its hash.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "Nothing was handed out in the period.")


def no_personal_data(facts: Facts, control: Control) -> Conclusion:
    """A sample of the texts that stand in our events in clear holds nothing that our own detectors are sure of.

    Parameter: ``texts``, how many distinct ones. They are drawn by the hash of each: the same records give the same sample, and
    nobody who writes an event can tell beforehand whether it is in it.
    """
    wanted, sweep = int(float(control.parameters["texts"])), swept(facts)
    drawn = sorted(sweep.texts, key=lambda text: hashlib.sha256(text.encode()).digest())[:wanted]
    found = []
    for text, findings in zip(drawn, find(_pack().matcher, drawn, threshold=_SURE) if drawn else (), strict=True):
        for finding in findings[:1]:
            one = sweep.texts[text]
            what = f"An event {one.type} holds what looks like {finding.entity}."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    note = (
        f"{sweep.clear:,} texts stand in clear. {len(sweep.texts):,} distinct ones are neither hashes nor instants nor plain "
        f"words; {len(drawn):,} of these were classified."
    )
    return concluded(found, sweep.clear, "No text stands in clear in the period.", [note])


@cache
def _pack() -> Pack:
    """The built-in detectors; loaded when they are first needed, as that takes a second."""
    return load_pack()


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)


PROCEDURES = (
    Procedure("records_intact", intact, population=everything),
    Procedure("actors_registered", actors_registered, population=everything),
    Procedure("configurations_known", configurations_known),
    Procedure("exports_hashed", exports_hashed),
    Procedure("no_personal_data", no_personal_data, {"texts": float}, everything),
)

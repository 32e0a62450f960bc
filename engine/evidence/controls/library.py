"""The library that ships with us, read strictly: an unknown key, test, parameter or criterion is an error with file and line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from engine.base.settings.yaml import Source
from engine.estate.detectors.entry import Entry
from engine.evidence.controls.control import Control, EvidenceType, Owner, Parameter
from engine.evidence.criteria import criteria
from engine.evidence.data import closed, number, shipped
from engine.evidence.frequency import Frequency
from engine.evidence.procedures import PROCEDURES
from engine.evidence.procedures.procedure import Procedure

PACKAGE = "engine.evidence.controls"
FAMILIES = (
    "scans",
    "inventory",
    "work",
    "records",
    "access",
    "keys",
    "policies",
    "holds",
    "retention",
    "disposal",
    "ledger",
    "evidence",
)
"""One file each, in the order of reports."""
_ID = re.compile(r"[A-Z]{2,4}-[0-9]{2}")
_EVENT = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
_KEYS = ("id", "title", "objective", "criteria", "supports", "owner", "frequency", "test", "parameters", "events")
KEYS = (*_KEYS, "evidence", "todo")


@cache
def library() -> tuple[Control, ...]:
    """All controls that ship with us.

    Raises:
        ConfigError: a file is wrong, or two controls have the same id.
    """
    found: dict[str, Control] = {}
    for family in FAMILIES:
        source = shipped(PACKAGE, f"{family}.yaml")
        for where, control in enumerate(read_family(source, family)):
            if control.id in found:
                raise source.error(("controls", where, "id"), "another control has this id already")
            found[control.id] = control
    return tuple(found.values())


@cache
def library_hash() -> str:
    """SHA-256 (hexadecimal) over the files of the library: which controls and parameters a run tested by."""
    made = hashlib.sha256()
    for family in FAMILIES:
        made.update((files(PACKAGE) / f"{family}.yaml").read_bytes())
    return made.hexdigest()


def read_family(source: Source, family: str) -> Iterator[Control]:
    """The controls of one file.

    Raises:
        ConfigError: whatever is wrong with it.
    """
    top = Entry(source, (), ("controls",), "a family of controls")
    listed = top.tree.get("controls")
    if not isinstance(listed, list) or not listed:
        raise top.error("controls", "a list of controls belongs here")
    for place in range(len(listed)):
        yield _control(Entry(source, ("controls", place), KEYS, "a control"), family)


def _control(entry: Entry, family: str) -> Control:
    name = entry.text("id")
    if not _ID.fullmatch(name):
        raise entry.error("id", "this is not the id of a control", hint="such as SCAN-01")
    evidence = closed(entry, "evidence", EvidenceType)
    events = tuple(entry.texts("events"))
    if not all(map(_EVENT.fullmatch, events)):
        raise entry.error("events", "types of events belong here", hint="such as scan.completed")
    if (evidence is EvidenceType.STATE) == bool(events):
        raise entry.error("evidence", "`state` has no events, and the others have some")
    procedure = _procedure(entry)
    return Control(
        id=name,
        family=family,
        title=entry.text("title"),
        objective=entry.text("objective"),
        criteria=_known_criteria(entry, "criteria"),
        supports=_known_criteria(entry, "supports"),
        owner=closed(entry, "owner", Owner),
        frequency=closed(entry, "frequency", Frequency),
        test=procedure.name,
        parameters=_parameters(entry, procedure),
        events=events,
        evidence=evidence,
        todo=entry.text("todo"),
    )


def _known_criteria(entry: Entry, key: str) -> tuple[str, ...]:
    known = {one.id for one in criteria()}
    found = tuple(entry.texts(key))
    for one in found:
        if one not in known:
            raise entry.error(key, "there is no such criterion", hint="`reeve evidence criteria` lists them")
    return found


def _procedure(entry: Entry) -> Procedure:
    found = PROCEDURES.get(entry.text("test"))
    if found is None:
        raise entry.error("test", "there is no such test", hint=f"one of {', '.join(sorted(PROCEDURES))}")
    return found


def _parameters(entry: Entry, procedure: Procedure) -> Mapping[str, Parameter]:
    if entry.tree.get("parameters") is None:
        if procedure.parameters:
            raise entry.error("parameters", f"the test needs {', '.join(procedure.parameters)}")
        return MappingProxyType({})
    inner = Entry(entry.source, (*entry.where, "parameters"), (), "a test")
    inner.known(inner.tree, inner.where, tuple(procedure.parameters))
    read = {
        name: number(inner, name) if kind is float else inner.text(name) for name, kind in procedure.parameters.items()
    }
    return MappingProxyType(read)

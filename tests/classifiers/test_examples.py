"""Every detector's examples and near misses where users meet them: in a sentence, and as a column."""

from __future__ import annotations

from itertools import cycle, islice

import pyarrow as pa
import pytest

from classifiers.catalogue import catalogue
from classifiers.columns.verdicts import Judge, Verdict
from classifiers.detector import DetectorKey, Finding
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.texts import find
from tests.classifiers.pack import Examples, examples, matches, whole_matcher

CATALOGUE = catalogue()
DETECTORS = {detector.key: detector for detector in CATALOGUE}
MATCHER = whole_matcher()
JUDGE = Judge(CATALOGUE)
KEY = HashKey(bytes(range(16)), 1)
VALUES = [one for one in examples() if one.kind == "value"]
IN_TEXT = [one for one in VALUES if DETECTORS[one.detector].patterns and one.sentence]


def _named(one: Examples) -> str:
    return one.detector


def _found(one: Examples, value: str) -> list[tuple[Finding, str]]:
    text = one.sentence.replace("{}", value)
    return [(finding, text[finding.start : finding.end]) for finding in find(MATCHER, [text])[0]]


def _key(finding: Finding) -> str:
    return f"{finding.entity}/{finding.subtype}" if finding.subtype else finding.entity


@pytest.mark.parametrize("one", IN_TEXT, ids=_named)
def test_in_a_sentence(one: Examples) -> None:
    by_pattern = [value for value in one.yes if matches(DETECTORS[one.detector], value)]
    missed = [value for value in by_pattern if not any(_key(found) == one.detector for found, _ in _found(one, value))]
    taken = [value for value in one.no if any(_key(found) == one.detector for found, _ in _found(one, value))]
    assert (missed, taken) == ([], [])


def _verdict(name: str, values: tuple[str, ...]) -> Verdict:
    column = pa.array(list(islice(cycle(values), 40)))
    return JUDGE.asset("records", observe({name: column}, MATCHER, KEY))[name]


def _entities(verdict: Verdict) -> set[DetectorKey]:
    return {found.detector for found in verdict.entities}


@pytest.mark.parametrize("one", VALUES, ids=_named)
def test_as_a_column(one: Examples) -> None:
    named = (DETECTORS[one.detector].columns or ("value",))[0].replace(" ", "_")
    assert one.detector in _entities(_verdict(named, one.yes))
    assert one.detector not in _entities(_verdict("value", one.no))

"""Each detector finds its examples and not its near misses; each form finds at least what its rule does."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from functools import cache

import pytest

from classifiers.catalogue import catalogue
from classifiers.detector import Detector, Pattern, digits
from classifiers.field_names import FieldNames, NameSays
from classifiers.identity import pack_hash
from classifiers.matching.exact import SEPARATOR
from classifiers.matching.pivots import pivot_of
from classifiers.sketches.shape import shape
from tests.classifiers.pack import Examples, Sampler, examples, matches, patterns, redrawn, scanner, whole_matcher
from tests.properties import tries

DETECTORS_IN_ORDER = catalogue()
DETECTORS = {detector.key: detector for detector in catalogue()}
VALUES = [one for one in examples() if one.kind == "value"]
COLUMNS = [one for one in examples() if one.kind == "column"]
PATTERNS = patterns()

VERSION_LIKE = "its chance is measured on version numbers, below"
PUNCTUATION = "its structure is in punctuation and literals, which redrawing keeps"
CHANCE_ELSEWHERE = {
    "EMAIL_ADDRESS": PUNCTUATION,
    "SECRET/CONNECTION_STRING": PUNCTUATION,
    "SECRET/PASSWORD_HASH": PUNCTUATION,
    "LOCATION/WHAT3WORDS": PUNCTUATION,
    "IP_ADDRESS": VERSION_LIKE,
    "US_SSN": "its grouping is what tells: the check alone passes nine in ten",
}
BEFORE = ["", " ", "\n", "see ", "é ", "(", '"', "x=", "naïve: ", "王", ", "]
AFTER = ["", " ", "\n", ".", ", and so on", ")", '"', ";", " é", "\x00"]
MEASURED = [one for one in VALUES if DETECTORS[one.detector].patterns and one.detector not in CHANCE_ELSEWHERE]


def _named(one: Examples) -> str:
    return one.detector


@cache
def _names() -> FieldNames:
    return FieldNames(catalogue())


def test_every_detector_has_examples_and_near_misses() -> None:
    assert {one.detector for one in VALUES} == set(DETECTORS)
    assert {one.detector for one in COLUMNS} == {key for key, one in DETECTORS.items() if one.columns}
    assert [one.detector for one in examples() if min(len(one.yes), len(one.no)) < 5] == []


@pytest.mark.parametrize("one", VALUES, ids=_named)
def test_values(one: Examples) -> None:
    detector = DETECTORS[one.detector]
    fits = re.compile(detector.shapes or r"(?!)")
    missed = [value for value in one.yes if value not in matches(detector, value) and not fits.fullmatch(shape(value))]
    taken = [value for value in one.no if matches(detector, value) or fits.fullmatch(shape(value))]
    assert (missed, taken) == ([], [])


@pytest.mark.parametrize("one", COLUMNS, ids=_named)
def test_column_names(one: Examples) -> None:
    names = _names()
    speaks = {NameSays.EXACTLY, NameSays.CONTAINS}
    missed = [name for name in one.yes if names.look_up(name).get(one.detector) not in speaks]
    taken = [name for name in one.no if names.look_up(name).get(one.detector) in speaks]
    assert (missed, taken) == ([], [])


@pytest.mark.parametrize("detector", catalogue(), ids=lambda one: one.key)
def test_a_detector_says_what_it_is_and_judges_by_something(detector: Detector) -> None:
    assert detector.title.endswith(".")
    assert detector.source
    assert detector.patterns or detector.shapes
    assert 0 < detector.chance <= 1
    assert not detector.hot or detector.check is not None
    assert all(word == word.lower() for word in detector.context)
    assert set(detector.columns).isdisjoint(detector.not_columns)


@pytest.mark.hypothesis
@pytest.mark.parametrize(
    ("detector", "number", "pattern"), PATTERNS, ids=[f"{one.key}-{number}" for one, number, _ in PATTERNS]
)
def test_a_form_finds_whatever_its_rule_matches(detector: Detector, number: int, pattern: Pattern) -> None:
    rule = pattern.compiled()
    sampler = Sampler(rule)
    pivot = pivot_of(pattern.regex, rule.flags, pattern.width)
    rng = random.Random(f"{detector.key} {number}")
    for _ in range(tries(12)):
        before, after = rng.choice(BEFORE), rng.choice(AFTER)
        drawn = [sampler.draw(rng) for _ in range(3)]
        for text in (" and ".join(before + one + after for one in drawn), "\n".join(drawn)):
            ends = scanner().ends(text).get((pattern.form, pattern.ignore_case), [])
            for match in rule.finditer(text):
                start, end = match.span()
                assert end - start <= pattern.width, (detector.key, number, match[0])
                assert any(start < hit <= end + 1 for hit in ends), (detector.key, number, text)
                assert pivot is None or 0 <= match[0].find(pivot.text) <= pivot.before, (detector.key, pivot, match[0])


@pytest.mark.parametrize("seed", range(tries(4)))
def test_in_long_texts_every_rule_finds_what_it_finds_alone(seed: int) -> None:
    """They are searched in windows around hits, and around a literal of the rule inside these."""
    rng = random.Random(seed)
    some = rng.sample(PATTERNS, 60)
    glue = [" ", "\n", ", ", "@", "://", ".", "-", " é ", "", "", " and so on, "]
    drawn = [Sampler(one.compiled()) for _, _, one in some]
    text = "".join(rng.choice(drawn).draw(rng)[:80] + rng.choice(glue) for _ in range(300))
    wanted = {
        (detector.key, number): [match.span() for match in pattern.compiled().finditer(text) if match[0]]
        for detector, number, pattern in PATTERNS
    }
    found = {
        (DETECTORS_IN_ORDER[one.detector].key, one.pattern): list(
            zip(one.starts.tolist(), one.ends.tolist(), strict=True)
        )
        for one in whole_matcher().find([text])
    }
    assert found == {key: spans for key, spans in wanted.items() if spans}


def test_a_rule_is_drawn_that_matches() -> None:
    """The property above would be empty if the sampler never drew a match."""
    rng = random.Random(1)
    dry = []
    for detector, number, pattern in PATTERNS:
        sampler = Sampler(pattern.compiled())
        drawn = (sampler.draw(rng) for _ in range(60))
        if not any(pattern.compiled().search(f"{edge}{one}{edge}") for one in drawn for edge in " \n"):
            dry.append((detector.key, number))
    assert dry == []


@pytest.mark.parametrize("one", VALUES, ids=_named)
def test_a_form_finds_the_examples(one: Examples) -> None:
    for pattern in DETECTORS[one.detector].patterns:
        for value in one.yes + one.no:
            ends = scanner().ends(value).get((pattern.form, pattern.ignore_case), [])
            spans = [match.span() for match in pattern.compiled().finditer(value)]
            assert all(any(start < hit <= end + 1 for hit in ends) for start, end in spans), (pattern.regex, value)
            if pattern.fixed:
                assert {hit - 1 for hit in ends} == {end for _, end in spans}, (pattern.regex, value)


def test_fixed_forms_are_exact() -> None:
    """A span is read off their end, so a form must hit where the rule matches and nowhere else."""
    rng = random.Random(2)
    rules = [(pattern, pattern.compiled()) for _, _, pattern in PATTERNS if pattern.fixed]
    pieces = ["1", "23", "4567", "89012345678", "-", " ", ".", "/", "+", "_", "A", "f", ":", "(", ")", "\n", "é", ", "]
    pieces += ["dead", "beef", "X", "ABCDE"]
    for _ in range(3000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 12)))
        ends = scanner().ends(text)
        for pattern, rule in rules:
            hits = {hit - 1 for hit in ends.get((pattern.form, pattern.ignore_case), [])}
            spans = [match.span() for match in rule.finditer(text)]
            assert {end for _, end in spans} <= hits, (pattern.regex, text)
            assert all(rule.match(text, hit - pattern.width) for hit in hits), (pattern.regex, text)
            assert all(end - start == pattern.width for start, end in spans)


def _measured(detector: Detector, value: str, draws: int) -> float:
    rng = random.Random(5)
    drawn = {redrawn(value, rng) for _ in range(draws)}
    text = SEPARATOR + SEPARATOR.join(sorted(drawn)) + SEPARATOR
    found = {match[0] for pattern in detector.patterns for match in pattern.compiled().finditer(text)} & drawn
    passed = sum(detector.check(sorted(found))) if detector.check is not None and found else len(found)
    return passed / len(drawn)


@pytest.mark.parametrize("one", MEASURED, ids=_named)
def test_chance_is_what_was_measured_or_more(one: Examples) -> None:
    """Measured on random strings of the examples' shapes: other digits for digits, other letters for letters."""
    detector = DETECTORS[one.detector]
    shapes = {re.sub(r"[0-9]", "9", value): value for value in one.yes if value in matches(detector, value)}
    draws = tries({"PHONE_NUMBER": 200, "SECRET": 200}.get(detector.entity, 500))
    worst = max((_measured(detector, value, draws) for value in shapes.values()), default=0.0)
    noise = 3 * (detector.chance / draws) ** 0.5 + 3 / draws  # three hits of something rare are luck
    assert worst <= 1.5 * detector.chance + noise


def test_version_numbers_are_no_ip_addresses() -> None:
    rng = random.Random(3)
    detector = DETECTORS[next(key for key in DETECTORS if key == "IP_ADDRESS")]
    versions = [".".join(str(int(rng.expovariate(1 / mean))) for mean in (4, 6, 8, 12)) for _ in range(3000)]
    passed = sum(bool(matches(detector, version)) for version in versions) / len(versions)
    assert passed <= 1.5 * detector.chance


def test_decoys_are_nothing() -> None:
    """Alone, in a cell, without a name that speaks for it, each of these is found only by rules known to be unspecific."""
    decoys = [
        "ORD-2024-000123",
        "1Z999AA10123456784",
        "SKU-48213-B",
        "1699999999",
        "1699999999999",
        "550e8400-e29b-41d4-a716-446655440000",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "1.2.3",
        "v2.10.0.1",
        "2.10.0.1",
        "99.95",
        "1,299.00",
        "42",
        "image@2x.png",
        "2023-01-15T10:20:30Z",
        "#ff00aa",
        "ISBN 978-0-306-40615-7",
        "10:20:30",
        "std::vector",
        "C:\\Windows\\System32",
    ]
    for decoy in decoys:
        found = {one.key for one in catalogue() if one.chance < 0.5 and not one.needs_column and matches(one, decoy)}
        assert found == set(), decoy


def test_hostile_text_takes_linear_time() -> None:
    """No rule backtracks: every rule runs over every text, of 20,000 characters, within a second."""
    pieces = [
        "a",
        "1",
        "a.",
        "1 ",
        "A1",
        ":",
        "a'",
        "0-",
        "f:",
        "x@a.",
        "$6$",
        "a=b;",
        "eyJ",
        "http://a:",
        "-",
        "1.",
        "%",
    ]
    texts = [piece * (20_000 // len(piece)) for piece in pieces]
    slow = []
    for detector, number, pattern in PATTERNS:
        rule = pattern.compiled()
        for text in texts:
            begun = time.perf_counter()
            for _ in rule.finditer(text):
                pass
            if time.perf_counter() - begun > 1.0:
                slow.append((detector.key, number, text[:6]))
    assert slow == []


def test_ordinary_prose_is_hardly_hit() -> None:
    """Every hit costs a call back into Python, so text without personal data must give few."""
    words = "The committee met again in spring 2023 and noted 1,250 orders (12.5 % more than in 2022) at 10:30 a.m. - see p. 14. "
    text = words * 200
    hits = sum(len(ends) for ends in scanner().ends(text).values())
    assert hits * 1000 <= len(text)


def test_the_pack_is_stable_and_its_hash_covers_it() -> None:
    pack = catalogue()
    assert pack is catalogue()
    assert len({one.key for one in pack}) == len(pack)
    assert pack_hash(pack) == pack_hash(list(pack))
    assert pack_hash(pack) != pack_hash(pack[1:])
    assert pack_hash(pack) != pack_hash((pack[1], pack[0], *pack[2:]))
    plain = Detector(
        entity="X", title="X.", category="user", sensitivity=pack[0].sensitivity, source="x", patterns=(digits("99"),)
    )
    assert pack_hash([plain]) != pack_hash([Detector(**{**vars(plain), "patterns": (digits("999"),)})])


def test_the_code_of_every_check_counts_in_the_hash() -> None:
    """It is in the rooms whose code is hashed: elsewhere a check could change and fields be called unchanged."""
    rules = {one.key: getattr(one.check, "rule", one.check) for one in catalogue() if one.check}
    where = {key: getattr(rule, "__module__", "") for key, rule in rules.items()}
    rooms = ("classifiers.checks.", "classifiers.gazetteers.")
    assert {key: place for key, place in where.items() if not place.startswith(rooms)} == {}


def test_loading_the_catalogue_imports_no_library_of_numbers() -> None:
    """They are imported by the first check that needs them: commands must start fast."""
    program = (
        "import sys; from classifiers.catalogue import catalogue; catalogue(); "
        "print([name for name in sys.modules if name.split('.')[0] in {'stdnum', 'phonenumbers'}])"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"

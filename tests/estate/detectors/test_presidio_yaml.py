"""Files that users wrote for Presidio: Presidio itself reads them too, and both find the same."""

from __future__ import annotations

import json
from pathlib import Path

import presidio_analyzer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, PatternRecognizer, RecognizerResult
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from classifiers.detector import Detector
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from engine.base.errors import ConfigError
from engine.estate.detectors.own import own_detectors, read_own
from tests.cli.reeve import reeve
from tests.properties import tries

CONF = Path(presidio_analyzer.__file__).parent / "conf"
FILE = r"""
supported_languages: [en, de]
recognizers:
  - name: Zip code Recognizer
    supported_languages:
      - language: en
        context: [zip, code]
      - language: de
        context: [PLZ]
    patterns:
      - {name: zip code (weak), regex: '(\b\d{5}(?:\-\d{4})?\b)', score: 0.01}
    supported_entity: ZIP
  - name: Titles recognizer
    supported_language: en
    supported_entity: TITLE
    deny_list: [Mr., Mrs., "Dr.", Prof, "a+b", "von der"]
  - name: Staff
    type: custom
    supported_languages: [en]
    supported_entity: STAFF-NUMBER
    patterns:
      - {name: strong, regex: 'EMP-[0-9]{3,}', score: 0.9}
      - {name: weak, regex: '(?<![0-9])[0-9]{4}(?![0-9])', score: 0.2}
      - {name: none, regex: 'x', score: 0}
    deny_list: [temp]
    deny_list_score: 0.3
  - name: Lines
    supported_entity: LINE
    supported_languages: [en]
    patterns:
      - {name: line, regex: '^ref: .{1,6}$', score: 0.5}
      - {name: whole, regex: '\Akey.{2,3}\Z', score: 0.6}
      - {name: inline, regex: '(?x) (?: a | b ) {2} \. [cd]+', score: 0.7}
  - name: Switched off
    enabled: false
    supported_entity: SWITCHED_OFF
    patterns: [{name: x, regex: '(a+)+', score: 1}]
"""
FLAGS = (26, 0, 2, 8, 16)
PIECES = st.sampled_from(
    ["12345", "12345-6789", "Mr.", "mrs.", "DR.", "prof", "Professor", "a+b", "von der", "EMP-123", "emp-0042", "4711",
     "ref: ab", "ref: ", "key", "ab.cd", "Aa.CD", "temp", "TEMPO", "x", " ", "\n", ".", "-", "_", "\u00e9", "\u00df", "9"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=10).map("".join)


def written(folder: Path, text: str) -> Path:
    file = folder / "recognizers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def theirs(file: Path) -> list[PatternRecognizer]:
    """Presidio's recognizers of the file, one for each entity: those of several languages find the same."""
    registry = RecognizerRegistryProvider(conf_file=str(file)).create_recognizer_registry()
    found = {one.supported_entities[0]: one for one in registry.recognizers if isinstance(one, PatternRecognizer)}
    return list(found.values())


def results(detector: Detector, matcher: Matcher, entity: str, texts: list[str]) -> list[set[tuple[int, int, float]]]:
    """What our patterns match, put together as Presidio puts its own together."""
    found: list[list[RecognizerResult]] = [[] for _ in texts]
    for match in matcher.find(texts):
        if matcher.detectors[match.detector] is detector:
            score = detector.patterns[match.pattern].score
            spans = zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True)
            for text, start, end in spans:
                found[text].append(RecognizerResult(entity, start, end, score))
    return [as_set(EntityRecognizer.remove_duplicates(some)) for some in found]


def as_set(found: list[RecognizerResult]) -> set[tuple[int, int, float]]:
    return {(one.start, one.end, one.score) for one in found}


@pytest.mark.parametrize("flags", FLAGS)
def test_both_find_the_same(tmp_path: Path, flags: int) -> None:
    file = written(tmp_path, f"global_regex_flags: {flags}\n{FILE}")
    recognizers = theirs(file)
    detectors = own_detectors([file])
    matcher = Matcher(detectors)
    assert [one.entity for one in detectors] == ["ZIP", "TITLE", "STAFF_NUMBER", "LINE"]
    assert [one.supported_entities[0].replace("-", "_") for one in recognizers] == [one.entity for one in detectors]

    @settings(max_examples=tries(80), deadline=None)
    @given(st.lists(TEXTS, min_size=1, max_size=6))
    def prove(texts: list[str]) -> None:
        for recognizer, detector in zip(recognizers, detectors, strict=True):
            entity = recognizer.supported_entities[0]
            expected = [as_set(recognizer.analyze(text, [entity])) for text in texts]
            assert results(detector, matcher, entity, texts) == expected

    prove()


def test_scores_are_theirs_where_no_word_speaks_for_a_match(tmp_path: Path) -> None:
    matcher = Matcher(own_detectors([written(tmp_path, FILE)]))
    text = "Mr. Li, 12345, EMP-007 and 4711"
    assert [
        (one.entity, text[one.start : one.end], one.score) for one in find(matcher, [text], threshold=0.001)[0]
    ] == [
        ("TITLE", "Mr.", 1.0),
        ("ZIP", "12345", 0.01),
        ("STAFF_NUMBER", "EMP-007", 0.9),
        ("STAFF_NUMBER", "4711", 0.2),
    ]
    (found,) = find(matcher, ["PLZ 12345"], threshold=0.001)
    assert found[0].score > 0.2


def test_files_that_come_with_presidio(tmp_path: Path) -> None:
    example = read_own([CONF / "example_recognizers.yaml"])
    assert [one.key for one in example.detectors] == ["ZIP", "TITLE"]
    assert example.notes == ()
    default = read_own([CONF / "default_recognizers.yaml"])
    assert default.detectors == ()
    assert default.notes == ()
    file = written(
        tmp_path,
        "recognizers:\n  - SpacyRecognizer\n  - {name: Cards, class_name: CreditCardRecognizer, type: predefined, x: 1}\n"
        "  - {name: MyOwnRecognizer, type: predefined}\n  - {name: GLiNERRecognizer, type: predefined, enabled: false}\n"
        "  - {name: T, supported_entity: T, deny_list: [t], score_thresholds: {default: 0.4}}\n",
    )
    assert read_own([file]).notes == (
        "recognizers.yaml: left out, as Reeve has no detector in their place: SpacyRecognizer, MyOwnRecognizer",
        "recognizers.yaml: `score_thresholds` of recognizers have no effect here",
    )


def test_an_entity_that_is_known_already_gets_the_recognizers_name(tmp_path: Path) -> None:
    text = FILE.replace("supported_entity: TITLE", "supported_entity: EMAIL_ADDRESS")
    assert "EMAIL_ADDRESS/TITLES_RECOGNIZER" in [one.key for one in own_detectors([written(tmp_path, text)])]
    twice = "recognizers:\n" + "  - {name: A, supported_entity: T, deny_list: [t]}\n" * 2
    assert [one.key for one in own_detectors([written(tmp_path, twice)])] == ["T", "T/A"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("recognizers: {}\n", 1, "a list of recognizers"),
        ("recognizers:\n  - 7: x\n    patterns: []\n", 2, "no such key"),
        ("recognizers:\n  - name: A\n    deny_lst: [a]\n    deny_list: [b]\n", 3, "did you mean `deny_list`"),
        ("recognizers:\n  - name: A\n    deny_list: [b]\n", 2, "needs `supported_entity`"),
        ("recognizer: []\n", 1, "no such key"),
        ("regex_flags: 1\nrecognizers: []\n", 1, "no such key"),
        ("recognizers:\n  - name: A\n    supported_entity: A\n    type: costum\n    deny_list: [b]\n", 4, "`custom`"),
        ("recognizers:\n  - name: A\n    supported_entity: A\n    enabled: perhaps\n    deny_list: [b]\n", 4, "`true` or"),
        ("global_regex_flags: IGNORECASE\nrecognizers:\n  - {name: A, supported_entity: A, deny_list: [b]}\n", 1, "26"),
        ("global_regex_flags: 256\nrecognizers:\n  - {name: A, supported_entity: A, deny_list: [b]}\n", 3, "flags"),
        (
            "recognizers:\n  - name: A\n    supported_entity: A\n    supported_entities: [B]\n    deny_list: [b]\n",
            4,
            "either this",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_own([written(tmp_path, text)])
    assert told in f"{caught.value} {caught.value.hint}"
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("regex", "told"),
    [
        (r"(a+)+b", "repeat inside a repeat"),
        (r"(\w*)*x", "may be empty"),
        (r"(a)\1", "references to groups"),
        (r"(a", "not a regular expression"),
        (r"\p{L}+", "not a regular expression"),
        (r"a*", "the empty text"),
        (r"(?i:a)b", "inline flags"),
        (r"(?a)b", "inline flags"),
    ],
)
def test_what_may_backtrack_is_refused_with_its_line(tmp_path: Path, regex: str, told: str) -> None:
    text = (
        "recognizers:\n  - name: A\n    supported_entity: A\n    patterns:\n      - name: one\n"
        f"        score: 0.5\n        regex: '{regex}'\n"
    )
    with pytest.raises(ConfigError) as caught:
        read_own([written(tmp_path, text)])
    assert told in str(caught.value)
    assert caught.value.line == 7


def test_on_the_command_line(tmp_path: Path) -> None:
    written(tmp_path, FILE + "  - SpacyRecognizer\n")
    line = json.dumps({"id": 1, "text": "Dr. No has EMP-007"})
    ran = reeve("classify", "--detectors", "recognizers.yaml", folder=tmp_path, stdin=line)
    assert [one["entity"] for one in ran.json["findings"]] == ["TITLE", "STAFF_NUMBER"]
    assert "left out" in ran.err
    (tmp_path / "data").mkdir()
    lines = "".join(f"EMP-{n:04},{'Dr.' if n % 2 else 'Mrs.'},{n}\n" for n in range(40))
    (tmp_path / "data" / "staff.csv").write_text(f"badge,form,size\n{lines}", encoding="utf-8")
    (tmp_path / "reeve.yaml").write_text(
        "detectors: recognizers.yaml\nstores:\n  data: {kind: files, path: data}\n", encoding="utf-8"
    )
    scanned = reeve("scan", folder=tmp_path)
    assert scanned.code == 0
    assert "SpacyRecognizer" in scanned.out
    rows = reeve("inventory", "export", folder=tmp_path).json
    assert {row["field"]: row["entity"] for row in rows} == {
        "badge": "STAFF_NUMBER",
        "form": "TITLE",
        "size": None,
    }

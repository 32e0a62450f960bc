"""Detectors in YAML: what they find in text and columns, and errors that name the line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pytest

from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.texts import find
from engine.base.errors import ConfigError
from engine.estate.detectors.own import own_detectors
from engine.estate.detectors.pack import Pack, load_pack
from tests.cli.reeve import reeve

STAFF = """
detectors:
  - entity: EMPLOYEE_NUMBER
    title: A number of our staff.
    category: user.workplace
    sensitivity: restricted
    patterns:
      - regex: 'EMP-\\d{6}'
        score: 0.9
      - regex: '(?<!\\d)\\d{7}(?!\\d)'
        score: 0.02
    check: luhn
    chance: 0.1
    context: [staff, employee]
    columns: [employee number, staff no]
    examples: [EMP-204818, EMP-100008]
    counter_examples: [EMP-204819, EMP-20481]
  - entity: PROJECT
    words: [Falcon, Heron Two]
    words_file: words.txt
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, encoding="utf-8")
    (folder / "words.txt").write_text("# ours\nKite\n\nGrey Owl\n", encoding="utf-8")
    return file


def packed(*files: Path) -> Pack:
    return load_pack(own_detectors(files))


def found(pack: Pack, text: str) -> list[tuple[str, str]]:
    return [(one.entity, text[one.start : one.end]) for one in find(pack.matcher, [text])[0]]


def test_in_text(tmp_path: Path) -> None:
    pack = packed(written(tmp_path, STAFF))
    assert found(pack, "see EMP-204818 and EMP-204819") == [("EMPLOYEE_NUMBER", "EMP-204818")]
    assert found(pack, "staff 1234566") == [("EMPLOYEE_NUMBER", "1234566")]
    assert found(pack, "number 1234566") == []
    assert found(pack, "falcon, HERON TWO, grey owl, kites") == [
        ("PROJECT", "falcon"),
        ("PROJECT", "HERON TWO"),
        ("PROJECT", "grey owl"),
    ]
    assert found(pack, "mail a@example.com") == [("EMAIL_ADDRESS", "a@example.com")]


def test_in_columns(tmp_path: Path) -> None:
    pack = packed(written(tmp_path, STAFF))
    columns = {"badge": pa.array(["EMP-204818", "EMP-100008"] * 20), "x": pa.array(["EMP-204819", "EMP-100009"] * 20)}
    verdicts = pack.judge.asset("t", observe(columns, pack.matcher, HashKey(bytes(16), 1)))
    assert [one.entity for one in verdicts["badge"].entities] == ["EMPLOYEE_NUMBER"]
    assert (verdicts["badge"].entities[0].category, verdicts["badge"].sensitivity.label) == (
        "user.workplace",
        "restricted",
    )
    assert verdicts["x"].entities == ()


def test_a_list_of_hashes(tmp_path: Path) -> None:
    names = ["ada lovelace", "grace hopper"]
    (tmp_path / "vip.txt").write_text("".join(hashlib.sha256(one.encode()).hexdigest() + "\n" for one in names))
    file = written(
        tmp_path,
        "detectors:\n  - entity: VIP\n    patterns: ['[A-Z][a-z]+ [A-Z][a-z]+']\n    hashes_file: vip.txt\n"
        "    examples: [Ada Lovelace]\n    counter_examples: [Alan Turing]\n",
    )
    pack = packed(file)
    assert found(pack, "by Grace Hopper, not by Alan Turing") == [("VIP", "Grace Hopper")]
    assert packed(file).hash == pack.hash
    (tmp_path / "vip.txt").write_text(hashlib.sha256(b"ada lovelace").hexdigest())
    assert packed(file).hash != pack.hash


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("detectors:\n  - entity: X\n    pattern: [a]\n", 3, "did you mean `patterns`"),
        ("detectors:\n  - entity: X\n    patterns:\n      - regex: '(a+)+'\n", 4, "repeat inside a repeat"),
        ("detectors:\n  - entity: X\n    patterns:\n      - '(a'\n", 4, "not a regular expression"),
        ("detectors:\n  - entity: X\n    patterns:\n      - regex: a\n        scores: 1\n", 5, "did you mean `score`"),
        ("detectors:\n  - entity: X\n    patterns:\n      - regex: abc\n        score: 7\n", 5, "above 0"),
        ("detectors:\n  - entity: lower\n    patterns: [a]\n", 2, "capitals"),
        ("detectors:\n  - entity: X\n", 2, "can find nothing"),
        (
            "detectors:\n  - entity: X\n    words: [a]\n    category: user.contact.mail\n",
            4,
            "did you mean `user.contact",
        ),
        ("detectors:\n  - entity: X\n    words: [a]\n    sensitivity: secret\n", 4, "such value"),
        ("detectors:\n  - entity: X\n    words: [a]\n    check: mod11\n", 4, "such check"),
        ("detectors:\n  - entity: X\n    words: [a]\n    check: 'stdnum:os.path'\n", 4, "such check"),
        ("detectors:\n  - entity: X\n    words_file: none.txt\n", 3, "cannot be read"),
        ("detectors:\n  - entity: X\n    words: [abc]\n    examples: [abd]\n", 4, "do not find this"),
        (
            "detectors:\n  - entity: X\n    words: [abc]\n    counter_examples:\n      - x\n      - abc\n",
            6,
            "find this",
        ),
        ("detectors:\n  - entity: EMAIL_ADDRESS\n    words: [a]\n", 2, "already"),
        ("detectors:\n  - entity: X\n    words: [a]\n  - entity: X\n    words: [b]\n", 4, "already"),
        ("detector: []\n", 1, "no such key"),
        ("detectors: {}\n", 1, "a list"),
    ],
)
def test_what_is_wrong_has_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        own_detectors([written(tmp_path, text)])
    assert told in f"{caught.value} {caught.value.hint}"
    assert caught.value.line == line


def test_on_the_command_line(tmp_path: Path) -> None:
    written(tmp_path, STAFF)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "staff.csv").write_text("badge,note\n" + "EMP-204818,x\nEMP-100008,y\n" * 10, encoding="utf-8")
    (tmp_path / "reeve.yaml").write_text(
        "detectors: [own.yaml]\nstores:\n  data: {kind: files, path: data}\n", encoding="utf-8"
    )
    line = json.dumps({"id": 1, "text": "see EMP-204818"})
    ran = reeve("classify", "--detectors", "own.yaml", folder=tmp_path, stdin=line)
    assert json.loads(ran.out)["findings"] == [{"entity": "EMPLOYEE_NUMBER", "start": 4, "end": 14, "score": 0.989}]
    assert reeve("scan", folder=tmp_path).code == 0
    assert "EMPLOYEE_NUMBER" in reeve("inventory", "list", folder=tmp_path).out
    (tmp_path / "own.yaml").write_text("detectors:\n  - entity: X\n    words: ['']\n")
    ran = reeve("scan", folder=tmp_path)
    assert ran.code == 2
    assert "own.yaml:3" in ran.err

"""The docs say all that there is, and nothing that is not: each test names what has drifted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from classifiers.catalogue import catalogue
from engine.base.settings import KEYS as SETTINGS
from engine.base.settings import load_settings
from engine.base.settings.errors import LEDGER_KEYS, STORE_KEYS, TARGET_KEYS
from engine.estate.detectors.own import own_detectors
from engine.estate.inventory.export import KEYS, MORE
from engine.governance.policy.grammar import grammar
from engine.governance.policy.language import parse_policy
from engine.governance.policy.tables import sets
from engine.governance.policy.words import ENCRYPTION, LABELS, SENSITIVITIES, shipped_words
from tests.docs.found import coverage_reasons, error_classes, trouble_words
from tests.docs.generate import DOCS, PAGES, ROOT, commands, events, main, slug, tables

REFERENCE = DOCS / "reference"
OWN = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"(?<!!)\[[^\]\[]*\]\(([^()\s]+)\)")
MACHINE = re.compile(r"(?<![\w.~:/-])/(?:root|home|work|Users|tmp|opt|mnt|media|private|workspace)\b")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|npmjs|crates\.io|rubygems\.org|proxy\.golang|index-url|/simple/", re.IGNORECASE
)


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def headings(path: Path) -> set[str]:
    plain = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(line.lstrip("#")) for line in plain.splitlines() if line.startswith("#")}


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_page_is_what_the_code_says_now(name: str, tmp_path: Path) -> None:
    main(tmp_path)
    fresh = (tmp_path / name).read_text(encoding="utf-8")
    assert (DOCS / name).read_text(encoding="utf-8") == fresh, "run: python -m tests.docs.generate"


def test_every_command_has_a_heading_and_every_option_a_line() -> None:
    page = text("command-line.md")
    sections = dict(re.findall(r"^#+ (reeve[^\n]*)\n(.*?)(?=^#+ |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    missing = [
        f"{name} {option}"
        for name, command in commands()
        for one in command.params
        if one.param_type_name == "option"
        for option in one.opts
        if not re.search(rf"`{re.escape(option)}[ `]", sections.get(name, ""))
    ]
    assert sections.keys() == {name for name, _ in commands()}
    assert not missing


def test_every_key_of_the_configuration_is_explained() -> None:
    wanted = {*SETTINGS, *(key for keys in STORE_KEYS.values() for key in keys), *LEDGER_KEYS, *TARGET_KEYS}
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text("configuration.md"), flags=re.MULTILINE)
    assert wanted <= {key for row in rows for key in re.findall(r"\w+", row)}


def test_the_example_of_a_configuration_is_read(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", text("configuration.md"), flags=re.DOTALL)
    assert example is not None
    (tmp_path / "reeve.yaml").write_text(example[1], encoding="utf-8")
    settings = load_settings(environ={"CRM_PASSWORD": "p@ss/word"}, folder=tmp_path)
    assert sorted(settings.stores) == ["crm", "uploads"]


def test_every_key_and_word_of_the_policy_language_is_explained() -> None:
    page = text("policy-language.md")
    rows = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    keys = {key for one in sets(grammar(shipped_words())) for key in one.keys}
    assert keys - {"delete", "anonymise"} == rows - {"delete"}
    assert not [word for word in (*ENCRYPTION, *LABELS, *SENSITIVITIES) if f"`{word}`" not in page]


def test_the_examples_of_the_policy_language_are_read() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", text("policy-language.md"), flags=re.DOTALL)
    assert len(examples) >= 5
    for example in examples:
        parse_policy(example)


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.md")), ids=names)
def test_the_stores_of_a_recipe_are_read(page: Path, tmp_path: Path) -> None:
    for example in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        named = re.match(r"# ([\w/]+\.yaml)\n", example)
        if named and named[1].startswith("policies/"):
            assert parse_policy(example).rules
            continue
        (tmp_path / (named[1] if named else "reeve.yaml")).write_text(example, encoding="utf-8")
        if named:
            (tmp_path / "projects.txt").write_text("Kite\n", encoding="utf-8")
            assert own_detectors([tmp_path / named[1]])
        else:
            settings = load_settings(environ={"CRM_PASSWORD": "x", "CRM_WRITE_PASSWORD": "y"}, folder=tmp_path)
            assert settings.stores or settings.ledger.publish or settings.schedules


def test_the_example_of_classify_prints_what_the_page_says(tmp_path: Path) -> None:
    page = (DOCS / "how-to" / "classify-texts.md").read_text(encoding="utf-8")
    lines = page.partition("```\n")[2].partition("```")[0].splitlines()
    shown: list[str] = []
    for line in (line for line in lines if line.startswith("$ ")):
        command = line.removeprefix("$ ").replace("reeve ", f"{sys.executable.rpartition('/')[0]}/reeve ", 1)
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S602
        shown += [line, *done.stdout.splitlines()]
    assert shown == lines


def test_every_error_has_a_line_with_its_exit_code() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text("exit-codes-and-errors.md"), flags=re.MULTILINE))
    assert told == {one.code: str(one.exit_code) for one in error_classes()}


def test_every_reason_and_trouble_is_explained() -> None:
    page = text("exit-codes-and-errors.md")
    assert not {word for word in coverage_reasons() | trouble_words() if f"`{word}`" not in page}


def test_every_reason_that_is_explained_exists() -> None:
    page = text("exit-codes-and-errors.md").partition("## Coverage reasons")[2]
    told = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert told <= coverage_reasons() | trouble_words()


def test_every_event_and_nothing_else_has_a_heading() -> None:
    assert set(re.findall(r"^## (.+)$", text("events.md"), flags=re.MULTILINE)) == set(events())


def test_every_entity_is_in_the_catalogue() -> None:
    page = text("catalogue.md")
    assert not [one.key for one in catalogue() if f"| `{one.key}` |" not in page]


def test_every_table_has_a_heading() -> None:
    assert {slug(name) for name in tables()} <= headings(REFERENCE / "state.md")


def test_every_key_of_an_export_is_explained_in_order() -> None:
    rows = text("inventory-export.md").partition("## Rows")[2].partition("## JSON")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", rows, flags=re.MULTILINE)) == (*KEYS, *MORE)


@pytest.mark.parametrize("page", OWN, ids=names)
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (anchor and anchor not in headings(there)):
            wrong.append(target)
    assert not wrong


@pytest.mark.parametrize("page", OWN, ids=names)
def test_no_page_tells_of_a_machine_or_a_registry(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    assert not MACHINE.findall(content)
    assert not REGISTRY.findall(content)


def test_every_page_is_in_an_index() -> None:
    indexes = [DOCS / "README.md", DOCS / "decisions" / "README.md"]
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for index in indexes
        for target in LINK.findall(index.read_text(encoding="utf-8"))
    }
    assert not [names(page) for page in DOCS.rglob("*.md") if page not in linked and page not in indexes]

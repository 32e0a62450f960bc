"""Policies from files of YAML.

A file says by name where it stands when something happened (``events``) and what must hold of which data (``rules``). All files
that are used together make one :class:`~engine.governance.policy.model.Policies`: they share their events, and no name stands for
two things. All that is wrong is told at once, with file, line and what was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.base.errors import ConfigError
from engine.base.settings.yaml import Kind, Source, Tree, read_yaml, yaml_source
from engine.governance.policy.building import column, rule
from engine.governance.policy.canonical import policies_of
from engine.governance.policy.grammar import grammar, homes
from engine.governance.policy.model import Column, Place, Policies, Rule
from engine.governance.policy.problems import At, PoliciesRefused, Problems, near, shown
from engine.governance.policy.texts import is_name
from engine.governance.policy.words import Words, shipped_words

KIND = Kind("a policy file", "rules", "`reeve policy starter` prints one to begin with")


def read_policies(
    files: Sequence[Path], words: Words | None = None, texts: Mapping[str, str] = MappingProxyType({})
) -> Policies:
    """Read policy files that are used together.

    Args:
        files: each once.
        words: that rules may select by; by default those that Reeve brings.
        texts: of further files, by the name that errors and places give them.

    Raises:
        PoliciesRefused: whatever is wrong, all of it.
    """
    sources: list[Source] = []
    unread: list[ConfigError] = []
    for file in files:
        try:
            sources.append(read_yaml(file, KIND))
        except ConfigError as exc:
            unread.append(exc)
    for name, text in texts.items():
        try:
            sources.append(yaml_source(text, Path(name), KIND))
        except ConfigError as exc:
            unread.append(exc)
    return _policies(sources, words, unread)


def parse_policy(text: str, file: str = "policy.yaml", words: Words | None = None) -> Policies:
    """Read the text of one policy file.

    Args:
        text: of the file.
        file: its name in errors and places.
        words: as for ``read_policies``.

    Raises:
        PoliciesRefused: whatever is wrong, all of it.
    """
    return read_policies((), words, {file: text})


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was read: the parts that are right, and what is wrong with the others."""

    problems: Problems
    parts: Mapping[str, Any]

    @property
    def source(self) -> Source:
        return self.problems.source

    def place(self, *where: str) -> Place:
        return Place(str(self.source.file), self.source.lines[where])


def _policies(sources: Iterable[Source], words: Words | None, unread: Sequence[ConfigError]) -> Policies:
    words = words or shipped_words()
    files = [_read(source, words) for source in sources]
    events = _events(files)
    if not unread:  # else an event may stand where nothing could be read
        _all_known(files)
    rules = _rules(files, events)
    if errors := [*unread, *(error for file in files for error in _in_order(file.problems))]:
        raise PoliciesRefused(errors)
    return policies_of(rules)


def _read(source: Source, words: Words) -> _File:
    problems = Problems(source, homes(words))
    return _File(problems, grammar(words).parts(source.tree, At(problems)))


def _events(files: Sequence[_File]) -> dict[str, Column]:
    """The events of all files."""
    found: dict[str, Column] = {}
    for _, name, read in _unique(files, "events", "event", "files that are used together share their events"):
        found[name] = column(read)
    return found


def _rules(files: Sequence[_File], events: Mapping[str, Column]) -> list[Rule]:
    """The rules of all files, but those that count from events that are not there."""
    found: list[Rule] = []
    for file, name, read in _unique(files, "rules", "rule", "give one of them another name"):
        made = rule(name, read, events, file.parts.get("zone", "UTC"), file.place("rules", name))
        found += [] if made is None else [made]
    return found


def _unique(files: Sequence[_File], key: str, what: str, hint: str) -> Iterator[tuple[_File, str, Any]]:
    """What users named under a key of all files, each name once; it is noted where one is given again."""
    first: dict[str, Place] = {}
    for file in files:
        for name, read in file.parts.get(key, {}).items():
            if name in first:
                At(file.problems, (key, name)).wrong(f"there is {_an(what)} `{name}` in {first[name]} already", hint)
            else:
                first[name] = file.place(key, name)
                yield file, name, read


def _an(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _all_known(files: Sequence[_File]) -> None:
    """Note each event that a rule names and no file has, whatever else is wrong with the rule; or with the event."""
    known = sorted({name for file in files for name in _set(file.source.tree.get("events"))})
    for file in files:
        for name, written in _set(file.source.tree.get("rules")).items():
            way = ("require", "retention", "from")
            begins = _at(written, way)
            at = At(file.problems, ("rules", name, *way))
            items = begins if isinstance(begins, list) else []
            for place, one in [(at, begins), *((at.inside(index), item) for index, item in enumerate(items))]:
                if isinstance(one, str) and is_name(one) and one not in known:
                    place.wrong(f"there is no event{shown(one)}", _meant_event(one, known))


def _meant_event(name: str, known: Sequence[str]) -> str:
    table, _, column_name = name.partition(".")
    if guess := near(name, known):
        return f"did you mean `{guess}`?"
    if table and column_name:
        return f"a column is written `{{table: {table}, column: {column_name}}}`"
    return f"name it under `events:`; or is it a column of the asset itself? That is written `{{column: {name}}}`"


def _set(tree: Tree) -> dict[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _at(tree: Tree, way: tuple[str, ...]) -> Tree:
    for key in way:
        tree = _set(tree).get(key)
    return tree


def _in_order(problems: Problems) -> list[ConfigError]:
    """By line; what is missing was noted at the line of what it is missing in."""
    return sorted(problems.found, key=lambda error: error.line)

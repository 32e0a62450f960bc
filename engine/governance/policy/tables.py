"""Shapes that are made of shapes: lists, sets of keys, and choices between them. See :mod:`engine.governance.policy.shapes`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.base.settings.yaml import Tree
from engine.governance.policy.problems import WRONG, At, Wrong, near, shown
from engine.governance.policy.shapes import Schema, Shape


@dataclass(frozen=True, slots=True)
class Several:
    """One, or a list of them; none of them twice."""

    item: Shape

    def read(self, tree: Tree, at: At) -> tuple[Any, ...] | Wrong:
        """All of them, in their order."""
        if not isinstance(tree, list):
            one = self.item.read(tree, at)
            return WRONG if one is WRONG else (one,)
        if not tree:
            return at.wrong("this list is empty", "name at least one, or take the line out")
        found: list[Any] = []
        for index, item in enumerate(tree):
            one = self.item.read(item, at.inside(index))
            if one is not WRONG and one in found:
                one = at.inside(index).wrong("this stands in the list already")
            found.append(one)
        return WRONG if WRONG in found else tuple(found)

    def schema(self) -> Schema:
        """The item, or an array."""
        item = self.item.schema()
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}]}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a set.

    Attributes:
        shape: of what stands under it.
        meaning: a sentence or two, for editors.
    """

    shape: Shape
    meaning: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What one part of a set of keys asks of another part.

    Attributes:
        when: the way to a key: where it is there,
        then: this one has to be there.
        message: where it is not.
        hint: what to do about it.
    """

    when: tuple[str, ...]
    then: tuple[str, ...]
    message: str
    hint: str

    def check(self, tree: Tree, at: At) -> None:
        """Note where it is broken."""
        if _there(tree, self.when) and not _there(tree, self.then):
            At(at.problems, (*at.where, *self.when)).wrong(self.message, self.hint)

    def schema(self) -> Schema:
        """The same for editors."""
        return {"if": _required(self.when), "then": _required(self.then)}


def _there(tree: Tree, way: tuple[str, ...]) -> bool:
    for key in way:
        if not isinstance(tree, dict) or key not in tree:
            return False
        tree = tree[key]
    return True


def _required(way: tuple[str, ...]) -> Schema:
    key, *rest = way
    return {"required": [key]} | ({"properties": {key: _required(tuple(rest))}} if rest else {})


@dataclass(frozen=True, slots=True)
class Keys:
    """A set of known keys, at least one of them.

    Attributes:
        what: it is, with its article.
        example: for hints.
        keys: by name.
        required: those that must be there.
        some: at least one of these is there, unless there are none.
        one: exactly one of these is there, unless there are none.
        asks: what parts of it ask of one another.
        check: what a schema cannot say: notes what is wrong with values that are right one by one.
        why: hints for keys that are missing; under the empty name that for ``some`` and ``one``.
        synonyms: words that some write for a key.
    """

    what: str
    example: str
    keys: Mapping[str, Key]
    required: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    one: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    check: Callable[[Mapping[str, Any], At], None] | None = None
    why: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()

    def read(self, tree: Tree, at: At) -> dict[str, Any] | Wrong:
        """The values by key; absent keys are absent."""
        if not isinstance(tree, dict):
            return at.wrong(f"{self.what} is a set of keys", self.example and f"such as `{self.example}`")
        before = len(at.problems.found)
        found = self.parts(tree, at)
        if len(at.problems.found) == before and self.check is not None:
            self.check(found, at)
        return found if len(at.problems.found) == before else WRONG

    def parts(self, tree: dict[str, Tree], at: At) -> dict[str, Any]:
        """The values that are right. Whatever is wrong with others, or with the set, is noted."""
        guessed = {self._unknown(key, at) for key in tree if key not in self.keys}
        self._complete(tree, at, guessed)
        found = {key: one.shape.read(tree[key], at.inside(key)) for key, one in self.keys.items() if key in tree}
        wrong = {key for key, value in found.items() if value is WRONG}
        for ask in self.asks:
            if ask.then[0] not in guessed | wrong:  # else it may be there once that is mended
                ask.check(tree, at)
        return {key: value for key, value in found.items() if key not in wrong}

    def _unknown(self, key: str, at: At) -> str:
        """Note a key that is none of these; the one that was probably meant, or empty."""
        synonym = dict(self.synonyms).get(key, "")
        guess = synonym or near(key, self.keys)
        home = at.problems.homes.get(key, "")
        if home and not synonym:  # a key of another set, spelt as it is there
            guess, hint = "", f"it belongs in {home}"
        elif guess:
            hint = f"did you mean `{guess}`?"
        else:
            hint = f"keys here: {', '.join(self.keys)}"
        at.inside(key).wrong(f"there is no key{shown(key)} in {self.what}", hint)
        return guess

    def _complete(self, tree: dict[str, Tree], at: At, guessed: set[str]) -> None:
        why = dict(self.why)
        for key in self.required:
            if key not in tree and key not in guessed:
                at.wrong(f"{self.what} needs `{key}`", why.get(key, ""))
        wanted = self.some or self.one
        there = [key for key in wanted if key in tree]
        if wanted and not there and not guessed.intersection(wanted):
            at.wrong(f"{self.what} needs {_either(wanted)}", why.get("", ""))
        elif not tree and not self.required:
            at.wrong(f"{self.what} is empty", why.get("", f"keys here: {', '.join(self.keys)}"))
        if self.one and len(there) > 1:
            at.inside(there[1]).wrong(f"{self.what} has {_either(self.one)}, not both")

    def schema(self) -> Schema:
        """An object with these properties and no others."""
        made: Schema = {"type": "object", "additionalProperties": False, "minProperties": 1}
        made["properties"] = {key: one.shape.schema() | {"description": one.meaning} for key, one in self.keys.items()}
        if self.required:
            made["required"] = list(self.required)
        if self.some:
            made["anyOf"] = [{"required": [key]} for key in self.some]
        if self.one:
            made["oneOf"] = [{"required": [key]} for key in self.one]
        if self.asks:
            made["allOf"] = [ask.schema() for ask in self.asks]
        return made


@dataclass(frozen=True, slots=True)
class Named:
    """A set of keys that users name.

    Attributes:
        what: it is, with its article.
        pattern: that each name matches as a whole.
        rule: what a name is, for messages.
        example: for hints.
        item: under each of them.
    """

    what: str
    pattern: str
    rule: str
    example: str
    item: Shape

    def read(self, tree: Tree, at: At) -> dict[str, Any] | Wrong:
        """The values by name, without those that are wrong; ``WRONG`` where it is no set of names at all."""
        if not isinstance(tree, dict):
            return at.wrong(f"{self.what} are written by name", f"such as `{self.example}`")
        if not tree:
            return at.wrong("this is empty", "name at least one, or take the line out")
        found: dict[str, Any] = {}
        for name, item in tree.items():
            inside = at.inside(name)
            value = self.item.read(item, inside)
            if not re.fullmatch(self.pattern, name):
                inside.wrong(self.rule)
            elif value is not WRONG:
                found[name] = value
        return found

    def schema(self) -> Schema:
        """An object with properties of any such name."""
        return {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^(?:{self.pattern})$"},
            "additionalProperties": self.item.schema(),
        }


@dataclass(frozen=True, slots=True)
class Either:
    """A single text, or a set of keys."""

    text: Shape
    keys: Shape
    hint: str

    def read(self, tree: Tree, at: At) -> Any:
        """What the one or the other makes of it."""
        if isinstance(tree, dict):
            return self.keys.read(tree, at)
        if isinstance(tree, list):
            return at.wrong("no list belongs here", self.hint)
        if tree is None:
            return at.wrong("nothing stands here", self.hint)
        return self.text.read(tree, at)

    def schema(self) -> Schema:
        """One of both."""
        return {"anyOf": [self.text.schema(), self.keys.schema()]}


def sets(shape: Shape) -> Iterator[Keys]:
    """Every set of known keys that may stand in some shape, the shape itself among them."""
    match shape:
        case Keys():
            yield shape
            for key in shape.keys.values():
                yield from sets(key.shape)
        case Either():
            yield from sets(shape.keys)
        case Several() | Named():
            yield from sets(shape.item)


def _either(keys: tuple[str, ...]) -> str:
    *most, last = (f"`{key}`" for key in keys)
    return f"{', '.join(most)} or {last}" if most else last

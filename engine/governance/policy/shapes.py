"""Shapes of the parts of a policy file: single values. Each says twice, side by side, what it accepts: as check, and as schema.

One description made of them (:mod:`engine.governance.policy.grammar`) is read by the parser and printed for editors, so that the
two cannot drift apart. The check notes every problem and goes on; the schema is written in JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from engine.base.errors import BadInput
from engine.base.settings.yaml import Tree
from engine.governance.policy.problems import WRONG, At, Wrong, meant, shown

Schema = dict[str, Any]
TEXT: list[str] = ["string", "number", "boolean"]
"""The reader takes every scalar as the text that is written, so `2024` is text to it; to an editor it is a number."""
_YES = frozenset({"true", "yes", "on", "y", "1", "required"})
_CONTROL = "\u0000-\u001f\u007f-\u009f\u2028\u2029"


class Shape(Protocol):
    """What may stand in some place."""

    def read(self, tree: Tree, at: At) -> Any:
        """The value, or ``WRONG`` once it was noted why."""
        ...

    def schema(self) -> Schema:
        """The same for editors."""
        ...


def text_of(tree: Tree, at: At, example: str) -> str | Wrong:
    """The text in some place, which must be one."""
    match tree:
        case str() if tree:
            return tree
        case None | "":
            return at.wrong("nothing stands here", f"give a value such as {example}, or take the line out")
        case _:
            return at.wrong("a single text belongs here", f"such as {example}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text for people: blanks and line ends count as one blank.

    Attributes:
        example: for hints.
        most: characters.
    """

    example: str
    most: int = 500

    def read(self, tree: Tree, at: At) -> str | Wrong:
        """The text with single blanks."""
        text = text_of(tree, at, self.example)
        if text is WRONG:
            return WRONG
        if not (plain := " ".join(text.split())):
            return at.wrong("nothing stands here", f"give a value such as {self.example}, or take the line out")
        if len(text) > self.most:
            return at.wrong(f"this has {len(text)} characters; at most {self.most} are read")
        return plain

    def schema(self) -> Schema:
        """Text with something to read in it."""
        return {"type": TEXT, "pattern": r"\S", "maxLength": self.most}


@dataclass(frozen=True, slots=True)
class Exact:
    """A name in a store, or a pattern of such names, or a value: taken as it is.

    Attributes:
        example: for hints.
        most: characters.
    """

    example: str
    most: int = 512

    def read(self, tree: Tree, at: At) -> str | Wrong:
        """The text as it is."""
        text = text_of(tree, at, self.example)
        if text is WRONG:
            return WRONG
        if len(text) > self.most:
            return at.wrong(f"this has {len(text)} characters; at most {self.most} are read")
        if re.search(f"[{_CONTROL}]", text):
            return at.wrong("this holds a line end or another control character")
        return text

    def schema(self) -> Schema:
        """Text without control characters."""
        return {"type": TEXT, "minLength": 1, "maxLength": self.most, "pattern": f"^[^{_CONTROL}]*$"}


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, or null: what a column is set to."""

    text: Exact

    def read(self, tree: Tree, at: At) -> str | Wrong | None:
        """The text, or None for null."""
        if tree is None or tree == "":  # a text of no characters is a constant, too
            return tree
        return self.text.read(tree, at)

    def schema(self) -> Schema:
        """Text of no characters, too, and null."""
        inner = self.text.schema()
        return inner | {"type": [*inner["type"], "null"], "minLength": 0}


@dataclass(frozen=True, slots=True)
class Word:
    """One of some words.

    Attributes:
        words: all of them.
        what: they are, for messages.
        otherwise: the hint where no word is near; empty lists them.
        number: whether they are numbers to editors, where no quotes are around them.
        definition: under which the schema keeps long lists, or empty.
    """

    words: tuple[str, ...]
    what: str
    otherwise: str = ""
    number: bool = False
    definition: str = ""

    def read(self, tree: Tree, at: At) -> str | Wrong:
        """The word."""
        text = text_of(tree, at, f"`{self.words[0]}`")
        if text is WRONG or text in self.words:
            return text
        return at.wrong(f"there is no {self.what}{shown(text)}", meant(text, self.words, self.otherwise))

    def schema(self) -> Schema:
        """The words."""
        if self.definition:
            return {"$ref": f"#/$defs/{self.definition}"}
        return {"enum": [*(int(word) for word in self.words if self.number), *self.words]}


@dataclass(frozen=True, slots=True)
class Set:
    """The word `true`: what is not wanted is left out."""

    meaning: str

    def read(self, tree: Tree, at: At) -> bool | Wrong:
        """True."""
        if tree == "true":
            return True
        yes = isinstance(tree, str) and tree.lower() in _YES
        return at.wrong(
            "only `true` belongs here", "write `true`" if yes else f"take the line out where {self.meaning}"
        )

    def schema(self) -> Schema:
        """True."""
        return {"enum": [True, "true"]}


@dataclass(frozen=True, slots=True)
class Written:
    """Text of a form of its own.

    Attributes:
        pattern: that it matches as a whole, for editors: ECMA-262 and Python mean the same by it.
        make: the value of a text; ``BadInput`` says what is wrong with it.
        examples: for editors and hints.
        name: whether what is written without quotes may be a number or a truth value to editors.
    """

    pattern: str
    make: Callable[[str], Any]
    examples: tuple[str, ...]
    name: bool = False

    def read(self, tree: Tree, at: At) -> Any:
        """What ``make`` makes of it."""
        text = text_of(tree, at, self.examples[0])
        if text is WRONG:
            return WRONG
        try:
            return self.make(text)
        except BadInput as exc:
            return at.wrong(exc.message, exc.hint)

    def schema(self) -> Schema:
        """Its pattern."""
        types: Schema = {"type": TEXT, "minimum": 0} if self.name else {"type": "string"}
        return types | {"pattern": self.pattern, "examples": list(self.examples)}

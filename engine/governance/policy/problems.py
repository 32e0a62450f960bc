"""All that is wrong with some policy files, each with its line; and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import Final

from engine.base.errors import ConfigError
from engine.base.settings.yaml import Source, Where

_SHOWN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./*-]{0,63}")
_FEW = 8  # words that a hint lists


class PoliciesRefused(ConfigError):
    """Policy files are wrong: ``errors`` has all that was found, by file and line. The message is the first of them."""

    code = "policies_refused"

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        first, more = errors[0], len(errors) - 1
        told = f"`reeve policy check` shows {more} more" if more else ""
        super().__init__(first.message, hint="; ".join(filter(None, (first.hint, told))))
        self.what = first.what
        self.file, self.line = first.file, first.line
        self.errors = tuple(errors)


class Wrong(Enum):
    """What stands for a value that was refused; why is among the problems."""

    WRONG = "wrong"


WRONG: Final = Wrong.WRONG


@dataclass(slots=True)
class Problems:
    """What is wrong with one file, as it is found.

    Attributes:
        source: the file.
        homes: where a key belongs, for one that stands elsewhere.
        found: so far.
    """

    source: Source
    homes: Mapping[str, str]
    found: list[ConfigError] = field(default_factory=list)

    def add(self, where: Where, message: str, hint: str = "") -> None:
        """Note a problem at a part of the file."""
        self.found.append(self.source.error(where, message, hint=hint))


@dataclass(frozen=True, slots=True)
class At:
    """A part of a file that is read.

    Attributes:
        problems: of the file.
        where: the part.
    """

    problems: Problems
    where: Where = ()

    def inside(self, part: str | int) -> At:
        """A part of this part."""
        return At(self.problems, (*self.where, part))

    def wrong(self, message: str, hint: str = "") -> Wrong:
        """Note that this part is wrong."""
        self.problems.add(self.where, message, hint)
        return WRONG


def shown(text: str) -> str:
    """A word as messages name it: between backquotes and with a blank before it; nothing when it is no plain word."""
    return f" `{text}`" if _SHOWN.fullmatch(text) else ""


def near(text: str, known: Iterable[str]) -> str:
    """The one of some words that was probably meant, or empty. Case counts for nothing, nor do ``-``, ``_`` and blanks."""
    plain = {_plain(word): word for word in known}
    found = get_close_matches(_plain(text), plain, 1)
    return plain[found[0]] if found else ""


def meant(text: str, known: Sequence[str], otherwise: str = "") -> str:
    """A hint for a word that is none of those known."""
    if guess := near(text, known):
        return f"did you mean `{guess}`?"
    if otherwise:
        return otherwise
    words = ", ".join(known[:_FEW])
    return f"one of {words}" + (f" and {len(known) - _FEW} more" if len(known) > _FEW else "")


def _plain(text: str) -> str:
    return text.lower().replace("-", "_").replace(" ", "_")

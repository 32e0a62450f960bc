"""Strict reading of the YAML that ships with this wing: what is unknown, missing or of another kind names its file and line."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import as_file, files
from typing import TypeVar

from engine.base.settings.yaml import Source, read_yaml
from engine.estate.detectors.entry import Entry

Word = TypeVar("Word", bound=StrEnum)


def shipped(package: str, name: str) -> Source:
    """A YAML file of a package of ours.

    Raises:
        ConfigError: it is no YAML, or has another form than a set of keys.
    """
    with as_file(files(package) / name) as path:
        return read_yaml(path)


def closed(entry: Entry, key: str, words: type[Word]) -> Word:
    """One of a closed set of words.

    Raises:
        ConfigError: it is missing, or none of them.
    """
    written = entry.text(key)
    try:
        return words(written)
    except ValueError:
        raise entry.error(key, "there is no such word here", hint=f"one of {', '.join(words)}") from None


def number(entry: Entry, key: str) -> float:
    """A number that is not negative.

    Raises:
        ConfigError: it is none.
    """
    try:
        found = float(entry.text(key))
    except ValueError:
        found = -1
    if not 0 <= found < float("inf"):
        raise entry.error(key, "a number belongs here that is not negative")
    return found

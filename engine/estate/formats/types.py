"""Declared types of fields, as text: how a store or a file states them, joined where several are stated.

A type is told as it is declared (``character varying(40)``, ``bigint``, ``timestamp[us, tz=UTC]``). Where the objects of an
asset disagree, the distinct types are told in order, joined by `` | ``, at most ``MOST_TYPES`` of them; what is left out shows as
``...``. Joining is a union: in whatever order types are joined, the outcome is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST_TYPES = 8
LONGEST_TYPE = 200  # characters
SEPARATOR = " | "
MORE = "..."


def type_text(declared: str) -> str:
    """A type for our records: without what does not print, and cut to ``LONGEST_TYPE``."""
    shown = "".join(char if char.isprintable() else " " for char in declared).strip()
    return shown if len(shown) <= LONGEST_TYPE else shown[: LONGEST_TYPE - len(MORE)] + MORE


def joined_types(texts: Iterable[str]) -> str:
    """Types, some of them joined already, as one text; empty when none is stated."""
    found = {part for text in texts for part in types_in(text)}
    left_out = MORE in found
    ordered = sorted(found - {MORE})
    shown = ordered[:MOST_TYPES]
    return SEPARATOR.join([*shown, MORE] if left_out or len(ordered) > MOST_TYPES else shown)


def types_in(text: str) -> tuple[str, ...]:
    """The types in a joined text: none of an empty one."""
    return tuple(text.split(SEPARATOR)) if text else ()


def join_into(known: dict[str, str], told: Mapping[str, str]) -> None:
    """Take the types of some fields, by path, in among those that are known."""
    for path, kind in told.items():
        before = known.get(path)
        if before != kind:
            known[path] = kind if before is None else joined_types((before, kind))

"""One pass of Hyperscan over joined texts: the ends of all places where one of some forms matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import hyperscan
import numpy as np

from classifiers.matching.exact import Index

Form: TypeAlias = tuple[str, bool]
"""A Hyperscan expression, and whether letters match in either case."""

_FLAGS = hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_MULTILINE


class Sweep:
    """A compiled database of forms, and what it takes to use it from several threads at once.

    Args:
        forms: at most 65,536.
        database: what ``dump`` gave for the same forms on the same platform and Hyperscan version, to save compiling.

    Raises:
        ValueError: a form that Hyperscan cannot compile, named; or a database it cannot load.
    """

    def __init__(self, forms: Sequence[Form], database: bytes | None = None) -> None:
        self._database = _compiled(forms) if database is None else _loaded(database)
        self._scratches = [hyperscan.Scratch(self._database)]  # those that no thread uses just now

    def dump(self) -> bytes:
        """The compiled database, to be handed back for the same forms."""
        return bytes(hyperscan.dumpb(self._database))

    def hits(self, data: bytes) -> tuple[Index, Index]:
        """Number of the form and end of each hit: by form, and those of one form by their end."""
        hits: list[int] = []
        append = hits.append

        def on_match(form: int, _start: int, end: int, _flags: int, _context: object) -> None:
            append(end << 16 | form)

        scratch = taken(self._scratches) or hyperscan.Scratch(self._database)
        self._database.scan(data, match_event_handler=on_match, scratch=scratch)
        self._scratches.append(scratch)
        found = np.array(hits, np.int64)
        forms = found & 0xFFFF
        order = np.argsort(forms, kind="stable")
        return forms[order], found[order] >> 16


def taken(scratches: list[Any]) -> Any:
    """One of some scratches, which is the caller's until it gives it back; None when all are in use by other threads."""
    try:
        return scratches.pop()
    except IndexError:
        return None


def _loaded(data: bytes) -> Any:
    try:
        return hyperscan.loadb(data, mode=hyperscan.HS_MODE_BLOCK)
    except (hyperscan.error, TypeError, ValueError) as exc:
        raise ValueError("not a Hyperscan database of this platform and version") from exc


def _compiled(forms: Sequence[Form]) -> Any:
    database = hyperscan.Database()
    try:
        _compile_into(database, forms)
    except hyperscan.error as exc:
        for form in forms:
            try:
                _compile_into(hyperscan.Database(), [form])
            except hyperscan.error as cause:
                raise ValueError(f"Hyperscan cannot compile {form[0]!r}: {cause}") from cause
        raise ValueError("Hyperscan cannot compile these forms together") from exc
    return database


def _compile_into(database: Any, forms: Sequence[Form]) -> None:
    database.compile(
        expressions=[form.encode("ascii") for form, _ in forms],
        ids=list(range(len(forms))),
        elements=len(forms),
        flags=[_FLAGS | (hyperscan.HS_FLAG_CASELESS if ignore_case else 0) for _, ignore_case in forms],
    )

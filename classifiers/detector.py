"""The nouns of classification: what a detector is made of, and what it yields.

A detector is data plus its checks. It recognises one entity (named as in Microsoft Presidio where Presidio has it; the
finer kind goes into ``subtype``) in three ways, each optional:

- *patterns*: exact rules on text. Every pattern has a Hyperscan form that finds at least every place where the exact rule
  can match, so one pass over all text finds the candidates for all detectors at once;
- *shapes*: a rule on the shape of a whole cell (:mod:`.sketches.shape`), for what has no pattern worth scanning for;
- *columns*: words in the name of the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import NewType

import numpy as np
import numpy.typing as npt

DetectorKey = NewType("DetectorKey", str)
"""``ENTITY`` or ``ENTITY/SUBTYPE``: what sketches and inventories name a detector by."""

Check = Callable[[Sequence[str]], Sequence[bool] | npt.NDArray[np.bool_]]
"""Judges matched strings in one call: the answer has one truth value a string, in the same order."""


IN_TEXT = "IN_TEXT"
"""The subtype of what stands somewhere in the running text of a cell; see ``Detector.in_text``."""

LISTED = frozenset(
    map(
        DetectorKey,
        (
            "PERSON",
            "PERSON/GIVEN_NAME",
            "PERSON/FAMILY_NAME",
            "LOCATION/CITY",
            "LOCATION/STREET_ADDRESS",
            "ORGANIZATION",
        ),
    )
)
"""Detectors that are shown whole cells to look them up. Sketches know detectors by their keys alone."""


class Sensitivity(IntEnum):
    """How much harm disclosure does; ordered, so that the worst of several is their ``max``."""

    PUBLIC = 0
    INTERNAL = 1
    CONFIDENTIAL = 2
    RESTRICTED = 3

    @property
    def label(self) -> str:
        """The word used in exports and on screens."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Pattern:
    r"""One exact rule and the Hyperscan form that finds its candidates.

    Attributes:
        regex: the exact rule for Python's ``re`` (Unicode mode); bounded in width, so no ``*`` or ``+`` without an upper
            limit. Group 0 is the match. Look-around is welcome.
        form: a Hyperscan expression, ASCII, without look-around, that ends a match somewhere inside or one character after
            every match of ``regex``. The scanned text is surrounded by newlines, so ``[^\w]`` may stand for a boundary.
            The fewer ends it reports, the faster: stop at the shortest necessary factor.
        score: the probability, 0..1, that what has this form in a text is the entity, before its check and the words around
            it are looked at. About 0.95 for a telling prefix, 0.3 to 0.5 for letters and digits in a structure of their own,
            0.1 to 0.3 for digits with separators that few other numbers have, 0.03 with usual separators, 0.005 for bare
            digits.
        width: the longest possible match in characters.
        fixed: set when the form is exact by itself, matches ``boundary + match + boundary`` and every match is ``width``
            characters wide: the span is then read off the form's end and ``regex`` need not run.
        ignore_case: letters match in either case, in the rule and in the form.
    """

    regex: str
    form: str
    score: float
    width: int
    fixed: bool = False
    ignore_case: bool = False

    def compiled(self) -> re.Pattern[str]:
        """The exact rule, ready to run."""
        return re.compile(self.regex, re.IGNORECASE if self.ignore_case else 0)


def digits(shape: str, score: float = 0.005) -> Pattern:
    """A pattern of fixed width from a shape in which ``9`` is any digit and ``A`` any capital letter.

    ``digits("999-99-9999")`` matches a US social security number that stands free of other word characters, and of a
    hyphen, dot or slash that would make it part of a longer number.
    """
    body = "".join({"9": "[0-9]", "A": "[A-Z]"}.get(char) or re.escape(char) for char in shape)
    body = re.sub(r"((?:\[0-9\]){2,}|(?:\[A-Z\]){2,})", lambda m: f"{m[0][:5]}{{{len(m[0]) // 5}}}", body)
    return Pattern(
        regex=rf"(?<![\w.+/-]){body}(?![\w/-])",
        form=rf"[^\w.+/-]{body}[^\w/-]",
        score=score,
        width=len(shape),
        fixed=True,
    )


@dataclass(frozen=True, kw_only=True)
class Detector:
    """One rule, or one family of rules, that recognises one entity.

    Attributes:
        entity: upper-case name, Presidio's where it has one.
        subtype: the finer kind, or empty.
        title: one sentence: what it recognises.
        category: key in the Fides taxonomy of data categories, such as ``user.contact.email``.
        sensitivity: of a field that holds it.
        source: the standard, register or specification the rule is taken from.
        patterns: exact rules; empty when only shapes and names speak.
        check: check digits or structure; a match that fails it is dropped from text and counts against a column.
        hot: the check is vectorised and runs on every match; otherwise columns run it on a bounded sample.
        chance: the probability that a value which has the pattern but is something else passes the check (0.1 for a
            mod-10 check digit). 1.0 means that pattern and check say nothing by themselves.
        context: words that, standing near a match in text, speak for it. Lower case, whole words.
        columns: names of fields that speak for it: words in lower case separated by one space (``date of birth``).
        not_columns: names of fields that speak against it.
        needs_column: never a verdict without a field name that speaks for it (dates of birth, cities).
        shapes: regular expression which the shape of a cell must match in full, for detectors judged by shape, or whose check is
            shown whole cells.
        small_domain: few possible values, so that even a masked example would tell something: none is ever kept.
    """

    entity: str
    subtype: str = ""
    title: str
    category: str
    sensitivity: Sensitivity
    source: str
    patterns: tuple[Pattern, ...] = ()
    check: Check | None = field(default=None, repr=False)
    hot: bool = False
    chance: float = 1.0
    context: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    not_columns: tuple[str, ...] = ()
    needs_column: bool = False
    shapes: str | None = None
    small_domain: bool = False

    @cached_property
    def key(self) -> DetectorKey:
        """``ENTITY`` or ``ENTITY/SUBTYPE``."""
        return DetectorKey(f"{self.entity}/{self.subtype}" if self.subtype else self.entity)

    @property
    def samples_cells(self) -> bool:
        """Whether the check is shown whole cells, those whose shape matches ``shapes``: it has nothing else to look at."""
        return self.check is not None and self.shapes is not None and not self.patterns

    @property
    def in_text(self) -> bool:
        """Whether the check says if the entity stands somewhere in a cell, and not if the cell is the entity.

        It may cost milliseconds a cell, so it runs on a small bottom-k sample alone.
        """
        return self.subtype == IN_TEXT


@dataclass(frozen=True, slots=True)
class Finding:
    """One match in a text: ``text[start:end]`` in Unicode characters, end exclusive."""

    entity: str
    subtype: str
    start: int
    end: int
    score: float

"""What users know already and exclude: values, fields, words nearby.

An exclusion takes away and never adds: what is found with exclusions is what is found without them, less what they exclude.
Nothing is excluded in silence either: columns keep how many rows an exclusion took, and verdicts which entities, with its reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from classifiers.context import AFTER, BEFORE, Surroundings
from classifiers.detector import DetectorKey, Finding

if TYPE_CHECKING:  # a text is classified without columns, and sooner without Arrow
    from classifiers.columns.verdicts import Verdict
    from classifiers.sketches.sketch import Sketch

EXCLUDED = "EXCLUDED"
"""Stands for an entity in the keys under which sketches keep what exclusions took."""
UNSURE = 0.5  # confidence where the only entities were excluded: nothing is claimed
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n")


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """One rule. All that it names must hold together; of values, expressions and hashes one is enough.

    Attributes:
        reason: why, in a sentence; it is shown wherever the rule excludes something.
        entities: ``ENTITY`` or ``ENTITY/SUBTYPE``; empty: all.
        fields: globs on ``store/asset.field``; empty: all fields, and texts.
        values: what is known, as it is written; in either case with ``ignore_case``.
        matching: regular expressions for Python's ``re``, safe on any text, that a known value matches as a whole.
        hashes: SHA-256, in hex, of known values in small letters.
        keyed: keyed hashes of known values, each with the epoch of its key, as sketches hold them.
        context: words that, standing near a match, speak against it.
    """

    reason: str
    entities: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    ignore_case: bool = False
    matching: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    keyed: tuple[tuple[int, int], ...] = ()
    context: tuple[str, ...] = ()

    @property
    def asks_value(self) -> bool:
        """It is about certain values."""
        return bool(self.values or self.matching or self.hashes or self.keyed)

    @property
    def asks_match(self) -> bool:
        """It is about certain matches, so it is asked while values are read, not afterwards."""
        return self.asks_value or bool(self.context)

    @cached_property
    def digest(self) -> str:
        """Names the rule by what it excludes; the reason is not in it."""
        told = [(one.name, getattr(self, one.name)) for one in fields(self) if one.name != "reason"]
        return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def key(self) -> DetectorKey:
        """Under which sketches count the rows it took."""
        return DetectorKey(f"{EXCLUDED}/{self.digest}")

    def is_about(self, entity: str, subtype: str) -> bool:
        """Whether it is about an entity."""
        return not self.entities or entity in self.entities or f"{entity}/{subtype}" in self.entities

    def is_at(self, place: str) -> bool:
        """Whether it is about the field ``store/asset.field``."""
        return not self.fields or any(_fits(one, place) for one in self.fields)

    def knows(self, value: str) -> bool:
        """Whether a value is one of those it names; keyed hashes apart."""
        if (value.casefold() if self.ignore_case else value) in self._known:
            return True
        if self.hashes and digest_of(value) in self._hashes:
            return True
        return any(one.fullmatch(value) for one in self._expressions)

    def holds(self, text: str, start: int, end: int) -> bool:
        """Whether it excludes the match ``text[start:end]``, of an entity and at a place that it is about."""
        return (not self.asks_value or self.knows(text[start:end])) and self.is_told_near(text, start, end)

    def is_told_near(self, text: str, start: int, end: int) -> bool:
        """Whether a word of its context stands near a match and in the same sentence; true without context.

        Words that speak for a match reach farther: to miss one of these costs a doubt, one of those a finding.
        """
        if not self.context:
            return True
        low = max(0, start - BEFORE - 1)
        ends = list(_SENTENCE_END.finditer(text, low, start))
        low = ends[-1].end() if ends else low
        near = Surroundings(text[low : end + AFTER + 1])
        return near.speaking_for(self.context, [(start - low, end - low)])[0] > 0

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(one.casefold() if self.ignore_case else one for one in self.values)

    @cached_property
    def _hashes(self) -> frozenset[str]:
        return frozenset(self.hashes)

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(one, re.IGNORECASE if self.ignore_case else 0) for one in self.matching)


def digest_of(value: str) -> str:
    """SHA-256, in hex, of a value in small letters without outer blanks: what ``hashes`` hold."""
    return hashlib.sha256(value.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()


def _fits(glob: str, place: str) -> bool:
    """Whether a place fits a glob, in time that grows with both: of what is between stars, the leftmost that fits will do."""
    first, *others = _between_stars(glob)
    if not others:
        return first.fullmatch(place) is not None
    begun = first.match(place)
    at = begun.end() if begun else -1
    for part in others[:-1]:
        found = part.search(place, at) if at >= 0 else None
        at = found.end() if found else -1
    tail = len(glob) - glob.rindex("*") - 1  # each part is as wide as it is written
    return 0 <= at <= len(place) - tail and others[-1].fullmatch(place, len(place) - tail) is not None


@lru_cache(maxsize=4096)
def _between_stars(glob: str) -> tuple[re.Pattern[str], ...]:
    """``*`` stands for any characters, ``?`` for one; brackets stand for themselves, as paths have them."""
    escaped = ("".join("." if char == "?" else re.escape(char) for char in part) for part in glob.split("*"))
    return tuple(re.compile(part, re.DOTALL) for part in escaped)


class Excluded(NamedTuple):
    """What an exclusion took from a field.

    Attributes:
        entity, subtype: what would be part of the verdict; empty where single values were taken, or the field as a whole.
        rows: that hold it.
        reason: of the exclusion.
    """

    entity: str
    subtype: str
    rows: int
    reason: str


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Rules in their order; of several that exclude the same, the first is told."""

    rules: tuple[Exclusion, ...] = ()

    def at_reading(self, place: str) -> tuple[Exclusion, ...]:
        """Those to be asked while the values of a field are read."""
        return tuple(one for one in self.rules if one.asks_match and one.is_at(place))

    def left(self, text: str, findings: Iterable[Finding]) -> list[Finding]:
        """Findings in a text that are not excluded. Rules for certain fields say nothing of texts."""
        rules = [one for one in self.rules if not one.fields]
        return [
            found
            for found in findings
            if not any(
                one.is_about(found.entity, found.subtype) and one.holds(text, found.start, found.end) for one in rules
            )
        ]

    def apart(self, place: str, verdict: Verdict, sketch: Sketch) -> tuple[Verdict, tuple[Excluded, ...]]:
        """A field's verdict without what is excluded, and that."""
        if not self.rules:
            return verdict, ()
        whole = [one for one in self.rules if not one.asks_match and one.is_at(place)]
        kept, taken = [], []
        for found in verdict.entities:
            rule = next((one for one in whole if one.is_about(found.entity, found.subtype)), None)
            if rule is None:
                kept.append(found)
            else:
                taken.append(Excluded(found.entity, found.subtype, found.matches, rule.reason))
        if not taken:
            taken += [Excluded("", "", sketch.filled, one.reason) for one in whole if not one.entities][:1]
        taken += self._single(sketch)
        if len(kept) == len(verdict.entities):
            return verdict, tuple(taken)
        return replace(verdict, entities=tuple(kept), confidence=kept[0].confidence if kept else UNSURE), tuple(taken)

    def _single(self, sketch: Sketch) -> list[Excluded]:
        """What rules for single matches took while the field was read."""
        rules = {one.key: one for one in self.rules if one.asks_match}
        found = [(rules[key].reason, hits.rows) for key, hits in sketch.hits.items() if key in rules]
        return [Excluded("", "", rows, reason) for reason, rows in sorted(found)]


NOTHING_EXCLUDED = Exclusions()

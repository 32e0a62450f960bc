"""Every rule in one pass: Hyperscan finds candidates, then the exact rule runs on these only.

All texts of a call are joined, a separator between them, and swept at once (:mod:`.sweep`); what is swept is their
shadow (:mod:`.shadow`), so that offsets are always characters. From the hits :mod:`.exact` finds the spans.

The cells of fields are looked through with less work than other texts, for the same matches:

- What does not tell digits apart is looked for in their masks (:mod:`.masks`), and so is what asks for certain digits
  at certain places (:mod:`.positions`).
- What only the name of a field can tell (``needs_column``) is mostly weak: five digits, or a letter and digits. It is looked for
  in the cells of fields only whose name speaks for it, since no verdict could use what is found elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from classifiers.detector import Detector, DetectorKey
from classifiers.field_names import FieldNames, NameSays
from classifiers.matching.exact import Index, Spans, apart
from classifiers.matching.rule_sets import InCells, Load, Rule, Rules, Worth
from classifiers.matching.sweep import Form, Sweep


@dataclass(frozen=True, slots=True)
class Match:
    """All matches of one pattern in the texts of a call.

    Attributes:
        detector: index into the matcher's detectors.
        pattern: index into that detector's patterns.
        texts: index of the text of each match, ascending; starts, ends: its span in characters of that text.
    """

    detector: int
    pattern: int
    texts: Index
    starts: Index
    ends: Index


@dataclass(frozen=True, slots=True)
class Cells:
    """Texts that are the cells of one field.

    Attributes:
        first, last: index of its first text, and behind its last one.
        named: the detectors, as indexes, that the name of the field speaks for.
    """

    first: int
    last: int
    named: frozenset[int]


def made(_name: str, forms: Sequence[Form]) -> Sweep:
    """A sweep that no cache knows."""
    return Sweep(forms)


class Matcher:
    """Finds the matches of all patterns of some detectors.

    Args:
        detectors: whose patterns to match.
        load: makes a sweep of forms, or takes it from a cache by the name given, which is another one for each purpose; by
            default it is made when it is first needed.
    """

    def __init__(self, detectors: Sequence[Detector], load: Load = made) -> None:
        self.detectors = tuple(detectors)
        self._load = load
        self._rules = [
            Rule(index, number, pattern)
            for index, detector in enumerate(self.detectors)
            for number, pattern in enumerate(detector.patterns)
        ]

    def find(
        self, texts: Sequence[str], fields: Sequence[Cells] | None = None, worth: Worth | None = None
    ) -> list[Match]:
        """All matches in all texts. A pattern's matches in one text do not overlap one another.

        Args:
            texts: any strings.
            fields: where the texts are cells: their fields, in the order of the texts and all of them. A detector that needs a
                field's name is then looked for only where the name speaks for it; in other texts all are.
            worth: tells of a detector, one of its patterns (both as indexes) and some texts in which of these its matches are
                wanted; by default in all. Not asked of cells.

        Raises:
            ValueError: a form that Hyperscan cannot compile, named.
        """
        found: dict[tuple[int, int], list[Spans]] = defaultdict(list)
        for rule, spans in (
            self._everywhere.find(texts, worth) if fields is None else self._find_in_cells(texts, fields)
        ):
            settled = apart(rule.pattern.width, spans) if rule.pattern.fixed else spans
            if len(settled[0]):
                found[rule.detector, rule.number].append(settled)
        return [
            Match(detector, number, *(np.concatenate(parts) for parts in zip(*pieces, strict=True)))
            for (detector, number), pieces in sorted(found.items())
        ]

    def _find_in_cells(self, texts: Sequence[str], fields: Sequence[Cells]) -> Iterator[tuple[Rule, Spans]]:
        yield from self._always.find(texts, [(cells.first, cells.last) for cells in fields])
        for cells in fields:
            if cells.named & self._needy:
                some = texts[cells.first : cells.last]
                for rule, (rows, starts, ends) in self._named.find(some, [(0, len(some))]):
                    if rule.detector in cells.named:
                        yield rule, (rows + cells.first, starts, ends)

    def named_by(self, path: str) -> frozenset[int]:
        """The detectors, as indexes, for which the name of the field at ``path`` speaks."""
        said = self._names.look_up(path).items()
        return frozenset(self._indexes[key] for key, says in said if says not in {NameSays.AGAINST, NameSays.NOTHING})

    @cached_property
    def _names(self) -> FieldNames:
        return FieldNames(self.detectors)

    @cached_property
    def _indexes(self) -> Mapping[DetectorKey, int]:
        return {detector.key: index for index, detector in enumerate(self.detectors)}

    @cached_property
    def _needy(self) -> frozenset[int]:
        return frozenset(index for index, one in enumerate(self.detectors) if one.needs_column and one.patterns)

    @cached_property
    def _everywhere(self) -> Rules:
        return Rules("texts", [(rule.form, rule) for rule in self._rules], self._load)

    @cached_property
    def _always(self) -> InCells:
        return InCells("always", [rule for rule in self._rules if rule.detector not in self._needy], self._load)

    @cached_property
    def _named(self) -> InCells:
        return InCells("named", [rule for rule in self._rules if rule.detector in self._needy], self._load)

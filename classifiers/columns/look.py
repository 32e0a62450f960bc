"""How the matches of one detector look in a field: whole cells or parts of them, of which shapes, and how many alike match."""

from __future__ import annotations

import math
from typing import NamedTuple

from classifiers.columns.forms import Form, form_of
from classifiers.detector import Detector, Pattern
from classifiers.sketches.sketch import CHECKED_KEPT, EXACT_LENGTHS, Hits, Sketch

LAYOUT, LAYOUTS_MOST = 0.75, 1.5  # log-odds of each further layout, where people write what they mean in several
BARE = 0.05  # score of a form up to which it is one of many, such as digits without separators

_ANY = Pattern(r"(?s:.{0,64})", "", 0.1, 64)  # of detectors that are shown whole cells: any of them may be it
"""Stands for the pattern of detectors that have none."""


class Look(NamedTuple):
    """How a detector's matches look: whole cells or parts, of which shapes, and the forms (with scores) that fit them."""

    whole: bool
    shapes: frozenset[int]
    forms: list[tuple[Form, float]]
    layouts: float

    @property
    def luck(self) -> float:
        """The share, at most, of random strings of a fitting shape that match."""
        return max(form.luck for form, _ in self.forms)

    @property
    def score(self) -> float:
        """Of parts of cells no shape tells which form matched: the least telling one."""
        scores = [score for _, score in self.forms]
        return max(scores) if self.whole else min(scores)

    @property
    def bare(self) -> bool:
        """Its form is one of many, such as digits without separators."""
        return self.score <= BARE


def look_of(detector: Detector, sketch: Sketch, hits: Hits) -> Look:
    """How ``hits`` of a detector look in a field."""
    whole = hits.whole >= 0.5 * hits.rows
    every = [(form_of(one), one.score) for one in detector.patterns or (_ANY,)]
    shapes = _matched(detector, sketch, [form for form, _ in every], whole=whole)
    if not whole:
        return Look(whole, shapes, every, 0.0)
    return Look(whole, shapes, _forms(sketch, shapes, every), _layouts(sketch, shapes, every))


def _matched(detector: Detector, sketch: Sketch, forms: list[Form], *, whole: bool) -> frozenset[int]:
    """Shapes among whose cells matches are: whose exemplar matched; or, where none did, those that can."""
    tried = frozenset(key for key, shape in sketch.shapes.items() if detector.key in shape.tried)
    if tried or not whole:
        return tried
    return frozenset(key for key, shape in sketch.shapes.items() if any(form.fits(shape.text) for form in forms))


def _forms(sketch: Sketch, shapes: frozenset[int], every: list[tuple[Form, float]]) -> list[tuple[Form, float]]:
    """The forms, with their scores, that the most frequent of the matched shapes can have; all where none is known."""
    frequent = max(shapes, key=lambda key: (sketch.shapes[key].rows, key), default=None)
    if frequent is None:
        return every
    return [one for one in every if one[0].fits(sketch.shapes[frequent].text)] or every


def _layouts(sketch: Sketch, shapes: frozenset[int], every: list[tuple[Form, float]]) -> float:
    """Codes are written in one layout, by a machine; what people write, in several that the same detector knows."""
    often = [sketch.shapes[key] for key in shapes if sketch.shapes[key].rows >= 0.02 * sketch.filled]
    ways = {tuple(at for at, (form, _) in enumerate(every) if form.fits(one.text)) for one in often}
    return min(LAYOUT * (len(ways - {()}) - 1), LAYOUTS_MOST) if ways - {()} else 0.0


class Alike(NamedTuple):
    """Of the cells that could match: how many distinct ones count as tried, and the share that does match."""

    tried: int
    share: float


def alike_of(sketch: Sketch, hits: Hits, look: Look) -> Alike:
    """Of the cells that the forms fit, how many there are, and the share that matches."""
    alike = sum(one.rows for one in sketch.shapes.values() if any(form.fits(one.text) for form, _ in look.forms))
    cells, found = (max(alike, hits.whole), hits.whole) if look.whole else (sketch.filled, hits.rows)
    distinct = math.ceil(sketch.distinct * cells / sketch.filled)
    return Alike(max(1, min(cells, distinct, CHECKED_KEPT)), found / cells)


def share_of_that_length(sketch: Sketch, hits: Hits, look: Look) -> float:
    """The share of the cells as long as the matches that do match; 1 where these have no one length."""
    lengths = {form.length for form, _ in look.forms}
    if None in lengths:
        return 1.0
    alike = sum(int(sketch.lengths[one]) for one in lengths if one is not None and one < EXACT_LENGTHS)
    return hits.whole / max(alike, hits.whole)

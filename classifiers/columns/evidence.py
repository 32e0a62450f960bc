"""The evidence for one detector in one field, added up as log-odds (natural logarithms) before it competes with others.

Where a detector has rules, four things add up: how often what has this form is the entity (the rule's score), whether more of
the cells that look so have the form than random ones would (:mod:`.forms`), whether more of those pass the check than
chance allows (:mod:`.likelihood`), and what the name of the field says. Where it has only shapes, the name and the
look count.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from classifiers.columns.likelihood import log_ratio
from classifiers.columns.look import Alike, Look, alike_of, look_of, share_of_that_length
from classifiers.columns.luck import luck_in
from classifiers.detector import Detector
from classifiers.field_names import NameSays
from classifiers.sketches.sketch import Hits, Sketch

PRIOR = -4.0  # log-odds that any field holds any one entity, before looking, where no rule has a score
IMPOSSIBLE = 14.0  # log-odds: as good as certain
FORM_MOST = 2.0  # log-odds that a form can add: its score knows already that it was matched
DECOY = -3.0  # log-odds of a name of counters, codes and amounts, against rules that chance passes now and then
DOUBTED = -1.0  # log-odds from which on random strings of the very shape are tried
LOOKS_SO, LOOKS_SO_BUT_FAILS = 2.5, 1.5  # log-odds at least of cells that have the form under the very name
SHAPES_TRIED = 5
STRICT = 0.05  # chance of a check below which it may tell a few odd cells from the others
FEW = 0.2  # share of the cells of one form, or length, below which those that pass do by luck: a column is made by one hand
TELLING = 0.9  # score from which on a form needs no check, and counters and codes do not have it
SELDOM = 0.02  # chance below which such names do not matter, nor the luck of parts of cells
SAID = {
    NameSays.EXACTLY: 4.5,
    NameSays.CONTAINS: 3.0,
    NameSays.SURROUNDINGS: 1.0,
    NameSays.NOTHING: 0.0,
    NameSays.AGAINST: -6.0,
}


@dataclass(frozen=True, slots=True)
class Case:
    """What speaks for one detector in one field.

    Attributes:
        odds: log-odds.
        share: of the filled rows, estimated; matches: rows; checked: distinct values on which the check ran.
        whole: its matches are whole cells, for the most part.
        shapes: hashes of the shapes among whose cells its matches are.
        fit: log-likelihood ratio of form and check without bounds: compares detectors that could explain the same cells.
        sentence: the evidence in words, without values.
    """

    detector: Detector
    odds: float
    share: float
    matches: int
    checked: int
    says: NameSays
    whole: bool
    shapes: frozenset[int]
    fit: float
    sentence: str


def case_of(detector: Detector, sketch: Sketch, says: NameSays, *, decoy: bool) -> Case | None:
    """The evidence, or None where nothing in the field speaks of the detector.

    Args:
        detector: of the pack that the sketch was made with.
        sketch: of a field with at least one filled row.
        says: the field's name, about the detector.
        decoy: the name is one of counters, codes, amounts and the like.
    """
    hits = sketch.hits.get(detector.key)
    if hits is not None:
        return _from_hits(detector, sketch, hits, says, decoy=decoy)
    return _from_shapes(detector, sketch, says) if detector.shapes is not None else None


def _from_hits(detector: Detector, sketch: Sketch, hits: Hits, says: NameSays, *, decoy: bool) -> Case:
    look = look_of(detector, sketch, hits)
    telling = detector.check is None and look.score >= TELLING
    if says is NameSays.AGAINST and not decoy and (telling or not look.whole):
        # It tells what the cells are, and not what texts in them speak of; and it takes nothing from a form that is there.
        says = NameSays.NOTHING
    chance = detector.chance if detector.check is not None else 1.0
    base = math.log(look.score / (1 - look.score)) if look.score < 1 else IMPOSSIBLE
    base += SAID[says] + look.layouts
    values, share, fit = _values(detector, sketch, hits, look, base, named=SAID[says] > 0)
    if detector.samples_cells and not detector.in_text:
        values, share = _as_listed(sketch, hits, says, values, share)
    odds = base + values + _name_against(detector, look, says, chance, decoy=decoy and not telling)
    if says is NameSays.EXACTLY and hits.whole >= 0.8 * sketch.filled:
        # named so and looking so: numbers that fail their check are test data or old ones, not something else
        least = LOOKS_SO if detector.check is None else LOOKS_SO_BUT_FAILS
        odds, share = max(odds, least), hits.whole / sketch.filled
    if detector.subtype == "DATE_OF_BIRTH":
        odds += _ages(sketch)
    tried = len(hits.ok)
    part = "whole cells" if look.whole else "parts of cells"
    checked = f", {np.count_nonzero(hits.ok)} of {tried} checked values pass" if detector.check is not None else ""
    return Case(
        detector,
        odds,
        min(share, 1.0),
        min(hits.rows, max(1, round(share * sketch.filled))) if share else 0,
        tried,
        says,
        look.whole,
        look.shapes,
        fit,
        f"{hits.rows} of {sketch.filled} rows match ({part}){checked}; {says.value}",
    )


def _as_listed(sketch: Sketch, hits: Hits, says: NameSays, values: float, share: float) -> tuple[float, float]:
    """What a list says of whole cells. None is complete: what it lacks counts only where the field's name says nothing."""
    alike = hits.whole / sketch.filled
    if SAID[says] > 0:
        values, share = max(values, 0.0), max(share, alike)
    return (values, share) if alike >= 0.5 else (values - 6.0 * (1 - alike), share)


def _name_against(detector: Detector, look: Look, says: NameSays, chance: float, *, decoy: bool) -> float:
    """What a name takes that does not speak for the detector: because one is needed, or because it speaks of counters."""
    if SAID[says] > 0:
        return 0.0
    says_nothing = detector.chance >= 1.0 and detector.check is not None
    against = -IMPOSSIBLE if detector.needs_column or says_nothing else 0.0
    if decoy and look.luck * chance > SELDOM:
        against += 2 * DECOY if look.bare else DECOY
    return against


def _values(
    detector: Detector, sketch: Sketch, hits: Hits, look: Look, base: float, *, named: bool
) -> tuple[float, float, float]:
    """What form and check say: log-odds, the share of rows that hold the entity, and the ratio without bounds."""
    tried, passed = len(hits.ok), int(np.count_nonzero(hits.ok))
    chance = detector.chance if detector.check is not None else 1.0
    fit = log_ratio(passed, tried, chance)
    values = _bounded(fit, chance, bare=look.bare)
    cells = alike_of(sketch, hits, look)
    luck = max(look.luck, 1e-6)
    if luck < 1 and (look.whole or luck > SELDOM):
        formed = log_ratio(round(cells.tried * cells.share), cells.tried, luck)
        values += min(formed, FORM_MOST, -0.5 * math.log(luck))
        fit += min(formed, 0.0)
    passing = passed / max(tried, 1)
    if look.whole and min(cells.share, share_of_that_length(sketch, hits, look)) * passing < FEW:
        values = min(values, DECOY)
    if look.whole and look.bare and not named and sketch.is_series:
        values = min(values, 0.0)  # numbers with check digits of their own, or a check of what they all begin with
    if base + values > DOUBTED and not detector.samples_cells:  # lists and models are not tried on random letters
        values = min(values, _in_shapes(detector, sketch, look, cells, passing))
    real = _real(hits.passed / hits.rows if detector.hot else passing, chance)
    share = real * hits.rows / sketch.filled
    few = _odd_shapes(detector, sketch) if chance < STRICT and values <= 0 else (0, 0)
    odd = _bounded(log_ratio(*few, chance), chance, bare=look.bare) if few[0] else -IMPOSSIBLE
    return (odd, max(share, few[0] / sketch.filled), fit) if odd > values else (values, share, fit)


def _real(rate: float, chance: float) -> float:
    """The share of matches that are the entity, where the others pass at the rate of chance."""
    return 1.0 if chance >= 1.0 else max(0.0, (rate - chance) / (1 - chance))


def _bounded(ratio: float, chance: float, *, bare: bool) -> float:
    """Numbers with other check digits pass together, bare ones above all: what a column can say is bounded by the chance."""
    most = 1.5 - 2.2 * math.log(chance) if bare else 2.0 - 2.6 * math.log(chance)
    return max(-IMPOSSIBLE, min(ratio, IMPOSSIBLE, most))


def _in_shapes(detector: Detector, sketch: Sketch, look: Look, cells: Alike, passing: float) -> float:
    """Whether more of the cells match and pass than random strings of the most frequent shapes would.

    Where matches are parts of cells, that is asked only of columns that are made of a few shapes, as codes are and prose is not.
    """
    every = look.shapes if look.whole else sketch.shapes
    frequent = sorted((sketch.shapes[key] for key in every), key=lambda one: (-one.rows, one.text))[:SHAPES_TRIED]
    if not look.whole and sum(one.rows for one in frequent) < 0.5 * sketch.filled:
        return IMPOSSIBLE
    found = [(luck_in(detector, one.text, whole=look.whole), one.rows) for one in frequent]
    rows = sum(rows for luck, rows in found if luck is not None)
    luck = sum(luck * rows for luck, rows in found if luck is not None) / rows if rows else 0.0
    if not luck:
        return IMPOSSIBLE
    luck = min(luck, 0.999)
    return _bounded(log_ratio(round(cells.tried * cells.share * passing), cells.tried, luck), luck, bare=False)


def _odd_shapes(detector: Detector, sketch: Sketch) -> tuple[int, int]:
    """Of the exemplars of rare shapes: how many passed, and were tried. What a few odd cells hold among others."""
    rare = [one for one in sketch.shapes.values() if one.rows < 0.05 * sketch.filled and detector.key in one.tried]
    passed = [one for one in rare if detector.key in one.passed]
    few = sum(one.rows for one in passed) < 0.05 * sketch.filled
    return (len(passed), len(rare)) if few else (0, 0)


def _from_shapes(detector: Detector, sketch: Sketch, says: NameSays) -> Case:
    """For what only a name can tell: how cells look."""
    rows = sum(shape.rows for shape in sketch.shapes.values())
    fits = re.compile(detector.shapes or "")
    fitting = {key: shape.rows for key, shape in sketch.shapes.items() if fits.fullmatch(shape.text)}
    share = sum(fitting.values()) / rows if rows else 0.0
    odds = PRIOR + SAID[says]
    odds += share * min(-math.log(max(detector.chance, 0.05)), 3.0) if share >= 0.5 else -6.0 * (1 - share)
    if detector.needs_column and SAID[says] <= 0:
        odds -= IMPOSSIBLE
    return Case(
        detector,
        odds,
        share,
        round(share * sketch.filled),
        0,
        says,
        share >= 0.5,
        frozenset(fitting),
        0.0,
        f"{share:.0%} of the cells look like it; {says.value}",
    )


def _ages(sketch: Sketch) -> float:
    """Whether the years fit people who are alive or were: births spread over decades, none in the future."""
    total = sum(sketch.decades.values())
    if not total:
        return 0.0
    fitting = sum(rows for decade, rows in sketch.decades.items() if 1900 <= decade <= 2020)
    recent = sum(rows for decade, rows in sketch.decades.items() if decade >= 2020)
    if fitting < 0.9 * total:
        return -3.0
    return 1.5 if len(sketch.decades) >= 3 and recent < 0.3 * total else -2.0 if recent > 0.8 * total else 0.0

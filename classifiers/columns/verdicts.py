"""The verdict for a whole column: from its sketch, its name and its neighbours.

:mod:`.evidence` adds up, for each detector, what speaks for it. Here detectors compete: those whose matches are the
same whole cells explain the same thing, so at most one of them is right, and their probabilities and that of none of them add up
to 1. That also pays for the number of detectors tried: where many could explain a column, each is less likely.
:mod:`.calibration` then turns what came out into a frequency.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from classifiers.columns.calibration import POINTS, Points, calibrated
from classifiers.columns.evidence import Case, case_of
from classifiers.detector import Detector, DetectorKey, Sensitivity
from classifiers.field_names import FieldNames, NameSays, words
from classifiers.sketches.sketch import Sketch

TAGGED = 0.5  # probability from which on a field is taken for something rather than nothing
HIGHEST = 0.99  # confidence never claims more: calibration beyond it was not measured
BETTER_FIT = 3.0  # log-odds at most that a better fit of another entity takes away
OUT_OF_THE_QUESTION = 6.0  # log-odds that a detector lies behind another, whose fit then does not matter
SAME = 0.5  # share of a detector's rows that a likelier one must have too, to explain them away

_DECOYS = frozenset(
    "amount asset balance barcode batch bin build checksum code commit count counter created duration ean epoch etag gtin hash "
    "id index invoice isbn item latitude locker longitude lot machine meter modified number offset order part position price "
    "product promo quantity receipt ref reference release revision row run seq sequence serial sha size sku slot stock ticket "
    "time timestamp total tracking transaction uid updated upc uuid guid version weight".split()
)
_TEXTS_AND_PEOPLE = frozenset(
    "answer body by comment content description detail feedback memo message note question reason remark review subject summary "
    "text transcript".split()
)
"""Last words of names that are no decoys, whatever stands before: ``order_note`` is a note, and ``created_by`` somebody."""
_PEOPLE = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "PERSON", "IBAN_CODE", "CREDIT_CARD"})


@dataclass(frozen=True, slots=True)
class EntityVerdict:
    """One entity of a field.

    Attributes:
        share: of the non-empty rows that hold it, 0..1, estimated.
        confidence: probability that it is there, 0..1.
        matches: rows that hold it, counted, or estimated from the checked values.
        checked: distinct values on which the check ran.
        reason: the evidence in one sentence, without values.
    """

    detector: DetectorKey
    entity: str
    subtype: str
    category: str
    sensitivity: Sensitivity
    share: float
    confidence: float
    matches: int
    checked: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a field is: its entities, the main one first; none when nothing was recognised.

    Attributes:
        confidence: that the main entity is right; or, without one, that there is none.
        small_domain: its examples would tell something even when masked.
    """

    entities: tuple[EntityVerdict, ...]
    confidence: float
    small_domain: bool = False

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of its entities; internal without any."""
        return max((one.sensitivity for one in self.entities), default=Sensitivity.INTERNAL)


class Judge:
    """Gives verdicts for the fields of an asset.

    Args:
        detectors: the pack whose hits the sketches hold.
        points: turn probabilities of the model into frequencies.
    """

    def __init__(self, detectors: Sequence[Detector], points: Points = POINTS) -> None:
        self._points = points
        self._detectors = {detector.key: detector for detector in detectors}
        self._names = FieldNames(detectors)

    def asset(self, name: str, sketches: Mapping[str, Sketch]) -> dict[str, Verdict]:
        """A verdict for each field of the asset ``name``."""
        cases = {path: self._cases(path, sketch) for path, sketch in sketches.items()}
        people = {path for path, found in cases.items() if any(_speaks_of_people(case) for case in found)}
        about = frozenset(words(name))
        return {
            path: _verdict(
                [_with_neighbours(case, bool(people - {path}), about) for case in found], sketches[path], self._points
            )
            for path, found in cases.items()
        }

    def _cases(self, path: str, sketch: Sketch) -> list[Case]:
        if not sketch.filled:
            return []
        said = self._names.look_up(path)
        own = words(path.rsplit(".", 1)[-1])
        decoy = not _DECOYS.isdisjoint(own) and own[-1] not in _TEXTS_AND_PEOPLE
        keys = dict.fromkeys([*sketch.hits, *said])
        found = (
            case_of(self._detectors[key], sketch, said.get(key, NameSays.NOTHING), decoy=decoy)
            for key in keys
            if key in self._detectors
        )
        return [case for case in found if case is not None]


def _speaks_of_people(case: Case) -> bool:
    return case.detector.entity in _PEOPLE and case.odds >= math.log(4) and case.detector.patterns != ()


def _with_neighbours(case: Case, people: bool, about: frozenset[str]) -> Case:  # noqa: FBT001
    """Names and addresses stand beside other data of people, and seldom without."""
    if case.detector.in_text or case.detector.shapes is None or case.detector.entity not in {"PERSON", "LOCATION"}:
        return case
    odds = case.odds + (1.5 if people else -0.5)
    against = {word for phrase in case.detector.not_columns for word in words(phrase)}
    if about & against and not people:
        odds -= 3.0
    return replace(case, odds=odds)


def _verdict(cases: Iterable[Case], sketch: Sketch, points: Points) -> Verdict:
    """The entities that are there rather than not, each the likeliest of those that explain the same cells."""
    left = sorted(cases, key=lambda case: (-case.odds, -case.share, case.detector.key))
    kept: list[tuple[Case, float]] = []
    nothing = 1.0
    while left:
        first = left[0]
        rivals = [case for case in left if case is first or _same_cells(first, case, sketch)]
        weights = _weights(rivals)
        first = max(rivals, key=lambda case: weights[case])
        total = 1 + sum(weights.values())
        nothing = min(nothing, 1 / total)
        if 1 - 1 / total >= TAGGED and first.share:
            own = sum(weight for case, weight in weights.items() if case.detector.entity == first.detector.entity)
            if not any(one.detector.entity == first.detector.entity and one.whole == first.whole for one, _ in kept):
                kept.append((first, own / total))
        left = [case for case in left if case not in weights]
    kept.sort(key=lambda one: (not one[0].whole, -one[0].share * one[1], one[0].detector.key))
    if not kept:
        return Verdict((), round(max(TAGGED, min(HIGHEST, nothing)), 3))
    entities = tuple(_entity(case, calibrated(probability, points)) for case, probability in kept)
    return Verdict(entities, entities[0].confidence, any(case.detector.small_domain for case, _ in kept))


def _weights(rivals: Sequence[Case]) -> dict[Case, float]:
    """Odds of each, less where another entity fits the values better: more of them pass, or as many pass a stricter check."""
    likeliest = max(case.odds for case in rivals)
    fits: dict[str, float] = {}
    for case in rivals:
        if case.odds >= likeliest - OUT_OF_THE_QUESTION:
            fits[case.detector.entity] = max(case.fit, fits.get(case.detector.entity, case.fit))
    best = max(fits.values())
    return {
        case: math.exp(
            min(case.odds, 40.0) - min(max(best - fits.get(case.detector.entity, case.fit), 0.0), BETTER_FIT)
        )
        for case in rivals
    }


def _same_cells(one: Case, other: Case, sketch: Sketch) -> bool:
    """Whether both explain whole cells, and most of the other's are the one's too."""
    if not (one.whole and other.whole):
        return False

    def rows(shapes: Iterable[int]) -> int:
        return sum(sketch.shapes[key].rows for key in shapes)

    return rows(one.shapes & other.shapes) >= SAME * rows(other.shapes)


def _entity(case: Case, confidence: float) -> EntityVerdict:
    detector = case.detector
    return EntityVerdict(
        detector.key,
        detector.entity,
        detector.subtype,
        detector.category,
        detector.sensitivity,
        round(case.share, 4),
        round(min(confidence, HIGHEST), 3),
        case.matches,
        case.checked,
        case.sentence,
    )

"""The verdict for a whole column: from its sketch, its name and its neighbours.

Evidence is added as log-odds (natural logarithms). Values count as a test of two hypotheses: the column holds the entity
in some share of its cells, against the column holds something else whose values pass the rule by chance. So a nine-digit
column in which a tenth of the values pass a mod-10 check is chance, and one in which all pass is that number. What the test
can say at most is bounded by how unspecific the rule is, since values of one column (running numbers, say) are not
independent of one another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifiers.detector import Detector, DetectorKey, Sensitivity
from classifiers.field_names import FieldNames, NameSays, words
from classifiers.sketch import Hits, Sketch

PRIOR = -4.0  # log-odds that any field holds any one entity, before looking
STRICT, STRICT_GAIN = 0.05, 1.0  # a rule that chance seldom passes may tag a field by a single match
MOST = 14.0  # log-odds that values can give
TAGGED = 0.5  # probability from which on an entity is part of the verdict
HIGHEST = 0.99  # confidence never claims more: calibration beyond it was not measured

_SAID = {
    NameSays.EXACTLY: 4.5,
    NameSays.CONTAINS: 3.0,
    NameSays.SURROUNDINGS: 1.0,
    NameSays.NOTHING: 0.0,
    NameSays.AGAINST: -6.0,
}
_DECOYS = frozenset(
    "amount balance barcode batch build checksum code commit count counter created duration ean epoch etag gtin hash id "
    "index invoice isbn item latitude longitude modified number offset order part position price product quantity ref "
    "reference release revision row seq sequence serial sha size sku stock time timestamp total tracking transaction "
    "updated upc uuid guid version weight".split()
)
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


@dataclass(frozen=True, slots=True)
class _Case:
    """The evidence for one detector in one field."""

    detector: Detector
    odds: float
    share: float
    matches: int
    checked: int
    says: NameSays
    whole: bool
    sentence: str

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-max(min(self.odds, 40.0), -40.0)))


class Judge:
    """Gives verdicts for the fields of an asset.

    Args:
        detectors: the pack whose hits the sketches hold.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = {detector.key: detector for detector in detectors}
        self._names = FieldNames(detectors)

    def asset(self, name: str, sketches: Mapping[str, Sketch]) -> dict[str, Verdict]:
        """A verdict for each field of the asset ``name``."""
        cases = {path: self._cases(path, sketch) for path, sketch in sketches.items()}
        people = {path for path, found in cases.items() if any(_speaks_of_people(case) for case in found)}
        about = frozenset(words(name))
        return {
            path: _verdict([_with_neighbours(case, bool(people - {path}), about) for case in found])
            for path, found in cases.items()
        }

    def _cases(self, path: str, sketch: Sketch) -> list[_Case]:
        if not sketch.filled:
            return []
        said = self._names.look_up(path)
        decoy = bool(_DECOYS & set(words(path.rsplit(".", 1)[-1])))
        keys = dict.fromkeys([*sketch.hits, *said])
        found = (
            self._case(self._detectors[key], sketch, said.get(key, NameSays.NOTHING), decoy=decoy)
            for key in keys
            if key in self._detectors
        )
        return [case for case in found if case is not None]

    def _case(self, detector: Detector, sketch: Sketch, says: NameSays, *, decoy: bool) -> _Case | None:
        hits = sketch.hits.get(detector.key)
        if hits is not None:
            return _from_hits(detector, sketch, hits, says, decoy=decoy)
        if detector.shapes is not None:
            return _from_shapes(detector, sketch, says)
        return None


def _from_hits(detector: Detector, sketch: Sketch, hits: Hits, says: NameSays, *, decoy: bool) -> _Case:
    """Evidence of the matches: how many pass the check, against how many would by chance."""
    tried, passed = len(hits.ok), int(np.count_nonzero(hits.ok))
    rate = hits.passed / hits.rows if detector.hot else passed / max(tried, 1)
    chance = detector.chance
    real = 1.0 if chance >= 1.0 else max(0.0, (rate - chance) / (1 - chance))
    if detector.check is None:
        real = 1.0
    share = real * hits.rows / sketch.filled
    minority = _minority(detector, sketch) if real < 0.02 else 0
    prior = PRIOR + (STRICT_GAIN if chance < STRICT else 0.0)
    odds = prior + _SAID[says] + _support(passed, tried, chance)
    if minority:
        odds, share = (
            max(odds, prior + _SAID[says] + _support(minority, minority, chance)),
            max(share, 1 / sketch.filled),
        )
    if detector.needs_column and _SAID[says] <= 0:
        odds -= MOST
    if decoy and _SAID[says] <= 0 and chance > 0.02:
        odds -= 4.0
    if says is NameSays.EXACTLY and hits.whole >= 0.8 * sketch.filled and detector.check is not None:
        # named so and looking so: numbers that fail their check are test data or old ones, not something else
        odds, share = max(odds, PRIOR + _SAID[says] + 1.0), hits.whole / sketch.filled
    if share < 0.3 and chance > 0.05:  # an unspecific rule in a few cells is a finding only if nearly all of them pass
        odds -= 6.0 * (1 - real)
    if detector.subtype == "DATE_OF_BIRTH":
        odds += _ages(sketch)
    part = "whole cells" if hits.whole >= 0.5 * hits.rows else "parts of cells"
    checked = f", {passed} of {tried} checked values pass" if detector.check is not None else ""
    return _Case(
        detector,
        odds,
        min(share, 1.0),
        min(hits.rows, max(1, round(share * sketch.filled))) if share else 0,
        tried,
        says,
        hits.whole >= 0.5 * sketch.filled,
        f"{hits.rows} of {sketch.filled} rows match ({part}){checked}; {says.value}",
    )


def _support(passed: int, tried: int, chance: float) -> float:
    """Log-likelihood ratio of the observed pass rate against chance, bounded by the rule's specificity."""
    if not tried or chance >= 1.0:
        return 0.0
    rate = passed / tried
    if rate <= chance:
        return -MOST if tried >= 8 else -2.0
    ratio = passed * math.log(rate / chance)
    if passed < tried:
        ratio += (tried - passed) * math.log((1 - rate) / (1 - chance))
    return min(ratio, MOST, 2.0 - 2.6 * math.log(chance))


def _minority(detector: Detector, sketch: Sketch) -> int:
    """Shapes whose exemplar passed the check while the column as a whole did not: what a few odd cells hold."""
    if detector.check is None:
        return 0
    tried = [shape for shape in sketch.shapes.values() if detector.key in shape.tried]
    passed = [shape for shape in tried if detector.key in shape.passed]
    few = sum(shape.rows for shape in passed) < 0.05 * sketch.filled
    return len(passed) if few and len(passed) > 3 * detector.chance * len(tried) else 0


def _from_shapes(detector: Detector, sketch: Sketch, says: NameSays) -> _Case:
    """Evidence of how cells look, for what only a name can tell."""
    rows = sum(shape.rows for shape in sketch.shapes.values())
    fits = re.compile(detector.shapes or "")
    matching = sum(shape.rows for shape in sketch.shapes.values() if fits.fullmatch(shape.text))
    share = matching / rows if rows else 0.0
    odds = PRIOR + _SAID[says]
    odds += share * min(-math.log(max(detector.chance, 0.05)), 3.0) if share >= 0.5 else -6.0 * (1 - share)
    if detector.needs_column and _SAID[says] <= 0:
        odds -= MOST
    return _Case(
        detector,
        odds,
        share,
        round(share * sketch.filled),
        0,
        says,
        share >= 0.5,
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


def _speaks_of_people(case: _Case) -> bool:
    return case.detector.entity in _PEOPLE and case.probability >= 0.8 and case.detector.patterns != ()


def _with_neighbours(case: _Case, people: bool, about: frozenset[str]) -> _Case:  # noqa: FBT001
    """Names and addresses stand beside other data of people, and seldom without."""
    if case.detector.shapes is None or case.detector.entity not in {"PERSON", "LOCATION"}:
        return case
    odds = case.odds + (1.5 if people else -0.5)
    against = {word for phrase in case.detector.not_columns for word in words(phrase)}
    if about & against and not people:
        odds -= 3.0
    return replace(case, odds=odds)


def _verdict(cases: Iterable[_Case]) -> Verdict:
    """The entities that are likelier there than not. Those that explain the same whole cells compete."""
    ranked = sorted(cases, key=lambda case: (-case.odds, -case.share, case.detector.key))
    best = ranked[0].probability if ranked else 0.0
    kept: list[_Case] = []
    for case in ranked:
        if case.probability < TAGGED:
            continue
        if case.whole and any(other.whole for other in kept):
            continue
        if any(other.detector.entity == case.detector.entity and other.whole == case.whole for other in kept):
            continue
        kept.append(case)
    kept.sort(key=lambda case: (not case.whole, -case.share * case.probability, case.detector.key))
    if not kept:
        return Verdict((), round(max(TAGGED, min(HIGHEST, 1 - best)), 3))
    entities = tuple(_entity(case) for case in kept)
    return Verdict(entities, entities[0].confidence, any(case.detector.small_domain for case in kept))


def _entity(case: _Case) -> EntityVerdict:
    detector = case.detector
    return EntityVerdict(
        detector.key,
        detector.entity,
        detector.subtype,
        detector.category,
        detector.sensitivity,
        round(case.share, 4),
        round(min(case.probability, HIGHEST), 3),
        case.matches,
        case.checked,
        case.sentence,
    )

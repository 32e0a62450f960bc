"""Names in fields of free text: which cells are shown to a model, what is kept of it, and what verdict follows."""

from __future__ import annotations

import random
import re
from functools import reduce

import pyarrow as pa
import pytest

from classifiers.columns.verdicts import Judge
from classifiers.identity import observing, pack_hash
from classifiers.matching.matcher import Matcher
from classifiers.names.fields import PROSE, READ, name_detectors
from classifiers.names.reader import NameReader
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.sketches.shape import shape
from classifiers.sketches.sketch import SHOWN_KEPT, Sketch, merge
from classifiers.sketches.sketch_bytes import to_bytes
from tests.classifiers.names.gazetteer import Gazetteer
from tests.classifiers.sample import PACK

KEY = HashKey(bytes(range(16)), 1)
WITH_NAME = ("spoke to Anna Smith about the order {}", "the parcel {} went to Leeds by mistake, says Zoë")
WITHOUT = ("the parcel {} was late and the box was wet", "call back tomorrow about invoice {}")


def notes(count: int, share: float, seed: int = 1) -> list[str]:
    """Free text of which a share names people."""
    rng = random.Random(seed)
    return [rng.choice(WITH_NAME if rng.random() < share else WITHOUT).format(number) for number in range(count)]


def pack(model: Gazetteer | None = None) -> Matcher:
    """A few rules, and names by a model."""
    return Matcher((*PACK, *name_detectors(NameReader(model or Gazetteer()))))


def sketch(values: list[str], matcher: Matcher, known: Sketch | None = None) -> Sketch:
    """Of one column."""
    return observe({"x7": pa.array(values, pa.string())}, matcher, KEY, {"x7": known} if known is not None else None)[
        "x7"
    ]


def verdict(values: list[str]) -> dict[str, float]:
    """The keys of the verdict for a column that is named like nothing, with the share of each."""
    matcher = pack()
    found = Judge(matcher.detectors).asset("t", {"x7": sketch(values, matcher)})["x7"]
    return {one.detector: one.share for one in found.entities}


@pytest.mark.parametrize(
    "text", ["Spoke to Anna about it.", "the parcel went to Leeds", "Customer (new) says, that Zoë's box"]
)
def test_running_text_is_shown_to_the_model(text: str) -> None:
    assert re.fullmatch(PROSE, shape(text))


@pytest.mark.parametrize(
    "text",
    [
        "Anna Smith",
        "12 High Street, Leeds",
        "536-90-4399",
        "GET /a/b?c=d HTTP/1.1",
        "red",
        "Anna Maria Smith Jones",
        "a b c",
        "",
    ],
)
def test_names_codes_and_few_words_are_not(text: str) -> None:
    assert not re.fullmatch(PROSE, shape(text))


def test_a_field_of_notes_about_people_is_found_whatever_its_name() -> None:
    found = verdict(notes(1_000, 0.6))
    assert found["PERSON/IN_TEXT"] == pytest.approx(0.6, abs=0.12)
    assert found["LOCATION/IN_TEXT"] == pytest.approx(0.3, abs=0.12)


def test_a_field_of_notes_about_nobody_is_not() -> None:
    assert verdict(notes(1_000, 0.0)) == {}
    assert verdict(notes(1_000, 0.01)) == {}


def test_words_that_open_a_sentence_and_abbreviations_do_not_count() -> None:
    assert verdict([f"Müller again says nothing, {n} times in a row" for n in range(300)]) == {}
    assert "PERSON/IN_TEXT" in verdict([f"again Müller says nothing, {n} times in a row" for n in range(300)])


def test_only_a_sample_and_the_beginning_of_cells_is_read() -> None:
    model = Gazetteer()
    cells = [note + " and so on and on" * 100 for note in notes(5_000, 0.5)]
    found = sketch(cells, pack(model))
    assert len(model.asked) == SHOWN_KEPT
    assert max(map(len, model.asked)) == READ
    hits = found.hits[name_detectors(model)[0].key]
    assert (hits.rows, hits.whole, len(hits.ok)) == (5_000, 0, SHOWN_KEPT)


def test_any_order_of_merging_gives_the_same_bytes_and_what_is_known_saves_reading() -> None:
    values = notes(4_000, 0.4)
    whole = to_bytes(sketch(values, pack()))
    parts = [values[begin : begin + 700] for begin in range(0, len(values), 700)]
    assert to_bytes(reduce(merge, [sketch(part, pack()) for part in reversed(parts)])) == whole
    model = Gazetteer()
    matcher = pack(model)
    grown = sketch(parts[0], matcher)
    for part in parts[1:]:
        grown = merge(grown, sketch(part, matcher, grown))
    assert to_bytes(grown) == whole
    assert len(model.asked) < 4 * SHOWN_KEPT


def test_another_model_is_another_pack_that_sees_otherwise() -> None:
    class Newer(Gazetteer):
        id = "gazetteer 2"

    one, same, other = (name_detectors(NameReader(model)) for model in (Gazetteer(), Gazetteer(), Newer()))
    assert pack_hash(one) == pack_hash(same) != pack_hash(other)
    assert observing(one).hash == observing(same).hash
    assert observing((*PACK, *other)).unseen(observing((*PACK, *one)).parts) == tuple(
        detector.key for detector in other
    )
    assert observing((*PACK, *one)).unseen(observing(PACK).parts) == tuple(detector.key for detector in one)

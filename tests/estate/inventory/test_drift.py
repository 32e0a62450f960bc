"""Drift as records and in words: bounded, in order of importance, and the same after it was kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations

from engine.base.state.canonical import canonical, parse_canonical
from engine.estate.formats.types import joined_types, type_text
from engine.estate.inventory.drift.fold import fold, sentences
from engine.estate.inventory.drift.model import KINDS, MOST, Collector, Drift, ScanDrift
from engine.estate.inventory.export import rows
from engine.estate.inventory.report.changes import change_lines
from tests.estate.inventory.sample import HOSTILE, hostile_view, sample_drift, sample_view
from tests.estate.inventory.test_export import parsed, written


def collected(found: Iterator[Drift]) -> ScanDrift:
    collector = Collector()
    collector.take(found)
    return collector.drift()


def test_like_changes_share_a_sentence_and_the_most_important_comes_first() -> None:
    assert sentences(sample_drift()) == [
        "New personal data: shop/orders.contact_email holds EMAIL_ADDRESS.",
        "Verdict changed: files/exports.customer_email was nothing personal, is EMAIL_ADDRESS.",
        "Verdict changed by other detectors: shop/orders.note was PERSON, LOCATION, is nothing personal.",
        (
            "Type changed: 14 fields of files/exports were int32, are double | int32: amount_0, amount_1, amount_10, amount_11, "
            "amount_12 and 9 more."
        ),
        "Type changed: shop/customers.phone was character varying(20), is character varying(40).",
        "Primary key changed: shop/notes had id, has none.",
        "Primary key changed: shop/order_lines had id, has order_id, line.",
        "Foreign keys changed: shop/orders: no longer customer_id -> customers.id.",
        "New table: shop/leads.",
        (
            "620 new fields of shop/events without personal data: attribute_000, attribute_001, attribute_002, attribute_003, "
            "attribute_004 and 615 more."
        ),
        "Gone: people/applicants_2019, which held PERSON, PHONE_NUMBER.",
        "Gone: people/employees.fax, which held PHONE_NUMBER.",
        "Gone from the configuration: the store archive, which held IBAN_CODE.",
    ]


def test_many_assets_and_many_kinds_of_fields() -> None:
    def found() -> Iterator[Drift]:
        for number in range(5):
            yield Drift("field_added", "s", "a", f"f{number}", entities=(f"E{number}", *"ABCDEF"))
            yield Drift("asset_added", "s", f"t{number}", now=("table",))
            yield Drift("asset_removed", "s", f"g{number}", was=("table",), entities=("PERSON",))
            yield Drift("field_removed", "s", "a", f"g{number}")
            yield Drift("verdict_changed", "s", "a", f"v{number}", was=("PERSON",))

    assert sentences(collected(found())) == [
        "New personal data: 5 new fields of s/a hold E0, A, B, C, D, E and 5 more: f0, f1, f2, f3, f4.",
        "Verdict changed: 5 fields of s/a were PERSON, are nothing personal: v0, v1, v2, v3, v4.",
        "5 new assets of s: t0, t1, t2, t3, t4.",
        "Gone: 5 assets of s, which held PERSON: g0, g1, g2, g3, g4.",
        "Gone: 5 fields of s/a: g0, g1, g2, g3, g4.",
    ]


def test_what_is_kept_is_bounded_and_everything_is_counted() -> None:
    many = 3_000

    def found() -> Iterator[Drift]:
        for number in range(many):
            yield Drift("type_changed", "s", f"a{number:04}", "f", ("int",), ("text",))
            yield Drift("field_removed", "s", f"a{number % 2}", f"f{number:04}")

    drift = collected(found())
    assert len(drift) == 2 * many
    assert drift.counts == {"type_changed": many, "field_removed": many}
    assert len(drift.items) == 2 * MOST
    assert len(drift.unlisted) == MOST + 1 + 2
    lines = fold(drift)
    assert sum(line.count for line in lines) == 2 * many
    assert [line.sentence for line in lines if line.kind == "field_removed"] == [
        "Gone: 1,500 fields of s/a0: f0000, f0002, f0004, f0006, f0008 and 1,495 more.",
        "Gone: 1,500 fields of s/a1: f0001, f0003, f0005, f0007, f0009 and 1,495 more.",
    ]
    assert "2,000 more: changed types." in sentences(drift)


def test_it_is_the_same_after_it_was_kept() -> None:
    for drift in (sample_drift(), ScanDrift()):
        again = ScanDrift.from_json(parse_canonical(canonical(drift.as_json())))
        assert again == drift
    assert len(ScanDrift.from_json(None)) == 0, "before a scan has ended"


def test_every_kind_is_told_and_shown_whatever_its_names_are() -> None:
    drift = hostile_view().drift
    assert {one.kind for one in drift.items} == set(KINDS)
    assert all(one.sentence for one in drift.items)
    assert len(change_lines(drift)) == len(sentences(drift))


def test_rows_of_an_export_tell_the_drift_of_their_field_and_asset() -> None:
    found = {(row["store"], row["asset"], row["field"]): row for row in parsed(sample_view())}
    told = {place: [one["sentence"] for one in row["drift"]] for place, row in found.items() if row["drift"]}
    assert told["shop", "customers", "phone"] == [
        "Type changed: shop/customers.phone was character varying(20), is character varying(40)."
    ]
    keys = "Foreign keys changed: shop/orders: no longer customer_id -> customers.id."
    assert {one[0] for place, one in told.items() if place[1] == "orders"} == {keys}
    text = written(sample_view(), "csv").decode()
    assert "Type changed: shop/customers.phone was character varying(20), is character varying(40)." in text
    for row in rows(sample_view()):
        assert json.dumps(row["drift"], default=lambda one: one.as_json())


def test_types_join_to_the_same_in_any_order() -> None:
    for some in permutations(["b", "a | c", "", "b"]):
        assert joined_types(some) == "a | b | c"
    many = [f"t{number:02}" for number in range(30)]
    assert joined_types(many) == "t00 | t01 | t02 | t03 | t04 | t05 | t06 | t07 | ..."
    assert joined_types([joined_types(many[10:]), joined_types(many[:10])]) == joined_types(many)
    assert all(len(type_text(bad)) <= 200 and type_text(bad).isprintable() for bad in HOSTILE)

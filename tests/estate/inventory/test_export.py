"""Exports of the inventory: rows for machines, and what the report says."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from engine.base.errors import BadInput
from engine.estate.inventory.export import KEYS, MORE, WRITERS, export, rows
from engine.estate.inventory.report import summary, words
from engine.estate.inventory.report.advice import REASONS, advice
from engine.estate.inventory.view import AssetView, InventoryView, ObjectView, StoreView
from tests.estate.inventory.sample import HOSTILE, MADE, column, hostile_view, large_view, plain, sample_view, table

csv.field_size_limit(1 << 24)  # as the formats set it, which may not have been imported before these tests
EMPTY = InventoryView("t", MADE, None, False, "p", ())


def written(view: InventoryView, form: str) -> bytes:
    stream = io.BytesIO()
    export(view, form, stream)
    return stream.getvalue()


def of_store(*assets: AssetView, failure: str = "", complete: bool = True) -> InventoryView:
    store = StoreView("s", "sql", "", "", (), assets, failure)
    return InventoryView("t", MADE, MADE, complete, "p", (store,))


def parsed(view: InventoryView) -> list[dict[str, Any]]:
    document: list[dict[str, Any]] = json.loads(written(view, "json"))
    return document


def test_the_first_keys_are_the_agreed_ones_in_order() -> None:
    agreed = "store asset field entity category sensitivity confidence rows_read matches coverage bound".split()
    for row in parsed(sample_view()):
        assert list(row)[:11] == agreed
        assert list(row) == [*KEYS, *MORE]
    header = written(sample_view(), "csv").decode().splitlines()[0]
    assert [cell.strip('"') for cell in header.split(",")][:11] == agreed


def test_a_field_has_a_row_for_each_entity_the_main_one_first() -> None:
    found = [row for row in rows(sample_view()) if (row["asset"], row["field"]) == ("customers", "note")]
    assert [row["entity"] for row in found] == ["EMAIL_ADDRESS", "PHONE_NUMBER", "PERSON"]
    assert found[0]["category"] == "user.contact.email"
    assert found[0]["sensitivity"] == "confidential"
    assert found[0]["matches"] == 4935
    assert found[0]["rows_read"] == 5000
    assert found[0]["disagreement"]


def test_a_field_with_nothing_in_it_has_one_row() -> None:
    (row,) = rows(of_store(table("a", (column("id"),))))
    assert (row["entity"], row["category"], row["confidence"]) == (None, None, None)
    assert (row["sensitivity"], row["matches"], row["coverage"], row["bound"]) == ("internal", 0, "full", 0.0)


@pytest.mark.parametrize("state", ["skipped", "failed", "sampled"])
def test_what_was_not_read_in_full_has_no_bound(state: Any) -> None:
    (row,) = rows(of_store(table("a", (column("id"),), state=state, why="truncated")))
    assert (row["coverage"], row["bound"], row["gap"]) == (state, None, f"{state}: truncated (1)")


def test_an_asset_without_fields_has_a_row() -> None:
    (row,) = rows(of_store(table("logo.png", (), 0, "skipped", "binary_file")))
    assert (row["asset"], row["field"], row["sensitivity"], row["coverage"]) == ("logo.png", None, None, "skipped")


def test_a_store_that_could_not_be_listed_has_a_row() -> None:
    (row,) = rows(of_store(failure="unreachable"))
    assert (row["store"], row["asset"], row["coverage"], row["gap"]) == ("s", None, "failed", "failed: unreachable")


def test_gaps_of_an_asset_are_counted_by_reason_the_worst_first() -> None:
    objects = [
        ObjectView(f"o{i}", "failed" if i < 2 else "skipped", "truncated" if i < 2 else "empty", "", 0, 0)
        for i in range(5)
    ]
    asset = AssetView("a", "file", "csv", tuple(objects), ())
    (row,) = rows(of_store(asset))
    assert row["gap"] == "failed: truncated (2); skipped: empty (3)"


def test_json_is_one_list_with_a_row_a_line() -> None:
    text = written(sample_view(), "json").decode()
    assert text.count("\n") == len(parsed(sample_view())) + 2
    row = parsed(sample_view())[0]
    assert (row["store"], row["owner"], row["jurisdiction"]) == ("shop", "Mira Okafor", "DE")
    assert row["purposes"] == ["sales", "support"]
    gaps = {row["asset"]: row["gap"] for row in parsed(sample_view()) if row["coverage"] == "failed"}
    assert gaps["audit_2019"].startswith("failed: ")


def test_csv_has_the_rows_of_the_json() -> None:
    for view in (sample_view(), hostile_view(), EMPTY):
        table_rows = list(csv.DictReader(io.StringIO(written(view, "csv").decode("utf-8"), newline="")))
        document = parsed(view)
        assert len(table_rows) == len(document)
        assert [row["coverage"] for row in table_rows] == [row["coverage"] for row in document]


def test_lists_are_joined_in_csv() -> None:
    row = next(
        row for row in csv.DictReader(io.StringIO(written(sample_view(), "csv").decode())) if row["field"] == "email"
    )
    assert row["links"] == "files/newsletter.csv.mail | shop/orders.contact_email"
    assert row["linked_by"] == (
        "98.3% of that field's distinct values are here too, at least 97.1% with 95 % confidence"
        " | foreign key; other entity"
    )


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_the_same_view_gives_the_same_bytes(form: str) -> None:
    assert written(sample_view(), form) == written(sample_view(), form)


def test_hostile_names_survive_in_json() -> None:
    assert list(dict.fromkeys(row["store"] for row in parsed(hostile_view()))) == list(HOSTILE)


def test_no_spreadsheet_runs_a_name() -> None:
    for row in csv.reader(io.StringIO(written(hostile_view(), "csv").decode("utf-8"), newline="")):
        assert not any(cell.startswith("=") for cell in row)


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_the_stream_stays_open(form: str) -> None:
    stream = io.BytesIO()
    export(EMPTY, form, stream)
    assert not stream.closed


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(BadInput, match="xml") as caught:
        export(EMPTY, "xml", io.BytesIO())
    assert "json" in caught.value.hint


def test_twenty_thousand_fields_are_written() -> None:
    assert len(parsed(large_view(20_000))) > 20_000
    assert written(large_view(20_000), "html").count(b"<tbody data-flags") == 20_000


# What the report says.


def test_figures_leave_out_what_is_gone() -> None:
    view = of_store(
        table("a", (column("x", "email"), column("y", "card"), column("z", "ssn", change="gone"), column("w")))
    )
    assert summary.figures(view) == summary.Figures(stores=1, assets=1, fields=3, personal=2, restricted=1)


def test_secrets_are_restricted_and_not_personal() -> None:
    view = of_store(table("a", (column("x", "key"),)))
    assert summary.figures(view) == summary.Figures(1, 1, 1, 0, 1)


def test_the_riskiest_comes_first() -> None:
    wide = table("wide", (column("a", "email"), column("b", "phone")))
    card = table("card", (column("a", "card"),), 5)
    two = table("two", (column("a", "card"), column("b", "iban")), 5)
    rows_ = table("many", (column("a", "email"), column("b", "phone")), 90_000)
    order = [line.asset for line in summary.risk_lines(of_store(wide, card, two, rows_, table("plain", plain(3, 9))))]
    assert order == ["two", "card", "many", "wide"]


def test_the_heat_map_counts_a_field_once_in_a_category() -> None:
    view = of_store(table("a", (column("note", "email phone name"), column("mail", "email"))))
    assert [(line.category, line.total) for line in summary.heat_map(view)] == [("user.contact", 2), ("user.name", 1)]
    assert summary.heat_map(view)[0].cells == ((2, summary.HEAT_STEPS),)


def test_gaps_come_worst_first_with_advice() -> None:
    found = summary.gaps(sample_view())
    assert [gap.state for gap in found] == ["failed", "failed", "skipped", "skipped"]
    assert found[0].advice == REASONS["permission_denied"]
    assert advice("failed", "never heard of").startswith("Scan it again")
    assert all(sentence.endswith(".") for sentence in REASONS.values())


BANNERS = [
    (EMPTY, "bad", "No scan has ended yet", "run a scan"),
    (of_store(failure="down"), "bad", "Not complete", "1 store could not be listed at all."),
    (sample_view(), "bad", "Not complete", "2 objects could not be read in full; 2 objects were skipped"),
    (of_store(table("a", (), 0, "sampled")), "warn", "Not complete", "1 object was only sampled"),
    (
        of_store(table("a", (), 0, "skipped", "x")),
        "warn",
        "Complete, except for what a rule leaves out",
        "1 object was skipped",
    ),
    (of_store(table("a", ()), complete=False), "warn", "Not complete", "did not end"),
    (of_store(table("a", ())), "good", "Complete", "read in full: 1 object."),
]


@pytest.mark.parametrize(("view", "tone", "title", "part"), BANNERS)
def test_the_banner_is_honest(view: InventoryView, tone: str, title: str, part: str) -> None:
    banner = summary.banner(view, summary.gaps(view))
    assert (banner.tone, banner.title) == (tone, title)
    assert part in banner.text
    page = written(view, "html").decode()
    assert f"<strong>{title}.</strong>" in page


def test_a_complete_claim_does_not_hide_a_failure() -> None:
    view = replace(sample_view(), complete=True)
    assert summary.banner(view, summary.gaps(view)).title == "Not complete"


@pytest.mark.parametrize(
    ("entity", "subtype", "text"),
    [
        ("EMAIL_ADDRESS", "", "Email address"),
        ("US_SSN", "", "US SSN"),
        ("DATE_TIME", "DATE_OF_BIRTH", "Date of birth"),
        ("IP_ADDRESS", "", "IP address"),
        ("SECRET", "AWS_ACCESS_KEY", "AWS access key"),
        ("IBAN_CODE", "", "IBAN code"),
    ],
)
def test_names_are_words_for_people(entity: str, subtype: str, text: str) -> None:
    assert words.entity_words(entity, subtype) == text


def test_categories_are_words_for_people() -> None:
    assert words.category_words("user.government_id") == "Government ID"
    assert words.category_words("system.authentication") == "Authentication (system)"
    assert words.category_root("user.contact.address.street") == "user.contact"
    assert not words.is_personal("username.x")

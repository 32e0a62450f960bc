"""Which rows a hold covers: rather too many than too few, and ``unknown`` where it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.base.errors import BadInput
from engine.base.ids import HoldId
from engine.estate.stores.store import AssetInfo, ForeignKey, ObjectInfo
from engine.governance.holds.forms import FORM_VERSION, HoldKey, identifier_digests, key_digests, texts_of
from engine.governance.holds.matcher import HoldMatcher
from engine.governance.holds.scopes import CountingHold, HeldScope, Scope, ScopeKind
from engine.governance.policy.model import Column

KEY = HoldKey(b"k" * 16, 1)
ONE, OTHER = HoldId(UUID(int=1)), HoldId(UUID(int=2))
EMAIL = Column("email")


def table(name: str, columns: str, *keys: ForeignKey, **more: Any) -> AssetInfo:
    types = dict.fromkeys(columns.split(), "text")
    return AssetInfo(name, "table", "sql", (ObjectInfo(name),), foreign_keys=keys, types=types, **more)


def key(field: str, target: str, column: str = "id") -> ForeignKey:
    return ForeignKey((field,), target, (column,))


CUSTOMERS = table("customers", "id email")
ORDERS = table("orders", "id customer_id", key("customer_id", "customers"))
ITEMS = table("items", "id order_id", key("order_id", "orders"))
NOTES = table("notes", "id")
SHOP = (CUSTOMERS, ORDERS, ITEMS, NOTES)


def held(scope: HeldScope, *more: HeldScope, assets: Sequence[AssetInfo] = SHOP) -> HoldMatcher:
    holds = [CountingHold(one.hold_id, "placed", (one,)) for one in (scope, *more)]
    return HoldMatcher("shop", holds, assets, KEY)


def subject(*identifiers: str, asset: str = "customers", column: str = "email", hold: HoldId = ONE) -> HeldScope:
    digests = tuple(digest for text in identifiers for digest in identifier_digests(text, KEY))
    return HeldScope(hold, ScopeKind.SUBJECT, "shop", asset, (column,), digests, 1, FORM_VERSION)


def rows(*keys: tuple[object, ...], asset: str = "customers", columns: Sequence[str] = ("id",)) -> HeldScope:
    digests = tuple(digest for one in keys for digest in key_digests(one, KEY) or ())
    return HeldScope(ONE, ScopeKind.ROWS, "shop", asset, tuple(columns), digests, 1, FORM_VERSION)


def says(matcher: HoldMatcher, asset: str, *found: Mapping[Column, object]) -> list[str]:
    """``held``, ``unknown`` or ``free`` of each row."""
    words = {str(ONE): "held", str(OTHER): "other", None: "free", "unknown": "unknown"}
    return [words[one] for one in matcher.held(asset, found)]


def emails(matcher: HoldMatcher, *values: object) -> list[str]:
    return says(matcher, "customers", *({EMAIL: value} for value in values))


def test_without_a_hold_nothing_is_fetched_and_every_row_is_free() -> None:
    matcher = HoldMatcher("shop", (), SHOP, KEY)
    assert matcher.columns("orders") == ()
    assert matcher.held("orders", [{}, {}]) == [None, None]


def test_a_whole_store_or_asset_is_held_without_a_look_at_the_rows() -> None:
    whole = held(HeldScope(ONE, ScopeKind.STORE, "shop"))
    assert (whole.columns("notes"), says(whole, "notes", {})) == ((), ["held"])
    one = held(HeldScope(ONE, ScopeKind.ASSET, "shop", "orders"))
    assert (says(one, "orders", {}), says(one, "notes", {}), one.columns("notes")) == (["held"], ["free"], ())
    assert says(held(HeldScope(ONE, ScopeKind.STORE, "elsewhere")), "notes", {}) == ["free"]


@pytest.mark.parametrize(
    "cell",
    [
        "ann.lee@example.com",
        "  Ann.Lee@EXAMPLE.com ",
        "\uff21nn.Lee@example.com",
        "annlee@example.com",  # marks do not count: rather too much
        "bob@example.com, ann.lee@example.com",
        b"ann.lee@example.com",
    ],
)
def test_a_subject_is_found_however_it_is_written(cell: object) -> None:
    matcher = held(subject("ann.lee@example.com"))
    assert matcher.columns("customers") == (EMAIL,)
    assert emails(matcher, "zoe@example.com", cell, "bob@example.com") == ["free", "held", "free"]


@pytest.mark.parametrize("cell", [None, "", "  ", "--", "\ud800", ["a"], {"a": 1}, float("nan")])
def test_what_cannot_be_compared_is_unknown(cell: object) -> None:
    assert emails(held(subject("ann@example.com")), cell) == ["unknown"]


def test_a_row_whose_column_was_not_fetched_is_unknown() -> None:
    assert says(held(subject("ann@example.com")), "customers", {}) == ["unknown"]


@pytest.mark.parametrize(
    ("given_as", "cell"),
    [
        ("42", 42),
        ("42", Decimal("42.00")),
        ("42", 42.0),
        ("42", "0042"),
        ("0042", 42),
        ("42.5", Decimal("42.50")),
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 09:30:00", datetime(2026, 3, 1, 9, 30)),
        ("2026-03-01T09:30:00", datetime(2026, 3, 1, 9, 30)),
        ("0b6e1c4e-2f7f-4b7e-9d0a-3a3c8b1f7a11", UUID("0b6e1c4e-2f7f-4b7e-9d0a-3a3c8b1f7a11")),
        ("0B6E1C4E2F7F4B7E9D0A3A3C8B1F7A11", UUID("0b6e1c4e-2f7f-4b7e-9d0a-3a3c8b1f7a11").bytes),
        ("Ärztin Öz", "ÖZ, ÄRZTIN"),
    ],
)
def test_types_of_a_store_compare_with_what_people_write(given_as: str, cell: object) -> None:
    assert emails(held(subject(given_as)), cell, "something else") == ["held", "free"]
    assert says(held(rows((given_as,))), "customers", {Column("id"): cell})[0] in ("held", "free")


@pytest.mark.parametrize("cell", [42, "42", "042", Decimal("42.0"), " 42 "])
def test_a_row_is_held_by_its_key(cell: object) -> None:
    matcher = held(rows((42,), ("A-7",)))
    assert matcher.columns("customers") == (Column("id"),)
    found = says(
        matcher, "customers", {Column("id"): cell}, {Column("id"): 43}, {Column("id"): "a-7"}, {Column("id"): None}
    )
    assert found == ["held", "free", "held", "unknown"]


def test_a_key_of_several_columns_is_compared_column_by_column() -> None:
    lines = table("lines", "a b")
    matcher = held(rows(("1", "12"), asset="lines", columns=("a", "b")), assets=(lines,))
    pairs = [("1", "12"), ("11", "2"), ("12", "1"), (1, 12)]
    found = says(matcher, "lines", *({Column("a"): a, Column("b"): b} for a, b in pairs))
    assert found == ["held", "free", "free", "held"]


def test_a_key_of_marks_alone_can_be_held() -> None:
    assert says(held(rows(("--",))), "customers", {Column("id"): "--"}, {Column("id"): "++"}) == ["held", "free"]


def test_what_hangs_on_a_subject_is_held_over_the_foreign_keys() -> None:
    matcher = held(subject("ann@example.com"))
    there = Column("email", "customers")
    assert matcher.columns("orders") == (Column("customer_id"), there)
    customer, on = Column("customer_id"), matcher.columns("items")
    assert says(
        matcher,
        "orders",
        {customer: 1, there: "Ann@example.com"},
        {customer: 2, there: "bob@example.com"},
        {customer: None, there: None},  # of nobody
        {customer: 3, there: None},  # of somebody without an address, or who is not there
    ) == ["held", "free", "free", "unknown"]
    order, arrived, further = Column("order_id"), Column("id", "orders"), Column("customer_id", "orders")
    assert on == (order, arrived, further, there)
    assert says(
        matcher,
        "items",
        {order: 1, arrived: 1, further: 1, there: "ann@example.com"},
        {order: 2, arrived: 2, further: None, there: None},  # of an order of nobody
        {order: 3, arrived: None, further: None, there: None},  # of an order that is not there
        {order: None, arrived: None, further: None, there: None},
    ) == ["held", "free", "unknown", "free"]
    assert matcher.columns("notes") == ()


def test_what_hangs_on_held_rows_is_held_too() -> None:
    matcher = held(rows((7,)))
    customer, there = Column("customer_id"), Column("id", "customers")
    assert matcher.columns("orders") == (customer, there)
    assert says(matcher, "orders", {customer: 7, there: 7}, {customer: 8, there: 8}) == ["held", "free"]


def test_several_ways_cannot_be_told_apart() -> None:
    two = table("orders", "id payer_id user_id", key("payer_id", "customers"), key("user_id", "customers"))
    matcher = held(subject("ann@example.com"), assets=(CUSTOMERS, two))
    payer, user = Column("payer_id"), Column("user_id")
    assert set(matcher.columns("orders")) == {payer, user}
    assert says(matcher, "orders", {payer: 1, user: None}, {payer: None, user: None}) == ["unknown", "free"]


def test_a_manager_is_looked_at_and_the_managers_manager_is_not() -> None:
    staff = table("staff", "id email boss", key("boss", "staff"))
    tasks = table("tasks", "id staff_id", key("staff_id", "staff"))
    matcher = held(subject("ann@example.com", asset="staff"), assets=(staff, tasks))
    boss = Column("boss")
    assert says(
        matcher,
        "staff",
        {EMAIL: "ann@example.com", boss: 3},
        {EMAIL: "bob@example.com", boss: 3},
        {EMAIL: "eve@example.com", boss: None},
    ) == ["held", "unknown", "free"]
    who, mail, above = Column("staff_id"), Column("email", "staff"), Column("boss", "staff")
    assert set(matcher.columns("tasks")) == {who, mail, above}
    assert says(
        matcher,
        "tasks",
        {who: 1, mail: "ann@example.com", above: None},
        {who: 2, mail: "bob@example.com", above: 1},
        {who: 3, mail: "eve@example.com", above: None},
        {who: None, mail: None, above: None},
    ) == ["held", "unknown", "free", "free"]


def test_a_way_that_goes_round_before_it_arrives_cannot_be_told() -> None:
    orders = table("orders", "id customer_id parent", key("customer_id", "customers"), key("parent", "orders"))
    matcher = held(subject("ann@example.com"), assets=(CUSTOMERS, orders, ITEMS))
    assert says(matcher, "items", {Column("order_id"): 1}, {Column("order_id"): None}) == ["unknown", "free"]


def test_a_table_or_field_that_is_gone_leaves_the_store_unknown() -> None:
    renamed = (table("clients", "id email"), ORDERS, NOTES)
    assert says(held(subject("ann@example.com"), assets=renamed), "notes", {}) == ["unknown"]
    assert says(held(HeldScope(ONE, ScopeKind.ASSET, "shop", "customers"), assets=renamed), "notes", {}) == ["unknown"]
    without = (table("customers", "id mail"), NOTES)
    assert says(held(subject("ann@example.com"), assets=without), "customers", {EMAIL: "bob"}) == ["unknown"]


def test_what_is_not_listed_or_could_not_be_read_is_unknown() -> None:
    matcher = held(subject("ann@example.com"), assets=(*SHOP, table("locked", "id", problem="permission_denied")))
    assert says(matcher, "locked", {}) == says(matcher, "new_table", {}) == ["unknown"]


def test_a_key_into_a_table_that_is_not_listed_may_lead_anywhere() -> None:
    logs = table("logs", "id visit_id", key("visit_id", "visits"))
    for more in ((), (table("visits", "id", problem="permission_denied"),)):
        matcher = held(subject("ann@example.com"), assets=(*SHOP, logs, *more))
        visit = Column("visit_id")
        assert matcher.columns("logs") == (visit,)
        assert says(matcher, "logs", {visit: 1}, {visit: None}) == ["unknown", "free"]
        assert says(matcher, "notes", {}) == ["free"]


def test_what_hangs_on_a_table_that_cannot_be_read_is_unknown() -> None:
    hidden = table("customers", "id email", problem="permission_denied")
    matcher = held(subject("ann@example.com"), assets=(hidden, ORDERS))
    customer = Column("customer_id")
    assert says(matcher, "orders", {customer: 1}, {customer: None}) == ["unknown", "free"]


def test_another_key_or_other_forms_compare_with_nothing() -> None:
    older = subject("ann@example.com")
    for made_otherwise in ({"key_generation": 2}, {"form_version": FORM_VERSION + 1}):
        fields = {name: getattr(older, name) for name in HeldScope.__slots__} | made_otherwise
        assert emails(held(HeldScope(**fields)), "bob@example.com") == ["unknown"]


def test_of_several_holds_one_that_covers_the_row_is_named() -> None:
    matcher = held(subject("ann@example.com"), subject("bob@example.com", "ann@example.com", hold=OTHER), rows((3,)))
    ident = Column("id")
    found = says(
        matcher,
        "customers",
        {EMAIL: "bob@example.com", ident: 1},
        {EMAIL: None, ident: 3},  # unknown by the one, held by the other
        {EMAIL: None, ident: 4},
    )
    assert found == ["other", "held", "unknown"]


@given(
    st.lists(st.one_of(st.text(max_size=30), st.integers(), st.none(), st.binary(max_size=8)), max_size=12),
    st.text(max_size=30),
)
def test_a_row_is_judged_alike_alone_and_among_others(cells: list[object], wanted: str) -> None:
    try:
        matcher = held(subject("ann@example.com"), subject(wanted))
    except BadInput:
        matcher = held(subject("ann@example.com"))
    together = emails(matcher, *cells)
    assert together == [emails(matcher, cell)[0] for cell in cells]


@given(st.text(min_size=1, max_size=40))
@example("\u00b8")  # a mark alone, which becomes a blank and a combining mark
@example("\u216b 12")
def test_whatever_can_be_held_is_held_where_it_stands_alone(text: str) -> None:
    try:
        scope = subject(text)
    except BadInput:
        return
    assert emails(held(scope), text, f" {text.upper()} ")[0] == "held"


@given(
    st.one_of(
        st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=2), st.uuids(), st.text(max_size=20)
    )
)
def test_a_key_is_held_as_the_value_and_as_its_text(value: object) -> None:
    texts = texts_of(value)
    assert texts is not None or isinstance(value, str | int | Decimal)
    for spelled in texts or ():
        assert says(held(rows((spelled,))), "customers", {Column("id"): value}) == ["held"]


def test_a_scope_that_does_not_fit_is_refused() -> None:
    for wrong in (
        {"store": ""},
        {"store": "shop", "asset": "a", "columns": ("x",)},
        {"store": "shop", "asset": "a", "columns": ("x", "y"), "identifiers": ("i",)},
        {"store": "shop", "asset": "a", "columns": ("x", "y"), "keys": ((1,),)},
        {"store": "shop", "asset": "a", "keys": ((1,),)},
        {"store": "shop", "asset": "a", "columns": ("x",), "keys": ((1,),), "identifiers": ("i",)},
        {"store": "shop", "columns": ("x",), "identifiers": ("i",)},
        {"store": "s" * 501},
    ):
        arguments: dict[str, Any] = wrong
        with pytest.raises(BadInput):
            Scope(**arguments)


def test_an_identifier_that_cannot_be_compared_is_refused_without_being_repeated() -> None:
    for wrong in ("", "--", "x" * 129):
        with pytest.raises(BadInput) as refused:
            identifier_digests(wrong, KEY)
        assert not wrong or wrong not in str(refused.value) + refused.value.hint

"""What holds of every set of rules: order is nothing, a further rule is never laxer, and the unknown lets nothing go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.governance.calendar import due_at
from engine.governance.policy.decide import Decider
from engine.governance.policy.decisions import Expires, Waived
from engine.governance.policy.facts import AssetFact, FieldFact
from engine.governance.policy.limits import Limit, Limits
from engine.governance.policy.model import Anonymise, Column, Delete, Disposal, Rule
from tests.governance.policy.making import EMAIL, SHOP, UNREAD, column, rule, table
from tests.governance.policy.test_selecting import SELECTORS

FIRST, NEVER = (one.replace(tzinfo=UTC) for one in (datetime.min, datetime.max))
COLUMNS = [column("a"), column("b"), column("c", "other")]
DURATIONS = st.sampled_from(
    ["P1D", "P2D", "P30D", "P1M", "P31D", "P2M", "P1Y", "P365D", "P366D", "PT24H", "PT48H", "PT730H"]
)
DISPOSALS: st.SearchStrategy[Disposal] = st.sampled_from(
    [
        Delete(),
        Delete(("o",)),
        Delete((), ("o",)),
        Anonymise(MappingProxyType({"x": None})),
        Anonymise(MappingProxyType({"x": "y"})),
    ]
)
STARTS = st.fixed_dictionaries(
    {one: st.none() | st.datetimes(datetime(2023, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC)) for one in COLUMNS}
)  # fmt: skip


@st.composite
def rules(draw: st.DrawFn, name: str = "", *, select: bool = False) -> Rule:
    """One rule of retention, about everything unless ``select``."""
    return rule(
        name or draw(st.sampled_from("abcdefgh")),
        select=draw(SELECTORS) if select else None,
        maximum=draw(st.just("") | DURATIONS) if select else draw(DURATIONS),
        minimum=draw(st.just("") | DURATIONS),
        start=draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=2, unique=True)),
        disposal=draw(DISPOSALS),
        zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati"])),
        statutory=draw(st.booleans()),
    )


RULES = st.lists(rules(), min_size=1, max_size=6, unique_by=lambda one: one.name)


def over(limit: Limit, starts: Mapping[Column, datetime | None]) -> datetime:
    """When a limit is over for a row: never, if a beginning has not happened."""
    found = [starts[one] for one in limit.beginnings]
    known = [one for one in found if one is not None]
    return due_at(max(known), limit.duration, ZoneInfo(limit.zone)) if len(known) == len(found) else NEVER


@given(st.lists(rules(select=True), max_size=8, unique_by=lambda one: one.name), st.randoms())
def test_the_order_of_rules_changes_nothing(some: list[Rule], random: object) -> None:
    asset = table()
    before = Decider(some).decide(asset)
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Decider(shuffled).decide(asset) == before


@given(RULES, rules("new"), STARTS)
def test_a_further_rule_never_lengthens_a_maximum_nor_shortens_a_minimum(
    some: list[Rule], more: Rule, starts: dict[Column, datetime | None]
) -> None:
    before, after = Decider(some).retention(table()), Decider([*some, more]).retention(table())
    assume(isinstance(before, Expires) and isinstance(after, Expires))
    assert isinstance(before, Expires)
    assert isinstance(after, Expires)
    due = [min(over(one, starts) for one in found.maxima) for found in (before, after)]
    assert due[1] <= due[0]
    kept = [max((over(one, starts) for one in found.minima), default=FIRST) for found in (before, after)]
    assert kept[1] >= kept[0]


@given(RULES, STARTS)
def test_what_counts_is_as_strict_as_all_rules_together(
    some: list[Rule], starts: dict[Column, datetime | None]
) -> None:
    found = Decider(some).retention(table())
    assume(isinstance(found, Expires))
    assert isinstance(found, Expires)
    alone = [Decider([one]).retention(table()) for one in some]
    maxima = [limit for one in alone if isinstance(one, Expires) for limit in one.maxima]
    assert min(over(one, starts) for one in found.maxima) <= min((over(one, starts) for one in maxima), default=NEVER)
    if any(isinstance(one.disposal, Delete) for one in maxima):  # and whoever asks to delete is not put off with less
        deleting = [over(one, starts) for one in found.maxima if isinstance(one.disposal, Delete)]
        asked = [over(one, starts) for one in maxima if isinstance(one.disposal, Delete)]
        assert min(deleting) <= min(asked)


@given(st.lists(rules(select=True), min_size=1, max_size=8, unique_by=lambda one: one.name))
def test_what_nothing_is_known_of_never_goes_by_what_it_may_hold(some: list[Rule]) -> None:
    """An asset that was not read goes only by rules that are about it whatever is in it."""
    unread = AssetFact(SHOP, "orders", primary_key=("id",), unknown=UNREAD)
    found = Decider(some).retention(unread)
    if isinstance(found, Expires | Waived):
        for content in ((), (EMAIL,)):
            read = replace(unread, unknown="", fields=(FieldFact("x", content),))
            for limit in found.maxima:
                alone = Decider([one for one in some if one.name == limit.rule]).retention(read)
                assert limit.rule in {one.rule for one in getattr(alone, "maxima", ())}


@given(st.lists(rules(select=True), max_size=6, unique_by=lambda one: one.name))
def test_less_known_makes_no_rule_certain(some: list[Rule]) -> None:
    """With less known of a table, no rule is about it that was not before."""
    known = table("orders", FieldFact("ab", (EMAIL,)), FieldFact("b"))
    less = replace(known, unknown=UNREAD, fields=tuple(replace(one, unknown=UNREAD) for one in known.fields))
    selection = Decider(some).selection
    before, after = selection.of_asset(known), selection.of_asset(less)
    assert not after.certain & ~before.certain


@given(RULES)
def test_which_maxima_count_does_not_depend_on_how_they_are_grouped(some: list[Rule]) -> None:
    found = [Decider([one]).retention(table()) for one in some]
    limits = [limit for one in found if isinstance(one, Expires) for limit in one.maxima]
    assume(limits)
    half = len(limits) // 2
    shortest = Limits().shortest
    assert shortest([*shortest(limits[:half])[0], *shortest(limits[half:])[0]])[0] == shortest(limits)[0]


def test_times_over_are_those_of_the_calendar() -> None:
    """The reference of these properties is not empty: a year from noon is over when that day ends."""
    limit = Decider([rule("a", maximum="P1Y", start=[COLUMNS[0]])]).retention(table())
    assert isinstance(limit, Expires)
    noon = datetime(2024, 3, 1, 12, tzinfo=UTC)
    starts: dict[Column, datetime | None] = {COLUMNS[0]: noon}
    assert over(limit.maximum, starts) == datetime(2025, 3, 2, tzinfo=UTC)
    assert over(limit.maximum, starts) - noon > timedelta(days=365)

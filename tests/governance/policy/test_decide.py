"""What policies come to for an asset: which limit counts, what cannot be, and what is unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

import pytest

from engine.base.ids import WaiverId
from engine.governance.policy.decide import NOT_CHECKED, Decider, retention_of
from engine.governance.policy.decisions import (
    Contradiction,
    Expires,
    KeptForEver,
    NoRule,
    NothingAsked,
    RetentionDecision,
    Unknown,
    Waived,
    minima_of,
)
from engine.governance.policy.facts import AssetFact, FieldFact, StoreFact, TagFacts
from engine.governance.policy.model import Anonymise, Delete, Disposal, Rule, Selector
from engine.governance.policy.waiving import WaiverFact, in_force
from tests.governance.policy.making import EMAIL, SHOP, UNREAD, column, policies, rule, table

CONTACT = Selector(categories=("user.contact",))
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def of(*rules: Rule, asset: AssetFact | None = None) -> RetentionDecision:
    """How long the rows of a table with an e-mail address are kept; the order of rules makes no difference."""
    asset = asset or table()
    found = Decider(rules).retention(asset)
    assert Decider(reversed(rules)).retention(asset) == found == retention_of(asset, policies(*rules))
    return found


def anonymise(**values: str | None) -> Anonymise:
    return Anonymise(MappingProxyType(values))


@pytest.mark.parametrize(
    ("durations", "counts"),
    [
        (["P2Y", "P1Y"], ["P1Y"]),
        (["P12M", "P1Y"], ["P1Y"]),  # the same: the first by name
        (["P365D", "P1Y"], ["P365D"]),
        (["P30D", "P1M"], ["P30D", "P1M"]),  # of 28 to 31 days: neither is certainly shorter, and both count
        (["PT24H", "P7D"], ["PT24H"]),
        (["PT48H", "P2D"], ["PT48H", "P2D"]),  # of hours and of whole days
    ],
)
def test_the_shortest_maximum_counts(durations: list[str], counts: list[str]) -> None:
    found = of(*(rule(f"r{place}", maximum=one) for place, one in enumerate(durations)))
    assert isinstance(found, Expires)
    assert [str(one.duration) for one in found.maxima] == counts
    assert found.maximum is found.maxima[0]
    assert {one.rule for one in found.lost} == {f"r{place}" for place in range(len(durations))} - {
        one.rule for one in found.maxima
    }


def test_maxima_from_other_beginnings_each_count_unless_one_is_certainly_earlier() -> None:
    both = of(
        rule("a", maximum="P2Y", start=[column("created_at")]), rule("b", maximum="P1Y", start=[column("closed_at")])
    )
    assert isinstance(both, Expires)
    assert [one.rule for one in both.maxima] == ["b", "a"]
    # the latest of two is never before one of them
    one = of(
        rule("a", maximum="P1Y", start=[column("created_at")]),
        rule("b", maximum="P2Y", start=[column("created_at"), column("closed_at")]),
    )
    assert isinstance(one, Expires)
    assert [limit.rule for limit in one.maxima] == ["a"]
    assert one.lost[0].why == "a is shorter: P1Y from created_at"


def test_a_table_that_is_named_and_one_that_is_meant_are_the_same() -> None:
    found = of(
        rule("a", maximum="P1Y"), rule("b", maximum="P2Y", start=[column("created_at", "accounts", "shop")])
    )  # fmt: skip
    assert isinstance(found, Expires)
    assert [limit.rule for limit in found.maxima] == ["a"]


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (Delete(), anonymise(email=None), ["a"]),
        (anonymise(email=None), Delete(), ["b"]),
        (Delete(("orders",)), Delete(), ["a"]),
        (Delete(), Delete(("orders",)), ["b"]),
        (Delete(("orders",)), Delete(("items",)), ["a", "b"]),
        (anonymise(email=None, name="x"), anonymise(email=None), ["a"]),
        (anonymise(email=None), anonymise(name=None), ["a", "b"]),
        (Delete(("orders",)), Delete(detach=("orders",)), None),
        (anonymise(email=None), anonymise(email="removed"), None),
    ],
)
def test_of_maxima_that_are_over_at_once_the_one_that_does_more_counts(
    first: Disposal, second: Disposal, wins: list[str] | None
) -> None:
    found = of(rule("a", maximum="P1Y", disposal=first), rule("b", maximum="P1Y", disposal=second))
    if wins is None:
        assert isinstance(found, Contradiction)
        assert found.rules == ("a", "b")
    else:
        assert isinstance(found, Expires)
        assert [one.rule for one in found.maxima] == wins


def test_anonymising_early_does_not_stand_for_deleting_later() -> None:
    found = of(
        rule("a", maximum="P1Y", disposal=anonymise(email=None)), rule("b", maximum="P2Y"), rule("c", maximum="P3Y")
    )
    assert isinstance(found, Expires)
    assert [one.rule for one in found.maxima] == ["a", "b"]


@pytest.mark.parametrize(
    ("minimum", "maximum", "outcome"),
    [
        ("P1Y", "P2Y", "fits"),
        ("P1Y", "P12M", "fits"),
        ("P3Y", "P2Y", "contradicts"),
        ("P366D", "P1Y", "may"),
        ("P32D", "P1M", "contradicts"),
        ("P30D", "P1M", "may"),
    ],
)
def test_a_minimum_above_the_maximum_is_a_contradiction(minimum: str, maximum: str, outcome: str) -> None:
    found = of(rule("least", minimum=minimum), rule("most", maximum=maximum))
    if outcome == "contradicts":
        assert isinstance(found, Contradiction)
        assert found.rules == ("least", "most")
        return
    assert isinstance(found, Expires)
    assert [one.rule for one in found.minima] == ["least"]
    assert bool(found.notes) == (outcome == "may")


def test_a_statutory_minimum_wins_over_the_maximum() -> None:
    found = of(rule("law", minimum="P10Y", statutory=True), rule("most", maximum="P2Y"))
    assert isinstance(found, Expires)
    assert [(one.rule, one.statutory) for one in found.minima] == [("law", True)]
    assert found.notes == (
        "the statutory minimum of law (P10Y from created_at) wins over the maximum of most (P2Y from created_at)",
    )


def test_the_longest_minimum_counts_and_a_statutory_one_beside_it() -> None:
    found = of(
        rule("law", minimum="P1Y", statutory=True),
        rule("house", minimum="P2Y"),
        rule("less", minimum="P6M"),
        rule("most", maximum="P9Y"),
    )
    assert isinstance(found, Expires)
    assert [one.rule for one in found.minima] == ["house", "law"]
    assert [(one.rule, one.why) for one in found.lost] == [("less", "house is longer: P2Y from created_at")]


def test_without_a_maximum_rows_are_kept_for_ever() -> None:
    assert isinstance(of(rule("least", minimum="P1Y")), KeptForEver)


def test_without_a_rule_personal_data_is_a_gap() -> None:
    found = of(rule("other", select=Selector(assets=("x",)), maximum="P1Y"), rule("owned", owner=True))
    assert isinstance(found, NoRule)
    assert found.categories == ("user.contact.email",)
    assert isinstance(of(asset=table("t", FieldFact("n"))), NothingAsked)


def test_what_was_not_read_is_unknown_and_never_goes() -> None:
    unread = table("accounts", FieldFact("id", unknown=UNREAD), unknown=UNREAD)
    found = of(rule("contacts", select=CONTACT, maximum="P1Y"), asset=unread)
    assert isinstance(found, Unknown)
    assert found.rules == ("contacts",)
    assert UNREAD in found.reason
    assert isinstance(of(asset=unread), Unknown)


def test_why_it_is_unknown_is_told_of_each_asset_for_itself() -> None:
    decider = Decider([rule("a", select=Selector(tags=("x",)), maximum="P1Y")])
    some = [table(f"t{count}", tags=TagFacts({"x": count}, 9)) for count in (3, 4)]
    reasons = [decider.retention(asset).reason for asset in some]
    assert ["only 3 of its 9" in reasons[0], "only 4 of its 9" in reasons[1]] == [True, True]


def test_a_minimum_that_may_apply_counts_and_a_maximum_that_may_does_not() -> None:
    perhaps = Selector(jurisdictions=("DE",))
    asset = table(store=StoreFact("shop"))
    found = of(
        rule("law", select=perhaps, minimum="P10Y"),
        rule("soon", select=perhaps, maximum="P1D"),
        rule("most", maximum="P2Y"),
        asset=asset,
    )
    assert isinstance(found, Expires)
    assert [one.rule for one in found.maxima] == ["most"]
    assert [(one.rule, one.certain) for one in found.minima] == [("law", False)]
    assert any("soon may be about it" in note for note in found.notes)


@pytest.mark.parametrize(
    ("rules", "minima"),
    [
        ([rule("a", minimum="P1Y"), rule("b", maximum="P2Y")], ["a"]),
        ([rule("a", minimum="P1Y")], ["a"]),
        ([rule("a", select=Selector(jurisdictions=("DE",)), minimum="P1Y")], ["a"]),
        ([rule("a", minimum="P3Y"), rule("b", maximum="P2Y")], ["a"]),
        ([rule("a", maximum="P3Y")], []),
        ([], []),
    ],
)
def test_minima_count_for_rows_that_go_with_others_whatever_is_decided(rules: list[Rule], minima: list[str]) -> None:
    found = of(*rules, asset=table(store=StoreFact("shop")))
    assert [one.rule for one in minima_of(found)] == minima


def waiver(rule_name: str, store: str = "shop", asset: str = "accounts", days: int = 30, number: int = 1) -> WaiverFact:
    return WaiverFact(WaiverId(UUID(int=number)), rule_name, store, asset, "", NOW.replace(day=days))


def test_a_waiver_keeps_rows_from_the_maximum_of_its_rule_and_from_no_other() -> None:
    rules = policies(rule("a", maximum="P1Y"), rule("b", maximum="P2Y"), rule("law", minimum="P1M", statutory=True))
    one = retention_of(table(), rules, [waiver("a")])
    assert isinstance(one, Expires)
    assert [limit.rule for limit in one.maxima] == ["b"]
    assert [(lost.rule, lost.why) for lost in one.lost] == [("a", "a waiver covers it")]
    both = retention_of(table(), rules, [waiver("a"), waiver("b", number=2)])
    assert isinstance(both, Waived)
    assert both.waivers == (UUID(int=1),)  # of the one that would count
    assert [limit.rule for limit in both.minima] == ["law"]
    assert isinstance(retention_of(table("other"), rules, [waiver("a")]), Expires)


def test_a_waiver_counts_until_it_expires() -> None:
    assert in_force([waiver("a", days=2)], NOW.replace(day=1))
    assert not in_force([waiver("a", days=2)], NOW.replace(day=2))


def test_requirements_are_met_broken_or_unknown() -> None:
    asked = rule("asks", owner=True, labels=("purpose", "jurisdiction"), encryption=("at_rest",))
    bare = table(store=StoreFact("bare"))
    told = {str(one.asked): (one.word, one.reason) for one in Decider([asked]).decide(bare).requirements}
    assert told == {
        "owner": ("broken", "the store declares no owner"),
        "purpose": ("broken", "the store declares no purpose"),
        "jurisdiction": ("broken", "the store declares no jurisdiction"),
        "encryption_at_rest": ("unknown", NOT_CHECKED),
    }
    words = [one.word for one in Decider([asked]).decide(table(store=SHOP)).requirements]
    assert words == ["met", "met", "met", "unknown"]
    perhaps = rule("asks", select=CONTACT, owner=True)
    unread = table("t", FieldFact("id", unknown=UNREAD), store=StoreFact("bare"), unknown=UNREAD)
    assert [one.word for one in Decider([perhaps]).decide(unread).requirements] == ["unknown"]


def test_each_field_says_which_rules_are_about_it() -> None:
    asset = table("t", FieldFact("email", (EMAIL,)), FieldFact("n"), FieldFact("x", unknown=UNREAD), unknown=UNREAD)
    found = Decider([rule("contacts", select=CONTACT, owner=True)]).decide(asset)
    assert [(one.path, one.decision.word) for one in found.fields] == [
        ("email", "covered"),
        ("n", "nothing_asked"),
        ("x", "unknown"),
        ("", "unknown"),
    ]
    nothing = Decider([]).decide(asset)
    assert [one.decision.word for one in nothing.fields] == ["no_rule", "nothing_asked", "unknown", "unknown"]

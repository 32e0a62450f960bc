"""Lint, diff, simulation, explanation and violations over a small estate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

import pytest

from engine.base.ids import WaiverId
from engine.governance.policy.decide import Decider
from engine.governance.policy.diff import RuleChanged, diff
from engine.governance.policy.explain import explain
from engine.governance.policy.facets import Fits
from engine.governance.policy.facts import AssetFact, Estate, FieldFact, StoreFact
from engine.governance.policy.lint import Finding, Smell, lint
from engine.governance.policy.model import Anonymise, Delete, Disposal, Rule, Selector
from engine.governance.policy.simulate import simulate
from engine.governance.policy.violations import Kind, Violation, violations
from engine.governance.policy.waiving import WaiverFact
from tests.governance.policy.making import EMAIL, IBAN, SHOP, UNREAD, column, policies, refers, rule, table

ACCOUNTS = table("accounts", FieldFact("id"), FieldFact("email", (EMAIL,)), FieldFact("closed_at"))
ORDERS = table("orders", FieldFact("id"), FieldFact("account"), foreign_keys=(refers("account", to="accounts"),))
ITEMS = table("items", FieldFact("id"), FieldFact("order"), foreign_keys=(refers("order", to="orders"),))
BARE = table("bare", FieldFact("n"), primary_key=())
LEAFLETS = table("leaflets.csv", FieldFact("n"), kind="file", primary_key=None)
ESTATE = Estate.of([ITEMS, ORDERS, ACCOUNTS, BARE, LEAFLETS])
CLOSED = [column("closed_at")]


def on(asset: str) -> Selector:
    return Selector(assets=(asset,))


def smells(*rules: Rule, estate: Estate = ESTATE) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.smell.value, one.rules, one.places) for one in lint(policies(*rules), estate)]


GOOD = rule(
    "good",
    select=on("accounts"),
    maximum="P2Y",
    start=CLOSED,
    disposal=Delete(dependents=("orders", "items")),
)


def test_good_policies_have_no_findings() -> None:
    assert smells(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (rule("r", select=on("nothing"), maximum="P1Y"), ("dead_rule", ("r",), ())),
        (rule("r", select=on("accounts"), maximum="P3Y", start=CLOSED), ("shadowed_rule", ("r",), ())),
        (rule("r", select=on("bare"), owner=True), None),
        (
            rule("r", select=on("items"), maximum="P1Y", start=[column("gone_at")]),
            ("clock_never_starts", ("r",), ("shop/items",)),
        ),
        (
            rule("r", select=on("bare"), minimum="P1Y", start=[column("closed_at", "accounts")]),
            ("clock_never_starts", ("r",), ("shop/bare",)),
        ),
        (
            rule("r", select=on("items"), maximum="P1Y", start=[column("closed_at", "accounts", "crm")]),
            ("clock_never_starts", ("r",), ("shop/items",)),
        ),
        (rule("r", select=on("items"), maximum="P1Y", start=[column("closed_at", "accounts")]), None),
        (
            rule("r", select=on("orders"), maximum="P1Y", start=[column("id")], disposal=Delete(("items", "ghosts"))),
            ("dependent_missing", ("r",), ("shop/orders",)),
        ),
        (
            rule("r", select=on("items"), maximum="P1Y", start=[column("id")], disposal=Delete(("bare",))),
            ("dependent_not_linked", ("r",), ("shop/items",)),
        ),
        (rule("r", select=on("bare"), maximum="P1Y", start=[column("n")]), ("no_primary_key", ("r",), ("shop/bare",))),
        (
            rule("r", select=on("orders"), maximum="P1Y", start=[column("id")]),
            ("reference_not_named", ("r",), ("shop/orders",)),
        ),
        (rule("r", select=on("leaflets.csv"), maximum="P1Y", start=[column("n")]), ("not_swept", ("r",), ("shop/leaflets.csv",))),
        (
            rule("r", select=on("accounts"), minimum="P3Y", start=CLOSED),
            ("contradiction", ("good", "r"), ("shop/accounts",)),
        ),
        (
            rule("r", select=on("accounts"), minimum="P730D", start=CLOSED),
            ("may_contradict", ("r", "good"), ("shop/accounts",)),
        ),
        (
            rule("r", select=on("accounts"), maximum="P1Y", start=[column("id")]),
            ("several_maxima", ("good", "r"), ("shop/accounts",)),
        ),
    ],
)  # fmt: skip
def test_each_smell(changed: Rule, expected: tuple[str, tuple[str, ...], tuple[str, ...]] | None) -> None:
    found = smells(GOOD, changed)
    if expected is None:
        assert found == []
    elif expected[0] == "may_contradict":
        assert found == []  # 730 days are never above two years, which have 730 or 731
        assert ("may_contradict", *expected[1:]) in smells(GOOD, _with_minimum(changed, "P731D"))
    else:
        assert expected in found


def _with_minimum(one: Rule, minimum: str) -> Rule:
    return rule(one.name, select=one.selector, minimum=minimum, start=CLOSED)


def test_a_class_without_a_rule_is_a_gap_that_is_told_once() -> None:
    twice = Estate.of([ACCOUNTS, replace(ACCOUNTS, name="people")])
    assert lint(policies(), twice) == [
        Finding(
            Smell.GAP,
            (),
            "no rule says how long user.contact.email is kept",
            ("shop/accounts", "shop/people"),
            2,
        )
    ]


def test_what_is_not_known_is_no_gap_and_no_dead_rule() -> None:
    unread = Estate.of([table("dump", FieldFact("x", unknown=UNREAD), unknown=UNREAD)])
    contacts = rule("contacts", select=Selector(categories=("user.contact",)), maximum="P1Y")
    assert [one.smell for one in lint(policies(contacts), unread)] == [Smell.UNPROVED_RULE]


def test_a_diff_tells_of_rules_and_of_decisions() -> None:
    later = replace(GOOD, title="Another title", retention=rule("x", maximum="P3Y", start=CLOSED).retention)
    found = diff(policies(GOOD, rule("old")), policies(later, rule("new", owner=True)), ESTATE)
    assert found.rules.added == ("new",)
    assert found.rules.removed == ("old",)
    assert found.rules.changed == (RuleChanged("good", ("title", "retention")),)
    told = {(one.asset, one.what): (one.before, one.after) for one in found.decisions}
    assert told["bare", "owner"][0] is None
    before, after = told["accounts", "retention"]
    assert before is not None
    assert after is not None
    assert ("P2Y" in before[1], "P3Y" in after[1]) == (True, True)
    same = diff(policies(GOOD), policies(GOOD), ESTATE)
    assert same.rules.empty
    assert same.decisions == ()


def test_a_simulation_counts_before_and_after() -> None:
    found = simulate(policies(), policies(GOOD), ESTATE)
    assert found.retention.document() == {
        "expires": {"before": 0, "after": 1},
        "no_rule": {"before": 1, "after": 0},
        "nothing_asked": {"before": 4, "after": 4},
    }
    (one,) = found.assets
    assert (one.asset, one.fields.document()) == (
        "accounts",
        {
            "covered": {"before": 0, "after": 3},
            "no_rule": {"before": 1, "after": 0},
            "nothing_asked": {"before": 2, "after": 0},
        },
    )


def test_an_explanation_tells_of_every_rule_which_won_and_why_others_lost() -> None:
    longer = rule("longer", select=Selector(categories=("user.contact",)), maximum="P3Y", start=CLOSED)
    elsewhere = rule("elsewhere", select=Selector(stores=("crm",)), maximum="P1Y")
    perhaps = rule("perhaps", select=Selector(purposes=("x",)), maximum="P1Y")
    asset = replace(ACCOUNTS, store=StoreFact("shop"))
    found = explain(Decider([GOOD, longer, elsewhere, perhaps]), asset)
    assert [(one.rule.name, one.fits) for one in found.rules] == [
        ("good", Fits.YES),
        ("longer", Fits.YES),
        ("perhaps", Fits.UNKNOWN),
        ("elsewhere", Fits.NO),
    ]
    sentences = list(found.sentences())
    assert "good is about it, by id, email, closed_at; its maximum counts: P2Y from closed_at" in sentences
    assert (
        "longer is about it, by email; its maximum (P3Y from closed_at) lost: good is shorter: P2Y from closed_at"
        in sentences
    )
    assert "elsewhere is not about it: it is in another store" in sentences
    assert "perhaps may be about it; unknown is its store declares no purpose" in sentences
    document = found.document()
    assert document["rules"][1]["outcome"].startswith("its maximum (P3Y")  # type: ignore[index,call-overload,union-attr]
    one = explain(Decider([GOOD, longer]), asset, "closed_at")
    assert [(told.rule.name, told.fits) for told in one.rules] == [("good", Fits.YES), ("longer", Fits.NO)]


def found_in(*assets: AssetFact, rules: list[Rule], waivers: list[WaiverFact] | None = None) -> list[Violation]:
    return list(violations(Decider(rules).decide_all(assets), waivers or []))


def test_violations_are_what_our_own_records_show_to_be_broken() -> None:
    bare = StoreFact("bare")
    some = [replace(ACCOUNTS, store=bare), replace(ORDERS, store=bare)]
    asks = rule("asks", owner=True, labels=("purpose", "jurisdiction"), encryption=("at_rest", "field"))
    found = found_in(*some, rules=[asks])
    assert [(one.kind, one.place, one.rules, one.asked, one.assets) for one in found] == [
        (Kind.NO_RULE, "bare/accounts", (), "", 1),
        (Kind.LABEL_MISSING, "bare", ("asks",), "jurisdiction", 2),
        (Kind.LABEL_MISSING, "bare", ("asks",), "purpose", 2),
        (Kind.NOT_CHECKED, "bare", ("asks",), "encryption_at_rest", 2),
        (Kind.NOT_CHECKED, "bare", ("asks",), "encryption_field", 2),
        (Kind.OWNER_MISSING, "bare", ("asks",), "owner", 2),
    ]
    assert [one.id for one in found_in(*reversed(some), rules=[asks])] == [one.id for one in found]
    assert len({one.id for one in found}) == len(found)


def test_what_is_unknown_of_an_asset_is_told_once() -> None:
    fields = tuple(FieldFact(name, unknown=UNREAD) for name in ("id", "a", "b"))
    asset = table("t", *fields, unknown=UNREAD)
    contacts = rule("c", select=Selector(categories=("user.contact",)), owner=True)
    by_id = rule("r", select=Selector(fields=("id",)), maximum="P1Y")
    told = [(one.kind, one.place, one.rules, one.reason) for one in found_in(asset, rules=[by_id, contacts])]
    assert told == [
        (Kind.UNKNOWN, "shop/t", ("c",), f"2 fields: it may be selected by c: {UNREAD}"),
        (Kind.UNKNOWN, "shop/t", ("c", "r"), f"it may be selected by c, r: {UNREAD}"),
    ]
    (whole,) = found_in(asset, rules=[contacts])
    assert (whole.kind, whole.place) == (Kind.UNKNOWN, "shop/t")


def test_a_contradiction_and_the_unknown_are_violations() -> None:
    less = rule("less", select=on("accounts"), minimum="P9Y", start=CLOSED)
    unread = AssetFact(SHOP, "dump", unknown=UNREAD)
    found = found_in(ACCOUNTS, unread, rules=[GOOD, less])
    assert [(one.kind, one.place) for one in found] == [
        (Kind.CONTRADICTION, "shop/accounts"),
        (Kind.UNKNOWN, "shop/dump"),
    ]


@pytest.mark.parametrize(
    ("disposal", "broken"),
    [
        (Delete(), []),
        (Anonymise(MappingProxyType({"email": None, "iban": None})), []),
        (Anonymise(MappingProxyType({"email": None})), [(Kind.NO_RULE, "shop/t.iban")]),
    ],
)
def test_a_field_that_stays_when_the_row_is_anonymised_needs_a_rule(
    disposal: Disposal, broken: list[tuple[Kind, str]]
) -> None:
    asset = table("t", FieldFact("email", (EMAIL,)), FieldFact("iban", (IBAN,)))
    contacts = Selector(categories=("user.contact",))
    found = found_in(asset, rules=[rule("r", select=contacts, maximum="P1Y", disposal=disposal)])
    assert [(one.kind, one.place) for one in found] == broken


def test_what_a_store_lacks_is_told_once_whoever_asks_for_it() -> None:
    bare = StoreFact("bare")
    some = [replace(ACCOUNTS, store=bare), replace(ORDERS, store=bare)]
    rules = [rule("a", select=on("accounts"), maximum="P1Y", owner=True), rule("b", select=on("orders"), owner=True)]
    (both,) = found_in(*some, rules=rules)
    assert (both.kind, both.place, both.rules, both.assets) == (Kind.OWNER_MISSING, "bare", ("a", "b"), 2)
    (one,) = found_in(some[0], rules=rules)
    assert (one.rules, one.id) == (("a",), both.id)


@pytest.mark.parametrize(
    ("rule_name", "store", "waived"), [("asks", "bare", True), ("asks", "shop", False), ("other", "bare", False)]
)
def test_a_waiver_accepts_the_violation_of_its_rule_there(rule_name: str, store: str, *, waived: bool) -> None:
    one = WaiverFact(WaiverId(UUID(int=1)), rule_name, store, "", "", datetime(2026, 3, 1, tzinfo=UTC))
    asks = rule("asks", owner=True)
    found = found_in(replace(ORDERS, store=StoreFact("bare")), rules=[asks], waivers=[one])
    assert [(found_one.kind, found_one.waived) for found_one in found] == [(Kind.OWNER_MISSING, waived)]


def test_one_that_two_rules_ask_for_is_accepted_when_both_are_waived() -> None:
    first = WaiverFact(WaiverId(UUID(int=1)), "a", "bare", "", "", datetime(2026, 3, 1, tzinfo=UTC))
    rules = [rule("a", owner=True), rule("b", owner=True)]
    asset = replace(ORDERS, store=StoreFact("bare"))
    assert not found_in(asset, rules=rules, waivers=[first])[0].waived
    both = [first, replace(first, id=WaiverId(UUID(int=2)), rule="b")]
    assert len(found_in(asset, rules=rules, waivers=both)[0].waivers) == 2


def test_facts_of_another_store_do_not_link() -> None:
    """A table of the same name in another store is another table."""
    other = StoreFact("crm", owner="x", jurisdiction="DE", purposes=("p",))
    estate = Estate.of([replace(ACCOUNTS, store=other), ORDERS])
    found = lint(
        policies(rule("r", select=on("orders"), maximum="P1Y", start=[column("closed_at", "accounts")])), estate
    )
    assert (Smell.CLOCK_NEVER_STARTS, "its clock never starts: there is no accounts in shop") in [
        (one.smell, one.sentence) for one in found
    ]
    assert SHOP in estate.stores.values()

"""The policy language: what files mean, what is refused and how that is told, and what cannot drift apart."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.governance.calendar.durations import Duration
from engine.governance.policy.canonical import policies_of
from engine.governance.policy.formatting import formatted
from engine.governance.policy.language import parse_policy
from engine.governance.policy.model import Anonymise, Column, Delete, Place, Policies, Retention, Selector, Source
from engine.governance.policy.problems import PoliciesRefused
from tests.governance.editors import accepted, check_schema
from tests.governance.written import Tree, documents, policies, spoilt
from tests.properties import tries

EXAMPLE = """\
version: 1
title: Customers
zone: Europe/Berlin
events:
  account_closed: {store: shop, table: accounts, column: closed_at}
rules:
  closed-accounts:
    title: Accounts go two years after they were closed
    select:
      category: user.contact
      store: shop
      asset: [accounts, "crm_*"]
      not: {tag: archive}
    require:
      retention:
        maximum: P2Y
        minimum: P6M
        from: account_closed
      disposal: {delete: {dependents: [orders, order_items], detach: notes}}
      encryption: at_rest
      owner: true
      labels: [purpose, jurisdiction]
    statutory: true
    source: {title: Civil Code, url: https://law.example/1, version: 2016}
"""


def refused(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PoliciesRefused) as caught:
        parse_policy(text, "p.yaml")
    assert all(one.file == "p.yaml" for one in caught.value.errors)
    return [(one.line, one.message.partition(": ")[2], one.hint) for one in caught.value.errors]


def refuses(text: str) -> bool:
    try:
        parse_policy(text)
    except PoliciesRefused:
        return True
    return False


def test_a_file_means_what_it_says() -> None:
    (rule,) = parse_policy(EXAMPLE, "customers.yaml").rules
    assert rule.place == Place("customers.yaml", 7)
    assert rule.selector == Selector(
        categories=("user.contact",),
        stores=("shop",),
        assets=("accounts", "crm_*"),
        excluded=Selector(tags=("archive",)),
    )
    assert rule.retention == Retention(
        Duration(months=6), Duration(months=24), (Column("closed_at", "accounts", "shop"),)
    )
    assert rule.disposal == Delete(("orders", "order_items"), ("notes",))
    assert (rule.encryption, rule.owner, rule.labels) == (("at_rest",), True, ("purpose", "jurisdiction"))
    assert (rule.statutory, rule.zone) == (True, "Europe/Berlin")
    assert rule.source == Source("Civil Code", "https://law.example/1", "2016")


def test_null_and_empty_text_are_two_things_to_set_a_column_to() -> None:
    rule = parse_policy(
        "version: 1\nrules: {a: {select: all, require: {retention: {maximum: P1Y, from: [{column: b}, {column: c}]},"
        " disposal: {anonymise: {e: null, f: '', g: 'null', h: 0}}}}}"
    ).rules[0]
    assert rule.disposal == Anonymise({"e": None, "f": "", "g": "null", "h": "0"})
    assert rule.retention is not None
    assert rule.retention.beginnings == (Column("b"), Column("c"))


def _rule(select: str = "all", require: str = "{owner: true}", more: str = "") -> str:
    head = "version: 1\nevents:\n  closed: {column: c}\nrules:\n  a:"
    return f"{head}\n    select: {select}\n    require: {require}\n    {more}\n"


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("rules: {a: {select: all, require: {owner: true}}}", 1, "needs `version`", "begin the file with `version: 1`"),
        ("version: 2\nrules: {}", 1, "no version of policy files `2`", "write `version: 1`"),
        ("version: 1", 1, "needs `events` or `rules`", ""),
        ("- a", 1, "a policy file is a set of keys, such as `rules:`", ""),
        ("", 1, "needs `version`", ""),
        ("version: 1\nrules:\n  a: [b\n", 4, "not valid YAML", "indentation"),
        ("version: 1\nversion: 1", 2, "given in line 1 already", ""),
        ("version: 1\nrules: &a {b: *a}", 2, "nested too deeply or repeats itself", ""),
        (
            "version: 1\ntitel: x\nevents: {a: {column: b}}",
            2,
            "no key `titel` in a policy file",
            "did you mean `title`?",
        ),
        ("version: 1\nevents: {a b: {column: b}}", 2, "a name has 1 to 64 letters", ""),
        ("version: 1\nevents: {a: {table: b}}", 2, "an event needs `column`", "{table: accounts, column: closed_at}"),
        ("version: 1\nevents: {a: {store: s, column: b}}", 2, "a store alone", "give `table`, too"),
        ("version: 1\nzone: Berlin\nevents: {a: {column: b}}", 2, "no time zone `Berlin`", "`Europe/Berlin`?"),
        ("version: 1\nzone: europe/berlin\nevents: {a: {column: b}}", 2, "no time zone", "`Europe/Berlin`?"),
        ("version: 1\nrules: [a]", 2, "rules are written by name", "`owned: {select:"),
        ("version: 1\nrules:\n", 2, "rules are written by name", ""),
        (_rule("{category: user.contacts}"), 6, "no category `user.contacts`", "did you mean `user.contact`?"),
        (_rule("{category: [user, contact.email]}"), 6, "no category `contact.email`", "`user.contact.email`?"),
        (_rule("{entity: email-address}"), 6, "no entity `email-address`", "did you mean `EMAIL_ADDRESS`?"),
        (_rule("{entity: QQQQQQ}"), 6, "no entity `QQQQQQ`", "`--detectors FILE`"),
        (_rule("{sensitivity: secret-ish}"), 6, "no sensitivity", "public, internal, confidential, restricted"),
        (_rule("{category: []}"), 6, "this list is empty", "take the line out"),
        (_rule("{store: [shop, shop]}"), 6, "in the list already", ""),
        (_rule("{store: {name: shop}}"), 6, "a single text belongs here", ""),
        (_rule("{store: ''}"), 6, "nothing stands here", "shop"),
        (_rule("{not: {not: {tag: a}}}"), 6, "no key `not` in `not`", "it belongs in `select`"),
        (_rule("{table: accounts}"), 6, "no key `table` in `select`", "did you mean `asset`?"),
        (_rule("{maximum: P1Y}"), 6, "no key `maximum` in `select`", "it belongs in `retention`"),
        (_rule(require="owner"), 7, "`require` is a set of keys", "such as `{owner: true}`"),
        (_rule("{asset: *_log}"), 6, "not valid YAML", "begins with `*` or `&` needs quotes"),
        (_rule("{owner: @sales}"), 6, "not valid YAML", "begins with `@`"),
        ("version: 1\nrules:\n\ta: b", 3, "not valid YAML", "not by tabs"),
        ("version: 1\ntitle: a: b", 2, "not valid YAML", "a colon and a blank"),
        (_rule("{}"), 6, "`select` is empty", "`select: all`"),
        (_rule(""), 6, "nothing stands here", "`select: all`"),
        (_rule("[all]"), 6, "no list belongs here", "`select: all`"),
        (_rule("everything"), 6, "no selection `everything`", "`select: all`"),
        (_rule(require="{}"), 7, "`require` is empty", "retention, disposal"),
        (_rule(require="{owner: yes}"), 7, "only `true` belongs here", "write `true`"),
        (_rule(require="{owner: false}"), 7, "only `true` belongs here", "where no owner is needed"),
        (_rule(require="{encryption: at rest}"), 7, "no kind of encryption", "did you mean `at_rest`?"),
        (_rule(require="{labels: owner}"), 7, "no label `owner`", "purpose, jurisdiction"),
        (_rule(require="{maximum: P1Y}"), 7, "no key `maximum` in `require`", "it belongs in `retention`"),
        (_rule(require="{retention: {from: closed}}"), 7, "needs `minimum` or `maximum`", "P30D"),
        (_rule(require="{retention: {minimum: P1Y}}"), 7, "needs `from`", "`from: {column: closed_at}`"),
        (_rule(require="{retention: {minimum: 2 years, from: closed}}"), 7, "not a duration", "write P2Y"),
        (_rule(require="{retention: {minimum: P1Y, from: close}}"), 7, "no event `close`", "did you mean `closed`?"),
        (_rule(require="{retention: {minimum: P1Y, from: t.c}}"), 7, "no event `t.c`", "`{table: t, column: c}`"),
        (_rule(require="{retention: {minimum: P1Y, from: 'when closed'}}"), 7, "not the name of an event", "from:"),
        (_rule(require="{retention: {maximum: P1Y, from: closed}}"), 7, "needs a disposal", "`disposal: delete`"),
        (_rule(require="{disposal: delete}"), 7, "would never happen", "give `maximum`"),
        (
            _rule(require="{retention: {minimum: P3Y, maximum: P2Y, from: closed}, disposal: delete}"),
            *(7, "minimum of P3Y is longer than the maximum of P2Y", "nothing can keep to both"),
        ),
        (
            _rule(require="{retention: {maximum: P2Y, from: closed}, disposal: anonymise}"),
            *(7, "no way of disposal `anonymise`", "{anonymise: {email: null}}"),
        ),
        (
            _rule(require="{retention: {maximum: P2Y, from: closed}, disposal: {delete: {}}}"),
            *(7, "`delete` is empty", "write `disposal: delete`"),
        ),
        (
            _rule(
                require="{retention: {maximum: P2Y, from: closed}, disposal: {delete: {detach: a}, anonymise: {b: null}}}"
            ),
            *(7, "not both", ""),
        ),
        (
            _rule(require="{retention: {maximum: P2Y, from: closed}, disposal: {delete: {detach: a, dependents: a}}}"),
            *(7, "rows of `a` cannot both go and stay", ""),
        ),
        (_rule(more="statutory: true"), 8, "a statutory rule has a minimum", "take `statutory` out"),
        (_rule(more="retention: P1Y"), 8, "no key `retention` in a rule", "it belongs in `require`"),
        (_rule(more="source: {url: 'https://law.example'}"), 8, "`source` needs `title`", ""),
        (_rule(more="source: {title: a, url: law.example}"), 8, "not an address", "https://"),
        (_rule(more="zone: Mars/Base"), 8, "no time zone `Mars/Base`", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(text: str, line: int, message: str, hint: str) -> None:
    found = refused(text)
    assert [one for one in found if one[0] == line and message in one[1] and hint in one[2]], found


def test_a_rule_without_a_selection_is_refused() -> None:
    found = refused("version: 1\nrules:\n  a:\n    require: {owner: true}")
    assert [(line, message) for line, message, _ in found] == [(3, "a rule needs `select`")]


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = EXAMPLE.replace("user.contact", "user.contacts").replace("P2Y", "P2 Y").replace("Europe/Berlin", "Berlin")
    text = text.replace("account_closed\n", "account_close\n").replace("owner: true", "owner: maybe")
    assert [line for line, _, _ in refused(text)] == [3, 10, 16, 18, 21]
    with pytest.raises(PoliciesRefused, match="no time zone") as caught:
        parse_policy(text, "p.yaml")
    assert "`reeve policy check` shows 4 more" in caught.value.hint


def test_what_is_misspelt_is_not_told_to_be_missing_as_well() -> None:
    text = EXAMPLE.replace("from: account_closed", "form: account_closed").replace("select:", "selects:")
    assert [message for _, message, _ in refused(text)] == [
        "there is no key `selects` in a rule",
        "there is no key `form` in `retention`",
    ]


def test_what_may_be_there_once_something_else_is_mended_is_not_told_to_be_missing() -> None:
    text = EXAMPLE.replace("maximum: P2Y", "maximum: two years").replace("minimum: P6M", "minimun: P6M")
    assert [(line, message.split(" `")[0]) for line, message, _ in refused(text)] == [
        (16, "not a duration"),
        (17, "there is no key"),
    ]


def test_a_wrong_event_is_not_told_to_be_unknown_as_well() -> None:
    found = refused(EXAMPLE.replace("column: closed_at}", "colunm: closed_at}"))
    assert [line for line, _, _ in found] == [5]


def test_messages_do_not_repeat_what_is_no_plain_word() -> None:
    (found,) = refused(_rule("{category: 'jane@mail.example'}"))
    assert "jane" not in found[1] + found[2]


def test_deep_and_repeating_files_end_in_an_error() -> None:
    laughs = "version: 1\nevents:\n  a0: &a0 {column: x}\n" + "".join(
        f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    assert "repeats itself" in refused(laughs)[0][1]
    assert "nested too deeply" in refused("version: 1\nrules: " + "[" * 5000)[0][1]


def test_a_minimum_that_may_be_as_short_as_the_maximum_is_no_contradiction() -> None:
    both = "{retention: {minimum: P12M, maximum: P365D, from: closed}, disposal: delete}"
    assert len(parse_policy(_rule(require=both)).rules) == 1


@given(policies())
@settings(max_examples=tries(25))
def test_what_is_formatted_is_read_as_it_was(drawn: Policies) -> None:
    text = formatted(drawn)
    assert parse_policy(text) == drawn
    assert accepted(yaml.safe_load(text))


def test_nothing_is_formatted_as_nothing() -> None:
    assert formatted(policies_of([])) == ""


def test_the_schema_is_one() -> None:
    check_schema()


@given(documents())
def test_what_is_right_is_right_for_editors_and_parser(document: Tree) -> None:
    assert not refuses(yaml.safe_dump(document, allow_unicode=True))
    assert accepted(document)


ALONE = re.compile(
    "there is no event|is longer than the maximum|cannot both go and stay|stands in the list already|there is no time zone|"
    "a duration of more than"
)
"""What the parser alone can see."""


@given(spoilt())
def test_editors_and_parser_refuse_the_same_but_for_what_the_parser_alone_can_see(document: Tree) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    if accepted(document):
        if refuses(text):
            assert [one for one in refused_in(text) if ALONE.search(one)] == refused_in(text)
    else:
        assert refuses(text)


def refused_in(text: str) -> list[str]:
    return [message for _, message, _ in refused(text)]


def _at(document: Tree, *way: str) -> Tree:
    for key in way:
        document = document.setdefault(key, {})
    return document


SPOILERS: dict[str, Callable[[Tree], Any]] = {
    "no version": lambda d: d.pop("version"),
    "another version": lambda d: d.update(version=2),
    "unknown key at the top": lambda d: d.update(rule={}),
    "no rule and no event": lambda d: (d.pop("rules"), d.pop("events", None)),
    "nothing under a key": lambda d: d.update(title=None),
    "name of an event": lambda d: _at(d, "events").update({"a b": {"column": "c"}}),
    "event without column": lambda d: _at(d, "events").update(x={"table": "c"}),
    "store without table": lambda d: _at(d, "events").update(x={"store": "s", "column": "c"}),
    "rule of no keys": lambda d: _at(d, "rules").update(x={}),
    "no selection": lambda d: _at(d, "rules", "spoilt").pop("select"),
    "empty selection": lambda d: _at(d, "rules", "spoilt").update(select={}),
    "another selection": lambda d: _at(d, "rules", "spoilt").update(select="some"),
    "list of all": lambda d: _at(d, "rules", "spoilt").update(select=["all"]),
    "unknown category": lambda d: _at(d, "rules", "spoilt").update(select={"category": "user.contacts"}),
    "unknown entity in a list": lambda d: _at(d, "rules", "spoilt").update(select={"entity": ["PERSON", "PERSONS"]}),
    "unknown sensitivity": lambda d: _at(d, "rules", "spoilt").update(select={"sensitivity": "high"}),
    "empty list": lambda d: _at(d, "rules", "spoilt").update(select={"store": []}),
    "twice in a list": lambda d: _at(d, "rules", "spoilt").update(select={"store": ["a", "a"]}),
    "not within not": lambda d: _at(d, "rules", "spoilt").update(select={"not": {"not": {"tag": "a"}}}),
    "keys where text belongs": lambda d: _at(d, "rules", "spoilt").update(select={"tag": {"a": "b"}}),
    "requires nothing": lambda d: _at(d, "rules", "spoilt").update(require={}),
    "owner false": lambda d: _at(d, "rules", "spoilt", "require").update(owner=False),
    "unknown encryption": lambda d: _at(d, "rules", "spoilt", "require").update(encryption="full"),
    "unknown label": lambda d: _at(d, "rules", "spoilt", "require").update(labels=["purposes"]),
    "disposal alone": lambda d: _at(d, "rules", "spoilt", "require").update(disposal="delete"),
    "maximum alone": lambda d: _at(d, "rules", "spoilt", "require").update(
        retention={"maximum": "P1Y", "from": {"column": "a"}}
    ),
    "no period": lambda d: _at(d, "rules", "spoilt", "require").update(retention={"from": {"column": "a"}}),
    "no beginning": lambda d: _at(d, "rules", "spoilt", "require").update(retention={"minimum": "P1Y"}),
    "days and hours": lambda d: _at(d, "rules", "spoilt", "require").update(
        retention={"minimum": "P1DT2H", "from": {"column": "a"}}
    ),
    "a period of nothing": lambda d: _at(d, "rules", "spoilt", "require").update(
        retention={"minimum": "P0D", "from": {"column": "a"}}
    ),
    "delete of nothing": lambda d: _at(d, "rules", "spoilt", "require").update(
        retention={"maximum": "P1Y", "from": {"column": "a"}}, disposal={"delete": {}}
    ),
    "two disposals": lambda d: _at(d, "rules", "spoilt", "require").update(
        retention={"maximum": "P1Y", "from": {"column": "a"}},
        disposal={"delete": {"detach": "b"}, "anonymise": {"c": None}},
    ),
    "anonymise to a list": lambda d: _at(d, "rules", "spoilt", "require").update(
        retention={"maximum": "P1Y", "from": {"column": "a"}}, disposal={"anonymise": {"c": ["d"]}}
    ),
    "statutory without minimum": lambda d: _at(d, "rules", "spoilt").update(statutory=True),
    "statutory false": lambda d: _at(d, "rules", "spoilt").update(statutory=False),
    "source without title": lambda d: _at(d, "rules", "spoilt").update(source={"version": "1"}),
    "no address": lambda d: _at(d, "rules", "spoilt").update(source={"title": "a", "url": "law.example"}),
    "title of blanks": lambda d: _at(d, "rules", "spoilt").update(title="  "),
    "control character": lambda d: _at(d, "rules", "spoilt").update(select={"asset": "a\tb"}),
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
@given(document=documents())
@settings(max_examples=tries(3))
def test_what_is_wrong_is_wrong_for_editors_and_parser(spoil: Callable[[Tree], Any], document: Tree) -> None:
    wrong = copy.deepcopy(document)
    wrong.setdefault("rules", {})["spoilt"] = {"select": "all", "require": {"owner": True}}
    spoil(wrong)
    assert refuses(yaml.safe_dump(wrong, allow_unicode=True))
    assert not accepted(wrong)


@given(policies(), st.randoms(use_true_random=False))
@settings(max_examples=tries(25))
def test_the_hash_is_over_what_is_required_and_not_over_how_it_is_written(drawn: Policies, random: Any) -> None:
    mixed = []
    for rule in drawn.rules:
        lists: dict[str, Any] = {
            name: tuple(random.sample(values, len(values)))
            for name in Selector.__slots__
            if isinstance(values := getattr(rule.selector, name), tuple)
        }
        mixed.append(
            replace(
                rule,
                title="another",
                source=None,
                place=Place("elsewhere", 9),
                selector=replace(rule.selector, **lists),
                labels=tuple(reversed(rule.labels)),
            )
        )
    random.shuffle(mixed)
    assert policies_of(mixed).hash == drawn.hash


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("P2Y", "P25M"),
        ("P6M", "P7M"),
        ("user.contact", "user.contact.email"),
        ("tag: archive", "tag: archived"),
        ("column: closed_at", "column: closed_on"),
        ("detach: notes", "detach: note"),
        ("encryption: at_rest", "encryption: field"),
        ("owner: true\n", ""),
        ("[purpose, jurisdiction]", "[purpose]"),
        ("statutory: true", "title: A"),
        ("Europe/Berlin", "Europe/Paris"),
        ("closed-accounts", "closed"),
    ],
)
def test_whatever_changes_what_is_required_changes_the_hash(written: str, instead: str) -> None:
    text = EXAMPLE.replace("    title: Accounts go two years after they were closed\n", "")
    assert text.count(written) == 1
    changed = text.replace(written, instead) if instead else text.replace(f"      {written}", "")
    assert parse_policy(changed).hash != parse_policy(text).hash


def test_periods_of_one_length_have_one_hash() -> None:
    assert parse_policy(EXAMPLE.replace("P2Y", "P24M")).hash == parse_policy(EXAMPLE).hash


def test_the_canonical_form_does_not_change_by_itself() -> None:
    """Standing approvals are given over it: another hash asks for all of them anew."""
    assert parse_policy(EXAMPLE).hash == "fb1f686001b8ae3acab38bb72dd96d03a1f5a44e7d0eb511784e0551d4c4c2f4"
    assert policies_of([]).hash == "329df96299d8d31970386cc3fec8eac8f11a278cfe5c55be85dd64b7c8fc2b42"

"""The one description of a policy file: what may stand where. The parser reads by it, editors get it as JSON Schema.

What a schema cannot say: a minimum is not above its maximum, no table both goes and stays (``check`` here); every event that is
named is there, and no name stands for two things (:mod:`engine.governance.policy.language`, which sees all files).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.governance.policy.problems import At, shown
from engine.governance.policy.shapes import Constant, Exact, Schema, Sentence, Set, Word
from engine.governance.policy.tables import Ask, Either, Key, Keys, Named, Several, sets
from engine.governance.policy.texts import BEGIN, NAME, NAME_RULE, address, duration, event, zone
from engine.governance.policy.words import ENCRYPTION, LABELS, SENSITIVITIES, Words

VERSION = "1"
_SYNONYMS = (("table", "asset"), ("column", "field"), ("database", "store"), ("bucket", "store"))
_ALL = "such as `select: {category: user.contact}`, or `select: all` for every field there is"


@cache
def grammar(words: Words) -> Keys:
    """A whole policy file.

    Args:
        words: that rules may select by.
    """
    return Keys(
        "a policy file",
        "version: 1",
        {
            "version": Key(
                Word((VERSION,), "version of policy files", "write `version: 1`", number=True),
                "Of the language: 1.",
            ),
            "title": Key(Sentence("Customers"), "What the file is about, for people."),
            "zone": Key(
                zone(), "Whose days count, for all rules of the file that do not say otherwise. Without it, UTC."
            ),
            "events": Key(
                Named(
                    "events",
                    NAME,
                    NAME_RULE,
                    "account_closed: {table: accounts, column: closed_at}",
                    _column("an event"),
                ),
                "Where it stands when something happened, by a name that `from` can give. "
                "Files that are used together share their events.",
            ),
            "rules": Key(
                Named(
                    "rules",
                    NAME,
                    NAME_RULE,
                    "owned: {select: {category: user}, require: {owner: true}}",
                    _rule(words),
                ),
                "By name; unique among all files used together.",
            ),
        },
        required=("version",),
        some=("events", "rules"),
        why=(("version", "begin the file with `version: 1`"),),
    )


@cache
def homes(words: Words) -> Mapping[str, str]:
    """Where each key belongs, for those who wrote it somewhere else."""
    found: dict[str, list[str]] = {}
    for keys in sets(grammar(words)):
        for key in keys.keys:
            if keys.what not in found.setdefault(key, []):
                found[key].append(keys.what)
    return {key: " or ".join(places) for key, places in found.items()}


def _rule(words: Words) -> Keys:
    return Keys(
        "a rule",
        "{select: {category: user.contact}, require: {owner: true}}",
        {
            "title": Key(
                Sentence("Accounts go two years after they were closed"), "The rule in a sentence, for people."
            ),
            "select": Key(
                Either(Word(("all",), "selection", _ALL), _selector(words), _ALL),
                "Which fields the rule is about. Keys together: all of them; values of one key: any of them.",
            ),
            "require": Key(_require(), "What must hold of them."),
            "statutory": Key(
                Set("the minimum is not the law's"),
                "The minimum is the law's: no erasure and no waiver goes before it.",
            ),
            "source": Key(_source(), "What the rule rests on: a law, a standard, a contract."),
            "zone": Key(zone(), "Whose days count."),
        },
        required=("select", "require"),
        asks=(
            Ask(
                ("statutory",),
                ("require", "retention", "minimum"),
                "a statutory rule has a minimum",
                "give `minimum` under `require: retention:`, or take `statutory` out",
            ),
        ),
        why=(("select", _ALL), ("require", "say what must hold: retention, disposal, encryption, owner or labels")),
    )


def _selector(words: Words) -> Keys:
    name = {
        "store": ("shop", "Names of stores, as in reeve.yaml; `*` and `?` stand for any characters."),
        "asset": ("crm_*", "Names of assets (tables, kinds of objects); `*` and `?` stand for any characters."),
        "field": ("*_email", "Names of fields (columns, paths in documents); `*` and `?` stand for any characters."),
        "owner": ("sales@*", "Who answers for the store; `*` and `?` stand for any characters."),
        "jurisdiction": ("EU", "Declared of the store."),
        "purpose": ("support", "Declared of the store."),
        "tag": ("archive", "Declared of the asset or object."),
    }
    category = Word(words.categories, "category", definition="category")
    entity = Word(
        words.entities,
        "entity",
        "the catalogue names them all; one of your own: `--detectors FILE`",
        definition="entity",
    )
    keys = {
        "category": Key(Several(category), "What the data means; `user.contact` takes in `user.contact.email`."),
        "entity": Key(Several(entity), "What was recognised, `ENTITY` or `ENTITY/SUBTYPE`."),
        "sensitivity": Key(Several(Word(SENSITIVITIES, "sensitivity")), "How sensitive it is: exactly these."),
        **{key: Key(Several(Exact(example)), meaning) for key, (example, meaning) in name.items()},
    }
    excluded = Key(
        Keys("`not`", "{tag: archive}", keys),
        "What must not fit, by the same keys: together all of them; values: any of them.",
    )
    return Keys(
        "`select`", "{category: user.contact}", {**keys, "not": excluded}, why=(("", _ALL),), synonyms=_SYNONYMS
    )


def _require() -> Keys:
    disposal = "write `disposal: delete` or `disposal: {anonymise: {email: null}}` beside `retention`"
    return Keys(
        "`require`",
        "{owner: true}",
        {
            "retention": Key(_retention(), "How long rows of the assets with a selected field are kept."),
            "disposal": Key(
                Either(
                    Word(("delete",), "way of disposal", "`delete`, or `{anonymise: {email: null}}` with its columns"),
                    _disposal(),
                    "`delete`, or `{anonymise: {email: null}}`",
                ),
                "What happens to rows that are over their maximum.",
            ),
            "encryption": Key(Several(Word(ENCRYPTION, "kind of encryption")), "What must protect it."),
            "owner": Key(Set("no owner is needed"), "The store must name its owner."),
            "labels": Key(Several(Word(LABELS, "label")), "What must be declared of the store."),
        },
        asks=(
            Ask(
                ("disposal",),
                ("retention", "maximum"),
                "a disposal without a maximum would never happen",
                "give `maximum` under `retention`, or take the disposal out",
            ),
            Ask(("retention", "maximum"), ("disposal",), "a maximum needs a disposal: what happens then?", disposal),
        ),
    )


def _retention() -> Keys:
    begins = Either(
        event(),
        _column("`from`"),
        BEGIN,
    )
    return Keys(
        "`retention`",
        "{maximum: P2Y, from: account_closed}",
        {
            "minimum": Key(duration(), "Not shorter: an ISO 8601 duration."),
            "maximum": Key(duration(), "Not longer: an ISO 8601 duration. Then the disposal is due."),
            "from": Key(
                Several(begins),
                "What the time is counted from: an event, or a column. Of several the latest counts.",
            ),
        },
        required=("from",),
        some=("minimum", "maximum"),
        check=_in_order,
        why=(("from", BEGIN), ("", "durations are written like P30D, P18M or P7Y")),
    )


def _in_order(read: Mapping[str, Any], at: At) -> None:
    minimum, maximum = read.get("minimum"), read.get("maximum")
    if minimum and maximum and minimum.certainly_longer(maximum):
        told = f"the minimum of {minimum} is longer than the maximum of {maximum}"
        at.inside("minimum").wrong(told, "nothing can keep to both: shorten the minimum, or lengthen the maximum")


def _apart(read: Mapping[str, Any], at: At) -> None:
    for name in read.get("detach", ()):
        if name in read.get("dependents", ()):
            told = f"the rows of{shown(name) or ' a table'} cannot both go and stay"
            at.inside("detach").wrong(told, "name each table under `dependents` or under `detach`")


def _disposal() -> Keys:
    tables = Several(Exact("order_items"))
    delete = Keys(
        "`delete`",
        "{dependents: [orders], detach: [notes]}",
        {
            "dependents": Key(tables, "Tables whose rows go with the row that they refer to."),
            "detach": Key(tables, "Tables whose rows stay, and refer to nothing any more."),
        },
        check=_apart,
        why=(("", "for the rows alone write `disposal: delete`"),),
    )
    values = Named(
        "columns",
        r"[^\x00-\x1f\x7f]{1,512}",
        "this is not the name of a column",
        "{email: null, name: removed}",
        Constant(Exact("removed")),
    )
    return Keys(
        "`disposal`",
        "{anonymise: {email: null}}",
        {
            "delete": Key(delete, "The rows go, and what is named here."),
            "anonymise": Key(values, "The rows stay; these columns get null, or a constant text."),
        },
        one=("delete", "anonymise"),
    )


def _column(what: str) -> Keys:
    return Keys(
        what,
        "{table: accounts, column: closed_at}",
        {
            "column": Key(Exact("closed_at"), "The column that tells when."),
            "table": Key(Exact("accounts"), "The table that has it; without it, the asset that the rule is about."),
            "store": Key(Exact("shop"), "The store that has the table; without it, the one that the rule is about."),
        },
        required=("column",),
        asks=(Ask(("store",), ("table",), "a store alone does not tell which table", "give `table`, too"),),
        why=(("column", "such as {table: accounts, column: closed_at}"),),
    )


def _source() -> Keys:
    return Keys(
        "`source`",
        "{title: 'Regulation (EU) 2016/679, Article 5(1)(e)'}",
        {
            "title": Key(Sentence("Regulation (EU) 2016/679, Article 5(1)(e)"), "The text, and the place in it."),
            "url": Key(address(), "Where it is."),
            "version": Key(Sentence("2016-05-04", 100), "Which edition, or as of when it was read."),
        },
        required=("title",),
    )


def schema(words: Words) -> Schema:
    """The grammar as JSON Schema (2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A policy file of Reeve",
        **grammar(words).schema(),
        "$defs": {
            "category": {"enum": list(words.categories)},
            "entity": {"enum": list(words.entities)},
        },
    }

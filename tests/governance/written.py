"""Policy files as Hypothesis writes them: valid ones as trees of YAML, and policies of the model."""

from __future__ import annotations

import copy
from random import Random
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from engine.governance.calendar.durations import Duration
from engine.governance.policy.canonical import policies_of
from engine.governance.policy.model import (
    Anonymise,
    Column,
    Delete,
    Disposal,
    Place,
    Policies,
    Retention,
    Rule,
    Selector,
    Source,
)
from engine.governance.policy.words import shipped_words

Tree = dict[str, Any]
WORDS = shipped_words()
_PRINTED = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True)
_EXACT = st.text(_PRINTED, min_size=1, max_size=12)
_SENTENCES = st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8), min_size=1).map(
    " ".join
)
_ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])
_URLS = st.sampled_from(["https://eur-lex.europa.eu/eli/reg/2016/679/oj", "http://law.example/a?b=c#d"])


def _several(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3, unique=True).map(tuple)


def _selectors(excluded: st.SearchStrategy[Selector | None]) -> st.SearchStrategy[Selector]:
    return st.builds(
        Selector,
        categories=_several(st.sampled_from(WORDS.categories)),
        entities=_several(st.sampled_from(WORDS.entities)),
        sensitivities=_several(st.sampled_from(["public", "internal", "confidential", "restricted"])),
        stores=_several(_EXACT),
        assets=_several(_EXACT),
        fields=_several(_EXACT),
        owners=_several(_EXACT),
        jurisdictions=_several(_EXACT),
        purposes=_several(_EXACT),
        tags=_several(_EXACT),
        excluded=excluded,
    )


SELECTORS = st.just(Selector()) | _selectors(st.none() | _selectors(st.none()).filter(lambda one: one != Selector()))
DURATIONS = st.one_of(
    st.builds(Duration, months=st.integers(1, 1200), days=st.integers(0, 400)),
    st.builds(Duration, days=st.integers(1, 4000)),
    st.builds(Duration, minutes=st.integers(1, 100_000)),
)
COLUMNS = st.builds(Column, _EXACT, _EXACT, st.just("") | _EXACT) | st.builds(Column, _EXACT)
_TABLES = st.lists(_EXACT, max_size=4, unique=True).flatmap(
    lambda names: st.integers(0, len(names)).map(lambda cut: Delete(tuple(names[:cut]), tuple(names[cut:])))
)
DISPOSALS: st.SearchStrategy[Disposal] = _TABLES | st.dictionaries(
    _EXACT, st.none() | st.text(_PRINTED, max_size=12), min_size=1, max_size=3
).map(lambda values: Anonymise(MappingProxyType(values)))
SOURCES = st.builds(
    Source, _SENTENCES, st.just("") | _URLS, st.just("") | _SENTENCES.filter(lambda one: len(one) < 100)
)


@st.composite
def rules(draw: st.DrawFn, name: str) -> Rule:
    """A rule that says something, and nothing that contradicts itself."""
    minimum, maximum = draw(st.none() | DURATIONS), draw(st.none() | DURATIONS)
    if minimum is not None and maximum is not None and minimum.certainly_longer(maximum):
        minimum, maximum = maximum, minimum
    beginnings = draw(st.lists(COLUMNS, min_size=1, max_size=3, unique=True).map(tuple))
    retention = Retention(minimum, maximum, beginnings) if minimum or maximum else None
    encryption = draw(_several(st.sampled_from(["at_rest", "field"])))
    labels = draw(_several(st.sampled_from(["purpose", "jurisdiction"])))
    return Rule(
        name=name,
        title=draw(st.just("") | _SENTENCES),
        selector=draw(SELECTORS),
        retention=retention,
        disposal=draw(DISPOSALS) if maximum else None,
        encryption=encryption,
        owner=draw(st.booleans()) or not (retention or encryption or labels),
        labels=labels,
        statutory=minimum is not None and draw(st.booleans()),
        source=draw(st.none() | SOURCES),
        place=Place("drawn", 1),
        zone=draw(_ZONES),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policies:
    """Rules that are used together."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=4, unique=True))
    return policies_of([draw(rules(name)) for name in names])


def _one_or_list(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return items | st.lists(items, min_size=1, max_size=3, unique_by=_as_text)


def _as_text(item: Any) -> str:
    """What the parser compares by: text, whichever way it is written."""
    return repr(sorted((key, str(value)) for key, value in item.items())) if isinstance(item, dict) else str(item)


_TEXTS = _EXACT | st.integers(0, 9999)  # a number is text, too


def _some(required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]]) -> Any:
    return st.fixed_dictionaries(required, optional=optional)


_COLUMNS = _some({"column": _TEXTS, "table": _TEXTS}, {"store": _TEXTS}) | _some({"column": _TEXTS}, {})
_KEYS: dict[str, st.SearchStrategy[Any]] = {
    "category": _one_or_list(st.sampled_from(WORDS.categories)),
    "entity": _one_or_list(st.sampled_from(WORDS.entities)),
    "sensitivity": _one_or_list(st.sampled_from(["public", "internal", "confidential", "restricted"])),
    **{
        key: _one_or_list(_EXACT) | st.integers(0, 9999)
        for key in ("store", "asset", "field", "owner", "jurisdiction", "purpose", "tag")
    },
}
_SELECT = st.just("all") | _some({}, {**_KEYS, "not": _some({}, _KEYS).filter(bool)}).filter(bool)
_PERIODS = st.sampled_from(
    [{"minimum": "P1Y"}, {"maximum": "P2W"}, {"minimum": "P30D", "maximum": "P18M"}, {"maximum": "PT72H"}]
)
_DISPOSE = st.sampled_from(
    [
        "delete",
        {"delete": {"dependents": ["a", "b"], "detach": "c"}},
        {"delete": {"detach": ["c"]}},
        {"anonymise": {"email": None, "name": "removed", "note": ""}},
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> Tree:
    """A policy file, as a tree of YAML in which everything that may be written in two ways is."""
    events = draw(st.dictionaries(_NAMES, _COLUMNS, max_size=3))
    names = draw(st.lists(_NAMES, min_size=0 if events else 1, max_size=3, unique=True))
    begins: st.SearchStrategy[Any] = _COLUMNS | (st.sampled_from(sorted(events)) if events else st.nothing())
    document: Tree = {"version": 1}
    document |= draw(_some({}, {"title": _SENTENCES, "zone": _ZONES}))
    if events:
        document["events"] = events
    if names:
        document["rules"] = {name: draw(_written_rule(begins)) for name in names}
    return document


@st.composite
def _written_rule(draw: st.DrawFn, begins: st.SearchStrategy[Any]) -> Tree:
    require = draw(
        _some(
            {"owner": st.just(True)},
            {
                "encryption": _one_or_list(st.sampled_from(["at_rest", "field"])),
                "labels": _one_or_list(st.sampled_from(["purpose", "jurisdiction"])),
            },
        )
    )
    rule: Tree = {"select": draw(_SELECT), "require": require}
    if draw(st.booleans()):
        require["retention"] = {**draw(_PERIODS), "from": draw(_one_or_list(begins))}
        if "maximum" in require["retention"]:
            require["disposal"] = draw(_DISPOSE)
        if "minimum" in require["retention"] and draw(st.booleans()):
            rule["statutory"] = True
    source = _some(
        {"title": _SENTENCES | st.integers(0, 9)}, {"url": _URLS, "version": st.just(2016) | st.just("4.0.1")}
    )
    more: Tree = draw(_some({}, {"title": _SENTENCES, "zone": _ZONES, "source": source}))
    return rule | more


def _ways(tree: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all parts of a tree but the whole."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [one for key, item in items for one in ((*way, key), *_ways(item, (*way, key)))]


_LEAVES = st.sampled_from(
    [None, True, 1, "1", "true", "", " ", "all", "delete", "P1Y", "P1D", "PT1H", "user", "PERSON", "UTC", "at_rest"]
)
_WORDS = ["version", "title", "zone", "events", "rules", "select", "require", "statutory", "source", "category", "not"]
_MORE = ["retention", "disposal", "owner", "minimum", "maximum", "from", "delete", "anonymise", "detach", "column"]
_PARTS = st.recursive(
    _LEAVES,
    lambda part: st.lists(part, max_size=2) | st.dictionaries(st.sampled_from(_WORDS + _MORE), part, max_size=3),
    max_leaves=5,
)


@st.composite
def spoilt(draw: st.DrawFn) -> Tree:
    """A policy file of which some parts were taken out, put in or replaced: mostly wrong, in every place there is."""
    document: Tree = copy.deepcopy(draw(documents()))
    random = Random(draw(st.integers(0, 2**63)))  # as likely in one place as in another
    for _ in range(draw(st.integers(1, 2))):
        ways = _ways(document)
        if not ways:
            break
        *way, last = random.choice(ways)
        inside: Any = document
        for key in way:
            inside = inside[key]
        match draw(st.sampled_from(["out", "in", "instead"])):
            case "out":
                del inside[last]
            case "in" if isinstance(inside, dict):
                inside[draw(st.sampled_from(_WORDS + _MORE))] = draw(_PARTS)
            case _:
                inside[last] = draw(_PARTS)
    return document

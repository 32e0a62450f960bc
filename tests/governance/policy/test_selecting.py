"""Which rules are about a field: yes, no, or unknown; and that asking many at once says the same as asking each."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.detector import Sensitivity
from classifiers.taxonomy import DATA_CATEGORIES
from engine.governance.policy.facets import Fits
from engine.governance.policy.facts import AssetFact, EntityFact, FieldFact, StoreFact, TagFacts
from engine.governance.policy.model import Selector
from engine.governance.policy.selecting import Selection, fit
from tests.governance.policy.making import EMAIL, IBAN, SHOP, STREET, UNREAD, rule, table

YES, NO, UNKNOWN = Fits.YES, Fits.NO, Fits.UNKNOWN
HELD = FieldFact("email", (EMAIL,))
EMPTY = FieldFact("notes")
UNSEEN = FieldFact("notes", unknown=UNREAD)


@pytest.mark.parametrize(
    ("selector", "field", "fits"),
    [
        (Selector(), EMPTY, YES),
        (Selector(categories=("user.contact",)), HELD, YES),
        (Selector(categories=("user.contact.email",)), HELD, YES),
        (Selector(categories=("user.contact.email.x",)), HELD, NO),
        (Selector(categories=("user.cont",)), HELD, NO),
        (Selector(categories=("user.contact",)), EMPTY, NO),
        (Selector(categories=("user.contact",)), UNSEEN, UNKNOWN),
        # what was found is certain, whatever was not read
        (Selector(categories=("user.contact",)), FieldFact("email", (EMAIL,), UNREAD), YES),
        (Selector(categories=("user.financial",)), FieldFact("email", (EMAIL,), UNREAD), UNKNOWN),
        (Selector(entities=("LOCATION",)), FieldFact("s", (STREET,)), YES),
        (Selector(entities=("LOCATION/STREET_ADDRESS",)), FieldFact("s", (STREET,)), YES),
        (Selector(entities=("LOCATION/CITY",)), FieldFact("s", (STREET,)), NO),
        (Selector(sensitivities=("internal",)), EMPTY, YES),
        (Selector(sensitivities=("restricted",)), HELD, NO),
        (Selector(sensitivities=("restricted",)), FieldFact("x", (EMAIL,), UNREAD), UNKNOWN),
        (Selector(sensitivities=("confidential", "restricted")), FieldFact("x", (EMAIL,), UNREAD), YES),
        (Selector(sensitivities=("public", "internal")), FieldFact("x", (EMAIL,), UNREAD), NO),
        (Selector(sensitivities=("restricted",)), FieldFact("x", (IBAN,), UNREAD), YES),
        (Selector(fields=("e*",)), HELD, YES),
        (Selector(fields=("E*",)), HELD, NO),
        (Selector(fields=("e*",)), FieldFact("", unknown=UNREAD), UNKNOWN),
        (Selector(assets=("acc*", "x")), HELD, YES),
        (Selector(stores=("other",)), UNSEEN, NO),
        (Selector(owners=("Ret*",), jurisdictions=("DE",), purposes=("orders", "x")), HELD, YES),
        (Selector(tags=("archive",)), HELD, NO),
        (Selector(categories=("user",), excluded=Selector(fields=("email",))), HELD, NO),
        (Selector(excluded=Selector(categories=("user.financial",))), UNSEEN, UNKNOWN),
        # together all of what is excluded: it is in the store, and its name is another
        (Selector(excluded=Selector(stores=("shop",), assets=("orders",))), HELD, YES),
        # a no of one key is a no, whatever is not known of another
        (Selector(categories=("user",), assets=("orders",)), UNSEEN, NO),
    ],
)  # fmt: skip
def test_one_selector_and_one_field(selector: Selector, field: FieldFact, fits: Fits) -> None:
    found = fit(selector, table(), field)
    assert found.fits is fits
    assert bool(found.reasons) == (fits is not YES)
    assert _at_once(selector, table(), field) is fits


@pytest.mark.parametrize(
    "selector", [Selector(owners=("*",)), Selector(jurisdictions=("DE",)), Selector(purposes=("orders",))]
)
def test_what_a_store_does_not_declare_is_not_known(selector: Selector) -> None:
    found = fit(selector, table(store=StoreFact("shop")), HELD)
    assert found.fits is UNKNOWN
    assert "declares no" in found.reasons[0]


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        (TagFacts({"archive": 3}, 3), YES),
        (TagFacts({"archive": 2}, 3), UNKNOWN),
        (TagFacts({"archive": 2}, 3, 1), UNKNOWN),
        (TagFacts({"other": 2}, 3, 1), UNKNOWN),
        (TagFacts({"other": 2}, 3), NO),
        (TagFacts(), NO),
    ],
)
def test_a_tag_is_of_an_asset_when_all_of_its_objects_have_it(tags: TagFacts, fits: Fits) -> None:
    asset, selector = table(tags=tags), Selector(tags=("archive",))
    assert fit(selector, asset, HELD).fits is fits
    opposite = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[fits]
    assert fit(Selector(excluded=selector), asset, HELD).fits is opposite


def test_an_asset_of_which_nothing_was_read_may_hold_anything() -> None:
    asset = AssetFact(SHOP, "dump", unknown=UNREAD)
    selection = Selection([rule("a", select=Selector(categories=("user",))), rule("b", select=Selector(stores=("x",)))])
    sets = selection.of_asset(asset)
    assert selection.certain(sets) == []
    assert [one.name for one in selection.unknown(sets)] == ["a"]


# against a reference that is written as the words are


CATEGORIES = sorted(DATA_CATEGORIES)[:12]
NAMES = ["a", "ab", "b", "orders"]
PATTERNS = ["a", "a*", "*", "?b", "[ab]", "orders"]
LEVELS = [level.label for level in Sensitivity]


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


ENTITIES = st.builds(
    EntityFact,
    st.sampled_from(["PERSON", "LOCATION"]),
    st.sampled_from(["", "CITY"]),
    st.sampled_from(CATEGORIES),
    st.sampled_from(list(Sensitivity)),
    st.just(0.9),
)
FIELDS = st.builds(
    FieldFact, st.sampled_from(NAMES), st.lists(ENTITIES, max_size=2).map(tuple), st.sampled_from(["", UNREAD])
)
STORES = st.builds(
    StoreFact,
    st.sampled_from(NAMES),
    st.just("s3"),
    st.sampled_from(["", "a", "ab"]),
    st.sampled_from(["", "DE", "US"]),
    some(["p", "q"]),
)
TAGS = st.builds(
    lambda counts, unknown: TagFacts(counts, 3, unknown),
    st.dictionaries(st.sampled_from(["t", "u"]), st.integers(1, 3), max_size=2),
    st.integers(0, 1),
)
ASSETS = st.builds(AssetFact, STORES, st.sampled_from(NAMES), fields=st.lists(FIELDS, max_size=3).map(tuple), tags=TAGS)


def selectors(inner: st.SearchStrategy[Selector | None]) -> st.SearchStrategy[Selector]:
    return st.builds(
        Selector,
        categories=some([*CATEGORIES, "user"]),
        entities=some(["PERSON", "LOCATION", "LOCATION/CITY"]),
        sensitivities=some(LEVELS),
        stores=some(PATTERNS),
        assets=some(PATTERNS),
        fields=some(PATTERNS),
        owners=some(PATTERNS),
        jurisdictions=some(["DE", "US"]),
        purposes=some(["p", "q"]),
        tags=some(["t", "u"]),
        excluded=inner,
    )


SELECTORS = selectors(st.none() | selectors(st.none()))


@given(st.lists(SELECTORS, min_size=1, max_size=12), ASSETS, FIELDS)
def test_asking_many_at_once_says_what_a_naive_reference_says(
    found: list[Selector], asset: AssetFact, field: FieldFact
) -> None:
    selection = Selection([rule(f"r{place:02}", select=one) for place, one in enumerate(found)])
    for _ in range(2):  # what it remembers says the same
        sets = selection.of_field(asset, field)
        certain = {one.name for one in selection.certain(sets)}
        unknown = {one.name for one in selection.unknown(sets)}
        for place, selector in enumerate(found):
            expected = naive(selector, asset, field)
            name = f"r{place:02}"
            assert (YES if name in certain else UNKNOWN if name in unknown else NO) is expected
            assert fit(selector, asset, field).fits is expected


def _at_once(selector: Selector, asset: AssetFact, field: FieldFact) -> Fits:
    selection = Selection([rule("other", select=Selector(stores=("none",))), rule("r", select=selector)])
    sets = selection.of_field(asset, field)
    return YES if selection.certain(sets) else UNKNOWN if selection.unknown(sets) else NO


def naive(selector: Selector, asset: AssetFact, field: FieldFact) -> Fits:
    """Word for word: a value is unknown if some of the possible worlds say yes and others no."""
    told = [_key(selector, key, asset, field) for key in KEYS if getattr(selector, key)]
    if selector.excluded is not None:
        told.append({YES: NO, NO: YES, UNKNOWN: UNKNOWN}[naive(selector.excluded, asset, field)])
    return NO if NO in told else UNKNOWN if UNKNOWN in told else YES


KEYS = (
    "categories", "entities", "sensitivities", "stores", "assets", "fields", "owners", "jurisdictions", "purposes", "tags"
)  # fmt: skip


def _key(selector: Selector, key: str, asset: AssetFact, field: FieldFact) -> Fits:
    wanted: tuple[str, ...] = getattr(selector, key)
    store = asset.store
    plain = {"stores": store.name, "assets": asset.name, "fields": field.path, "owners": store.owner}
    if key in plain:
        if key == "owners" and not store.owner:
            return UNKNOWN
        return YES if any(fnmatchcase(plain[key], one) for one in wanted) else NO
    if key in ("jurisdictions", "purposes"):
        declared = [store.jurisdiction] if key == "jurisdictions" and store.jurisdiction else []
        declared += store.purposes if key == "purposes" else []
        return UNKNOWN if not declared else YES if set(declared) & set(wanted) else NO
    if key == "tags":
        return _tag(asset.tags, wanted)
    if key == "sensitivities":
        worlds = [field.sensitivity]
        if field.unknown:
            worlds = [one for one in Sensitivity if not field.entities or one >= field.sensitivity]
        said = {one.label in wanted for one in worlds}
        return UNKNOWN if len(said) > 1 else YES if True in said else NO
    words = [
        word
        for one in field.entities
        for word in (
            [one.entity, f"{one.entity}/{one.subtype}"]
            if key == "entities"
            else [one.category[:end] for end in [*_dots(one.category), len(one.category)]]
        )
    ]
    return YES if set(words) & set(wanted) else UNKNOWN if field.unknown else NO


def _dots(text: str) -> list[int]:
    return [place for place, char in enumerate(text) if char == "."]


def _tag(tags: TagFacts, wanted: tuple[str, ...]) -> Fits:
    if any(tags.counts.get(one, 0) == tags.objects for one in wanted):
        return YES
    return UNKNOWN if tags.unknown or any(tags.counts.get(one) for one in wanted) else NO

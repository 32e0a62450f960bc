"""Which rules are about a field, or an asset: yes, no, or unknown.

A :class:`Selection` asks all rules at once and remembers what it was asked, so that each distinct store, asset name, field name
and set of findings is looked at once. :func:`fit` asks one selector and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from classifiers.detector import Sensitivity
from classifiers.taxonomy import within
from engine.governance.policy.facets import NONE, Facets, Fits, Sets, possible_levels
from engine.governance.policy.facts import AssetFact, FieldFact, StoreFact
from engine.governance.policy.model import Rule, Selector


class Selection:
    """The selectors of some rules, ready to be asked of many fields."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._level = _Level([rule.selector for rule in self.rules])
        self._bytes: dict[tuple[int, int], list[Rule]] = {}

    def of_field(self, asset: AssetFact, field: FieldFact) -> Sets:
        """The rules that are about a field, by their places in ``rules``."""
        return self._level.of_field(asset, field)

    def of_asset(self, asset: AssetFact) -> Sets:
        """The rules that are about any field of an asset, what was not read of it among them."""
        found = NONE
        for field in asset.judged:
            found = found.either(self._level.of_field(asset, field))
        return found

    def certain(self, sets: Sets) -> list[Rule]:
        """The rules that certainly fit."""
        return self._picked(sets.certain)

    def unknown(self, sets: Sets) -> list[Rule]:
        """The rules of which it cannot be told."""
        return self._picked(sets.possible & ~sets.certain)

    def _picked(self, mask: int) -> list[Rule]:
        found: list[Rule] = []
        for place, bits in enumerate(mask.to_bytes(len(self.rules) // 8 + 1, "little")):
            if bits:
                found += self._of_byte(place, bits)
        return found

    def _of_byte(self, place: int, bits: int) -> list[Rule]:
        """Of eight rules those whose bits are set; there are few such bytes, and they come again and again."""
        known = self._bytes.get((place, bits))
        if known is None:
            rules = [self.rules[8 * place + bit] for bit in range(8) if bits >> bit & 1]
            known = self._bytes[place, bits] = rules
        return known


class _Level:
    """Some selectors, and below them what they exclude."""

    def __init__(self, selectors: Sequence[Selector | None]) -> None:
        self._facets = Facets(selectors)
        inner = [None if one is None else one.excluded for one in selectors]
        self._below = _Level(inner) if any(inner) else None
        self._stores: dict[StoreFact, Sets] = {}
        self._asset: tuple[AssetFact, Sets] | None = None

    def of_field(self, asset: AssetFact, field: FieldFact) -> Sets:
        if self._asset is None or self._asset[0] is not asset:
            self._asset = (asset, self._of_store(asset.store).both(self._of(self._facets.of_asset(asset))))
        found = self._facets.of_field(field, self._asset[1])
        return found if self._below is None else found.but(self._below.of_field(asset, field))

    def _of_store(self, store: StoreFact) -> Sets:
        found = self._stores.get(store)
        if found is None:
            found = self._stores[store] = self._of(self._facets.of_store(store))
        return found

    def _of(self, facets: Sequence[tuple[int, Sets]]) -> Sets:
        """All keys together; who does not ask is content with anything."""
        found = Sets(self._facets.all, self._facets.all)
        for asked, sets in facets:
            free = self._facets.all & ~asked
            found = found.both(Sets(sets.certain | free, sets.possible | free))
        return found


# one selector, with the reasons


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a selector fits a field.

    Attributes:
        fits: whether.
        reasons: sentences: of a no what does not fit, of an unknown what cannot be told, of a yes nothing.
    """

    fits: Fits
    reasons: tuple[str, ...] = ()


def fit(selector: Selector, asset: AssetFact, field: FieldFact) -> Fit:
    """Whether one selector fits one field, and why not. It agrees with :class:`Selection`, and is slower."""
    told = list(_keys(selector, asset, field))
    if selector.excluded is not None:
        told.append(_excluded(selector.excluded, asset, field))
    for word in (Fits.NO, Fits.UNKNOWN):
        reasons = tuple(reason for fits, reason in told if fits is word)
        if reasons:
            return Fit(word, reasons)
    return Fit(Fits.YES)


def _excluded(selector: Selector, asset: AssetFact, field: FieldFact) -> tuple[Fits, str]:
    """What is excluded must not fit: all of its keys together."""
    found = fit(selector, asset, field)
    match found.fits:
        case Fits.YES:
            return Fits.NO, "the rule leaves it out (`not`)"
        case Fits.UNKNOWN:
            return Fits.UNKNOWN, f"whether the rule leaves it out (`not`): {found.reasons[0]}"
        case Fits.NO:
            return Fits.YES, ""


def _keys(selector: Selector, asset: AssetFact, field: FieldFact) -> Iterator[tuple[Fits, str]]:
    """Each key that is given, with the reason where it does not fit."""
    if selector.stores:
        yield _sure("it is in another store", fits=_globbed(asset.store.name, selector.stores))
    for key, values, found in (
        ("owner", selector.owners, asset.store.owner and _globbed(asset.store.owner, selector.owners)),
        ("jurisdiction", selector.jurisdictions, asset.store.jurisdiction in selector.jurisdictions),
        ("purpose", selector.purposes, bool({*asset.store.purposes} & {*selector.purposes})),
    ):
        if values:
            yield _declared(asset.store, key, found=bool(found))
    if selector.assets:
        yield _sure("the asset has another name", fits=_globbed(asset.name, selector.assets))
    if selector.tags:
        yield _tagged(asset, selector.tags)
    yield from _content(selector, field)


def _content(selector: Selector, field: FieldFact) -> Iterator[tuple[Fits, str]]:
    if selector.fields:
        if not field.path and field.unknown:
            yield Fits.UNKNOWN, f"which fields it has: {field.unknown}"
        else:
            yield _sure("the field has another name", fits=_globbed(field.path, selector.fields))
    if selector.entities:
        names = {name for one in field.entities for name in (one.entity, f"{one.entity}/{one.subtype}")}
        yield _held(field, found=bool(names & {*selector.entities}))
    if selector.categories:
        kinds = [one.category for one in field.entities]
        yield _held(field, found=any(within(kind, wanted) for kind in kinds for wanted in selector.categories))
    if selector.sensitivities:
        levels = possible_levels(field.entities, unknown=bool(field.unknown))
        yield _level(field, levels, selector.sensitivities)


def _sure(reason: str, *, fits: bool) -> tuple[Fits, str]:
    return (Fits.YES, "") if fits else (Fits.NO, reason)


def _held(field: FieldFact, *, found: bool) -> tuple[Fits, str]:
    if found:
        return Fits.YES, ""
    if field.unknown:
        return Fits.UNKNOWN, f"what it holds: {field.unknown}"
    return Fits.NO, "it holds nothing of that kind"


def _level(field: FieldFact, levels: Sequence[Sensitivity], wanted: Sequence[str]) -> tuple[Fits, str]:
    fitting = [one for one in levels if one.label in wanted]
    if fitting and len(fitting) < len(levels):
        return Fits.UNKNOWN, f"how sensitive it is: {field.unknown}"
    return _sure(f"it is {levels[0].label}", fits=bool(fitting))


def _declared(store: StoreFact, key: str, *, found: bool) -> tuple[Fits, str]:
    told = {"owner": store.owner, "jurisdiction": store.jurisdiction, "purpose": store.purposes}[key]
    if not told:
        return Fits.UNKNOWN, f"its store declares no {key}"
    return _sure(f"its store declares another {key}", fits=found)


def _tagged(asset: AssetFact, wanted: Sequence[str]) -> tuple[Fits, str]:
    tags = asset.tags
    counts = [tags.counts.get(key, 0) for key in wanted]
    if any(count and count == tags.objects for count in counts):
        return Fits.YES, ""
    if any(counts):
        return Fits.UNKNOWN, f"only {max(counts):,} of its {tags.objects:,} objects have the tag"
    if tags.unknown:
        return Fits.UNKNOWN, f"the tags of {tags.unknown:,} of its {tags.objects:,} objects are not known"
    return Fits.NO, "it has no such tag"


def _globbed(text: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)

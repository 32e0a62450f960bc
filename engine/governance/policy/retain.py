"""How long the rows of an asset are kept, from the rules that are about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.governance.policy.decisions import (
    Contradiction,
    Expires,
    KeptForEver,
    NoRule,
    NothingAsked,
    RetentionDecision,
    Unknown,
    Waived,
)
from engine.governance.policy.facts import AssetFact
from engine.governance.policy.limits import (
    Limit,
    Limits,
    Lost,
    clash,
    may_outlive,
    never_later,
    outlives,
)
from engine.governance.policy.model import Anonymise, Delete, Disposal, Rule
from engine.governance.policy.waiving import WaiverFact, covering

_LISTED = 4  # categories that a sentence names


def retain(
    asset: AssetFact,
    certain: Sequence[Rule],
    possible: Sequence[Rule],
    waivers: Sequence[WaiverFact] = (),
    limits: Limits | None = None,
) -> RetentionDecision:
    """How long its rows are kept.

    A maximum counts only of rules that are certainly about the asset. A minimum counts also of those that may be.

    Args:
        asset: what is known of it.
        certain: rules that are about it.
        possible: rules of which it cannot be told.
        waivers: that are in force.
        limits: of these rules, where many assets are decided.
    """
    limits = limits or Limits()
    maxima = [limit for rule in certain if (limit := limits.maximum(rule, asset)) is not None]
    minima, lost = _minima(limits, asset, certain, possible)
    if not maxima:
        return _without_maximum(asset, minima, lost, possible)
    found = {
        one.rule: waiver
        for one in maxima
        if waivers and (waiver := covering(waivers, one.rule, asset.store.name, asset.name)) is not None
    }
    counted, beaten = limits.shortest([one for one in maxima if one.rule not in found])
    waived, _ = limits.shortest([one for one in maxima if one.rule in found])
    lost = (*lost, *beaten)
    if not counted:
        reason = f"every maximum is waived: {', '.join(one.rule for one in waived)}"
        return Waived(waived, minima, tuple(found[one.rule].id for one in waived), lost, reason)
    lost = (*lost, *(Lost(one) for one in waived))
    if problem := "; ".join(_contradictions(counted, minima)):
        rules = tuple(sorted({one.rule for one in (*counted, *minima)}))
        return Contradiction(rules, counted, minima, problem)
    notes = (*_outliving(counted, minima), *_perhaps(possible))
    return Expires(counted, minima, lost, notes, _sentence(counted, minima))


def _minima(
    limits: Limits, asset: AssetFact, certain: Sequence[Rule], possible: Sequence[Rule]
) -> tuple[tuple[Limit, ...], tuple[Lost, ...]]:
    sure = [limits.minimum(rule, asset) for rule in certain]
    perhaps = [limits.minimum(rule, asset, certain=False) for rule in possible]
    return limits.longest([one for one in (*sure, *perhaps) if one is not None])


def _without_maximum(
    asset: AssetFact, minima: tuple[Limit, ...], lost: tuple[Lost, ...], possible: Sequence[Rule]
) -> RetentionDecision:
    if perhaps := sorted(rule.name for rule in possible if rule.retention is not None):
        return Unknown(tuple(perhaps), "it cannot be told which rules of retention are about it", minima)
    if minima:
        return KeptForEver(minima, lost, f"{minima[0].rule} says how long at least, and no rule how long at most")
    categories = tuple(sorted({one.category for field in asset.fields for one in field.entities}))
    if categories:
        return NoRule(categories, f"it holds {listed(categories)}, and no rule says how long")
    if asset.unknown:
        return Unknown((), f"no rule says how long, and what it holds is not known: {asset.unknown}")
    return NothingAsked("no rule says how long, and nothing personal or confidential was recognised in it")


def _contradictions(maxima: Sequence[Limit], minima: Sequence[Limit]) -> Iterator[str]:
    for place, one in enumerate(maxima):
        for other in maxima[place + 1 :]:
            if why := clash(one, other):
                yield f"{one.rule} and {other.rule} are over at the same time: {why}"
        for minimum in minima:
            if minimum.certain and not minimum.statutory and outlives(minimum, one):
                yield f"the minimum of {minimum.rule} ({minimum.words}) is above the maximum of {one.rule} ({one.words})"


def _outliving(maxima: Sequence[Limit], minima: Sequence[Limit]) -> Iterator[str]:
    for one in maxima:
        for minimum in minima:
            whose = "the statutory minimum" if minimum.statutory else "the minimum"
            if outlives(minimum, one):
                yield f"{whose} of {minimum.rule} ({minimum.words}) wins over the maximum of {one.rule} ({one.words})"
            elif may_outlive(minimum, one):
                yield f"{whose} of {minimum.rule} may be above the maximum of {one.rule}: months are not all as long"
    for minimum in minima:
        if not minimum.certain:
            yield f"{minimum.rule} may be about it, so its minimum counts"


def _perhaps(possible: Sequence[Rule]) -> Iterator[str]:
    for rule in possible:
        if rule.retention is not None and rule.retention.maximum is not None:
            yield f"{rule.name} may be about it: its maximum does not count"


def _sentence(maxima: Sequence[Limit], minima: Sequence[Limit]) -> str:
    told = "; ".join(f"{one.rule}: {disposed(one.disposal)} {one.words}" for one in maxima)
    later = [one for one in minima if not all(never_later(one, maximum) for maximum in maxima)]
    rules = ", ".join(one.rule for one in later)
    return f"{told}, not before the minimum of {rules} is over" if rules else told


def listed(categories: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(categories) - _LISTED} more" if len(categories) > _LISTED else ""
    return ", ".join(categories[:_LISTED]) + more


def disposed(disposal: Disposal | None) -> str:
    """``deleted after``, ``anonymised after``."""
    match disposal:
        case Anonymise():
            return "anonymised after"
        case Delete(dependents=tables) if tables:
            return f"deleted with what refers to them in {', '.join(tables)} after"
        case _:
            return "deleted after"

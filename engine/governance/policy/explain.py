"""Every decision about one asset, with what each rule has to do with it: which won, and why the others lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.governance.policy.as_json import Document, decided_document
from engine.governance.policy.decide import Decider
from engine.governance.policy.decisions import Contradiction, Decided, Expires, KeptForEver, Waived
from engine.governance.policy.facets import Fits
from engine.governance.policy.facts import AssetFact, FieldFact
from engine.governance.policy.limits import Limit, Lost
from engine.governance.policy.model import Rule
from engine.governance.policy.selecting import fit

_FIELDS = 5  # of an asset that a sentence names


@dataclass(frozen=True, slots=True)
class OfRule:
    """What one rule has to do with an asset.

    Attributes:
        rule: the rule.
        fits: whether it is about it.
        fields: by which fields, in order; empty when it is not.
        why: of a no or an unknown.
        outcome: what came of its minimum and maximum; empty when it has none, or is not about it.
    """

    rule: Rule
    fits: Fits
    fields: tuple[str, ...]
    why: str
    outcome: str

    @property
    def sentence(self) -> str:
        """For people."""
        if self.fits is not Fits.YES:
            word = "is not about it" if self.fits is Fits.NO else "may be about it; unknown is"
            return f"{self.rule.name} {word}{':' if self.fits is Fits.NO else ''} {self.why}"
        more = f" and {len(self.fields) - _FIELDS:,} more" if len(self.fields) > _FIELDS else ""
        by = ", ".join(self.fields[:_FIELDS])
        return f"{self.rule.name} is about it{f', by {by}{more}' if by else ''}" + (
            f"; {self.outcome}" if self.outcome else ""
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it. ``field``: the one that was asked for, or empty."""

    decided: Decided
    field: str
    rules: tuple[OfRule, ...]

    def sentences(self) -> Iterator[str]:
        """For people, the decisions first."""
        retention = self.decided.retention
        yield f"retention: {retention.word.replace('_', ' ')}: {retention.reason}"
        if isinstance(retention, Expires):
            yield from retention.notes
        for one in self.decided.requirements:
            yield f"{str(one.asked).replace('_', ' ')}: {one.word}: {one.reason} ({', '.join(one.rules)})"
        for field in self.decided.fields:
            if self.field == field.path and self.field:
                yield f"{field.path}: {field.decision.word.replace('_', ' ')}: {field.decision.reason}"
        yield from (one.sentence for one in self.rules)

    def document(self) -> Document:
        """For machines."""
        told = decided_document(self.decided)
        if self.field:
            fields = told["fields"]
            told["fields"] = [one for one in fields if isinstance(one, dict) and one["field"] == self.field]  # type: ignore[union-attr]
        told["rules"] = [
            {
                "rule": one.rule.name,
                "place": str(one.rule.place),
                "fits": one.fits.value,
                "fields": list(one.fields),
                "why": one.why or None,
                "outcome": one.outcome or None,
            }
            for one in self.rules
        ]
        return told


def explain(decider: Decider, asset: AssetFact, field: str = "") -> Explanation:
    """Explain what is decided about an asset, or about one of its fields: every rule is told of.

    Args:
        decider: with all rules and the waivers in force.
        asset: what is known of it.
        field: tell only which rules are about this one; empty for all of the asset.
    """
    decided = decider.decide(asset)
    looked = [one for one in asset.judged if one.path == field] if field else list(asset.judged)
    order = {Fits.YES: 0, Fits.UNKNOWN: 1, Fits.NO: 2}
    told = [_of_rule(rule, asset, looked, decided) for rule in decider.rules]
    return Explanation(decided, field, tuple(sorted(told, key=lambda one: (order[one.fits], one.rule.name))))


def _of_rule(rule: Rule, asset: AssetFact, fields: list[FieldFact], decided: Decided) -> OfRule:
    found = [(one, fit(rule.selector, asset, one)) for one in fields]
    fitting = tuple(one.path for one, result in found if result.fits is Fits.YES)
    if any(result.fits is Fits.YES for _, result in found):
        return OfRule(rule, Fits.YES, tuple(path for path in fitting if path), "", "; ".join(_outcome(rule, decided)))
    perhaps = [result for _, result in found if result.fits is Fits.UNKNOWN]
    if perhaps:
        return OfRule(rule, Fits.UNKNOWN, (), perhaps[0].reasons[0], "; ".join(_outcome(rule, decided)))
    shared = [reason for reason in found[0][1].reasons if all(reason in result.reasons for _, result in found)]
    why = shared[0] if shared else "none of its fields fits all that the rule selects by"
    return OfRule(rule, Fits.NO, (), why, "")


def _outcome(rule: Rule, decided: Decided) -> Iterator[str]:
    retention = decided.retention
    maxima: tuple[Limit, ...] = ()
    minima: tuple[Limit, ...] = ()
    lost: tuple[Lost, ...] = ()
    match retention:
        case Expires() | Waived():
            maxima, minima, lost = retention.maxima, retention.minima, retention.lost
        case Contradiction():
            maxima, minima = retention.maxima, retention.minima
        case KeptForEver():
            minima, lost = retention.minima, retention.lost
        case _:
            return
    word = {"expires": "counts", "kept_for_ever": "counts", "waived": "is waived"}.get(retention.word, "contradicts")
    yield from (f"its maximum {word}: {one.words}" for one in maxima if one.rule == rule.name)
    yield from (f"its minimum counts: {one.words}" for one in minima if one.rule == rule.name)
    yield from (f"its {one.kind} ({one.limit.words}) lost: {one.why}" for one in lost if one.rule == rule.name)

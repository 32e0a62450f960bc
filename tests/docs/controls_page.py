"""The reference page of criteria and controls."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evidence.controls.control import Control
from engine.evidence.controls.library import FAMILIES, library
from engine.evidence.criteria import CATEGORIES, criteria
from tests.docs.generate import NOTE, table

WORDS = {
    "scans": "Scans",
    "inventory": "Inventory",
    "work": "Workers and jobs",
    "records": "Our own records",
    "access": "Access to Reeve",
    "keys": "Keys",
    "policies": "Policies",
    "ledger": "Ledger",
    "holds": "Legal holds",
    "evidence": "Evidence about evidence",
    "retention": "Retention",
    "disposal": "Disposal",
}


def page() -> str:
    """Every control, and every criterion with what carries it."""
    parts = [
        "# Controls and criteria",
        NOTE,
        (
            "Controls are tested by `reeve evidence run` over our own records. A test ends in one of four ways: *effective* "
            "(each case was as it should be), *deviations* (those that were not, each listed), *not tested* (it cannot be told), "
            "or *did not occur* (there was no case). What is not known is never taken for effective. Results are management's "
            "own; they are neither an auditor's opinion nor legal advice."
        ),
    ]
    for family in FAMILIES:
        parts.append(f"## {WORDS[family]}")
        for one in library():
            if one.family == family:
                parts += _control(one)
    parts += [
        "## Criteria",
        (
            "The Trust Services Criteria (AICPA TSC 2017, points of focus of 2022) by their identifiers, with titles in our own "
            "words. **AUTO**: our own records can carry it, for data stores in scope. **IMPORT**: it needs a population from "
            "another system. **ATTEST**: it needs documents. *Carried by* is what this version has; *adds* are controls that are "
            "not enough alone."
        ),
    ]
    for category, title in CATEGORIES.items():
        rows = [
            (
                one.id,
                one.title,
                one.cls.value,
                _serving(one.id, carried=True),
                _serving(one.id, carried=False),
                one.input,
            )
            for one in criteria()
            if one.category == category
        ]
        parts += [
            f"### {category}: {title}",
            table(("criterion", "in our words", "class", "carried by", "adds", "evidence"), rows),
        ]
    return "\n\n".join(parts) + "\n"


def _control(one: Control) -> Iterator[str]:
    yield f"### {one.id}: {one.title}"
    yield one.objective
    told = ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in one.parameters.items())
    rows = [
        ("carries", ", ".join(one.criteria) or "none"),
        ("adds to", ", ".join(one.supports) or "none"),
        ("owner, interval", f"{one.owner.words}, {one.frequency.value.replace('_', ' ')}"),
        ("test", f"`{one.test}`{f' ({told})' if told else ''}"),
        ("population", ", ".join(f"`{name}`" for name in one.events) or "the state, as captured"),
        ("what to do", one.todo),
    ]
    yield table(("what", "how"), rows)


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _serving(criterion: str, *, carried: bool) -> str:
    return ", ".join(one.id for one in library() if criterion in (one.criteria if carried else one.supports))

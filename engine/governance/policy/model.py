"""The nouns of policies: what a rule selects, and what it requires. Frozen, and free of where the text came from but for places.

Reading them from YAML is :mod:`engine.governance.policy.language`; what follows from them, ``decide``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.governance.calendar.durations import Duration


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written. ``file`` as errors show it; ``line`` 1-based."""

    file: str
    line: int

    def __str__(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Source:
    """What a rule rests on: a law, a standard, a contract. Not legal advice.

    Attributes:
        title: of the text and the article.
        url: where it can be read, or empty.
        version: as of when it was read, or which edition.
    """

    title: str
    url: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that tells when something happened.

    Attributes:
        column: its name.
        table: the asset that has it; empty: the one that the rule is about. Another's rows are reached over foreign keys.
        store: that has the table; empty: the store that the rule is about.
    """

    column: str
    table: str = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long rows are kept.

    Attributes:
        minimum: not shorter, or None.
        maximum: not longer, or None. At least one of them is given.
        beginnings: what the time is counted from: the latest of them. At least one.
    """

    minimum: Duration | None
    maximum: Duration | None
    beginnings: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """The row goes.

    Attributes:
        dependents: tables whose rows go with the row that they refer to.
        detach: tables whose rows stay and refer to nothing any more.
    """

    dependents: tuple[str, ...] = ()
    detach: tuple[str, ...] = ()


def _nothing() -> Mapping[str, str | None]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Anonymise:
    """The row stays, and some of its columns get a constant or null.

    Attributes:
        values: by column; None is SQL's NULL.
    """

    values: Mapping[str, str | None] = field(default_factory=_nothing)


Disposal = Delete | Anonymise


@dataclass(frozen=True, slots=True)
class Selector:
    """Which fields a rule is about: each list that is not empty has one that fits. All empty: every field.

    Attributes:
        categories: of the taxonomy; ``user.contact`` takes in ``user.contact.email``, by segments.
        entities: names, or ``ENTITY/SUBTYPE``.
        sensitivities: words of the scale.
        stores, assets, fields, owners: shell patterns, case-sensitive.
        jurisdictions, purposes, tags: as declared.
        excluded: what must not fit; None for nothing.
    """

    categories: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    sensitivities: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    excluded: Selector | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: unique among all policies that are used together.
        title: a sentence.
        selector: what it is about.
        retention: of rows, or None.
        disposal: what happens to rows that are over their maximum; None where there is no maximum.
        encryption: words for what must protect it: ``at_rest``, ``field``; empty for nothing.
        owner: whether the store must name one.
        labels: what must be declared of the store: ``purpose``, ``jurisdiction``.
        statutory: its minimum is the law's: no erasure and no waiver goes before it.
        source: what it rests on, or None.
        place: where it is written; two rules that say the same in two places are equal.
        zone: IANA name: whose days count.
    """

    name: str
    title: str
    selector: Selector
    retention: Retention | None
    disposal: Disposal | None
    encryption: tuple[str, ...]
    owner: bool
    labels: tuple[str, ...]
    statutory: bool
    source: Source | None
    place: Place = field(compare=False)
    zone: str


@dataclass(frozen=True, slots=True)
class Policies:
    """All rules that are used together.

    Attributes:
        rules: in order of their names.
        hash: SHA-256 (hexadecimal) of their canonical form, without titles, sources and places: equal for two sets of files that
            require the same. What a standing approval is given over.
    """

    rules: tuple[Rule, ...]
    hash: str

"""Rules and facts for tests, made in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classifiers.detector import Sensitivity
from engine.governance.calendar import Duration
from engine.governance.policy.facts import AssetFact, EntityFact, FieldFact, KeyFact, StoreFact
from engine.governance.policy.model import Column, Delete, Disposal, Place, Policies, Retention, Rule, Selector

EMAIL = EntityFact("EMAIL_ADDRESS", "", "user.contact.email", Sensitivity.CONFIDENTIAL, 0.97)
IBAN = EntityFact("IBAN_CODE", "", "user.financial.bank_account", Sensitivity.RESTRICTED, 0.99)
NAME = EntityFact("PERSON", "", "user.name", Sensitivity.CONFIDENTIAL, 0.9)
STREET = EntityFact("LOCATION", "STREET_ADDRESS", "user.contact.address.street", Sensitivity.CONFIDENTIAL, 0.9)
SHOP = StoreFact("shop", "sql", "Retail", "DE", ("orders",))
UNREAD = "1 of 1 objects failed"


def column(name: str = "created_at", table: str = "", store: str = "") -> Column:
    """Where a time begins."""
    return Column(name, table, store)


def rule(
    name: str,
    *,
    select: Selector | None = None,
    maximum: str = "",
    minimum: str = "",
    start: Sequence[Column] = (column(),),
    disposal: Disposal | None = None,
    zone: str = "UTC",
    **more: Any,
) -> Rule:
    """A rule that is about everything, and asks nothing, unless told otherwise."""
    retention = None
    if maximum or minimum:
        parsed = [Duration.parse(text) if text else None for text in (minimum, maximum)]
        retention = Retention(parsed[0], parsed[1], tuple(start))
    given = {"encryption": (), "owner": False, "labels": (), "statutory": False, "source": None, **more}
    return Rule(
        name=name,
        title=f"The rule {name}",
        selector=select or Selector(),
        retention=retention,
        disposal=disposal or (Delete() if maximum else None),
        place=Place("policies.yaml", 1),
        zone=zone,
        **given,
    )


def policies(*rules: Rule) -> Policies:
    """Rules that are used together."""
    return Policies(tuple(sorted(rules, key=lambda one: one.name)), "0" * 64)


def table(name: str = "accounts", *fields: FieldFact, store: StoreFact = SHOP, **more: Any) -> AssetFact:
    """A table that was read, with a key."""
    given = {"primary_key": ("id",), **more}
    return AssetFact(store, name, fields=fields or (FieldFact("email", (EMAIL,)), FieldFact("created_at")), **given)


def refers(*fields: str, to: str) -> KeyFact:
    """A foreign key to the column ``id`` of another table."""
    return KeyFact(fields, to, ("id",))

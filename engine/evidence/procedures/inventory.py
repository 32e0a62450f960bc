"""The inventory: what is declared of stores, that what comes and goes is on record, and that verdicts can be explained."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from engine.base.state.canonical import JsonValue
from engine.base.state.tables import AssetRow, StoreRow, VerdictRow
from engine.estate.inventory.verdicts import is_withdrawal
from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.population import Population, captured
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts

APPEARED, GONE = "inventory.asset_appeared", "inventory.asset_gone"
DECIDED, WITHDRAWN = "inventory.verdict_decided", "inventory.verdict_withdrawn"
CHANGED = "inventory.verdict_changed"
ADDED = "inventory.store_added"


def stores(facts: Facts) -> list[StoreRow]:
    """Stores that the configuration names, as the last scan knew it, by name."""
    query = select(StoreRow).where(StoreRow.removed_at.is_(None)).order_by(StoreRow.name)
    return [row for row in facts.session.scalars(query) if row.first_seen_at < facts.period.end]


def _declared(row: StoreRow, what: str) -> bool:
    return bool({"owner": row.owner, "jurisdiction": row.jurisdiction, "purpose": row.purposes}[what])


def declared(facts: Facts, control: Control) -> Conclusion:
    """Every store has what ``declares`` names: ``owner``, ``jurisdiction`` or ``purpose``."""
    what, rows = control.word("declares"), stores(facts)
    found = [Deviation(f"No {what} is declared.", row.name) for row in rows if not _declared(row, what)]
    return concluded(found, len(rows), "There is no store.")


def _stores(facts: Facts, control: Control) -> Population:
    what = control.word("declares")
    rows: list[JsonValue] = [
        {"store": facts.reference("store", row.id), what: _declared(row, what)} for row in stores(facts)
    ]
    return captured(f"stores of the inventory, and whether each has a declared {what}", rows)


def owned_from_the_start(facts: Facts, _control: Control) -> Conclusion:
    """A store that came in the period had an owner and a purpose when it came."""
    found, checked = [], 0
    for one in facts.records([ADDED]):
        checked += 1
        lacks = [word for word, told in (("owner", "owned"), ("purpose", "purposed")) if not one.attributes.get(told)]
        if lacks:
            what = f"A store came into scope without {' and '.join(lacks)}."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "No store came in the period.")


def drift_noticed(facts: Facts, _control: Control) -> Conclusion:
    """Each asset of the inventory that came or went in the period has an event that says so (second source: the state)."""
    told: dict[str, set[str | None]] = {APPEARED: set(), GONE: set()}
    checked = 0
    for one in facts.records(_control.events):
        checked += 1
        if one.type in told:
            told[one.type].add(one.refs.get("asset_ref"))
    found = []
    for asset, came, went in facts.session.execute(select(AssetRow.id, AssetRow.first_seen_at, AssetRow.gone_at)):
        name = facts.reference("asset", asset)
        for kind, at in ((APPEARED, came), (GONE, went)):
            if at is not None and facts.period.covers(at) and name not in told[kind]:
                word = "came" if kind == APPEARED else "went"
                found.append(Deviation(f"An asset {word}, and no event says so.", at=at))
    return concluded(found, checked, "Nothing came, went or changed in the period.")


def decisions_explained(facts: Facts, _control: Control) -> Conclusion:
    """Each decision of a person on a verdict has a reason, an actor and its event (second source: the table of verdicts)."""
    events = Counter(one.refs.get("field_ref") for one in facts.records([DECIDED, WITHDRAWN]))
    query = select(VerdictRow).where(
        VerdictRow.decided_by == "person",
        VerdictRow.decided_at >= facts.period.begin,
        VerdictRow.decided_at < facts.period.end,
    )
    rows = Counter[str | None]()
    found, checked = [], 0
    for row in facts.session.scalars(query):
        checked += 1
        rows[facts.reference("field", row.field_id)] += 1
        if not row.reason.strip():
            word = "A withdrawal" if is_withdrawal(row) else "A decision"
            found.append(Deviation(f"{word} of a person has no reason.", at=row.decided_at))
    found += [Deviation("Decisions and their events do not agree in number.")] * (events != rows)
    return concluded(found, max(checked, events.total()), "No person decided anything in the period.")


def verdicts_explained(facts: Facts, _control: Control) -> Conclusion:
    """Each verdict that a scan changed names the detectors that judged, and a confidence that is a probability."""
    found, checked = [], 0
    for one in facts.records([CHANGED]):
        checked += 1
        if not one.word("pack_hash") or not 0 <= one.number("confidence") <= 1:
            what = "A verdict was changed without telling by what, or how sure."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "No verdict changed in the period.")


PROCEDURES = (
    Procedure("stores_declare", declared, {"declares": str}, _stores, needs_state=True),
    Procedure("stores_owned_from_the_start", owned_from_the_start),
    Procedure("drift_noticed", drift_noticed, needs_state=True),
    Procedure("decisions_explained", decisions_explained),
    Procedure("verdicts_explained", verdicts_explained),
)

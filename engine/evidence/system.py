"""What the system is: stores with what is declared of them, and how far they were read. Names and counts, no values."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from classifiers.detector import Sensitivity
from engine.base.state.canonical import JsonValue
from engine.base.state.events import timestamp
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.report.summary import personal, present
from engine.estate.inventory.view import COVERAGE_ORDER, StoreView


def described_system(session: Session) -> JsonValue:
    """The description of the system from the inventory as it is now."""
    view = load_inventory(session)
    return {
        "tenant": view.tenant,
        "scanned_at": None if view.scanned_at is None else timestamp(view.scanned_at),
        "detectors": view.pack,
        "coverage": {state: view.coverage_counts()[state] for state in COVERAGE_ORDER},
        "stores": [_store(one) for one in view.stores],
    }


def _store(store: StoreView) -> JsonValue:
    fields = [item for asset in store.assets for item in present(asset)]
    coverage = Counter(item.coverage for asset in store.assets for item in asset.objects)
    return {
        "name": store.name,
        "kind": store.kind,
        "owner": store.owner,
        "jurisdiction": store.jurisdiction,
        "purposes": list(store.purposes),
        "unlisted": store.failure,
        "assets": sum(asset.change != "gone" for asset in store.assets),
        "fields": len(fields),
        "personal": sum(map(personal, fields)),
        "restricted": sum(item.sensitivity is Sensitivity.RESTRICTED for item in fields),
        "coverage": {state: coverage[state] for state in COVERAGE_ORDER},
    }

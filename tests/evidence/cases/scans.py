"""Scans and the inventory."""

from __future__ import annotations

from engine.base.ids import (
    AssetId,
    new_id,
)
from engine.ledger.events.inventory import AssetAppeared, StoreAdded, VerdictChanged
from engine.ledger.events.scan import AssetCovered
from tests.evidence.cases.case import case, days, none
from tests.evidence.world import DAILY, World, completed, started


def scans_nightly(world: World) -> None:
    world.schedule(DAILY)
    days(world, 5, World.fire)


def scans_missed(world: World) -> None:
    scans_nightly(world)
    world.wait(days=4)
    world.fire()
    world.wait(days=2)


case("SCAN-01", scans_nightly, scans_missed)


def scanned_weekly(world: World) -> None:
    for _ in range(4):
        world.tell(completed())
        world.wait(days=7)


def scanned_once(world: World) -> None:
    world.tell(completed())
    world.wait(days=9)


case("SCAN-02", scanned_weekly, scanned_once)


def scan_ended(world: World) -> None:
    scan = new_id()
    world.tell(started(scan))
    world.wait(days=2)
    world.tell(completed(scan))


def scan_vanished(world: World) -> None:
    world.tell(started())
    world.wait(days=2)


case("SCAN-03", scan_ended, scan_vanished)
case("SCAN-04", lambda world: world.tell(completed()), lambda world: world.tell(completed(accounted=2)))


def covered(asset: AssetId, failed: int) -> AssetCovered:
    return AssetCovered(
        scan=started().scan, asset_ref=asset, asset="a", store="s", state="failed" if failed else "full", rows=1,
        objects_failed=failed, objects_full=1 - failed, reason="timeout" if failed else "",
    )  # fmt: skip


def mended(world: World) -> None:
    asset = AssetId(new_id())
    world.tell(covered(asset, 1))
    world.wait(days=9)
    world.tell(covered(asset, 0))


def left(world: World) -> None:
    world.tell(covered(AssetId(new_id()), 1))
    world.wait(days=9)


case("SCAN-05", mended, left)
case("INV-01", lambda world: none(world.store()), lambda world: none(world.store(owner="")))
case("INV-02", lambda world: none(world.store()), lambda world: none(world.store(jurisdiction="")))
case("INV-03", lambda world: none(world.store()), lambda world: none(world.store(purposes=[])))


def store_added(*, owned: bool) -> StoreAdded:
    return StoreAdded(store="crm", kind="files", owned=owned, purposed=True)


case("INV-04", lambda world: world.tell(store_added(owned=True)), lambda world: world.tell(store_added(owned=False)))


def asset_told(world: World) -> None:
    asset = world.asset(world.store())
    world.tell(AssetAppeared(asset_ref=asset, asset="people.csv", kind="file", format="csv"))


case("INV-05", asset_told, lambda world: none(world.asset(world.store())))
case(
    "INV-06",
    lambda world: world.decide(world.field(), "looked at it"),
    lambda world: world.decide(world.field(), " "),
)


def verdict(pack: str) -> VerdictChanged:
    return VerdictChanged(
        field_ref=AssetId(new_id()),  # type: ignore[arg-type] # any id will do
        field="crm/people.csv.email", entity_old="", entity_new="EMAIL_ADDRESS", category="user.contact.email",
        sensitivity="confidential", confidence=0.9, pack_hash=pack,
    )  # fmt: skip


case("INV-07", lambda world: world.tell(verdict("p1")), lambda world: world.tell(verdict("")))

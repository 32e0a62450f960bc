"""Records, keys, the ledger and evidence itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.base.ids import (
    ActorId,
    new_id,
)
from engine.base.state.system_events import ConfigurationLoaded, KeyringCreated
from engine.base.state.tables import JobId, ScheduleId
from engine.ledger.events.evidence import ControlTested, EvidenceCollected
from engine.ledger.events.inventory import InventoryExported
from engine.ledger.events.ledger import Heartbeat, LedgerVerified, Reconciled
from tests.evidence.cases.case import IBAN, case
from tests.evidence.world import Deed, World, completed, started

LOADED = ConfigurationLoaded(config_hash="c1", stores=1, code_version="0.1.0", store_names=("crm",))


def known(world: World) -> None:
    world.tell(LOADED, started())


case("REC-01", known, lambda world: world.tell(LOADED, started(config="c2")))


def export(digest: str) -> InventoryExported:
    return InventoryExported(format="csv", rows=3, sha256=digest)


case("REC-02", lambda world: world.tell(export("ab" * 32)), lambda world: world.tell(export("none")))
case(
    "REC-03",
    lambda world: world.tell(completed()),
    lambda world: world.tell(completed(), actor_id=ActorId(new_id())),
)
case("REC-04", lambda world: world.tell(started()), lambda world: world.tell(started(code=IBAN)))


def altered(world: World) -> None:
    world.tell(completed())
    world.change("scan.completed", payload='{"actor_ref":"","attributes":{},"refs":{}}')


case("REC-05", lambda world: world.tell(completed()), altered)


case("KEY-01", lambda world: world.tell(KeyringCreated(kind="local", epoch=1)), lambda _world: None)


def overdue(world: World) -> None:
    world.tell(LOADED)
    world.wait(days=731 + 8)


case("KEY-02", lambda world: world.tell(LOADED), overdue)


def sequenced(world: World) -> None:
    world.tell(completed(), completed(), completed())
    world.wait(minutes=5)
    world.sequence()
    world.wait(hours=3)


def waits(world: World) -> None:
    sequenced(world)
    world.tell(completed())
    world.wait(hours=3)


def place_missing(world: World) -> None:
    sequenced(world)
    world.take_away(3)


case("LOG-01", sequenced, waits)
case("LOG-02", sequenced, place_missing)


def beats(world: World) -> None:
    world.sequence()
    for size in range(6):
        world.wait(hours=12)
        world.tell(Heartbeat(size=size, waiting=0, quiet_s=3600))


def silent(world: World) -> None:
    beats(world)
    world.wait(days=2)


case("LOG-03", beats, silent)


def reconciled(exceptions: int) -> Reconciled:
    return Reconciled(
        checked=3, exceptions=exceptions, outbox=9, entries=9, business_rows=3, missing=exceptions, orphans=0
    )


def verified(word: str) -> LedgerVerified:
    return LedgerVerified(entries=9, shards=1, verdict=word, problems=int(word != "intact"))


def with_ledger(event_of: object) -> Deed:
    def deed(world: World) -> None:
        world.tell(completed())
        world.sequence()
        world.tell(event_of)  # type: ignore[arg-type] # an event

    return deed


case("LOG-04", with_ledger(reconciled(0)), with_ledger(reconciled(1)))
case("LOG-05", with_ledger(verified("intact")), with_ledger(verified("edit")))


def collected(at: datetime) -> EvidenceCollected:
    return EvidenceCollected(
        run=JobId(new_id()),  # type: ignore[arg-type] # any id will do
        period_from=at - timedelta(days=1), period_to=at, controls=1, effective=1, deviations=0, not_tested=0,
        no_occurrence=0, records=1, code_version="0.1.0", config_hash="c1", library_hash="l1", description_sha256="ab" * 32,
    )  # fmt: skip


def collected_monthly(world: World) -> None:
    for _ in range(3):
        world.tell(collected(world.clock.now()))
        world.wait(days=30)


def collected_once(world: World) -> None:
    world.tell(collected(world.clock.now()))
    world.wait(days=32)


case("EVD-01", collected_monthly, collected_once)


def tested(at: datetime, word: str) -> ControlTested:
    return ControlTested(
        item=ScheduleId(new_id()),  # type: ignore[arg-type] # any id will do
        run=ScheduleId(new_id()),  # type: ignore[arg-type] # any id will do
        control="SCAN-01", test="on_schedule", conclusion=word,  # type: ignore[arg-type] # one of the four
        deviations=int(word == "deviations"), checked=1, period_from=at - timedelta(days=1), period_to=at, population=1,
        population_root="ab" * 32, item_sha256="ab" * 32,
    )  # fmt: skip


def closed(world: World) -> None:
    world.tell(tested(world.clock.now(), "deviations"))
    world.wait(days=3)
    world.tell(tested(world.clock.now(), "effective"))
    world.wait(days=40)


def stays_open(world: World) -> None:
    world.tell(tested(world.clock.now(), "deviations"))
    world.wait(days=40)
    world.tell(tested(world.clock.now(), "deviations"))


case("EVD-02", closed, stays_open)

"""For each control of the library: deeds after which it was effective, and deeds after which it deviated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.base.actors import ActorKind, register
from engine.base.actors.events import ApiKeyIssued, ApprovalGiven, SignedIn
from engine.base.actors.granting import deactivate, grant
from engine.base.actors.roles import Role
from engine.base.ids import (
    ActorId,
    ApiKeyId,
    ApprovalId,
    AssetId,
    CertificateId,
    HoldId,
    LookId,
    PlanId,
    SessionId,
    WaiverId,
    new_id,
)
from engine.base.state.context import context_of
from engine.base.state.system_events import ConfigurationLoaded, KeyringCreated
from engine.base.state.tables import ActorRoleRow, JobId, ScheduleId, WorkerId
from engine.base.work.events import JobFailed, JobResumed, WorkerFoundDead, WorkerStarted
from engine.base.work.jobs import submit
from engine.ledger.events.certificate import CertificateClosed, CertificateIssued
from engine.ledger.events.change import BatchBegun, Looked, PlanApproved, PlanEnded
from engine.ledger.events.evidence import ControlTested, EvidenceCollected
from engine.ledger.events.hold import HoldEffective, HoldPlaced, HoldReleased, HoldReviewed
from engine.ledger.events.inventory import AssetAppeared, InventoryExported, StoreAdded, VerdictChanged
from engine.ledger.events.ledger import Heartbeat, LedgerVerified, Reconciled
from engine.ledger.events.scan import AssetCovered
from engine.ledger.events.waiver import WaiverApproved, WaiverEnded, WaiverExpired
from tests.evidence.world import DAILY, Deed, World, completed, started

IBAN = "DE89370400440532013000"
CASES: dict[str, tuple[Deed, Deed]] = {}


def case(control: str, good: Deed, bad: Deed) -> None:
    CASES[control] = (good, bad)


def days(world: World, count: int, deed: Deed) -> None:
    for _ in range(count):
        world.wait(days=1)
        deed(world)


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


def none(_made: object) -> None:
    """What was made is not needed."""


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


def found_dead(silent: float) -> WorkerFoundDead:
    return WorkerFoundDead(worker=WorkerId(new_id()), silent_s=silent)


case("WORK-01", lambda world: world.tell(found_dead(30)), lambda world: world.tell(found_dead(7200)))


def failed(job: JobId) -> JobFailed:
    return JobFailed(job=job, kind="scan", failure="timeout")


def gone_on(world: World) -> None:
    job = JobId(new_id())
    world.tell(failed(job))
    world.wait(hours=5)
    world.tell(JobResumed(job=job, kind="scan", attempt=2))
    world.wait(days=4)


def forgotten(world: World) -> None:
    world.tell(failed(JobId(new_id())))
    world.wait(days=4)


case("WORK-02", gone_on, forgotten)


def worked(world: World) -> None:
    world.tell(WorkerStarted(worker=WorkerId(new_id()), code_version="0.1.0"))
    world.schedule(DAILY)
    world.wait(days=4)


def nobody(world: World) -> None:
    world.schedule(DAILY)
    world.wait(days=4)


case("WORK-03", worked, nobody)


def changed_by_hand(world: World) -> None:
    world.schedule(DAILY)
    world.change_schedule("0 3 1 * *")


case("WORK-04", lambda world: world.schedule(DAILY), changed_by_hand)


def asked(world: World) -> JobId:
    with world.database.transaction() as session:
        return submit(session, "scan", {})


def done(world: World) -> None:
    job = asked(world)
    world.wait(days=1)
    world.end(job)
    world.wait(days=4)


def stuck(world: World) -> None:
    asked(world)
    world.wait(days=4)


case("WORK-05", done, stuck)
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


def with_administrator(world: World) -> ActorId:
    """A person with a role that the first one of all gave to themselves; returns another person."""
    with world.database.transaction() as session:
        me = context_of(session).actor_id
        assert me is not None
        grant(session, me, Role.ADMINISTRATOR)
        other = register(session, ActorKind.PERSON, f"Other {new_id().hex}")
    world.wait(hours=1)
    return other.id


def granted_to_another(world: World) -> None:
    other = with_administrator(world)
    with world.database.transaction() as session:
        grant(session, other, Role.AUDITOR)


def granted_to_oneself(world: World) -> None:
    with_administrator(world)
    with world.database.transaction() as session:
        me = context_of(session).actor_id
        assert me is not None
        grant(session, me, Role.APPROVER)


def role_by_hand(world: World) -> None:
    other = with_administrator(world)
    with world.database.transaction() as session:
        session.add(ActorRoleRow(actor_id=other, role="auditor", granted_at=world.clock.now()))


case("ACC-01", granted_to_another, granted_to_oneself)
case("ACC-02", granted_to_another, role_by_hand)


def left_us(world: World) -> ActorId:
    other = with_administrator(world)
    world.tell(completed(), actor_id=other)
    world.wait(hours=1)
    with world.database.transaction() as session:
        deactivate(session, other)
    world.wait(hours=1)
    return other


case("ACC-03", lambda world: none(left_us(world)), lambda world: world.tell(completed(), actor_id=left_us(world)))


def key_issued(world: World, days: int) -> None:
    now = world.clock.now()
    issued = ApiKeyIssued(
        key=ApiKeyId(new_id()), actor=ActorId(new_id()), scopes=("scans:read",), expires_at=now + timedelta(days=days),
        label="nightly",
    )  # fmt: skip
    world.tell(issued)


case("ACC-04", lambda world: key_issued(world, 90), lambda world: key_issued(world, 800))


def signed_in(factor: str) -> SignedIn:
    return SignedIn(
        session=SessionId(new_id()), actor=ActorId(new_id()), factor=factor,  # type: ignore[arg-type] # one of the three
        new_address=False, address="192.0.2.1",
    )  # fmt: skip


case("ACC-05", lambda world: world.tell(signed_in("totp")), lambda world: world.tell(signed_in("none")))


def approved(approver: ActorId, maker: ActorId) -> ApprovalGiven:
    return ApprovalGiven(
        approval=ApprovalId(new_id()), approver=approver, maker=maker, kind="plan", over="ab" * 32, public_key="ab" * 32,
        signature="ab" * 64, expires_at=datetime(2026, 12, 1, tzinfo=UTC), statement="a plan",
    )  # fmt: skip


ME = ActorId(new_id())
case("ACC-06", lambda world: world.tell(approved(ME, ActorId(new_id()))), lambda world: world.tell(approved(ME, ME)))


def accepted(world: World, requester: ActorId, days: int = 90) -> WaiverId:
    """A waiver that the one who runs the tests approves."""
    waiver, now = WaiverId(new_id()), world.clock.now()
    world.tell(
        WaiverApproved(
            waiver=waiver,
            requester=requester,
            owner=requester,
            scope="store",
            asked_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return waiver


def accepted_by_whoever_asked(world: World) -> None:
    with world.database.snapshot() as session:
        me = context_of(session).actor_id
    assert me is not None
    accepted(world, me)


case("POL-01", lambda world: none(accepted(world, ActorId(new_id()), 366)), accepted_by_whoever_asked)


def ran_out(world: World, days: int) -> None:
    """One that was ended before, one that has time yet, and one whose end is noticed so many days later."""
    ended = accepted(world, ActorId(new_id()), 5)
    accepted(world, ActorId(new_id()), 50)
    noticed = accepted(world, ActorId(new_id()), 10)
    ends = world.clock.now() + timedelta(days=10)
    world.tell(WaiverEnded(waiver=ended, counted=True, reason="not needed"))
    world.wait(days=10 + days)
    world.tell(WaiverExpired(waiver=noticed, expires_at=ends))
    world.wait(hours=1)


case("POL-02", lambda world: ran_out(world, 0), lambda world: ran_out(world, 2))


def hold_placed(world: World, hold: HoldId, days: int = 30) -> None:
    world.tell(
        HoldPlaced(
            hold=hold, owner=ActorId(new_id()), matter="m", reason="r", kinds=("store",), scopes=1, identifiers=0,
            places=("crm",), review_at=world.clock.now() + timedelta(days=days), waits=0,
        )
    )  # fmt: skip


def hold_reviewed(world: World, hold: HoldId, days: int = 30) -> None:
    now = world.clock.now()
    world.tell(HoldReviewed(hold=hold, note="", due_at=now, late=False, review_at=now + timedelta(days=days)))


def hold_released(world: World, hold: HoldId, *, reasoned: bool = True, own: bool = False) -> None:
    with world.database.snapshot() as session:
        mine = context_of(session).actor_id
    placer = mine if own and mine is not None else ActorId(new_id())
    now = world.clock.now()
    released = HoldReleased(
        hold=hold, placer=placer, reason="r", reasoned=reasoned, placed_at=now, was_effective=True, due_at=now
    )
    world.tell(released)


def looked_at(world: World) -> None:
    hold, other = HoldId(new_id()), HoldId(new_id())
    hold_placed(world, hold)
    hold_placed(world, other, 9)
    world.wait(days=8)
    hold_released(world, other)
    world.wait(days=20)
    hold_reviewed(world, hold)
    world.wait(days=20)


def not_looked_at(world: World) -> None:
    hold_placed(world, HoldId(new_id()))
    world.wait(days=31)


case("HOLD-01", looked_at, not_looked_at)


def hold_effective(world: World, hours: float) -> None:
    hold, placed_at = HoldId(new_id()), world.clock.now()
    hold_placed(world, hold)
    world.wait(hours=hours)
    world.tell(HoldEffective(hold=hold, placed_at=placed_at, waited_s=3600 * hours))


case("HOLD-02", lambda world: hold_effective(world, 2), lambda world: hold_effective(world, 30))
case(
    "HOLD-03",
    lambda world: hold_released(world, HoldId(new_id())),
    lambda world: hold_released(world, HoldId(new_id()), own=True),
)


def plan_ended(plan: PlanId, *, verified: int = 2, found: int = 0) -> PlanEnded:
    return PlanEnded(
        plan=plan, root="ab" * 32, outcome="complete_with_exceptions" if found else "done", rows=(5, 7), done=(5, 7),
        roots_left=0, found=found, batches=2, batches_done=2, batches_verified=verified, policies="",
    )  # fmt: skip


def certificate_issued(plan: PlanId, ends: datetime | None = None, certified: int = 12) -> CertificateIssued:
    return CertificateIssued(
        certificate=CertificateId(plan), plan=plan, approval=ApprovalId(new_id()), approver=ActorId(new_id()),
        root="ab" * 32, sha256="cd" * 32, level="logical_deletion", outcome="done", planned=12, certified=certified, found=0,
        roots_left=0, excluded=0, batches=2, copies=1, copies_end_at=ends, state="open",
    )  # fmt: skip


def certified_soon(world: World) -> None:
    plan = PlanId(new_id())
    world.tell(plan_ended(plan))
    world.wait(hours=1)
    world.tell(certificate_issued(plan))


def never_certified(world: World) -> None:
    world.tell(plan_ended(PlanId(new_id())))
    world.wait(hours=25)


case("DSP-01", certified_soon, never_certified)


def looked(
    look: LookId, overdue: int, since: datetime | None, plan: PlanId | None = None, *, could: bool = True
) -> Looked:
    return Looked(
        look=look, plan=plan, looked=could, overdue=overdue, overdue_before=0, unknown=0, excused=0, since=since,
        policies="ab" * 32, store="shop", asset="accounts", rule="closed",
    )  # fmt: skip


def over_its_maximum(world: World, days: int) -> None:
    look, since = LookId(new_id()), world.clock.now()
    world.tell(looked(look, 5, since))
    world.wait(days=days)
    world.tell(looked(look, 0, None))


def looked_for(world: World, days: int) -> None:
    look = LookId(new_id())
    world.tell(looked(look, 0, None))
    world.wait(days=days)
    world.tell(looked(look, 0, None))


case("RET-01", lambda world: over_its_maximum(world, 30), lambda world: over_its_maximum(world, 32))
case("RET-02", lambda world: looked_for(world, 30), lambda world: looked_for(world, 32))


def begun(world: World, maker: ActorId | None) -> None:
    """A batch of a plan, approved before where there is a maker."""
    plan = PlanId(new_id())
    if maker is not None:
        approved_plan = PlanApproved(
            plan=plan, approval=ApprovalId(new_id()), approver=ME, maker=maker, kind="plan", root="ab" * 32, policies="",
            rows=3, expires_at=datetime(2026, 12, 1, tzinfo=UTC),
        )  # fmt: skip
        world.tell(approved_plan)
        world.wait(minutes=1)
    world.tell(
        BatchBegun(
            plan=plan, approval=ApprovalId(new_id()), batch=0, batch_root="ab" * 32, rows=(3,), epoch=1, attempt=1
        )
    )


case("DSP-02", lambda world: begun(world, ActorId(new_id())), lambda world: begun(world, None))
case(
    "DSP-03",
    lambda world: world.tell(plan_ended(PlanId(new_id()))),
    lambda world: world.tell(plan_ended(PlanId(new_id()), verified=1)),
)


def copies_ended(world: World, *, close: bool) -> None:
    plan, now = PlanId(new_id()), world.clock.now()
    ends = now + timedelta(days=2)
    world.tell(certificate_issued(plan, ends))
    world.wait(days=2, hours=1)
    if close:
        closing = CertificateClosed(
            certificate=CertificateId(plan), plan=plan, sha256="cd" * 32, issued_at=now, copies_end_at=ends
        )
        world.tell(closing)
    world.wait(days=2)


case("DSP-04", lambda world: copies_ended(world, close=True), lambda world: copies_ended(world, close=False))

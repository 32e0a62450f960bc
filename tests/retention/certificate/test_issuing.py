"""Certificates of plans that were really run: what they say is what happened, and no more is certified than was read again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from engine.base.actors import local_person
from engine.base.clock import FixedClock
from engine.base.errors import IntegrityViolated, NotFound
from engine.base.ids import CertificateId, PlanId, new_id
from engine.base.state.database import Database
from engine.base.state.tables import CertificateRow, FieldRow, PlanBatchRow, PlanRow, VerdictRow
from engine.estate.stores.sql import SqlStore
from engine.governance.calendar import Duration, due_at
from engine.governance.change.applying import Applier, Ran
from engine.governance.change.approving import cancel_plan
from engine.governance.change.batches import Hands
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.plan import Copy
from engine.ledger.log.reconcile import PAIRS, reconcile
from retention.certificate.document import Certificate
from retention.certificate.errors import CertificateRefused
from retention.certificate.gathering import Installation
from retention.certificate.issuing import issue_certificate, issue_due, lacking
from retention.certificate.page import page_of
from retention.erase.sql import SqlEffect
from retention.verify import SqlVerifier
from tests.base.actors.people import holds, recorded
from tests.conftest import START
from tests.governance.change.world import LISTING, POLICIES, Approver, Fault, People, PeopleRows, World
from tests.governance.holds.world import inventory
from tests.retention.certificate.issued import Certified

BACKUP, WAL = Copy("backup", Duration(days=35)), Copy("wal", Duration(minutes=60))


def test_it_says_what_happened(certified: Certified) -> None:
    hold = certified.world.hold(3)
    assert certified.world.effective(hold)
    plan_id = certified.ran([BACKUP, WAL])
    installation = Installation("ab" * 32, {"shop": "sqlite"})
    view = certified.show(certified.issue(plan_id, installation))
    made = view.document
    gone = certified.world.people.deletions()
    assert len([one for one in gone if one[0] == "person"]) == 6
    assert [(one.asset, one.technique, one.rows_planned, one.rows_done) for one in made.assets] == [
        ("person", "DELETE", 7, 6),
        ("note", "DELETE", 14, 12),
    ]
    counts = made.counts
    assert (counts.rows_planned, counts.rows_done, counts.rows_certified, counts.rows_found_again) == (21, 18, 18, 0)
    assert (counts.roots_planned, counts.roots_done) == (7, 6)
    assert [(one.asset, one.reason, one.roots) for one in counts.left] == [("person", "held", 1)]
    assert counts.rows_certified == len(gone)
    assert (made.plan.plan, made.plan.root) == (plan_id, certified.world.row(plan_id).root)
    assert (made.plan.outcome, made.plan.rules, made.plan.policies) == (
        "complete_with_exceptions",
        ("closed-accounts",),
        POLICIES,
    )
    assert (made.batches.planned, made.batches.done, made.verification.batches, made.verification.rows) == (3, 3, 3, 18)
    assert (made.store.server, made.store.server_version, made.tool.config_hash) == ("sqlite", None, "ab" * 32)
    assert (made.method.level, made.method.nist, made.status) == ("logical_deletion", "none", "open")
    assert made.validation.approver == certified.approver.actor_id
    assert made.performer.actor == made.plan.maker != made.validation.approver
    assert len(made.performer.workers) == 1
    (event,) = recorded(certified.world.database, "certificate.issued")
    assert event["sha256"] == hashlib.sha256(view.data).hexdigest() == view.line.sha256
    assert (event["certified"], event["roots_left"], event["copies"], event["state"]) == (18, 1, 2, "open")


def test_what_the_plan_left_out_stands_there_by_reason(certified: Certified) -> None:
    kept = (
        LeftOut(0, (1001,), Reason.HELD, "hold-1"),
        LeftOut(0, (1002,), Reason.STATUTORY_MINIMUM, "tax-law"),
        LeftOut(0, (1003,), Reason.STATUTORY_MINIMUM, "tax-law"),
    )
    counts = certified.issued(rows=PeopleRows(certified.world.people, excluded=kept)).document.counts
    assert [(one.asset, one.reason, one.detail, one.rows) for one in counts.excluded] == [
        ("person", "held", "hold-1", 1),
        ("person", "statutory_minimum", "tax-law", 2),
    ]


def test_the_real_effect_and_verifier_come_to_the_same(certified: Certified) -> None:
    plan_id, world = certified.plan(), certified.world
    world.people.change("ALTER TABLE person ADD COLUMN closed_at TEXT DEFAULT '2020-01-01'")
    url = f"sqlite:///{world.people.path}"
    worker_id, leases = world.worker()
    effect = SqlEffect(url, world.clock)
    store = SqlStore("shop", url)
    hands = Hands(effect, SqlVerifier(store), lambda: LISTING, server=store.server_version)
    ran = Applier(world.database, leases, worker_id, hands, policies=lambda: POLICIES).run(plan_id)
    effect.close()
    assert ran == Ran("done")
    made = certified.show(certified.issue(plan_id)).document
    counts = made.counts
    assert (counts.rows_certified, counts.left, counts.rows_found_again) == (21, (), 0)
    assert made.store.server_version == sqlite3.sqlite_version
    assert world.people.ids() == []


def test_what_was_held_before_stands_there_as_the_inventory_had_it(certified: Certified) -> None:
    database = certified.world.database

    def verdict(path: str, by: str, category: str, sensitivity: str) -> None:
        with database.transaction() as session:
            field = session.scalars(select(FieldRow).where(FieldRow.path == path)).first()
            assert field is not None
            entity = {
                "entity": "EMAIL_ADDRESS", "subtype": "", "category": category, "sensitivity": sensitivity, "confidence": 1.0,
            }  # fmt: skip
            session.add(
                VerdictRow(
                    field_id=field.id, decided_by=by, actor_id=local_person(session).id, scan_id=None, entities=[entity],
                    confidence=1.0, reason="", pack_hash="", decided_at=certified.clock.now(),
                )
            )  # fmt: skip

    with database.transaction() as session:
        inventory(session, "shop", {"person": ("email", "card")})
    verdict("email", "scan", "user.contact.email", "internal")
    verdict("card", "scan", "user.contact.email", "public")
    certified.clock.instant += timedelta(hours=1)
    verdict("card", "person", "user.financial", "restricted")
    certified.clock.instant += timedelta(hours=1)
    plan_id = certified.ran()
    certified.clock.instant += timedelta(hours=1)
    verdict("email", "person", "user.unique_id", "public")  # later than the plan: it says nothing of what went
    person, note = certified.show(certified.issue(plan_id)).document.before
    assert [(one.field, one.category, one.sensitivity, one.decided_by) for one in person.classes] == [
        ("card", "user.financial", "restricted", "person"),
        ("email", "user.contact.email", "internal", "scan"),
    ]
    assert (person.judged, person.sensitivity) == (True, "restricted")
    assert (note.asset, note.judged, note.sensitivity, note.classes) == ("note", False, None, ())


def test_rows_that_were_found_again_are_not_certified(certified: Certified) -> None:
    plan_id = certified.plan()

    def back(point: str, number: int) -> None:
        if (point, number) == ("committed", 2):
            certified.world.people.change("INSERT INTO person (id) VALUES (1)")

    certified.world.tap = back
    assert certified.world.run(plan_id) == Ran("complete_with_exceptions")
    made = certified.show(certified.issue(plan_id)).document
    assert (made.counts.rows_done, made.counts.rows_found_again, made.counts.rows_certified) == (21, 1, 20)
    assert made.verification.found == 1
    (event,) = recorded(certified.world.database, "certificate.issued")
    assert (event["certified"], event["found"]) == (20, 1)


def test_it_is_refused_before_the_end(certified: Certified) -> None:
    plan_id = certified.plan()
    with pytest.raises(CertificateRefused, match="read again") as refused:
        certified.issue(plan_id)
    assert refused.value.reason == "not_ended"


def test_what_a_cancelled_plan_did_is_certified_as_part_of_it(certified: Certified) -> None:
    plan_id, world = certified.plan([BACKUP]), certified.world

    def cancel(point: str, number: int) -> None:
        if (point, number) == ("changed", 1):
            with world.database.transaction() as session:
                cancel_plan(session, plan_id)

    world.tap = cancel
    assert world.run(plan_id) == Ran("cancelled", "cancel")
    gone = world.people.deletions()
    with world.database.transaction() as session:
        assert lacking(session) == [plan_id]
    view = certified.show(certified.issue(plan_id))
    made = view.document
    assert (made.extent, made.plan.outcome) == ("partial", "cancelled")
    assert (made.batches.planned, made.batches.done, made.verification.batches) == (3, 1, 1)
    assert made.counts.rows_certified == made.verification.rows == len(gone) == 9
    assert (made.counts.roots_planned, made.counts.roots_done) == (7, 3)
    assert [(one.asset, one.reason, one.roots) for one in made.counts.left] == [("person", "stopped", 4)]
    assert [(one.rows_planned, one.rows_done) for one in made.assets] == [(7, 3), (14, 6)]
    assert made.copies.end_at == due_at(certified.clock.now(), Duration(days=35), ZoneInfo("UTC"))
    (event,) = recorded(world.database, "certificate.issued")
    assert (event["outcome"], event["certified"], event["batches"], event["roots_left"]) == ("cancelled", 9, 1, 4)
    page = page_of(view).decode()
    assert "given up (cancelled) when 1 of 3 batches were done. 12 planned rows were not dealt with" in page


def test_of_a_batch_that_was_broken_off_and_given_up_what_went_is_certified(certified: Certified) -> None:
    """Killed behind a COMMIT, cancelled, and then read again: by what the store says, not by what was meant."""
    plan_id, world = certified.plan(), certified.world

    def fail(point: str, number: int) -> None:
        if (point, number) == ("committed", 1):
            raise Fault

    world.tap = fail
    with pytest.raises(Fault):
        world.run(plan_id)
    with world.database.transaction() as session:
        cancel_plan(session, plan_id)
    world.people.change("INSERT INTO person (id) VALUES (1)")  # of the first batch, and there again
    assert world.run(plan_id) == Ran("cancelled", "cancel")
    made = certified.show(certified.issue(plan_id)).document
    counts = made.counts
    assert (made.extent, counts.rows_done, counts.rows_found_again, counts.rows_certified) == ("partial", 18, 1, 17)
    assert (counts.rows_resolved, counts.roots_done) == (9, 6)
    assert [(one.reason, one.roots) for one in counts.left] == [("stopped", 1)]


def test_a_plan_that_was_cancelled_before_it_did_anything_is_not_certified(certified: Certified) -> None:
    plan_id = certified.plan()
    with certified.world.database.transaction() as session:
        cancel_plan(session, plan_id)
        assert lacking(session) == []
    assert certified.world.row(plan_id).state == "cancelled"
    with pytest.raises(CertificateRefused) as refused:
        certified.issue(plan_id)
    assert refused.value.reason == "nothing_done"


def test_it_is_refused_until_what_was_done_was_read_again(certified: Certified) -> None:
    plan_id = certified.plan()

    def fail(point: str, number: int) -> None:
        if (point, number) == ("open", 1):
            raise Fault

    certified.world.tap = fail
    with pytest.raises(Fault):
        certified.world.run(plan_id)
    with pytest.raises(CertificateRefused):
        certified.issue(plan_id)
    certified.world.stop_point = lambda: (_ for _ in ()).throw(Fault())
    with pytest.raises(Fault):  # finds out about the batch, and does no further one
        certified.world.run(plan_id)
    with certified.world.database.transaction() as session:
        cancel_plan(session, plan_id)
        cancel_plan(session, plan_id)  # again: nothing
    assert certified.world.row(plan_id).state == "verifying"
    with pytest.raises(CertificateRefused) as refused:
        certified.issue(plan_id)
    assert refused.value.reason == "not_ended"
    certified.world.stop_point = lambda: None
    assert certified.world.run(plan_id) == Ran("cancelled", "cancel")
    assert certified.show(certified.issue(plan_id)).document.counts.rows_certified == 9
    assert len(certified.world.people.deletions()) == 9


def test_it_is_refused_where_nothing_was_done(certified: Certified) -> None:
    plan_id = certified.plan()
    certified.world.people.change("DELETE FROM note")
    certified.world.people.change("DELETE FROM person")
    assert certified.world.run(plan_id) == Ran("complete_with_exceptions")
    with pytest.raises(CertificateRefused) as refused:
        certified.issue(plan_id)
    assert refused.value.reason == "nothing_done"
    with certified.world.database.transaction() as session:
        assert lacking(session) == []


def test_it_is_refused_where_a_batch_was_not_read_again(certified: Certified) -> None:
    plan_id = certified.ran()
    with certified.world.database.transaction() as session:
        session.execute(update(PlanBatchRow).where(PlanBatchRow.number == 1).values(verified_at=None))
    with pytest.raises(CertificateRefused) as refused:
        certified.issue(plan_id)
    assert refused.value.reason == "not_verified"


def test_a_plan_that_was_changed_is_not_certified(certified: Certified) -> None:
    plan_id = certified.ran()
    with certified.world.database.transaction() as session:
        session.execute(update(PlanBatchRow).where(PlanBatchRow.number == 1).values(rows=[1, 1]))
    with pytest.raises(IntegrityViolated):
        certified.issue(plan_id)


def test_counts_that_do_not_add_up_are_not_certified(certified: Certified) -> None:
    plan_id = certified.ran()
    with certified.world.database.transaction() as session:
        changed = {"done": [2, 6], "left": {}, "resolved": 0}
        session.execute(update(PlanBatchRow).where(PlanBatchRow.number == 1).values(outcome=changed))
    with pytest.raises(IntegrityViolated, match="roots do not add up"):
        certified.issue(plan_id)


def test_there_is_no_such_plan(certified: Certified) -> None:
    with pytest.raises(NotFound):
        certified.issue(PlanId(new_id()))


def test_again_it_is_the_same(certified: Certified) -> None:
    plan_id = certified.ran()
    first = certified.issue(plan_id)
    before = certified.show(first)
    certified.clock.instant += timedelta(days=3)
    assert certified.issue(plan_id) == first
    assert certified.show(first).data == before.data
    assert len(recorded(certified.world.database, "certificate.issued")) == 1


def test_two_sessions_issue_one(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    people = People(tmp_path / "shop.db")
    people.fill(4)
    certified = Certified(World(database, people), Approver.join(database), clock)
    plan_id, found = certified.ran(), list[CertificateId]()
    ready = threading.Barrier(2)

    def issue() -> None:
        ready.wait()
        with database.transaction() as session:
            found.append(issue_certificate(session, plan_id))

    both = [threading.Thread(target=issue) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert len(recorded(database, "certificate.issued")) == 1
    with database.transaction() as session:
        assert issue_due(session) == 0


def test_the_chore_issues_what_lacks_one_and_goes_on_after_a_bad_one(certified: Certified) -> None:
    bad = certified.ran()
    certified.world.people.change("INSERT INTO person (id) VALUES (101), (102), (103)")
    good = certified.ran()
    with certified.world.database.transaction() as session:
        session.execute(update(PlanBatchRow).where(PlanBatchRow.plan_id == bad).values(verified_at=None))
    failed: set[PlanId] = set()
    with certified.world.database.transaction() as session:
        assert lacking(session) == [bad, good]
        assert issue_due(session, failed=failed) == 1
    assert failed == {bad}
    with certified.world.database.transaction() as session:
        assert issue_due(session, failed=failed) == 0
        assert session.scalars(select(CertificateRow.plan_id)).all() == [good]


def test_it_closes_when_the_last_copy_has_ended_and_not_before(certified: Certified) -> None:
    view = certified.issued([BACKUP, WAL])
    end = view.document.copies.end_at
    assert end == BACKUP.until(START)
    assert end is not None
    certified.clock.instant = end - timedelta(microseconds=1)
    assert certified.close() == 0
    assert certified.show(view.line.id).line.state == "open"
    certified.clock.instant = end
    assert (certified.close(), certified.close()) == (1, 0)
    after = certified.show(view.line.id)
    assert (after.line.state, after.line.closed_at, after.data) == ("closed", end, view.data)
    assert after.closed is not None
    (event,) = recorded(certified.world.database, "certificate.closed")
    assert event["sha256"] == view.line.sha256


@pytest.mark.parametrize("copies", [(), (BACKUP, Copy("export", None))])
def test_where_nobody_knows_of_a_copy_it_stays_open(certified: Certified, copies: tuple[Copy, ...]) -> None:
    view = certified.issued(copies)
    assert (view.line.copies_end_at, view.document.copies.end_at) == (None, None)
    certified.clock.instant += timedelta(days=36500)
    assert certified.close() == 0
    assert certified.show(view.line.id).line.state == "open"


def test_copies_are_counted_from_when_the_rows_went(certified: Certified) -> None:
    plan_id = certified.ran([BACKUP], after=timedelta(days=6))
    made = certified.show(certified.issue(plan_id)).document
    (copy,) = made.copies.remaining
    gone_at = START + timedelta(days=6)
    assert (copy.lasts, copy.until) == ("P35D", BACKUP.until(gone_at))
    assert made.copies.counted_from == made.times.ended_at == gone_at


def test_no_key_of_a_row_is_in_it_nor_in_its_events(certified: Certified) -> None:
    for canary in (918273645001, 918273645002):
        certified.world.people.change(f"INSERT INTO person (id) VALUES ({canary})")
    kept = (LeftOut(0, ("canary-key-4711",), Reason.HELD, "hold-1"),)
    view = certified.issued([BACKUP], PeopleRows(certified.world.people, excluded=kept))
    certified.clock.instant += timedelta(days=100)
    assert certified.close() == 1
    for secret in (b"918273645001", b"918273645002", b"canary-key-4711"):
        assert secret not in view.data
    assert holds(certified.world.database, "918273645001", "canary-key-4711") == []
    for kind in ("certificate.issued", "certificate.closed"):
        for event in recorded(certified.world.database, kind):
            assert "shop" not in json.dumps(event)
            assert "person" not in json.dumps(event)


def test_a_document_that_was_changed_is_not_shown(certified: Certified) -> None:
    view = certified.issued()
    forged = view.document.model_copy(update={"store": view.document.store.model_copy(update={"name": "crm"})})
    with certified.world.database.transaction() as session:
        session.execute(update(CertificateRow).values(document=forged.to_bytes()))
    with pytest.raises(IntegrityViolated, match="changed"):
        certified.show(view.line.id)


def test_a_certificate_without_its_event_is_told(certified: Certified) -> None:
    certified.issued()
    assert any(pair.kind == "certificate" for pair in PAIRS)
    with certified.world.database.transaction() as session:
        row = session.scalars(select(CertificateRow)).one()
        other = session.scalars(select(PlanRow)).one()
        made = Certificate.from_bytes(row.document)
        assert made.plan.plan == other.id
        assert reconcile(session).missing == 0
    with certified.world.database.transaction() as session:
        session.execute(update(CertificateRow).values(id=CertificateId(new_id())))
    with certified.world.database.snapshot() as session:
        assert [gap.what for gap in reconcile(session).gaps] == [
            "rows of kind certificate without an event certificate.issued"
        ]

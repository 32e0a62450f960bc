"""What the demo lets go: customers who never ordered, two years after they registered, but for one whom a lawsuit needs.

The plan is made by whoever runs the demo, approved by another person's signature, carried out, and read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from engine.base.ids import PlanId
    from engine.base.settings import Settings
    from engine.base.state.database import Database
    from engine.governance.change.view import WholePlan

POLICIES = "policies"
KEY = "approver.pem"
APPROVER = "Vera Approver"
"""Who does not exist, and signs all the same: her key lies in the demo's folder."""
POLICY = """\
# What the shop has decided. Not legal advice.
version: 1
title: Shop
zone: Europe/Berlin
rules:
  prospects:
    title: Who registered and never ordered goes after two years
    select: {store: shop, asset: customers, category: user.contact}
    require:
      retention: {maximum: P2Y, from: {column: created_at}}
      disposal: {delete: {dependents: [support_tickets, sessions]}}
  business-letters:
    title: What customers wrote is kept six years
    select: {store: shop, asset: support_tickets}
    require:
      retention: {minimum: P6Y, from: {column: opened_at}}
    statutory: true
    source:
      title: Abgabenordnung (Germany), § 147 (1) no. 2 and (3)
      url: https://www.gesetze-im-internet.de/ao_1977/__147.html
"""
_URL = "    url: sqlite:///shop.db\n"
_CHANGED = """\
    write: {url: sqlite:///shop.db}    # in earnest, another user than the one that reads
    copies: [{kind: backup, until: P35D}]
"""
_DUE = """
    SELECT email FROM customers AS c
    WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM support_tickets WHERE customer_id = c.id) ORDER BY id LIMIT 1
"""


CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Swept:
    """What the sweep came to.

    Attributes:
        plan: that was carried out.
        kept: rows that were due and stay, by reason.
        proved: whether the proof that its certificate stands in the signed ledger could be written.
        copies_end_at: when the last copy elsewhere will have ended, as the certificate says.
    """

    plan: WholePlan
    kept: dict[str, int]
    proved: bool
    copies_end_at: datetime | None


def write_policies(folder: Path, config: Path) -> None:
    """The policies of the shop, and what a configuration needs so that its database can be changed by them."""
    (folder / POLICIES).mkdir(exist_ok=True)
    (folder / POLICIES / "shop.yaml").write_text(POLICY, encoding="utf-8")
    text = config.read_text(encoding="utf-8").replace(_URL, _URL + _CHANGED, 1)
    config.write_text(text.replace("# policies: policies", f"policies: {POLICIES}", 1), encoding="utf-8")


def hold_one(database: Database, folder: Path) -> None:
    """Hold what there is of one customer who would go, for a lawsuit that does not exist."""
    from engine.base.state.context import context_of
    from engine.governance.holds.place import NewHold, place_hold, try_effective
    from engine.governance.holds.scopes import Scope

    with database.transaction() as session:
        now = context_of(session).clock.now()
        with closing(sqlite3.connect(folder / "shop.db")) as shop:
            found = shop.execute(_DUE, [(now - timedelta(days=740)).isoformat()]).fetchone()
        if found is None:
            return
        scope = Scope("shop", "customers", ("email",), identifiers=(str(found[0]),))
        new = NewHold("Case 2026-17", "a claim for damages", (scope,), review_at=now + timedelta(days=90))
        hold_id = place_hold(session, new)
    with database.transaction() as session:
        try_effective(session, hold_id)


def sweep_all(database: Database, settings: Settings, folder: Path, run: Callable[[PlanId], None]) -> Swept | None:
    """Plan, have it approved by another person, carry it out; None when nothing is due.

    Args:
        database: the state, bound to who runs the demo.
        settings: of the demo.
        folder: of the demo.
        run: carries a plan out.
    """
    from engine.governance.change.view import whole_plan
    from retention.certificate.view import find_certificate, show_certificate
    from retention.results import Planned
    from retention.sweep import Sweeper, Wanted

    planned = [one for one in Sweeper(database, settings).plan(Wanted(("shop",))) if isinstance(one, Planned)]
    if not planned:
        return None
    _approve(database, planned[0].plan_id, folder / KEY)
    run(planned[0].plan_id)
    proved = _export(database, settings, planned[0].plan_id, folder / CERTIFICATE)
    with database.snapshot() as session:
        certificate = show_certificate(session, find_certificate(session, planned[0].plan_id.hex))
        until = certificate.line.copies_end_at
        return Swept(whole_plan(session, planned[0].plan_id), planned[0].excluded, proved, until)


def _export(database: Database, settings: Settings, plan_id: PlanId, folder: Path) -> bool:
    """Write the plan's certificate with its proof."""
    from engine.ledger.log.ledger import Ledger
    from retention.certificate.exporting import export_certificate
    from retention.certificate.view import find_certificate

    ledger = Ledger(database, settings.ledger)
    ledger.settle()
    with database.snapshot() as session:
        certificate_id = find_certificate(session, plan_id.hex)
    return export_certificate(database, ledger, certificate_id, folder).proved


def _approve(database: Database, plan_id: PlanId, key: Path) -> None:
    """Sign with the key of another person, as she would on a machine of her own."""
    from engine.base.actors import ActorKind, register
    from engine.base.actors.approvals import PlanScope, Statement, fingerprint, sign_approval
    from engine.base.actors.approver_files import make_key_file, read_key_file
    from engine.base.actors.approver_keys import add_approver_key
    from engine.base.actors.granting import grant
    from engine.base.actors.roles import Role
    from engine.base.state.context import context_of
    from engine.governance.change.approving import approve_plan
    from engine.governance.change.kept import plan_of

    public = make_key_file(key)
    private = read_key_file(key)
    with database.transaction() as session:
        context = context_of(session)
        now = context.clock.now()
        approver = register(session, ActorKind.PERSON, APPROVER)
        grant(session, approver.id, Role.APPROVER)
        add_approver_key(session, approver.id, public, valid_until=now + timedelta(days=365))
        root = plan_of(session, plan_id).root or ""
        statement = Statement(context.tenant_id, fingerprint(public), PlanScope(root), now, now + timedelta(days=7))
        approve_plan(session, plan_id, sign_approval(statement, private))

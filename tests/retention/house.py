"""A small house for the tests of sweeps: a configuration with a shop of its own, policies, an inventory, and who approves."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.base.actors.approvals import BlastLimits, PlanScope, StandingScope, Statement, fingerprint, sign_approval
from engine.base.actors.approver_keys import add_approver_key
from engine.base.actors.approving import record_approval
from engine.base.actors.roles import Role
from engine.base.clock import SystemClock
from engine.base.ids import ActorId, PlanId
from engine.base.settings import Settings, load_settings
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.work.presence import Presence
from engine.estate.scan.run import Scanner
from engine.estate.stores.opening import declared_stores
from engine.governance.change.applying import Applier, Ran
from engine.governance.change.approving import approve_plan
from engine.governance.change.kept import plan_of
from engine.governance.change.plan import Limits
from engine.governance.policy.configured import configured_policies
from engine.governance.policy.watching import PoliciesNow
from retention.opening import open_hands
from retention.results import Planned, Result
from retention.still_asked import StillAsked
from retention.sweep import Sweeper, Wanted
from tests.base.actors.people import add
from tests.estate.scan.estate import pack
from tests.states import with_state

CONFIG = """
stores:
  shop:
    kind: sql
    url: sqlite:///shop.db
    write: {url: sqlite:///shop.db}
    copies: [{kind: backup, until: P35D}]
policies: policies.yaml
"""
POLICY = """
version: 1
title: Shop
rules:
  closed:
    title: Accounts go two years after they were closed
    select: {store: shop, asset: accounts, category: user.contact}
    require:
      retention: {maximum: P2Y, from: {column: closed_at}}
      disposal: {delete: {dependents: [letters]}}
  letters:
    title: Letters are kept six years
    select: {store: shop, asset: letters}
    require:
      retention: {minimum: P6Y, from: {column: written_at}}
    statutory: true
"""
SCHEMA = """
CREATE TABLE accounts (id INTEGER PRIMARY KEY, email TEXT NOT NULL, closed_at TEXT);
CREATE TABLE letters (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id), written_at TEXT);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id));
"""
LONG_AGO, LATELY = "2015-05-01", "2025-12-31"
"""Over six years, and not; both are over no two years only by their own day."""
CLOSED = "2020-06-30"


class House:
    """One tenant with one database. Account n has the address ``zebraN@mail.example``. ``state``: its URL; by default a file."""

    def __init__(self, folder: Path, accounts: int = 20, state: str = "") -> None:
        self.folder = folder
        if not state:
            with_state(folder)
        (folder / "reeve.yaml").write_text(f"state: {state}\n{CONFIG}" if state else CONFIG)
        (folder / "policies.yaml").write_text(POLICY)
        self.run(*SCHEMA.strip().split("\n"))
        for number in range(1, accounts + 1):
            self.run(f"INSERT INTO accounts VALUES ({number}, 'zebra{number}@mail.example', '{CLOSED}')")
        self.approver_key = Ed25519PrivateKey.generate()

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.folder / "shop.db")) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def ids(self, table: str = "accounts") -> list[int]:
        with closing(sqlite3.connect(self.folder / "shop.db")) as connection:
            return [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")]

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "reeve.yaml")

    @cached_property
    def database(self) -> Database:
        return open_state(self.settings, SystemClock())

    @cached_property
    def approver(self) -> ActorId:
        actor_id = add(self.database, "Vera Approver", Role.APPROVER)
        public = self.approver_key.public_key().public_bytes_raw()
        with self.database.transaction() as session:
            until = context_of(session).clock.now() + timedelta(days=300)
            add_approver_key(session, actor_id, public, valid_until=until)
        return actor_id

    def scan(self) -> None:
        settings = self.settings
        names = frozenset(settings.stores)
        assert not Scanner(self.database, declared_stores(settings), names, pack(), settings.config_hash).run().failed

    def plan(self, **wanted: object) -> list[Result]:
        wanted.setdefault("limits", Limits(share=100))
        return list(Sweeper(self.database, self.settings).plan(Wanted(**wanted)))  # type: ignore[arg-type] # as in Wanted

    def planned(self, **wanted: object) -> Planned:
        (found,) = self.plan(**wanted)
        assert isinstance(found, Planned)
        return found

    def approve(self, plan_id: PlanId) -> None:
        with self.database.snapshot() as session:
            root = plan_of(session, plan_id).root
        assert root is not None
        signed = self.signed(PlanScope(root))
        with self.database.transaction() as session:
            approve_plan(session, plan_id, signed)

    def approve_standing(self, rows: int) -> None:
        scope = StandingScope(configured_policies(self.settings).hash, ("shop",), BlastLimits(rows, 0))
        signed = self.signed(scope)
        with self.database.transaction() as session:
            maker = context_of(session).actor_id
            assert maker is not None
            record_approval(session, signed, maker_id=maker)

    def signed(self, scope: PlanScope | StandingScope) -> bytes:
        self.approver  # noqa: B018 - registered with the first signature
        with self.database.snapshot() as session:
            context = context_of(session)
        now = context.clock.now()
        name = fingerprint(self.approver_key.public_key().public_bytes_raw())
        statement = Statement(context.tenant_id, name, scope, now, now + timedelta(days=7))
        return sign_approval(statement, self.approver_key)

    def carry_out(self, plan_id: PlanId, stop_point: Callable[[], None] = lambda: None) -> Ran:
        still = StillAsked(self.database, lambda: self.settings, plan_id)

        def between() -> None:
            stop_point()
            still()

        with (
            Presence(self.database, runs_jobs=False) as presence,
            open_hands(self.settings, self.database, "shop", SystemClock()) as hands,
        ):
            policies = PoliciesNow(lambda: self.settings)
            return Applier(
                self.database, presence.leases, presence.id, hands, policies=policies, stop_point=between
            ).run(plan_id)

    def state(self, plan_id: PlanId) -> tuple[str, str]:
        with self.database.snapshot() as session:
            row = plan_of(session, plan_id)
            return row.state, row.reason

"""Any order of granting, withdrawing, deactivating, issuing, revoking, signing in and waiting, against a plain model."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from engine.base.actors import ActorKind, register
from engine.base.actors.api_keys import check_api_key, issue_api_key, revoke_api_key
from engine.base.actors.granted import roles_of
from engine.base.actors.granting import deactivate, grant, reactivate, withdraw
from engine.base.actors.roles import SCOPES, Role, Scope, scopes_of
from engine.base.actors.sessions import IDLE, LONGEST, begin_session, check_session, end_session, forget_ended
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused, BadInput
from engine.base.ids import ActorId
from engine.base.keys.local import LocalKeyring
from engine.base.state.database import Database
from tests.conftest import MEMORY, START
from tests.properties import tries
from tests.states import bound, migrated

ROLES = st.sampled_from([Role.ADMINISTRATOR, Role.AUDITOR, Role.APPROVER])


@dataclass
class Person:
    """What an actor should be."""

    id: ActorId
    roles: set[Role] = field(default_factory=set)
    active: bool = True


@dataclass
class Credential:
    """What a key or session should allow, and until when."""

    owner: Person
    token: str
    id: Any
    scopes: frozenset[Scope] | None
    until: datetime
    used: datetime
    ended: bool = False


class Access(RuleBasedStateMachine):
    """Two people and their keys and sessions."""

    keys = Bundle("keys")
    sessions = Bundle("sessions")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.exists() else None)
        place = Path(self.folder.name)
        self.clock = FixedClock(START)
        database = Database(f"sqlite:///{migrated(place / 'state' / 'state.db')}")
        keyring = LocalKeyring.create(place / "keys" / "keyring.json")
        self.database = bound(database, keyring, self.clock)
        with self.database.transaction() as session:
            self.people = [Person(register(session, ActorKind.PERSON, name).id) for name in ("Ada", "Bob")]
            for person, role in zip(self.people, (Role.ADMINISTRATOR, Role.AUDITOR), strict=True):
                grant(session, person.id, role)
                person.roles.add(role)
        self.all: list[Credential] = []
        for person in self.people:  # credentials that whatever is done next can touch
            scopes, until = scopes_of(person.roles), START + timedelta(days=300)
            with self.database.transaction() as session:
                key = issue_api_key(session, person.id, label="x", scopes=scopes, expires_at=until)
                token = begin_session(session, person.id, "none").token
            self._keep(Credential(person, key.token, key.id, scopes, until, until))
            self._keep(Credential(person, token, None, None, START + LONGEST, START))

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    def _is_last(self, person: Person) -> bool:
        others = [one for one in self.people if one is not person and one.active and Role.ADMINISTRATOR in one.roles]
        return Role.ADMINISTRATOR in person.roles and person.active and not others

    def _try(self, act: Any, *given: Any, **named: Any) -> Any:
        """What it gives, or None where it was refused."""
        try:
            with self.database.transaction() as session:
                return act(session, *given, **named) or True
        except BadInput:
            return None

    @rule(who=st.integers(0, 1), role=ROLES)
    def grant(self, who: int, role: Role) -> None:
        person = self.people[who]
        assert bool(self._try(grant, person.id, role)) is person.active
        if person.active:
            person.roles.add(role)

    @rule(who=st.integers(0, 1), role=ROLES)
    def withdraw(self, who: int, role: Role) -> None:
        person = self.people[who]
        stays = role is Role.ADMINISTRATOR and self._is_last(person)
        assert bool(self._try(withdraw, person.id, role)) is not stays
        if not stays:
            person.roles.discard(role)

    @rule(who=st.integers(0, 1))
    def deactivate(self, who: int) -> None:
        person = self.people[who]
        stays = self._is_last(person)
        assert bool(self._try(deactivate, person.id)) is not stays
        if not stays:
            person.active = False
            for one in self.all:
                one.ended |= one.owner is person

    @rule(who=st.integers(0, 1))
    def reactivate(self, who: int) -> None:
        assert self._try(reactivate, self.people[who].id)
        self.people[who].active = True

    @rule(target=keys, who=st.integers(0, 1), data=st.data(), days=st.sampled_from([1, 300, 366, 367]))
    def issue(self, who: int, data: st.DataObject, days: int) -> Credential | None:
        person, until = self.people[who], self.clock.instant + timedelta(days=days)
        theirs = sorted(scopes_of(person.roles)) or list(Scope)
        drawn = st.sampled_from(theirs) | st.sampled_from(theirs) | st.sampled_from(Scope)
        scopes = data.draw(st.sets(drawn, min_size=1, max_size=2))
        made = self._try(issue_api_key, person.id, label="x", scopes=scopes, expires_at=until)
        assert bool(made) is (person.active and scopes <= scopes_of(person.roles) and days <= 366)
        return self._keep(Credential(person, made.token, made.id, frozenset(scopes), until, until)) if made else None

    @rule(target=sessions, who=st.integers(0, 1))
    def sign_in(self, who: int) -> Credential | None:
        person, now = self.people[who], self.clock.instant
        made = self._try(begin_session, person.id, "none")
        assert bool(made) is person.active
        return self._keep(Credential(person, made.token, None, None, now + LONGEST, now)) if made else None

    def _keep(self, one: Credential) -> Credential:
        self.all.append(one)
        return one

    @rule(one=keys)
    def revoke(self, one: Credential | None) -> None:
        if one is not None:
            assert self._try(revoke_api_key, one.id)
            one.ended = True

    @rule(one=sessions)
    def sign_out(self, one: Credential | None) -> None:
        if one is not None:
            assert self._try(end_session, one.token)
            one.ended = True

    @rule(one=sessions)
    def use(self, one: Credential | None) -> None:
        if one is not None and self._try(check_session, one.token):
            one.used = self.clock.instant

    @rule(minutes=st.sampled_from([2, 29, 31, 60 * 13, 60 * 24 * 200]))
    def wait(self, minutes: int) -> None:
        self.clock.instant += timedelta(minutes=minutes)

    @rule()
    def forget(self) -> None:
        assert self._try(forget_ended)
        for one in self.all:
            one.ended |= one.scopes is None and not self._holds(one, ever=True)

    def _holds(self, one: Credential, *, ever: bool = False) -> bool:
        now = self.clock.instant
        idle = one.scopes is None and now - one.used >= IDLE
        return not one.ended and now < one.until and not idle and (ever or one.owner.active)

    @invariant()
    def what_holds_is_what_should(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.snapshot() as session:
            for person in self.people:
                assert roles_of(session, person.id) == person.roles
            for one in self.all:
                check = check_session if one.scopes is None else check_api_key
                try:
                    found = check(session, one.token, note=False)
                except AccessRefused:
                    assert not self._holds(one)
                    continue
                assert self._holds(one)
                theirs = frozenset[Scope]().union(*(SCOPES[role] for role in one.owner.roles))
                assert found.scopes == (theirs if one.scopes is None else theirs & one.scopes)
                assert found.actor_id == one.owner.id


TestAccess = Access.TestCase
TestAccess.settings = settings(max_examples=tries(15), stateful_step_count=25, deadline=None)

"""Events of actors and of access. They stand in ``base`` because its rooms record them; see ``engine.ledger.events.access``.

Roles, scopes and reasons are stable words of ours, in clear. Names, addresses and what a person wrote are committed. What was
typed as a name in a sign-in that failed is not kept at all: people type passwords there.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.ids import ActorId, ApiKeyId, ApprovalId, ApproverKeyId, SessionId
from engine.base.state.events import Event, RetentionClass, committed, event, reference


@event
class RoleGranted(Event):
    """An actor got a role.

    Serves CC6.2 and CC6.3 (access is authorised, by role; who gave it is the event's actor) and CC5.1 (duties kept apart).

    Attributes:
        actor: who got it.
        kind: ``person``, ``service`` or ``schedule``.
        role: which.
        roles: all that they have now.
        own: they gave it to themselves.
    """

    type: ClassVar[str] = "actor.role_granted"

    actor: ActorId = reference("actor")
    kind: str
    role: str
    roles: tuple[str, ...]
    own: bool


@event
class RoleWithdrawn(Event):
    """An actor lost a role.

    Serves CC6.2 and CC6.3 (access that is not needed any more is removed).

    Attributes:
        actor: who lost it.
        kind: ``person``, ``service`` or ``schedule``.
        role: which.
        roles: all that they have now.
    """

    type: ClassVar[str] = "actor.role_withdrawn"

    actor: ActorId = reference("actor")
    kind: str
    role: str
    roles: tuple[str, ...]


@event
class Deactivated(Event):
    """An actor may not act any more: their sessions ended, their API keys were revoked.

    Serves CC6.2 (leavers lose access, and when: to be reconciled with the list of leavers).

    Attributes:
        actor: who.
        kind: ``person``, ``service`` or ``schedule``.
        roles: what they had, and get back when they are reactivated.
        sessions, keys: how many ended.
    """

    type: ClassVar[str] = "actor.deactivated"

    actor: ActorId = reference("actor")
    kind: str
    roles: tuple[str, ...]
    sessions: int
    keys: int


@event
class Reactivated(Event):
    """An actor may act again, with the roles they had. Their old sessions and API keys stay ended.

    Serves CC6.2 (access is authorised anew, and by whom).

    Attributes:
        actor: who.
        kind: ``person``, ``service`` or ``schedule``.
        roles: what they have.
    """

    type: ClassVar[str] = "actor.reactivated"

    actor: ActorId = reference("actor")
    kind: str
    roles: tuple[str, ...]


@event
class ApiKeyIssued(Event):
    """An actor got an API key.

    Serves CC6.1 (credentials are issued under control, narrow and for a time) and CC6.3 (least privilege).

    Attributes:
        key: its row.
        actor: whose it is.
        scopes: what it allows.
        expires_at: when it ends.
        label: what it is for, in a person's words.
    """

    type: ClassVar[str] = "actor.api_key_issued"

    key: ApiKeyId = reference("api_key")
    actor: ActorId = reference("actor")
    scopes: tuple[str, ...]
    expires_at: datetime
    label: str = committed()


@event
class ApiKeyRevoked(Event):
    """An API key was taken back.

    Serves CC6.1 and CC6.2 (credentials are removed when they are not needed any more, or known to others).

    Attributes:
        key: its row.
        actor: whose it was.
        reason: ``asked``, or ``deactivated`` with its actor.
    """

    type: ClassVar[str] = "actor.api_key_revoked"

    key: ApiKeyId = reference("api_key")
    actor: ActorId = reference("actor")
    reason: Literal["asked", "deactivated"]


@event
class SignedIn(Event):
    """A person signed in.

    Serves CC6.1 (people are identified and authenticated; how many with a second factor) and CC7.2 (logins from new places).

    Attributes:
        session: its row.
        actor: who.
        factor: what they showed beside the password: ``totp``, ``recovery`` or ``none``.
        new_address: they had not signed in from there lately.
        address: from where.
    """

    type: ClassVar[str] = "actor.signed_in"

    session: SessionId = reference("session")
    actor: ActorId = reference("actor")
    factor: Literal["totp", "recovery", "none"]
    new_address: bool
    address: str = committed()


@event
class SignInRefused(Event):
    """Somebody tried to sign in, and was not let in.

    Serves CC6.1, CC6.6 and CC7.2 (attacks on credentials are seen). What was typed is not kept.

    Attributes:
        actor: whom they said they are, if there is one.
        reason: ``unknown``, ``inactive``, ``no_password``, ``wrong_password`` or ``wrong_code``.
        failures: in a row by that name, with this one.
        turned_away: tries since the last such event that came too soon to be looked at; they have no events of their own.
        address: from where.
    """

    type: ClassVar[str] = "actor.sign_in_refused"

    actor: ActorId | None = reference("actor")
    reason: str
    failures: int
    turned_away: int
    address: str = committed()


@event
class SessionEnded(Event):
    """A session ended.

    Serves CC6.1 (sessions end by themselves, and with their actor's right).

    Attributes:
        session: its row.
        actor: whose it was.
        reason: ``signed_out``, ``idle``, ``expired``, ``password`` (a new one was set), ``deactivated``, or ``asked``.
    """

    type: ClassVar[str] = "actor.session_ended"

    session: SessionId = reference("session")
    actor: ActorId = reference("actor")
    reason: Literal["signed_out", "idle", "expired", "password", "deactivated", "asked"]


@event
class Invited(Event):
    """A token was made with which a person sets their password, once.

    Serves CC6.1 and CC6.2 (first credentials are handed out under control).

    Attributes:
        actor: for whom.
        expires_at: when it ends.
    """

    type: ClassVar[str] = "actor.invited"

    actor: ActorId = reference("actor")
    expires_at: datetime


@event
class PasswordSet(Event):
    """A password was set; the person's sessions ended.

    Serves CC6.1 (management of credentials).

    Attributes:
        actor: whose.
        how: ``invitation``, ``command_line``, or ``console``, by themselves.
        first: they had none before.
    """

    type: ClassVar[str] = "actor.password_set"

    actor: ActorId = reference("actor")
    how: Literal["invitation", "command_line", "console"]
    first: bool


@event
class TotpEnrolled(Event):
    """A person has a second factor from now on, confirmed by a code of it, and new recovery codes.

    Serves CC6.1 and CC6.6 (authentication by more than a password).

    Attributes:
        actor: whose.
        first: they had none before.
    """

    type: ClassVar[str] = "actor.totp_enrolled"

    actor: ActorId = reference("actor")
    first: bool


@event
class ApproverKeyAdded(Event):
    """The public half of an approver's key was registered.

    Serves CC6.1 and CC8.1 (whose approvals count, and from when: checked offline with the key itself).

    Attributes:
        key: its row.
        actor: whose it is.
        public_key: Ed25519, hexadecimal.
        valid_until: approvals are given before that.
    """

    type: ClassVar[str] = "actor.approver_key_added"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    key: ApproverKeyId = reference("approver_key")
    actor: ActorId = reference("actor")
    public_key: str
    valid_until: datetime


@event
class ApproverKeyRetired(Event):
    """An approver's key is not used any more.

    Serves CC6.1 and CC8.1 (from when its approvals do not count).

    Attributes:
        key: its row.
        actor: whose it was.
        public_key: Ed25519, hexadecimal.
        compromised: approvals that it gave before do not count either.
    """

    type: ClassVar[str] = "actor.approver_key_retired"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    key: ApproverKeyId = reference("approver_key")
    actor: ActorId = reference("actor")
    public_key: str
    compromised: bool


@event
class ApprovalGiven(Event):
    """A person's signed approval was recorded.

    Serves CC8.1 and CC5.1 (changes are approved by another than who made them) and C1.2 (disposal is authorised). With the
    statement disclosed and the key of ``actor.approver_key_added``, anyone can check the signature offline.

    Attributes:
        approval: its row.
        approver: who signed.
        maker: who made the plan, or asked for the standing approval; never the approver.
        kind: ``plan`` or ``standing``.
        over: the plan's root or the hash of the policies, hexadecimal.
        public_key: Ed25519, hexadecimal; signature: the same of 64 bytes.
        expires_at: until when it counts.
        statement: what was signed; names of stores may stand in it.
    """

    type: ClassVar[str] = "actor.approval_given"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    approval: ApprovalId = reference("approval")
    approver: ActorId = reference("actor")
    maker: ActorId = reference("actor")
    kind: Literal["plan", "standing"]
    over: str
    public_key: str
    signature: str
    expires_at: datetime
    statement: str = committed()


@event
class RequestRefused(Event):
    """A request was refused.

    Serves CC6.1, CC6.6 and CC7.2 (attempts without right are seen, and an unusual number of them). Of one source a bounded
    number a minute is recorded one by one; the rest is counted in the next one.

    Attributes:
        actor: whose credential it was, if that is known.
        reason: ``missing``, ``unknown``, ``expired``, ``revoked``, ``ended``, ``inactive``, ``scope``, ``csrf``, or another
            stable word; ``more`` for those that were only counted when the server ended.
        scope: what the request needed; empty where that did not matter.
        route: its pattern, ``:name`` where something that was asked for stands.
        method: of HTTP.
        source: keyed hash of the address that it came from, 16 hexadecimal digits; empty where several were counted.
        count: how many refusals this stands for.
        request: the request's id.
    """

    type: ClassVar[str] = "access.refused"

    actor: ActorId | None = reference("actor", default=None)
    reason: str
    scope: str = ""
    route: str = ""
    method: str = ""
    source: str = ""
    count: int = 1
    request: str = ""


@event
class ClassifiedRead(Event):
    """An actor read what tells of classified data: the inventory, or what was disclosed of the ledger.

    Serves CC6.1, CC6.7, C1.1 and P4.1 (use of confidential information is on record).

    Attributes:
        route: its pattern, ``:name`` where something that was asked for stands.
        scope: under which scope.
        rows: how many it gave.
        sensitivity: the highest among them; empty where that is not told.
        request: the request's id.
    """

    type: ClassVar[str] = "access.read"

    route: str
    scope: str
    rows: int
    sensitivity: str = ""
    request: str = ""

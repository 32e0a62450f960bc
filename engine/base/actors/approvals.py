"""Approvals: what a person signs, and how anyone checks it, offline, from the bytes alone. Pure.

A signed approval is canonical JSON (RFC 8785)::

    {"signature": "<Ed25519, 128 hex>", "statement": {
        "type": "reeve.approval", "version": 1, "tenant": "<uuid>", "key": "<SHA-256 of the public key, 64 hex>",
        "given_at": "<RFC 3339, UTC, six digits>", "expires_at": "<the same>",
        "over": {"kind": "plan", "root": "<64 hex>"}
             or {"kind": "standing", "policies": "<64 hex>", "stores": ["<name>", ...], "limits": {"rows": n, "objects": n}}}}

Signed are the bytes ``reeve/v1/approval``, a zero byte, and the canonical statement: no signature over anything else can be
taken for one. There is one spelling of each approval; any other is refused. Nothing counts for more than ``MAX_DAYS``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.ids import TenantId
from engine.base.state.canonical import JsonValue, canonical, parse_canonical
from engine.base.state.events import timestamp

TYPE = "reeve.approval"
VERSION = 1
MAX_DAYS = 90
MAX_BYTES = 65_535  # of a signed approval
SKEW = timedelta(minutes=5)
"""How far the clock of whoever signs may be ahead."""

_DOMAIN = b"reeve/v1/approval\0"
_HASH = re.compile("[0-9a-f]{64}")
_SIGNATURE = re.compile("[0-9a-f]{128}")
_MAX_COUNT = 2**53 - 1  # what JSON holds exactly


class ApprovalNotInForce(BadInput):
    """An approval is over, or begins later."""

    code = "approval_not_in_force"


@dataclass(frozen=True, slots=True)
class PlanScope:
    """One plan. ``root``: its Merkle root, 64 hex."""

    root: str

    def __post_init__(self) -> None:
        _require(_HASH.fullmatch(self.root) is not None, "the root of a plan is 64 hexadecimal digits")

    def as_json(self) -> JsonValue:
        """As it stands in a statement."""
        return {"kind": "plan", "root": self.root}


@dataclass(frozen=True, slots=True)
class BlastLimits:
    """How much one run may do under a standing approval: rows of tables, and whole objects. What is beyond waits."""

    rows: int
    objects: int

    def __post_init__(self) -> None:
        for count in (self.rows, self.objects):
            _require(type(count) is int and 0 <= count <= _MAX_COUNT, "a limit is a whole number from 0")


@dataclass(frozen=True, slots=True)
class StandingScope:
    """Scheduled runs under policies that stay as they are.

    Attributes:
        policies: SHA-256 of them, 64 hex: with another policy the approval does not hold.
        stores: names, in order, each once.
        limits: of each run.
    """

    policies: str
    stores: tuple[str, ...]
    limits: BlastLimits

    def __post_init__(self) -> None:
        _require(_HASH.fullmatch(self.policies) is not None, "the hash of policies is 64 hexadecimal digits")
        _require(
            bool(self.stores) and all(self.stores) and list(self.stores) == sorted(set(self.stores)),
            "a standing approval names its stores, in order and each once",
        )

    def as_json(self) -> JsonValue:
        """As it stands in a statement."""
        limits: JsonValue = {"rows": self.limits.rows, "objects": self.limits.objects}
        return {"kind": "standing", "policies": self.policies, "stores": list(self.stores), "limits": limits}


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed.

    Attributes:
        tenant_id: whose stores.
        key: fingerprint of the key that signs.
        over: one plan, or scheduled runs.
        given_at, expires_at: aware; at most ``MAX_DAYS`` apart.
    """

    tenant_id: TenantId
    key: str
    over: PlanScope | StandingScope
    given_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        _require(_HASH.fullmatch(self.key) is not None, "the fingerprint of a key is 64 hexadecimal digits")
        aware = self.given_at.utcoffset() is not None and self.expires_at.utcoffset() is not None
        _require(aware, "an approval's times have a zone")
        lasts = self.expires_at - self.given_at
        _require(timedelta() < lasts <= timedelta(days=MAX_DAYS), f"an approval lasts at most {MAX_DAYS} days")

    @property
    def subject(self) -> str:
        """What it can be found by: the root of the plan, or the hash of the policies."""
        return self.over.root if isinstance(self.over, PlanScope) else self.over.policies

    def as_json(self) -> JsonValue:
        """As it stands in a signed approval."""
        return {
            "type": TYPE,
            "version": VERSION,
            "tenant": str(self.tenant_id),
            "key": self.key,
            "over": self.over.as_json(),
            "given_at": timestamp(self.given_at),
            "expires_at": timestamp(self.expires_at),
        }

    def to_bytes(self) -> bytes:
        """Canonical JSON.

        Raises:
            BadInput: the name of a store is no text.
        """
        return canonical(self.as_json())

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """The reverse of ``as_json``.

        Raises:
            IntegrityViolated: it is another thing, of another version, or written otherwise.
        """
        match value:
            case {
                "type": str(kind),
                "version": int(version),
                "tenant": str(tenant),
                "key": str(key),
                "over": over,
                "given_at": str(given_at),
                "expires_at": str(expires_at),
            } if (kind, version) == (TYPE, VERSION):
                try:
                    made = cls(TenantId(UUID(tenant)), key, _scope(over), _instant(given_at), _instant(expires_at))
                    if canonical(made.as_json()) == canonical(value):
                        return made
                except (ValueError, OverflowError, BadInput):
                    pass
        raise _unreadable()


def fingerprint(public_key: bytes) -> str:
    """How statements name a key: SHA-256 of its 32 bytes, 64 hex."""
    return hashlib.sha256(public_key).hexdigest()


def sign_approval(statement: Statement, private_key: Ed25519PrivateKey) -> bytes:
    """The signed approval. For the approver's own machine: no server has the key.

    Raises:
        BadInput: the statement names another key.
    """
    if statement.key != fingerprint(private_key.public_key().public_bytes_raw()):
        raise BadInput("the statement names another key than the one at hand")
    signature = private_key.sign(_DOMAIN + statement.to_bytes())
    return canonical({"signature": signature.hex(), "statement": statement.as_json()})


def read_approval(signed: bytes) -> tuple[Statement, bytes]:
    """Statement and signature, unchecked: to learn which key to check with.

    Raises:
        IntegrityViolated: it is no signed approval, or not in its one spelling.
    """
    if len(signed) > MAX_BYTES:
        raise _unreadable()
    match parse_canonical(signed):
        case {"signature": str(signature), "statement": statement, **more} if not more:
            if _SIGNATURE.fullmatch(signature):
                return Statement.from_json(statement), bytes.fromhex(signature)
    raise _unreadable()


def check_approval(signed: bytes, public_key: bytes, now: datetime) -> Statement:
    """What was approved, if the signature fits and it is in force.

    Args:
        signed: as ``sign_approval`` made it.
        public_key: of the approver, 32 bytes, from a place that is trusted.
        now: aware.

    Raises:
        IntegrityViolated: it is no approval, was changed, or was signed with another key.
        ApprovalNotInForce: it is over, or begins later.
    """
    statement, signature = read_approval(signed)
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, _DOMAIN + statement.to_bytes())
    except (InvalidSignature, ValueError):
        raise IntegrityViolated("the signature of this approval does not fit") from None
    if statement.key != fingerprint(public_key):
        raise IntegrityViolated("this approval names another key than the one that signed it")
    if now >= statement.expires_at:
        raise ApprovalNotInForce("this approval is over", hint="ask for a new one")
    if now < statement.given_at - SKEW:
        raise ApprovalNotInForce("this approval begins later", hint="is the clock right?")
    return statement


def _scope(value: JsonValue) -> PlanScope | StandingScope:
    match value:
        case {"kind": "plan", "root": str(root)}:
            return PlanScope(root)
        case {
            "kind": "standing",
            "policies": str(policies),
            "stores": [*stores],
            "limits": {"rows": int(rows), "objects": int(objects)},
        }:
            return StandingScope(policies, tuple(map(str, stores)), BlastLimits(rows, objects))
    raise _unreadable()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if timestamp(instant) != text:
        raise ValueError(text)
    return instant


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    if not holds:
        raise BadInput(problem)


def _unreadable() -> IntegrityViolated:
    return IntegrityViolated("this is no signed approval in a form that this version can read")

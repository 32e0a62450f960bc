"""The second factor: codes of an authenticator (RFC 6238), and recovery codes for who has lost it."""

from __future__ import annotations

import hmac
import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pyotp
import segno
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.base.actors.events import TotpEnrolled
from engine.base.actors.granted import actor_row
from engine.base.actors.kept import keep, kept
from engine.base.actors.registry import ActorKind, get
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.keys.purposes import lookup_hash
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.access import RecoveryCodeRow, TotpRow

STEP_S = 30  # seconds: RFC 6238 section 4.1, as every authenticator has it
DRIFT = 1  # steps before and after, for clocks that differ (RFC 6238 section 5.2)
SECRET_LENGTH = 32  # base32 characters: 160 bits, as RFC 4226 section 4 recommends
RECOVERY_CODES = 10
ISSUER = "Reeve"

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no letter that looks like a digit
_RECOVERY_LENGTH = 16  # characters of 5 bits
_LOOKS = str.maketrans("OIL", "011", "- ")


@dataclass(frozen=True, slots=True)
class TotpEnrolment:
    """What an authenticator takes in; told this once. It counts when a code of it has come back.

    Attributes:
        uri: ``otpauth://totp/...``.
        svg: the same as a QR code: an SVG document.
    """

    uri: str = field(repr=False)
    svg: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A second factor that was right and is not used up yet.

    Attributes:
        factor: ``none`` where the person has not enrolled any.
        step: of the code; recovery: hash of the recovery code.
    """

    factor: Literal["none", "totp", "recovery"]
    step: int = 0
    recovery: bytes = field(default=b"", repr=False)


def begin_totp(session: Session, actor_id: ActorId) -> TotpEnrolment:
    """A new secret for a person. One that they have stays in force until a code of the new one is there.

    Raises:
        NotFound: there is no such actor.
        BadInput: they are no person, or were deactivated or forgotten.
    """
    row, actor = actor_row(session, actor_id, lock=True), get(session, actor_id)
    if actor.kind is not ActorKind.PERSON or row.deactivated_at is not None or actor.name is None:
        raise BadInput("only a person who may act has a second factor", hint="services use API keys")
    secret = pyotp.random_base32(SECRET_LENGTH)
    sealed = keep(session, actor_id, "totp", secret)
    known = _row(session, actor_id)
    if known is None:
        session.add(TotpRow(actor_id=actor_id, pending=sealed, last_step=0))
    else:
        known.pending = sealed
    session.flush()
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.name, issuer_name=ISSUER)
    picture = io.BytesIO()
    segno.make_qr(uri, error="m").save(picture, kind="svg", scale=4)
    return TotpEnrolment(uri, picture.getvalue().decode())


def confirm_totp(session: Session, actor_id: ActorId, code: str) -> tuple[str, ...]:
    """Put the secret of ``begin_totp`` in force, shown by a code of it, and record that.

    Returns:
        ``RECOVERY_CODES`` codes, told this once; each counts once in place of an authenticator's. Earlier ones are void.

    Raises:
        BadInput: nothing was begun, or the code is not right.
    """
    row, now = _row(session, actor_id), context_of(session).clock.now()
    secret = kept(session, actor_id, "totp", row.pending) if row is not None and row.pending is not None else None
    if row is None or secret is None:
        raise BadInput("no second factor was begun", hint="begin it first")
    step = _step_of(secret, code, now, 0)
    if step is None:
        raise BadInput("this code is not right", hint="is the clock of your device right? take the next code")
    first = row.secret is None
    row.secret, row.pending, row.confirmed_at, row.last_step = row.pending, None, now, step
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.actor_id == actor_id))
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCodeRow(actor_id=actor_id, code_hash=_recovery_hash(session, actor_id, one)) for one in codes
    )
    session.flush()
    record(session, TotpEnrolled(actor=actor_id, first=first))
    return codes


def is_enrolled(session: Session, actor_id: ActorId) -> bool:
    """Whether a person has a second factor in force."""
    query = select(TotpRow.confirmed_at).where(TotpRow.actor_id == actor_id)
    return session.scalar(query) is not None


def recovery_codes_left(session: Session, actor_id: ActorId) -> int:
    """How many recovery codes were not used yet."""
    query = select(func.count()).select_from(RecoveryCodeRow)
    return session.scalar(query.where(RecoveryCodeRow.actor_id == actor_id, RecoveryCodeRow.used_at.is_(None))) or 0


def match_code(session: Session, actor_id: ActorId, code: str) -> Match | None:
    """Whether a code is right, without using it up: the same steps whatever it is. ``use_code`` in the same transaction.

    Returns:
        None when it is wrong or was used before.
    """
    row = _row(session, actor_id)
    hashed = _recovery_hash(session, actor_id, code)
    recovery = session.get(RecoveryCodeRow, (context_of(session).tenant_id, actor_id, hashed), with_for_update=True)
    if row is None or row.secret is None:
        return Match("none")
    secret = kept(session, actor_id, "totp", row.secret)
    step = _step_of(secret, code, context_of(session).clock.now(), row.last_step) if secret is not None else None
    if step is not None:
        return Match("totp", step=step)
    return Match("recovery", recovery=hashed) if recovery is not None and recovery.used_at is None else None


def use_code(session: Session, actor_id: ActorId, match: Match) -> None:
    """Use a matched code up: it never counts again."""
    tenant_id = context_of(session).tenant_id
    if match.factor == "totp":
        session.get_one(TotpRow, (tenant_id, actor_id)).last_step = match.step
    elif match.factor == "recovery":
        recovery = session.get_one(RecoveryCodeRow, (tenant_id, actor_id, match.recovery))
        recovery.used_at = context_of(session).clock.now()
    session.flush()


def _row(session: Session, actor_id: ActorId) -> TotpRow | None:
    """Under a lock: of two who bring the same code at once, the second finds it used."""
    return session.get(TotpRow, (context_of(session).tenant_id, actor_id), with_for_update=True)


def _step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step whose code this is, near ``now`` and later than ``after``. It looks at all of them in any case."""
    given = code.replace(" ", "").encode(errors="surrogatepass")
    current, found = int(now.timestamp()) // STEP_S, None
    for step in range(current - DRIFT, current + DRIFT + 1):
        same = hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), given)
        if same and step > after:
            found = step
    return found


def _new_code() -> str:
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH))
    return "-".join(plain[start : start + 4] for start in range(0, _RECOVERY_LENGTH, 4))


def _recovery_hash(session: Session, actor_id: ActorId, code: str) -> bytes:
    plain = code[: 4 * _RECOVERY_LENGTH].upper().translate(_LOOKS).encode(errors="replace").decode()
    return lookup_hash(session, f"recovery/{actor_id}", plain)

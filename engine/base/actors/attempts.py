"""Counting tries to sign in, so that guessing is slow and nobody is locked out for good.

Every try counts before it is looked at, so a thousand at once are no way around. From a few failures in a row on, the next try
has to wait: one second, two, four, up to a quarter of an hour; what comes sooner is turned away unlooked-at and does not prolong
it. Counted are the name, whether it exists or not, and the address. A name and an address that signed in together before are
counted apart from the rest, so that a stranger who keeps guessing does not keep the person out where they usually are.

Names and addresses stand here as keyed hashes.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.base.actors.registry import MAX_NAME
from engine.base.keys.purposes import lookup_hash
from engine.base.state.context import context_of
from engine.base.state.tables.access import AttemptRow

FREE_OF_NAME = 3
FREE_OF_ADDRESS = 20  # an office may share one
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""Failures before that do not count any more."""

KNOWN_FOR = timedelta(days=30)
"""How long a name and an address are known together after they last signed in."""

MAX_ADDRESS = 200  # characters


@dataclass(frozen=True, slots=True)
class Try:
    """A try to sign in that was counted.

    Attributes:
        wait: how long to wait before the next one; more than nothing: this one came too soon, and is not to be looked at.
        failures: in a row by that name, this one counted as one.
        turned_away: tries by that name since the last one that was looked at.
        known: this name signed in from this address lately.
        name, address, pair: keys of the rows.
    """

    wait: timedelta
    failures: int
    turned_away: int
    known: bool
    name: bytes = field(repr=False)
    address: bytes = field(repr=False)
    pair: bytes = field(repr=False)


def delay(failures: int, free: int) -> timedelta:
    """How long after its last try a name or address with so many failures in a row has to wait. Pure."""
    over = failures - free
    return timedelta() if over < 0 else min(LONGEST_WAIT, timedelta(seconds=2 ** min(over, 20)))


def network(address: str) -> str:
    """What is counted of an address: an IPv6 one by its /64, as whoever has one has all of it. Pure."""
    plain = cleaned(address, MAX_ADDRESS)
    try:
        parsed = ipaddress.ip_address(plain)
    except ValueError:
        return plain
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def cleaned(text: str, longest: int) -> str:
    """A text from anyone in a form that can be hashed: one Unicode form, bounded, no lone surrogates. Pure."""
    return unicodedata.normalize("NFC", text[: 2 * longest]).strip()[:longest].encode(errors="replace").decode()


def begin_try(session: Session, name: str, address: str) -> Try:
    """Count a try as failed, unless it comes too soon; ``succeed`` takes that back. Commit before looking at it."""
    who, where = cleaned(name, MAX_NAME), network(address)
    by_name = lookup_hash(session, "sign-in/name", who)
    by_address = lookup_hash(session, "sign-in/address", where)
    pair = lookup_hash(session, "sign-in/pair", f"{who}\0{where}")
    now = context_of(session).clock.now()
    known = _is_known(session, pair, now)
    counted = pair if known else by_name
    rows = _locked(session, now, counted, by_address)
    mine, place = rows[counted], rows[by_address]
    turned_away = mine.turned_away
    wait = max(_wait(mine, FREE_OF_NAME, now), _wait(place, FREE_OF_ADDRESS, now))
    for row in (mine, place):
        if wait > timedelta():
            row.turned_away += 1
        else:
            row.failures = 1 if now - row.last_at > FORGOTTEN_AFTER else row.failures + 1
            row.turned_away, row.last_at = 0, now
    session.flush()
    return Try(wait, mine.failures, turned_away, known, by_name, by_address, pair)


def succeed(session: Session, one: Try) -> None:
    """A try that was let in: its name begins anew, the address has one failure less, and both are known together."""
    now = context_of(session).clock.now()
    rows = _locked(session, now, one.address, one.pair, *(() if one.known else (one.name,)))
    for key, row in rows.items():
        row.failures = max(0, row.failures - 1) if key == one.address else 0
    rows[one.pair].known, rows[one.pair].last_at = True, now
    session.flush()


def forget_attempts(session: Session) -> None:
    """Take out what does not count any more. A chore."""
    now = context_of(session).clock.now()
    session.execute(
        delete(AttemptRow).where(
            (AttemptRow.last_at < now - KNOWN_FOR) | (~AttemptRow.known & (AttemptRow.last_at < now - FORGOTTEN_AFTER))
        )
    )


def _wait(row: AttemptRow, free: int, now: datetime) -> timedelta:
    if now - row.last_at > FORGOTTEN_AFTER:
        return timedelta()
    return max(timedelta(), row.last_at + delay(row.failures, free) - now)


def _is_known(session: Session, pair: bytes, now: datetime) -> bool:
    row = session.get(AttemptRow, (context_of(session).tenant_id, pair))
    return row is not None and row.known and now - row.last_at <= KNOWN_FOR


def _locked(session: Session, now: datetime, *keys: bytes) -> dict[bytes, AttemptRow]:
    """The rows of these keys, made if they are missing; all lock in the same order."""
    context = context_of(session)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    blank = {"tenant_id": context.tenant_id, "failures": 0, "turned_away": 0, "last_at": now, "known": False}
    for key in sorted(keys):
        session.execute(insert(AttemptRow).values(key=key, **blank).on_conflict_do_nothing())
    found = (
        select(AttemptRow)
        .where(AttemptRow.key.in_(keys))
        .order_by(AttemptRow.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.key: row for row in session.scalars(found)}

"""Keys that sign a shard's checkpoints. The private halves are kept by the keyring; all verifier keys stay on record."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.base.keys.purposes import forget_key, keep_key, kept_key
from engine.base.state.context import context_of
from engine.base.state.tables import LedgerKeyRow
from engine.ledger.note.note import SigningKey, VerifierKey


def make_key(session: Session, label: str, origin: str) -> SigningKey:
    """A new key for a shard, kept at once; it signs from the next checkpoint on. The shard's row must be there."""
    key = SigningKey.generate(origin)
    name = _key_id(key.verifier)
    keep_key(session, _kept_as(label, name), key.private)
    now = context_of(session).clock.now()
    session.add(LedgerKeyRow(shard=label, key_id=name, vkey=str(key.verifier), added_at=now))
    session.flush()
    return key


def signing_keys(session: Session, label: str) -> list[SigningKey]:
    """The keys that sign a shard now, oldest first.

    Raises:
        KeyDestroyed, IntegrityViolated: the keyring cannot unwrap one.
    """
    rows = session.scalars(
        select(LedgerKeyRow)
        .where(LedgerKeyRow.shard == label, LedgerKeyRow.retired_at.is_(None))
        .order_by(LedgerKeyRow.added_at, LedgerKeyRow.key_id)
    )
    return [
        SigningKey(VerifierKey.parse(row.vkey).name, kept_key(session, _kept_as(label, row.key_id))) for row in rows
    ]


def verifier_keys(session: Session, label: str | None = None) -> list[VerifierKey]:
    """Every verifier key of a shard or of all, retired ones too: what they signed stays signed."""
    query = select(LedgerKeyRow.vkey).order_by(LedgerKeyRow.shard, LedgerKeyRow.added_at, LedgerKeyRow.key_id)
    if label is not None:
        query = query.where(LedgerKeyRow.shard == label)
    return [VerifierKey.parse(text) for text in session.scalars(query)]


def retire(session: Session, label: str, key_id: str) -> None:
    """Let a key sign no more, and forget its private half.

    Raises:
        BadInput: there is no such key in use, or it is the only one.
    """
    rows = session.scalars(
        select(LedgerKeyRow).where(LedgerKeyRow.shard == label, LedgerKeyRow.retired_at.is_(None))
    ).all()
    found = [row for row in rows if row.key_id == key_id]
    if not found:
        raise BadInput(f"no key {key_id} signs the shard {label}", hint="`reeve ledger vkey` lists the keys")
    if len(rows) == 1:
        raise BadInput("this is the only key that signs", hint="add another one first: `reeve ledger add-key`")
    found[0].retired_at = context_of(session).clock.now()
    forget_key(session, _kept_as(label, key_id))
    session.flush()


def forget_private_halves(session: Session, label: str) -> None:
    """Retire all keys of a closed shard, once its last checkpoint is signed."""
    now = context_of(session).clock.now()
    for row in session.scalars(
        select(LedgerKeyRow).where(LedgerKeyRow.shard == label, LedgerKeyRow.retired_at.is_(None))
    ):
        row.retired_at = now
        forget_key(session, _kept_as(label, row.key_id))
    session.flush()


def key_id_of(key: VerifierKey) -> str:
    """A key's id in 8 hexadecimal digits, as people compare it."""
    return _key_id(key)


def _key_id(key: VerifierKey) -> str:
    return f"{key.key_id:08x}"


def _kept_as(label: str, key_id: str) -> str:
    return f"ledger/{label}/{key_id}"

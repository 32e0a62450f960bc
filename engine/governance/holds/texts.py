"""What people write about a hold: sealed under the hold's own key, so that it can be forgotten apart from all else."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.base.ids import HoldId, SubjectKeyId
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.purposes import lookup_hash
from engine.base.keys.sealed import Sealed, SealExpired
from engine.base.keys.subjects import seal, unseal
from engine.base.state.context import context_of

KEPT = timedelta(days=3653)
"""After it was placed, last reviewed or released, whichever was last."""
MAX_TEXT = 2000  # characters


def written(text: str, what: str) -> str:
    """A text that has to be there, without blanks around it.

    Raises:
        BadInput: it is empty, too long, or holds control characters.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    readable = all(char.isprintable() or char in "\n\t" for char in plain)
    if not plain or len(plain) > MAX_TEXT or not readable:
        raise BadInput(f"the {what} of a hold has 1 to {MAX_TEXT} readable characters")
    return plain


def seal_text(session: Session, hold_id: HoldId, key_id: SubjectKeyId, what: str, text: str) -> Sealed:
    """Seal one of its texts. ``what``: ``matter``, ``reason`` or ``release``."""
    expires_at = context_of(session).clock.now() + KEPT
    return seal(session, key_id, text.encode(), expires_at, _place(hold_id, what))


def open_text(session: Session, hold_id: HoldId, what: str, sealed: Sealed) -> str | None:
    """One of its texts; None once it was forgotten."""
    try:
        return unseal(session, sealed, _place(hold_id, what)).decode()
    except (KeyDestroyed, SealExpired):
        return None


def matter_hash(session: Session, matter: str) -> bytes:
    """How holds of one matter are found; case does not count."""
    return lookup_hash(session, "hold/matter", unicodedata.normalize("NFKC", matter.strip()).casefold())


def _place(hold_id: HoldId, what: str) -> str:
    return f"hold.{what}/{hold_id}"

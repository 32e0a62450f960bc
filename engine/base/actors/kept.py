"""What is kept sealed under an actor's own key: it goes with the actor's name, and as long as the name does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from engine.base.actors.granted import actor_row
from engine.base.actors.registry import NAME_DAYS
from engine.base.ids import ActorId
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.sealed import Sealed, SealExpired
from engine.base.keys.subjects import seal, unseal
from engine.base.state.context import context_of


def keep(session: Session, actor_id: ActorId, what: str, text: str) -> Sealed:
    """Seal a text under the actor's key for ``NAME_DAYS``. ``what`` names its place, and it opens in no other.

    Raises:
        NotFound: there is no such actor.
        KeyDestroyed: the actor was forgotten.
    """
    until = context_of(session).clock.now() + timedelta(days=NAME_DAYS)
    return seal(session, actor_row(session, actor_id).subject_key_id, text.encode(), until, _place(actor_id, what))


def kept(session: Session, actor_id: ActorId, what: str, sealed: Sealed) -> str | None:
    """The text, or None once it may not be read any more.

    Raises:
        IntegrityViolated: it was changed, or moved from elsewhere.
    """
    try:
        return unseal(session, sealed, _place(actor_id, what)).decode()
    except (KeyDestroyed, SealExpired):
        return None


def is_ageing(session: Session, sealed: Sealed) -> bool:
    """Whether more than half of its time is over, so that who still uses it should seal it anew."""
    return sealed.expires_at - context_of(session).clock.now() < timedelta(days=NAME_DAYS / 2)


def _place(actor_id: ActorId, what: str) -> str:
    return f"{what}/{actor_id}"

"""Events of waivers: that a violation was to be accepted, by whom it was, and that this ended.

Serve CC5.3 (deviations from policies are accepted by somebody who answers for it, for a time) and CC5.1 (who asks does not
approve). What is accepted, where and why is committed: names of the estate and words of persons.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.ids import ActorId, WaiverId
from engine.base.state.events import Event, RetentionClass, committed, event, reference

Scope = Literal["everywhere", "store", "asset", "field"]


@event
class WaiverAsked(Event):
    """Somebody asked that a violation be accepted. It does not count yet.

    Serves CC5.3 (each deviation has an owner, a reason, a compensating control and an end) and is the population of waivers.

    Attributes:
        waiver: its row; owner: who answers for it.
        scope: how far it reaches.
        expires_at: from when on it does not count.
        rule, store, asset, field, reason, control: as given.
    """

    type: ClassVar[str] = "waiver.asked"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    waiver: WaiverId = reference("waiver")
    owner: ActorId = reference("actor")
    scope: Scope
    expires_at: datetime
    rule: str = committed()
    store: str = committed()
    asset: str = committed()
    field: str = committed()
    reason: str = committed()
    control: str = committed()


@event
class WaiverApproved(Event):
    """Another actor accepted the violation: it counts from now on.

    Serves CC5.1 and CC5.3 (the actor of this entry is another one than ``requester``; it ends within a year).

    Attributes:
        waiver: its row; requester: who asked; owner: who answers for it.
        scope: how far it reaches.
        asked_at: when it was asked for; expires_at: from when on it does not count.
    """

    type: ClassVar[str] = "waiver.approved"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    waiver: WaiverId = reference("waiver")
    requester: ActorId = reference("actor")
    owner: ActorId = reference("actor")
    scope: Scope
    asked_at: datetime
    expires_at: datetime


@event
class WaiverEnded(Event):
    """Somebody declined a waiver that waited, or withdrew one that counted: the violation is open again.

    Serves CC5.3 (what was accepted is taken back when its reason is gone).

    Attributes:
        waiver: its row.
        counted: it had been approved.
        reason: as given.
    """

    type: ClassVar[str] = "waiver.ended"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    waiver: WaiverId = reference("waiver")
    counted: bool
    reason: str = committed()


@event
class WaiverExpired(Event):
    """A waiver reached its end by itself: the violation is open again since ``expires_at``, whenever this was recorded.

    Serves CC5.3 (nothing is accepted for longer than was approved).

    Attributes:
        waiver: its row.
        expires_at: its end.
    """

    type: ClassVar[str] = "waiver.expired"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    waiver: WaiverId = reference("waiver")
    expires_at: datetime

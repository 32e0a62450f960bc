"""Events of the ledger about itself: shards, keys, its own pulse, and who was shown what.

A trail proves nothing by what is missing in it, unless silence shows: heartbeats say that nothing happened, reconciliations
that nothing is missing, verifications that nothing was changed.
"""

from __future__ import annotations

from typing import ClassVar

from engine.base.ids import EventId, SubjectKeyId
from engine.base.state.events import Event, RetentionClass, committed, event, reference


@event
class ShardOpened(Event):
    """A shard began; its first entry. It names the end of the one before, so that the chain of shards cannot be cut unseen.

    Serves CC7.2 and CC4.1 (the trail over a whole period is one) and CC6.1 (the key that guards it).

    Attributes:
        label: of the shard; origin: its name in checkpoints; vkey: of the key that signs it first.
        previous_label, previous_origin, previous_size, previous_root: the last checkpoint of the shard before; root in
            hexadecimal. None for the first shard.
    """

    type: ClassVar[str] = "ledger.shard_opened"

    label: str
    origin: str
    vkey: str
    previous_label: str | None = None
    previous_origin: str | None = None
    previous_size: int | None = None
    previous_root: str | None = None


@event
class ShardClosed(Event):
    """A shard ended; its last entry. It names the one that goes on.

    Serves CC7.2 and CC4.1, as above.

    Attributes:
        label, origin: of the shard that ends.
        next_label, next_origin: of the one that goes on; next_vkey: the key that signs it first.
    """

    type: ClassVar[str] = "ledger.shard_closed"

    label: str
    origin: str
    next_label: str
    next_origin: str
    next_vkey: str


@event
class KeyAdded(Event):
    """A further key signs a shard's checkpoints, beside the one before until that is retired.

    Serves CC6.1 (keys are changed before their time is over: NIST SP 800-57) and CC8.1.

    Attributes:
        label, origin: of the shard.
        vkey: the verifier key; key_id: its id, 8 hexadecimal digits.
    """

    type: ClassVar[str] = "ledger.key_added"

    label: str
    origin: str
    vkey: str
    key_id: str


@event
class KeyRetired(Event):
    """A key does not sign any more, and its private half was forgotten.

    Serves CC6.1.

    Attributes:
        label, origin: of the shard.
        key_id: of the key.
    """

    type: ClassVar[str] = "ledger.key_retired"

    label: str
    origin: str
    key_id: str


@event
class Heartbeat(Event):
    """Nothing was recorded for as long as the configuration says: the trail is quiet, not broken.

    Serves CC7.2 and A1.1 (a gap without heartbeats is one in which the ledger did not run) and the coverage of a period.

    Attributes:
        size: of the shard before this entry.
        waiting: events that had no place yet.
        quiet_s: seconds since the entry before.
    """

    type: ClassVar[str] = "ledger.heartbeat"

    size: int
    waiting: int
    quiet_s: int


@event
class Reconciled(Event):
    """What was recorded, what has a place and what business rows tell were counted against one another.

    Serves PI1.3 and PI1.4 (processing is complete), CC4.1, and AT-C 205.36 (completeness of information that the entity
    produced).

    Attributes:
        checked: comparisons that were made; exceptions: those that did not come out even.
        outbox: events recorded; entries: those with a place; business_rows: rows that must have an event.
        missing: rows without their event; orphans: places without an event.
    """

    type: ClassVar[str] = "ledger.reconciled"

    checked: int
    exceptions: int
    outbox: int
    entries: int
    business_rows: int
    missing: int
    orphans: int


@event
class LedgerVerified(Event):
    """The ledger was verified by its own program. An auditor's copy of a checkpoint says more.

    Serves CC4.1 and CC7.2 (the trail is monitored itself).

    Attributes:
        entries: that were read; shards: how many.
        verdict: ``intact``, or the first that was found: edit, deletion, reorder, duplicate, truncation, fork, wrong_key, stale.
        problems: how many were found.
    """

    type: ClassVar[str] = "ledger.verified"

    entries: int
    shards: int
    verdict: str
    problems: int


@event
class LedgerExported(Event):
    """The ledger was handed out as a folder.

    Serves CC6.7 (information that leaves) and CC2.1.

    Attributes:
        shards: in it; entries: in them.
        disclosed: committed fields whose values went with it.
    """

    type: ClassVar[str] = "ledger.exported"

    shards: int
    entries: int
    disclosed: int


@event
class Disclosed(Event):
    """Values behind commitments were shown.

    Serves CC6.1 and P6.7 (who was shown what of a person), C1.1.

    Attributes:
        entry_ref: of the event that they belong to.
        fields: names of the fields: they are words of the product.
        reason: why, in the actor's words.
    """

    type: ClassVar[str] = "ledger.disclosed"

    entry_ref: EventId = reference("event")
    fields: tuple[str, ...]
    reason: str = committed()


@event
class Redacted(Event):
    """Values and salts behind commitments were erased: the entries stay, and tell nothing of them any more.

    Serves P4.3 and C1.2 (disposal that can be proved) and P5.2. Kept as long as disposals.

    Attributes:
        key_ref: the subject's key that they were sealed under, and that was destroyed.
        entries: how many events were concerned; fields: how many values.
        basis: the legal basis, a stable word such as ``gdpr.17``.
    """

    type: ClassVar[str] = "ledger.redacted"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    key_ref: SubjectKeyId = reference("subject_key")
    entries: int
    fields: int
    basis: str


@event
class DisclosuresExpired(Event):
    """Values behind commitments were erased because their time was over.

    Serves P4.2 (kept no longer than needed) and C1.2.

    Attributes:
        fields: how many values.
        keys: keys that nothing is sealed under any more, and that were destroyed.
    """

    type: ClassVar[str] = "ledger.disclosures_expired"

    fields: int
    keys: int


@event
class ShardPruned(Event):
    """The entries of a closed shard were deleted at the end of their retention. Its tiles and its last checkpoint stay.

    Serves P4.2, P4.3 and C1.2 (disposal on schedule, and certified). Kept as long as disposals.

    Attributes:
        label, origin: of the shard.
        size, root: of its tree, root in hexadecimal: what stays provable is that such entries existed.
        longest: the longest retention class in it, whose end had come.
    """

    type: ClassVar[str] = "ledger.shard_pruned"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    label: str
    origin: str
    size: int
    root: str
    longest: str

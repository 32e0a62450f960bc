"""Events of legal holds: what was kept from destruction, since when for certain, and who ended that.

What a hold is about may name people, and tells of a dispute: matter, reasons, names and fields are committed to. How many things
it covers, of which kind, and its dates are plain.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from engine.base.ids import ActorId, HoldId
from engine.base.state.events import Event, RetentionClass, committed, event, reference


@event
class HoldPlaced(Event):
    """A legal hold was placed: from here on no new batch touches what it covers.

    Serves C1.1 and P4.2 (what the rules would let go is kept, for a stated matter), CC5.3 (a policy put into action, by whom).
    Kept as long as disposals: what was not destroyed rests on it.

    Attributes:
        hold: its row; owner: who answers for it.
        matter, reason: in the words of who placed it.
        kinds: of what it covers, each once: ``store``, ``asset``, ``rows``, ``subject``.
        scopes: how many things it covers; identifiers: how many subjects or rows in them.
        places: what it covers: ``store``, ``store/asset`` or ``store/asset.field``.
        review_at: by when it has to be reviewed.
        waits: batches that were open then and may still touch what it covers.
    """

    type: ClassVar[str] = "hold.placed"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    hold: HoldId = reference("hold")
    owner: ActorId = reference("actor")
    matter: str = committed()
    reason: str = committed()
    kinds: tuple[str, ...]
    scopes: int
    identifiers: int
    places: tuple[str, ...] = committed()
    review_at: datetime
    waits: int


@event
class HoldEffective(Event):
    """No batch was open any more that had begun without knowing of a hold: nothing that it covers can go from here on.

    Serves C1.1, P4.2 and CC5.3 (how long it took until the hold was sure).

    Attributes:
        hold: its row.
        placed_at: when it was placed.
        waited_s: seconds since then.
    """

    type: ClassVar[str] = "hold.effective"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    hold: HoldId = reference("hold")
    placed_at: datetime
    waited_s: float


@event
class HoldReviewed(Event):
    """Somebody looked whether a hold is still needed, and kept it.

    Serves C1.1, P4.2 (data is kept no longer than the matter asks for) and CC5.3.

    Attributes:
        hold: its row.
        note: in the words of who reviewed it; may be empty.
        due_at: by when it had to be; late: it was after that.
        review_at: by when it has to be again.
    """

    type: ClassVar[str] = "hold.reviewed"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    hold: HoldId = reference("hold")
    note: str = committed()
    due_at: datetime
    late: bool
    review_at: datetime


@event
class HoldReleased(Event):
    """A hold ended: what it covered may go again when the rules say so.

    Serves C1.1, P4.2, CC5.3 and CC6.3 (whoever placed it does not release it alone).

    Attributes:
        hold: its row; placer: who had placed it.
        reason: in the words of who released it; reasoned: there is one.
        placed_at: when it was placed; was_effective: it had become so.
        due_at: by when it had to be reviewed.
    """

    type: ClassVar[str] = "hold.released"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    hold: HoldId = reference("hold")
    placer: ActorId = reference("actor")
    reason: str = committed()
    reasoned: bool
    placed_at: datetime
    was_effective: bool
    due_at: datetime

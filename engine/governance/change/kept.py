"""What is kept of a plan in the state: reading it back, checked, and ending it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated, NotFound
from engine.base.ids import PlanId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.keys.sealed import Sealed
from engine.base.keys.subjects import Sealer, unseal
from engine.base.state.canonical import JsonValue, canonical, parse_canonical
from engine.base.state.context import context_of
from engine.base.state.tables import PlanBatchRow, PlanKeysRow, PlanRow
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.errors import PlanNotReady
from engine.governance.change.keys import Keys, encode_key, leaves_of_encoded, unpack, unpack_encoded
from engine.governance.change.plan import BatchRoot, Header, batch_root, plan_root, require_header

OPEN = ("making", "made", "approved", "running", "stopped", "verifying")
"""States of a plan that has not ended."""


def plan_of(session: Session, plan_id: PlanId, *, lock: bool = False) -> PlanRow:
    """The row of a plan.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.get(PlanRow, (context_of(session).tenant_id, plan_id), with_for_update=lock or None)
    if row is None:
        raise NotFound("there is no such plan", hint="`reeve plan list` shows what there is")
    return row


def header_of(row: PlanRow) -> Header:
    """The header of a plan that was made.

    Raises:
        PlanNotReady: it is still being made, or never was.
        IntegrityViolated: what is kept is another plan's, or none.
    """
    if row.document is None:
        raise PlanNotReady("this plan was not made to its end", reason=row.state)
    return require_header(canonical(row.document), row.id, row.tenant_id)


def secret_of(session: Session, salt: bytes) -> bytes:
    """What the leaves of a plan are made with."""
    key = purpose_key(session, Purpose.LOOKUP)
    return hmac.digest(key.key, b"reeve/v1/plan\0" + salt, "sha256")


def batch_roots(session: Session, plan_id: PlanId) -> list[BatchRoot]:
    """The roots of all batches, in order."""
    query = select(PlanBatchRow.number, PlanBatchRow.rows, PlanBatchRow.root).where(PlanBatchRow.plan_id == plan_id)
    return [
        BatchRoot(number, whole_numbers(rows), root)
        for number, rows, root in session.execute(query.order_by(PlanBatchRow.number))
    ]


def tree_of(session: Session, plan_id: PlanId) -> dict[str, JsonValue]:
    """What the root of a plan is over: its header, and of each batch how many rows by step, and their root.

    Raises:
        NotFound, PlanNotReady: there is no such plan, or it was not made.
        IntegrityViolated: it is not what its root says.
    """
    row = plan_of(session, plan_id)
    header = require_root(session, row)
    batches: list[JsonValue] = [
        {"rows": list(one.rows), "root": one.root.hex()} for one in batch_roots(session, plan_id)
    ]
    return {"document": header.as_json(), "batches": batches, "root": row.root}


def require_root(session: Session, row: PlanRow) -> Header:
    """The header of a plan, once its root was computed anew from all that is kept.

    Raises:
        PlanNotReady: it was not made.
        IntegrityViolated: it is not the root that was approved: header, or batches, were changed.
    """
    header = header_of(row)
    batches = batch_roots(session, row.id)
    if [batch.number for batch in batches] != list(range(header.batches)) or (
        plan_root(header, batches).hex() != row.root
    ):
        raise IntegrityViolated("a plan is not what its root says: its header or its batches were changed")
    return header


def keys_of(session: Session, row: PlanRow, number: int) -> Keys:
    """The keys of a batch, checked against its root, and that row by row against the leaves.

    Raises:
        NotFound: there is no such batch.
        KeyDestroyed, SealExpired: the plan has ended.
        IntegrityViolated: they are not those that the root of the batch is over.
    """
    place = row.tenant_id, row.id, number
    batch, rows = session.get(PlanBatchRow, place), session.get(PlanKeysRow, place)
    if batch is None or rows is None:
        raise NotFound("there is no such batch in this plan")
    keys, encoded = unpack_encoded(unseal(session, rows.keys, keys_place(row.id, number)))
    leaves = leaves_of_encoded(secret_of(session, row.salt), encoded)
    if batch_root(leaves) != batch.root or b"".join(leaves) != rows.leaves:
        raise IntegrityViolated("the rows of a batch are not those that were approved")
    if tuple(map(len, keys)) != whole_numbers(batch.rows):
        raise IntegrityViolated("a batch does not hold as many rows as its plan says")
    return keys


def keys_place(plan_id: PlanId, number: int) -> str:
    """Where the keys of a batch stand, so that they open nowhere else."""
    return f"plan_batch/{plan_id}/{number}"


def excluded_place(plan_id: PlanId, number: int) -> str:
    """The same of rows that are not in the plan."""
    return f"plan_excluded/{plan_id}/{number}"


def left_place(plan_id: PlanId, number: int) -> str:
    """The same of rows that a batch left out."""
    return f"plan_left/{plan_id}/{number}"


def seal_left(sealer: Sealer, left: Sequence[LeftOut], expires_at: datetime, place: str) -> Sealed:
    """Rows that were left out, with reasons."""
    rows: list[JsonValue] = [[one.step, encode_key(one.key).hex(), one.reason.value, one.detail] for one in left]
    return sealer.seal(json.dumps(rows, separators=(",", ":")).encode(), expires_at, place)


def open_left(session: Session, sealed: Sealed, place: str) -> tuple[LeftOut, ...]:
    """The reverse of ``seal_left``.

    Raises:
        KeyDestroyed, SealExpired: the plan has ended.
        IntegrityViolated: it is not such a form.
    """
    found = []
    for step, key, reason, detail in _rows(parse_canonical(unseal(session, sealed, place))):
        # a key is kept as a batch of one
        ((only,),) = unpack(b"\0\0\0\1\0\0\0\1" + bytes.fromhex(key))
        found.append(LeftOut(step, only, Reason(reason), detail))
    return tuple(found)


def whole_numbers(value: object) -> tuple[int, ...]:
    """A list of counts.

    Raises:
        IntegrityViolated: it is none.
    """
    if not isinstance(value, list) or not all(type(one) is int and one >= 0 for one in value):
        raise IntegrityViolated("counts of a plan are not in a form that this version can read")
    return tuple(one for one in value if isinstance(one, int))


def outcome_of(value: JsonValue) -> tuple[tuple[int, ...], dict[str, int], int]:
    """What a batch came to: rows dealt with by step, roots left out by reason, and how many of the first were resolved.

    Raises:
        IntegrityViolated: it does not say.
    """
    match value:
        case {"done": done, "left": {**left}, "resolved": int(resolved)}:
            return whole_numbers(done), {str(why): int(str(rows)) for why, rows in left.items()}, int(resolved)
    raise IntegrityViolated("what a batch came to is not in a form that this version can read")


def counted(left: Iterable[LeftOut]) -> dict[str, int]:
    """Roots that were left out, by reason."""
    found: dict[str, int] = {}
    for one in left:
        if one.step == 0:
            found[one.reason.value] = found.get(one.reason.value, 0) + 1
    return dict(sorted(found.items()))


def _rows(value: JsonValue) -> Iterable[tuple[int, str, str, str]]:
    if not isinstance(value, list):
        raise IntegrityViolated("rows that were left out are not in a form that this version can read")
    for one in value:
        match one:
            case [int(step), str(key), str(reason), str(detail)] if reason in tuple(Reason):
                yield step, key, reason, detail
            case _:
                raise IntegrityViolated("rows that were left out are not in a form that this version can read")

"""What a plan says, and the one root over all of it. Pure.

A plan is a *header* (canonical JSON: what is done, under which policies, how many rows, what is left out and why, what remains
elsewhere) and *batches* of rows. Each row is a leaf: a keyed hash of its step and its key. The leaves of a batch make a tree
(RFC 6962); the plan's tree has the header as its first leaf and then one leaf for each batch::

    {"batch": 0, "root": "<64 hex>", "rows": [1000, 3120]}

So its root covers the header and every row. It is what an approver signs, it can be computed while rows come one batch after the
other, a batch can be checked against it without the others, and that a row stands in it can be shown without telling any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.ids import ActorId, PlanId, TenantId
from engine.base.state.canonical import JsonValue, canonical, parse_canonical
from engine.base.state.events import timestamp
from engine.governance.calendar import Duration, due_at
from engine.governance.change.documents import task_as_json, task_from_json, unreadable
from engine.governance.change.effect import Reason, Task
from engine.ledger.tree.growing import Root, root_of

TYPE = "reeve.plan"
VERSION = 1
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a plan may do: what is beyond is refused when it is made, and has to be asked for with wider limits.

    Attributes:
        rows: in all, over all steps.
        share: of the rows of any table, in percent; 100 for no limit.
        shrink: of the planned roots, in percent, that may turn out to be left out while it runs, before it stops for a person.
    """

    rows: int = 1_000_000
    share: int = 50
    shrink: int = 20

    def __post_init__(self) -> None:
        if self.rows < 0 or not 0 <= self.share <= 100 or not 0 <= self.shrink <= 100:
            raise BadInput("limits of a plan: rows from 0, share and shrink from 0 to 100 percent")


@dataclass(frozen=True, slots=True)
class Excluded:
    """Rows that were due, or asked for, and are not in the plan. ``detail`` as in :class:`~...effect.LeftOut`."""

    reason: Reason
    detail: str
    rows: int


@dataclass(frozen=True, slots=True)
class Warned:
    """What the plan cannot see through. ``kind``: ``trigger``, ``cascade``, or another stable word; ``detail`` its name."""

    kind: str
    asset: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that remains elsewhere. ``lasts``: how long, from when the last row has gone; None if that is not known."""

    kind: str
    lasts: Duration | None

    def until(self, gone_at: datetime) -> datetime | None:
        """When it will have ended if the last row had gone at an instant: days count in UTC, to their end. None: nobody knows."""
        return None if self.lasts is None else due_at(gone_at, self.lasts, UTC)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a plan.

    Attributes:
        plan_id, tenant_id: whose, so that no approval of one counts for another.
        task: what is done.
        policies: hash of the policies that it follows from; empty where it follows from none.
        rules: their names.
        schedule: that it was made for; empty when a person asked.
        made_by: who made it, and so may not approve it.
        made_at: when; now: at which rows were due; expires_at: from then on it is done no more.
        rows: by step; batches: how many.
        tables: rows of each asset of the task, as far as known.
        excluded: see there; excluded_root: over their leaves, as for a batch, in the order in which they were found.
        volume: bytes that its rows take up, about; seconds: that they would take to be dealt with, at the pace of plans before;
            each None where nothing tells.
        warnings, copies: see there.
        limits: that it keeps.
    """

    plan_id: PlanId
    tenant_id: TenantId
    task: Task
    policies: str
    rules: tuple[str, ...]
    schedule: str
    made_by: ActorId
    made_at: datetime
    now: datetime
    expires_at: datetime
    rows: tuple[int, ...]
    batches: int
    tables: Mapping[str, int | None]
    excluded: tuple[Excluded, ...]
    excluded_root: str
    volume: int | None
    seconds: int | None
    warnings: tuple[Warned, ...]
    copies: tuple[Copy, ...]
    limits: Limits

    @property
    def total(self) -> int:
        """Rows over all steps."""
        return sum(self.rows)

    def beyond(self) -> str:
        """Which limit it is beyond: ``rows``, ``share``, ``share_unknown``; or empty."""
        if self.total > self.limits.rows:
            return "rows"
        if self.limits.share == 100:
            return ""
        for asset, rows in per_asset(self.task, self.rows).items():
            of = self.tables.get(asset)
            if rows and of is None:
                return "share_unknown"
            if of is not None and rows * 100 > self.limits.share * of:
                return "share"
        return ""

    def as_json(self) -> JsonValue:
        """As it is hashed and shown."""
        return {
            "type": TYPE,
            "version": VERSION,
            "plan": str(self.plan_id),
            "tenant": str(self.tenant_id),
            "task": task_as_json(self.task),
            "policies": self.policies,
            "rules": list(self.rules),
            "schedule": self.schedule,
            "made_by": str(self.made_by),
            "made_at": timestamp(self.made_at),
            "now": timestamp(self.now),
            "expires_at": timestamp(self.expires_at),
            "rows": list(self.rows),
            "batches": self.batches,
            "tables": dict(self.tables),
            "excluded": [{"reason": x.reason.value, "detail": x.detail, "rows": x.rows} for x in self.excluded],
            "excluded_root": self.excluded_root,
            "bytes": self.volume,
            "seconds": self.seconds,
            "warnings": [{"kind": w.kind, "asset": w.asset, "detail": w.detail} for w in self.warnings],
            "copies": [{"kind": c.kind, "lasts": None if c.lasts is None else str(c.lasts)} for c in self.copies],
            "limits": {"rows": self.limits.rows, "share": self.limits.share, "shrink": self.limits.shrink},
        }

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical(self.as_json())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The reverse of ``to_bytes``.

        Raises:
            IntegrityViolated: it is no header, or not in its one spelling.
        """
        value = parse_canonical(data)
        if isinstance(value, dict) and (value.get("type"), value.get("version")) == (TYPE, VERSION):
            try:
                made = cls._read(value)
                if made.to_bytes() == data:
                    return made
            except (KeyError, TypeError, ValueError, AttributeError, BadInput):
                pass
        raise unreadable()

    @classmethod
    def _read(cls, value: Mapping[str, object]) -> Self:
        read: dict[str, object] = dict(value)
        limits = _mapping(read["limits"])
        return cls(
            plan_id=PlanId(UUID(str(read["plan"]))),
            tenant_id=TenantId(UUID(str(read["tenant"]))),
            task=task_from_json(read["task"]),  # type: ignore[arg-type] # it was parsed from JSON
            policies=str(read["policies"]),
            rules=tuple(map(str, _list(read["rules"]))),
            schedule=str(read["schedule"]),
            made_by=ActorId(UUID(str(read["made_by"]))),
            made_at=_instant(read["made_at"]),
            now=_instant(read["now"]),
            expires_at=_instant(read["expires_at"]),
            rows=tuple(map(_whole, _list(read["rows"]))),
            batches=_whole(read["batches"]),
            tables=MappingProxyType({name: _maybe(rows) for name, rows in _mapping(read["tables"]).items()}),
            excluded=tuple(_excluded(_mapping(one)) for one in _list(read["excluded"])),
            excluded_root=str(read["excluded_root"]),
            volume=_maybe(read["bytes"]),
            seconds=_maybe(read["seconds"]),
            warnings=tuple(_warned(_mapping(one)) for one in _list(read["warnings"])),
            copies=tuple(_copy(_mapping(one)) for one in _list(read["copies"])),
            limits=Limits(_whole(limits["rows"]), _whole(limits["share"]), _whole(limits["shrink"])),
        )


def per_asset(task: Task, rows: Sequence[int]) -> dict[str, int]:
    """Rows by asset, from rows by step."""
    found: dict[str, int] = {}
    for step, some in zip(task.steps, rows, strict=True):
        found[step.asset] = found.get(step.asset, 0) + some
    return found


@dataclass(frozen=True, slots=True)
class BatchRoot:
    """What the plan's tree holds of a batch: how many rows by step, and the root over their leaves."""

    number: int
    rows: tuple[int, ...]
    root: bytes

    def to_bytes(self) -> bytes:
        """The data of its leaf."""
        return canonical({"batch": self.number, "rows": list(self.rows), "root": self.root.hex()})


def batch_root(leaves: Sequence[bytes]) -> bytes:
    """The root over the rows of a batch."""
    sha256 = hashlib.sha256
    return root_of([sha256(b"\0" + leaf).digest() for leaf in leaves])  # as leaf_hash; there are millions of them


def plan_root(header: Header, batches: Sequence[BatchRoot]) -> bytes:
    """The root of a plan."""
    root = Root()
    root.add(header.to_bytes())
    for batch in batches:
        root.add(batch.to_bytes())
    return root.digest()


def _excluded(value: Mapping[str, object]) -> Excluded:
    return Excluded(Reason(str(value["reason"])), str(value["detail"]), _whole(value["rows"]))


def _warned(value: Mapping[str, object]) -> Warned:
    return Warned(str(value["kind"]), str(value["asset"]), str(value["detail"]))


def _copy(value: Mapping[str, object]) -> Copy:
    return Copy(str(value["kind"]), None if value["lasts"] is None else Duration.parse(str(value["lasts"])))


def _instant(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def require_header(data: bytes, plan_id: PlanId, tenant_id: TenantId) -> Header:
    """The header of that plan of that tenant.

    Raises:
        IntegrityViolated: it is none, or another's.
    """
    header = Header.from_bytes(data)
    if (header.plan_id, header.tenant_id) != (plan_id, tenant_id):
        raise IntegrityViolated("the document of this plan is another plan's")
    return header

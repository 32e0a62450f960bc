"""What an event is, and the exact bytes it becomes.

An event is a frozen dataclass. Each of its fields is one of three:

- *plain*: what is not personal and what controls count by: numbers, truth values, instants, and stable words or hashes. Text
  with blanks or an ``@`` is refused, so that a name or address cannot slip in as a word;
- *committed*: what may be personal or confidential (names of stores, assets, fields, reasons in a person's words): the payload
  holds a commitment, the value goes sealed into a side table;
- *a reference*: the id of one of our rows: the payload holds a keyed hash of it, so that entries group by object for whoever
  holds the tenant's key, and for nobody else. The first reference of an event is its object.

The payload is canonical JSON: ``v`` (of the layout), ``type``, ``version`` (of the type), ``ts``, ``tenant``, ``actor_ref``,
``object_ref``, ``refs``, ``attributes``, ``commitments``. The ledger adds nothing to it but its place.
"""

from __future__ import annotations

import dataclasses
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, dataclass_transform
from uuid import UUID

from engine.base.errors import BadInput
from engine.base.ids import ActorId, TenantId
from engine.base.state.canonical import JsonValue, canonical
from engine.base.state.commitments import Disclosure, commitment

LAYOUT = 1
MAX_PAYLOAD = 65_535  # bytes: the C2SP tlog-tiles entry bundle gives an entry's length in 16 bits
_TYPE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
_WORD = re.compile(r"[A-Za-z0-9_.:+/-]{0,256}")


class RetentionClass(StrEnum):
    """How long the disclosures of an event are kept, and later its shard of the ledger."""

    OPERATIONS = "operations"
    """24 months: a SOC 2 Type II period, its audit and the life of its report."""
    REQUEST = "request"
    """36 months: requests of data subjects."""
    DISPOSAL = "disposal"
    """120 months: what proves that something was destroyed, and who decided what a thing is."""

    @property
    def days(self) -> int:
        """The months above in days, rounded up."""
        return {"operations": 731, "request": 1096, "disposal": 3653}[self.value]


class PayloadTooLarge(BadInput):
    """An event does not fit into one entry of the ledger; list less in it, or make several."""

    code = "payload_too_large"


class Event:
    """Base of all events. Subclasses stand under ``@event`` and set the class variables.

    Attributes:
        type: ``family.deed``, in the past tense, for ever: ``scan.completed``.
        version: raised whenever a field is added, removed or changes its meaning.
        retention_class: see the class.
    """

    __slots__ = ()

    type: ClassVar[str]
    version: ClassVar[int] = 1
    retention_class: ClassVar[RetentionClass] = RetentionClass.OPERATIONS

    def __init_subclass__(cls) -> None:
        known = _TYPES.get(cls.type)
        if not _TYPE.fullmatch(cls.type):
            raise TypeError(f"{cls.type!r} is not a type of event: family.deed in small letters")
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events of type {cls.type!r}")
        _TYPES[cls.type] = cls  # a dataclass with slots is made twice; the second is the one


_TYPES: dict[str, type[Event]] = {}
EventClass = TypeVar("EventClass", bound=Event)


def event_types() -> Mapping[str, type[Event]]:
    """Every event that was imported, by type."""
    return dict(sorted(_TYPES.items()))


def committed(*, default: Any = dataclasses.MISSING) -> Any:
    """A field of which the payload holds a commitment only; it is left out of the event's ``repr``, too."""
    return dataclasses.field(default=default, repr=False, metadata={"reeve": "committed"})


def reference(kind: str, *, default: Any = dataclasses.MISSING) -> Any:
    """A field (UUID, or None) of which the payload holds a keyed hash. ``kind`` is the word for the thing: ``scan``."""
    return dataclasses.field(default=default, metadata={"reeve": "reference", "kind": kind})


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(committed, reference))
def event(cls: type[EventClass]) -> type[EventClass]:
    """The decorator of every event: a frozen dataclass with slots, made by keyword."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def reference_hash(pseudonym_key: bytes, kind: str, identifier: UUID) -> str:
    """How the ledger of a tenant names one of our rows: HMAC-SHA-256 under the pseudonym key, hexadecimal."""
    return hmac.digest(pseudonym_key, f"reeve/v1/ref/{kind}\0".encode() + identifier.bytes, "sha256").hex()


@dataclass(frozen=True, slots=True)
class Payload:
    """An event's bytes, and what opens its commitments."""

    data: bytes
    disclosures: Mapping[str, Disclosure]


def make_payload(
    made: Event, *, tenant_id: TenantId, actor_id: ActorId, occurred_at: datetime, pseudonym_key: bytes
) -> Payload:
    """The bytes of an event, with fresh salts. Pure but for these.

    Raises:
        BadInput: a plain field holds what may not stand in the ledger in clear, or a value has no canonical JSON form.
        PayloadTooLarge: more than ``MAX_PAYLOAD`` bytes.
    """
    attributes: dict[str, JsonValue] = {}
    references: dict[str, str | None] = {}
    disclosures: dict[str, Disclosure] = {}
    for field in dataclasses.fields(made):  # type: ignore[arg-type] # every subclass is a dataclass
        value = getattr(made, field.name)
        match field.metadata.get("reeve"):
            case "committed":
                disclosures[field.name] = Disclosure.fresh(value)
            case "reference":
                kind = field.metadata["kind"]
                references[field.name] = None if value is None else reference_hash(pseudonym_key, kind, value)
            case _:
                attributes[field.name] = _plain(made, field.name, value)
    data = canonical(
        {
            "v": LAYOUT,
            "type": made.type,
            "version": made.version,
            "ts": timestamp(occurred_at),
            "tenant": str(tenant_id),
            "actor_ref": reference_hash(pseudonym_key, "actor", actor_id),
            "object_ref": next(iter(references.values()), None),
            "refs": references,
            "attributes": attributes,
            "commitments": {name: commitment(made.type, name, value) for name, value in disclosures.items()},
        }
    )
    if len(data) > MAX_PAYLOAD:
        raise PayloadTooLarge(f"an event {made.type} of {len(data)} bytes; the ledger takes {MAX_PAYLOAD}")
    return Payload(data, disclosures)


def timestamp(instant: datetime) -> str:
    """RFC 3339 in UTC with six digits of a second, always of the same width.

    Raises:
        BadInput: the instant is naive.
    """
    if instant.utcoffset() is None:
        raise BadInput("an instant without a time zone: times are aware UTC here")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _plain(made: Event, name: str, value: object) -> JsonValue:
    """A plain field's value as JSON, if it may be plain."""
    match value:
        case None | bool() | int() | float():
            return value
        case str() if _WORD.fullmatch(value):
            return str(value)
        case datetime():
            return timestamp(value)
        case str():
            problem = "text that is not a stable word or a hash; commit to it instead"
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_plain(made, name, item) for item in value]
        case _:
            problem = f"a {type(value).__name__}; plain fields hold numbers, words, instants and lists of these"
    raise BadInput(f"event {made.type}: field {name} holds {problem}")

"""Events of the inventory: what came, what went, what a thing is held to be, and who was told.

Names of stores, assets and fields may tell the nature of a business or of a person: they are committed, never in clear.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.base.ids import AssetId, FieldId, StoreId
from engine.base.state.events import Event, RetentionClass, committed, event, reference


@event
class StoreAdded(Event):
    """A store came into the estate.

    Serves CC3.4 and C1.1 (a change that can hurt control: scope grew) and the coverage of a period (SOC 2: a store that
    appears in mid-period without an owner is a deviation of the description).

    Attributes:
        store_ref: its row.
        store: its name.
        kind: ``sql`` or ``files``.
        owned: an owner is declared; purposed: a purpose is (P3.1).
    """

    type: ClassVar[str] = "inventory.store_added"

    store_ref: StoreId | None = reference("store", default=None)
    store: str = committed()
    kind: str
    owned: bool
    purposed: bool | None = None


@event
class StoreRemoved(Event):
    """A store is no longer in the configuration. Its inventory is kept: what was found there does not cease to be.

    Serves CC3.4, C1.2 and CC6.5 (whoever takes an asset out must answer for what it held) and the coverage of a period.

    Attributes:
        store_ref: its row.
        store: its name.
        kind: ``sql`` or ``files``.
        personal_fields: fields with personal or confidential data that it held when last seen.
    """

    type: ClassVar[str] = "inventory.store_removed"

    store_ref: StoreId | None = reference("store", default=None)
    store: str = committed()
    kind: str
    personal_fields: int | None = None


@event
class AssetAppeared(Event):
    """A table or file was listed for the first time, or again.

    Serves CC3.4 and CC7.1 (drift), C1.1 (confidential information is identified when it comes in).

    Attributes:
        asset_ref: its row.
        asset, store: names.
        kind: ``table``, ``view`` or ``file``; format: ``sql`` or the file's.
    """

    type: ClassVar[str] = "inventory.asset_appeared"

    asset_ref: AssetId | None = reference("asset", default=None)
    asset: str = committed()
    store: str | None = committed(default=None)
    kind: str
    format: str


@event
class AssetGone(Event):
    """A complete listing of its store did not show an asset any more.

    Serves C1.2 and CC6.5 (data went without a certificate of ours), CC7.1 (drift).

    Attributes:
        asset_ref: its row.
        asset, store: names.
        kind: ``table``, ``view`` or ``file``.
        personal_fields: fields with personal or confidential data that it held when last seen.
    """

    type: ClassVar[str] = "inventory.asset_gone"

    asset_ref: AssetId | None = reference("asset", default=None)
    asset: str = committed()
    store: str | None = committed(default=None)
    kind: str
    personal_fields: int | None = None


@event
class FieldsAppeared(Event):
    """Fields of an asset were read for the first time.

    Serves CC3.4, P3.1 (new personal data that no declared purpose covers shows here first), CC7.1.

    Attributes:
        asset_ref: the asset's row.
        asset: its name.
        fields: how many.
        personal_fields: how many of them hold personal or confidential data.
        names: their paths.
    """

    type: ClassVar[str] = "inventory.fields_appeared"

    asset_ref: AssetId | None = reference("asset", default=None)
    asset: str = committed()
    fields: int
    personal_fields: int | None = None
    names: tuple[str, ...] = committed(default=())


@event
class FieldsGone(Event):
    """Fields of an asset that was fully read were not in it any more.

    Serves C1.2, P4.3 (data went without a certificate of ours), CC7.1.

    Attributes:
        asset_ref: the asset's row.
        asset: its name.
        fields: how many.
        personal_fields: how many of them held personal or confidential data.
        names: their paths.
    """

    type: ClassVar[str] = "inventory.fields_gone"

    asset_ref: AssetId | None = reference("asset", default=None)
    asset: str = committed()
    fields: int
    personal_fields: int | None = None
    names: tuple[str, ...] = committed(default=())


@event
class SchemaChanged(Event):
    """What a store or file declares of an asset is otherwise than when the last scan ended: types of fields, or keys.

    Serves CC7.1 (drift), CC8.1 (a change of the schema is a change of infrastructure or data: one without a ticket shows here)
    and CC3.4.

    Attributes:
        asset_ref: the asset's row.
        asset, store: names.
        types: how many fields are declared otherwise.
        primary_key: whether it is another one.
        foreign_keys: how many are gone or new.
        names: paths of the fields whose type changed.
    """

    type: ClassVar[str] = "inventory.schema_changed"

    asset_ref: AssetId | None = reference("asset", default=None)
    asset: str = committed()
    store: str | None = committed(default=None)
    types: int
    primary_key: bool
    foreign_keys: int
    names: tuple[str, ...] = committed(default=())


@event
class VerdictChanged(Event):
    """A scan holds a field to be something else than before, or judged it for the first time.

    Serves C1.1 (identification of confidential information), P3.1 (undeclared personal data), CC2.1.

    Attributes:
        field_ref: the field's row.
        field: its name in full, ``store/asset.path``.
        entity_old, entity_new: main entities; empty for none.
        category: Fides data category of the new one, or empty.
        sensitivity: of the field now.
        confidence: of the new verdict, 0..1, rounded to two digits by the recorder.
        pack_hash: of the detector pack that judged: a change may come from it alone.
    """

    type: ClassVar[str] = "inventory.verdict_changed"

    field_ref: FieldId = reference("field")
    field: str = committed()
    entity_old: str
    entity_new: str
    category: str
    sensitivity: str
    confidence: float
    pack_hash: str


@event
class VerdictDecided(Event):
    """A person decided what a field is. That stands until a person changes or withdraws it.

    Serves C1.1, CC5.3 and CC1.5 (who answers for a classification that differs from the machine's). Kept as long as disposals:
    what was destroyed or kept may rest on it.

    Attributes:
        field_ref: the field's row.
        field: its name in full.
        decision: ``confirm`` what the scan said, or ``correct`` it.
        entity: what it is; empty for nothing personal.
        entity_scan: what the scan said; empty for nothing.
        sensitivity: of the field now.
        reason: in the person's words.
    """

    type: ClassVar[str] = "inventory.verdict_decided"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    field_ref: FieldId = reference("field")
    field: str = committed()
    decision: Literal["confirm", "correct"]
    entity: str
    entity_scan: str = ""
    sensitivity: str
    reason: str = committed()


@event
class VerdictWithdrawn(Event):
    """A person took a decision about a field back: what scans say counts again.

    Serves C1.1, CC5.3 and CC1.5 (from here on nobody answers for a classification that differs from the machine's). Kept as
    long as the decision.

    Attributes:
        field_ref: the field's row.
        field: its name in full.
        entity_old: what the decision said; empty for nothing personal.
        entity: what the last scan says; empty for nothing.
        sensitivity: of the field now.
        reason: in the person's words.
    """

    type: ClassVar[str] = "inventory.verdict_withdrawn"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    field_ref: FieldId = reference("field")
    field: str = committed()
    entity_old: str
    entity: str
    sensitivity: str
    reason: str = committed()


@event
class InventoryExported(Event):
    """The inventory was handed out as a file.

    Serves CC6.7 (information that leaves) and CC2.1 with AT-C 205.36 (information produced by the entity: whoever holds the
    file can show that it is the one we made, whole).

    Attributes:
        format: ``json``, ``csv`` or ``html``.
        rows: fields in it.
        sha256: of the file's bytes, hexadecimal.
    """

    type: ClassVar[str] = "inventory.exported"

    format: Literal["json", "csv", "html"]
    rows: int
    sha256: str

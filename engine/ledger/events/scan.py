"""Events of scans: that one was due, that it ran, over what, and how far it got.

Together they are the population "scans of a period" (SOC 2 Type II): expected and actual runs, their gaps, the code and the
configuration that ran, and totals which must agree with each other, so that completeness is computed and not claimed.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.ids import AssetId, ScanId, StoreId
from engine.base.state.events import Event, committed, event, reference

ScanStatus = Literal["complete", "complete_with_exceptions", "failed"]
CoverageState = Literal["full", "sampled", "skipped", "failed"]


@event
class ScanStarted(Event):
    """A scan began.

    Serves C1.1 and P3.1 (a run of the control), CC2.1 and CC7.1. A start without a completion is a failed run, so this is
    recorded before anything is read.

    Attributes:
        scan: its row.
        stores: how many it goes over; the coverage of a period sees the scope change.
        full: everything is to be read; else values are sampled.
        pack_hash: the detector pack: what can be recognised.
        config_hash: the configuration, as in ``configuration.loaded``.
        code_version: of Reeve: auditors ask which program produced the information (AT-C 205.36).
        schedule: the schedule it runs for, a stable word, or None when a person asked.
        expected_at: when it was due; late is not absent.
    """

    type: ClassVar[str] = "scan.started"

    scan: ScanId = reference("scan")
    stores: int
    full: bool = True
    pack_hash: str
    config_hash: str
    code_version: str
    schedule: str | None = None
    expected_at: datetime | None = None


@event
class ScanResumed(Event):
    """A scan that was stopped or whose process died went on.

    Serves A1.2 and PI1.3 (processing is complete in spite of interruption) and the gaps of a period: downtime of the
    collector is a class of deviation of its own.

    Attributes:
        scan: its row.
        epoch: of the lease it now runs under; counts the take-overs.
        objects_done, objects_left: where it goes on.
    """

    type: ClassVar[str] = "scan.resumed"

    scan: ScanId = reference("scan")
    epoch: int
    objects_done: int
    objects_left: int


@event
class AssetCovered(Event):
    """How far one asset was read in a scan.

    Serves C1.1 and P3.1: an asset that was not fully read is not known to be free of personal data, and is a deviation of
    the scan's coverage; CC2.1: what the inventory's statements rest on.

    Attributes:
        scan: the scan.
        asset_ref: the asset's row; entries of one asset can be followed over time.
        asset, store: names, for the auditor who may see them.
        state: the worst of its objects.
        reason: why it is not ``full``: a stable word, or empty.
        objects_full, objects_sampled, objects_skipped, objects_failed: its objects by state.
        rows, bytes: read.
    """

    type: ClassVar[str] = "scan.asset_covered"

    scan: ScanId = reference("scan")
    asset_ref: AssetId | None = reference("asset", default=None)
    asset: str = committed()
    store: str = committed()
    state: CoverageState
    reason: str = ""
    objects_full: int = 0
    objects_sampled: int = 0
    objects_skipped: int = 0
    objects_failed: int = 0
    rows: int
    bytes: int | None = None


@event
class StoreUnlisted(Event):
    """A store could not be listed at all, so nothing is known of what it holds.

    Serves C1.1 and P3.1 (a gap in the scan's coverage) and A1.1 (the store was not reachable).

    Attributes:
        scan: the scan.
        store_ref: the store's row.
        store: its name.
        reason: as in StoreError, a stable word.
    """

    type: ClassVar[str] = "scan.store_unlisted"

    scan: ScanId = reference("scan")
    store_ref: StoreId | None = reference("store", default=None)
    store: str = committed()
    reason: str


@event
class ScanCompleted(Event):
    """A scan ended, with the account of what it covered.

    Serves C1.1, P3.1 (a run and its result), CC4.1 (the control's own test), PI1.3 (reconciliation: ``listed`` against
    ``accounted``). ``complete`` holds only when the two are equal and nothing was skipped or failed.

    Attributes:
        scan: its row.
        status: see above; ``failed`` when no account can be given.
        listed: objects that the stores listed; accounted: objects with a coverage row.
        objects_full, objects_sampled, objects_skipped, objects_failed: these by state.
        stores_unlisted: stores that could not be listed.
        rows, bytes: read.
        duration_s: seconds from start to end, pauses included.
        pack_hash: of the detector pack that judged, the same from start to end.
        assets_rejudged, fields_rejudged: that got verdicts from another pack than before without being read.
        assets_read_again, fields_read_again: that had not changed and were to be read because detectors of the pack are new or
            match otherwise.
    """

    type: ClassVar[str] = "scan.completed"

    scan: ScanId = reference("scan")
    status: ScanStatus
    listed: int
    accounted: int
    objects_full: int = 0
    objects_sampled: int = 0
    objects_skipped: int = 0
    objects_failed: int = 0
    stores_unlisted: int = 0
    rows: int
    bytes: int | None = None
    duration_s: float
    pack_hash: str
    assets_rejudged: int = 0
    fields_rejudged: int = 0
    assets_read_again: int = 0
    fields_read_again: int = 0

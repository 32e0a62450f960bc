"""The membership filter of a chunk: which values a later search need not read it for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from classifiers.sketches.distinct import Column
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.membership import Membership
from classifiers.sketches.normal_forms import VERSION, form_hashes
from engine.base.ids import ObjectId
from engine.base.state.canonical import JsonValue
from engine.base.state.tables import MembershipRow
from engine.estate.scan.fence import Claim
from engine.estate.scan.gathered import Account, Outcome

WITHOUT_INDEX = frozenset({"file", "objects"})
"""Kinds of assets that a filter is kept for. A table is asked through its indexes."""


@dataclass(frozen=True, slots=True)
class ChunkMembership:
    """What is recorded of a chunk's values; see MembershipRow."""

    key_generation: int
    values: int
    outside: int
    filter: bytes

    @classmethod
    def of(cls, columns: Mapping[str, Column], key: HashKey) -> ChunkMembership:
        """Over all columns of a chunk."""
        hashes = form_hashes((column.array for column in columns.values()), key.secret)
        return cls(
            key.epoch,
            sum(len(column.array) for column in columns.values()),
            sum(column.seen - column.nulls - column.empty - int(column.rows.sum()) for column in columns.values()),
            Membership.of(hashes).to_bytes(),
        )

    def row(
        self, claim: Claim, number: int, accounts: Mapping[ObjectId, Account], outcomes: Mapping[ObjectId, Outcome]
    ) -> MembershipRow:
        """Its row, with the objects that the chunk was read from and how they came to their end."""
        objects: list[JsonValue] = [{"object": str(item), "version": _version(outcomes.get(item))} for item in accounts]
        return MembershipRow(
            scan_id=claim.scan_id,
            lot_id=claim.lot_id,
            number=number,
            objects=objects,
            key_generation=self.key_generation,
            form_version=VERSION,
            values=self.values,
            outside=self.outside,
            filter=self.filter,
        )


def _version(outcome: Outcome | None) -> str | None:
    if outcome is None:
        return None
    return outcome.version if outcome.state == "full" else ""

"""Proofs that an entry stands in the ledger: C2SP tlog-proof, one file that needs neither us nor the network."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.base.errors import BadInput, NotFound
from engine.base.ids import EventId
from engine.base.state.context import context_of
from engine.base.state.tables import OutboxRow
from engine.ledger.log.resources import Resources, fetch_entry, fetch_tiles
from engine.ledger.note.body import Checkpoint
from engine.ledger.note.note import Note
from engine.ledger.note.proof import TlogProof
from engine.ledger.tree.proofs import prove_consistency, prove_inclusion
from engine.ledger.tree.tiles import TileReader


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry with its proof: ``entry`` is the leaf's bytes."""

    entry: bytes
    proof: TlogProof


def prove(resources: Resources, index: int, *, note: bytes | None = None) -> Proved:
    """Prove that an entry stands at ``index``, by the newest checkpoint or the one given.

    Raises:
        BadInput: the checkpoint does not reach that far, or there is none.
        IntegrityViolated: tiles or bundles are missing.
    """
    if note is None:
        note = _newest(resources)
    checkpoint = Checkpoint.parse(Note.parse(note).text)
    reader = TileReader(checkpoint.size, lambda tiles: fetch_tiles(resources, tiles))
    hashes = prove_inclusion(reader, index, checkpoint.size)
    return Proved(fetch_entry(resources, index, checkpoint.size), TlogProof(index, tuple(hashes), note))


def prove_extension(resources: Resources, old: int, new: int) -> list[bytes]:
    """The proof that the tree of size ``new`` begins with that of size ``old``."""
    return prove_consistency(TileReader(new, lambda tiles: fetch_tiles(resources, tiles)), old, new)


def place_of(session: Session, event_id: EventId) -> tuple[str, int]:
    """Shard and index of an event.

    Raises:
        NotFound: there is no such event.
        BadInput: it has no place yet.
    """
    row = session.get(OutboxRow, (context_of(session).tenant_id, event_id))
    if row is None:
        raise NotFound("there is no such event")
    if row.shard is None or row.ledger_index is None:
        raise BadInput("this event has no place in the ledger yet", hint="`reeve ledger checkpoint` gives it one")
    return row.shard, row.ledger_index


def _newest(resources: Resources) -> bytes:
    (note,) = resources.read(["checkpoint"])
    if note is None:
        raise BadInput("nothing is signed yet", hint="`reeve ledger checkpoint` signs what there is")
    return note

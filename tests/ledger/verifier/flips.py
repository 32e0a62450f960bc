"""A log of a thousand entries, and for each byte of its files what must be said when a bit of it is turned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.ledger.verifier.making import BASE, Log, Signer, plain, tile_name, tlog_proof

SIZE = 1000
PROVEN = 517  # the entry that the proof is for
WORDS_OF_A_NOTE = {"edit", "malformed", "wrong_key"}


def short_entry(number: int) -> bytes:
    return plain(
        {
            "v": 1,
            "type": "scan.read",
            "version": 1,
            "ts": "2026-03-01T09:30:00Z",
            "tenant": hashlib.sha256(b"%d" % number).hexdigest()[:8],  # so that one bit never makes one of another
            "actor_ref": "a",
            "object_ref": None,
            "refs": {},
            "attributes": {"n": number},
            "commitments": {},
        }
    )


@dataclass(frozen=True)
class Flip:
    """One byte of a file, and what may be said about it."""

    path: str
    at: int
    words: frozenset[str]
    index: int | None = None  # of the entry, where it is known

    def of(self, data: bytes) -> bytes:
        return data[: self.at] + bytes([data[self.at] ^ 1 << self.at % 8]) + data[self.at + 1 :]


def make_log() -> Log:
    return Log("2026", [short_entry(n) for n in range(SIZE)], [Signer(f"{BASE}/2026")])


def write(folder: Path) -> Log:
    """One log as C2SP has it, with the proof and the entry that it is for aside."""
    log = make_log()
    log.write(folder / "log")
    (folder / "log" / "vkeys").write_text(log.signers[0].vkey + "\n")
    (folder / "proof").write_bytes(tlog_proof(PROVEN, log.hashes, log.checkpoint()))
    (folder / "entry").write_bytes(log.entries[PROVEN])
    return log


def flips(folder: Path) -> Iterator[Flip]:
    """One for each byte of each tile, bundle, checkpoint and proof."""
    for n in range(4):
        width = min(256, SIZE - 256 * n)
        name = tile_name("0", n, width)
        for at in range(32 * width):
            yield Flip(f"log/{name}", at, frozenset({"edit"}), 256 * n + at // 32)
        yield from _bundle(folder, n, width)
    for at in range(3 * 32):
        yield Flip(f"log/{tile_name('1', 0, 3)}", at, frozenset({"edit"}), 256 * (at // 32))
    yield from _note("log/checkpoint", (folder / "log/checkpoint").read_bytes(), 0)
    proof = (folder / "proof").read_bytes()
    blank = proof.index(b"\n\n")
    for at in range(blank + 2):
        head = at <= proof.index(b"\n")
        yield Flip("proof", at, frozenset({"malformed"} if head else {"edit", "malformed"}))
    yield from _note("proof", proof, blank + 2)


def _bundle(folder: Path, n: int, width: int) -> Iterator[Flip]:
    name = f"log/{tile_name('entries', n, width)}"
    data, at, index = (folder / name).read_bytes(), 0, 256 * n
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        for one in range(at, end):
            # a length that is wrong may cut what follows into other entries, or into none
            words = {"edit", "malformed"} if one < at + 2 else {"edit"}
            yield Flip(name, one, frozenset(words), index if one >= at + 2 else None)
        at, index = end, index + 1


def _note(path: str, data: bytes, start: int) -> Iterator[Flip]:
    line = data.rindex("\u2014".encode())
    space = data.rindex(b" ")
    for at in range(start, len(data)):
        if at < line - 1 or at > space + 8:  # the text that was signed; the signature itself
            words = {"edit", "malformed"}
        elif at > line + 3:  # who signed
            words = {"wrong_key", "malformed", "edit"} if at >= space + 6 else {"wrong_key", "malformed"}
        else:
            words = {"malformed"}
        yield Flip(path, at, frozenset(words))

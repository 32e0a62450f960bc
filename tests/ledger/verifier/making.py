"""Makes exports without a line of Reeve: hashlib and cryptography only, each hash as RFC 6962 defines it.

So that the verifiers are tested against the formats, and not against the code that they are to keep an eye on.
"""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import hmac
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.ledger.verifier import verifier_files

BASE = "ledger.example.com/audit"
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
Entry = Mapping[str, Any]


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def tree(hashes: Sequence[bytes]) -> bytes:
    """MTH over leaf hashes, as section 2.1 of RFC 6962 says it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return node(tree(hashes[:k]), tree(hashes[k:]))


def inclusion(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]), as section 2.1.1 of RFC 6962 says it."""
    if len(hashes) <= 1:
        return []
    k = 1 << (len(hashes) - 1).bit_length() - 1
    if index < k:
        return [*inclusion(index, hashes[:k]), tree(hashes[k:])]
    return [*inclusion(index - k, hashes[k:]), tree(hashes[:k])]


@dataclass(frozen=True)
class Signer:
    """A key of our own, always the same one for the same words."""

    name: str
    words: str = "usual"
    algorithm: int = 1

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{self.name} {self.words}".encode()).digest())

    @property
    def data(self) -> bytes:
        return bytes([self.algorithm]) + self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.data).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.data).decode()}"

    def line(self, text: bytes, at: int = 1_772_000_000) -> bytes:
        if self.algorithm == 4:
            blob = struct.pack(">Q", at) + self.private.sign(b"cosignature/v1\ntime %d\n" % at + text)
        else:
            blob = self.private.sign(text)
        return f"\u2014 {self.name} {base64.b64encode(self.key_id + blob).decode()}\n".encode()


def signed(text: bytes, *signers: Signer) -> bytes:
    return text + b"\n" + b"".join(one.line(text) for one in signers)


def checkpoint(origin: str, hashes: Sequence[bytes], *signers: Signer) -> bytes:
    text = f"{origin}\n{len(hashes)}\n{base64.b64encode(tree(hashes)).decode()}\n"
    return signed(text.encode(), *signers)


def tlog_proof(index: int, hashes: Sequence[bytes], note: bytes) -> bytes:
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}"]
    lines += [base64.b64encode(one).decode() for one in inclusion(index, hashes)]
    return "\n".join(lines).encode() + b"\n\n" + note


def plain(value: object) -> bytes:
    """Canonical for what is here: ASCII, whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def salt_of(index: int, name: str) -> bytes:
    return hashlib.sha256(f"salt {index} {name}".encode()).digest()


def committed(kind: str, index: int, name: str, value: bytes) -> str:
    message = f"reeve/v1/{kind}/{name}".encode() + b"\x00" + value
    return hmac.new(salt_of(index, name), message, hashlib.sha256).hexdigest()


def make_entry(
    index: int, kind: str = "scan.chunk_read", attributes: Entry | None = None, start: datetime = START
) -> bytes:
    ts = (start + timedelta(seconds=index)).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    return plain(
        {
            "v": 1,
            "type": kind,
            "version": 1,
            "ts": ts,
            "tenant": "6f1c2f0e-8a51-7a30-9e7c-0d6f4f3b2a10",
            "actor_ref": hashlib.sha256(b"actor").hexdigest(),
            "object_ref": hashlib.sha256(b"%d" % index).hexdigest(),
            "refs": {"scan_id": hashlib.sha256(b"%d" % index).hexdigest()},
            "attributes": attributes or {"rows": index, "state": "full", "masked": True, "note": None},
            "commitments": {
                name: committed(kind, index, name, plain(f"{name} {index}")) for name in ("store", "asset")
            },
        }
    )


def tile_name(kind: str, n: int, width: int) -> str:
    digits = f"{n:03d}" if n < 1000 else f"x{n // 1000:03d}/{n % 1000:03d}"  # enough for 256 million entries
    return f"tile/{kind}/{digits}" + ("" if width == 256 else f".p/{width}")


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def bundle(entries: Sequence[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(one)) + one for one in entries)


def write_bundles(folder: Path, entries: Sequence[bytes]) -> None:
    for n in range(0, len(entries), 256):
        part = entries[n : n + 256]
        put(folder / tile_name("entries", n // 256, len(part)), bundle(part))


def write_tiles(folder: Path, hashes: Sequence[bytes]) -> None:
    level, height = list(hashes), 0
    while level:
        parts = [level[n : n + 256] for n in range(0, len(level), 256)]
        for n, part in enumerate(parts):
            put(folder / tile_name(str(height), n, len(part)), b"".join(part))
        level, height = [tree(part) for part in parts if len(part) == 256], height + 1


@dataclass
class Log:
    """One shard: its entries may be changed before it is written."""

    label: str
    entries: list[bytes]
    signers: list[Signer] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"{BASE}/{self.label}"

    @property
    def hashes(self) -> list[bytes]:
        return [leaf(one) for one in self.entries]

    def checkpoint(self, size: int | None = None) -> bytes:
        return checkpoint(self.origin, self.hashes[:size], *self.signers)

    def write(self, folder: Path) -> None:
        write_bundles(folder, self.entries)
        write_tiles(folder, self.hashes)
        put(folder / "checkpoint", self.checkpoint())


@dataclass
class Export:
    """A folder with several shards, oldest first."""

    logs: list[Log]

    def log(self, label: str) -> Log:
        return next(one for one in self.logs if one.label == label)

    def write(self, folder: Path, disclosures: Sequence[Mapping[str, Any]] | None = None) -> Path:
        for log in self.logs:
            log.write(folder / log.label)
        keys = {signer.vkey: None for log in self.logs for signer in log.signers}
        put(folder / "vkeys", "".join(f"{key}\n" for key in keys).encode())
        for name, data in verifier_files().items():
            put(folder / name, data)
        if disclosures is None:
            disclosures = [
                disclosure(self.logs[-1], index, "store") for index in (1, 2, len(self.logs[-1].entries) - 1)
            ]
        put(folder / "disclosures.jsonl", b"".join(plain(one) + b"\n" for one in disclosures))
        return folder


def disclosure(log: Log, index: int, name: str) -> dict[str, Any]:
    value = f"{name} {index}"
    return {"shard": log.label, "index": index, "field": name, "salt": salt_of(index, name).hex(), "value": value}


def make_export(
    sizes: Mapping[str, int] | None = None, *, more: Callable[[str, int], bytes] = lambda _, n: make_entry(n)
) -> Export:
    """Linked shards of these sizes; ``more`` makes the entries between those that open and close."""
    if sizes is None:
        return copy.deepcopy(_usual())
    logs: list[Log] = []
    labels = list(sizes)
    for label, size in sizes.items():
        signer = Signer(f"{BASE}/{label}")
        log = Log(label, [], [signer])
        log.entries.append(make_entry(0, "ledger.shard_opened", opening(log, logs[-1] if logs else None)))
        log.entries += [more(label, n) for n in range(1, size - (label != labels[-1]))]
        if label != labels[-1]:
            after = labels[labels.index(label) + 1]
            closing = {"label": label, "origin": log.origin, "next_origin": f"{BASE}/{after}"}
            closing["next_vkey"] = Signer(f"{BASE}/{after}").vkey
            log.entries.append(make_entry(size - 1, "ledger.shard_closed", closing))
        logs.append(log)
    return Export(logs)


@functools.cache
def _usual() -> Export:
    return make_export({"2025": 300, "2026": 1000})


def opening(log: Log, before: Log | None) -> dict[str, Any]:
    return {
        "label": log.label,
        "origin": log.origin,
        "vkey": log.signers[0].vkey,
        "previous_origin": before.origin if before else None,
        "previous_size": len(before.entries) if before else 0,
        "previous_root": tree(before.hashes).hex() if before else None,
    }

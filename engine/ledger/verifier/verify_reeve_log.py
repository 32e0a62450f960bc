#!/usr/bin/env python3
"""Verify an export of a Reeve ledger without trusting Reeve. One file; Python 3.9 or newer; nothing to install.

    python verify_reeve_log.py DIR [--vkey KEY ...] [--policy FILE] [--previous CHECKPOINT] [--max-age SECONDS] [--json]
    python verify_reeve_log.py [DIR] --vkey KEY --proof FILE.tlog-proof --entry FILE

It recomputes every hash of the Merkle trees (RFC 6962) from the entries, compares them with the tiles and with the signed
checkpoints (C2SP tlog-tiles, tlog-checkpoint, signed-note), follows the links between the yearly shards, and checks that each
entry is canonical JSON (RFC 8785) and that what was disclosed is what was committed to. Ed25519 (RFC 8032) is verified by the
package ``cryptography`` where it is installed, else by the forty lines below. Nothing is asked of a network.

Exit codes: 0 all holds; 2 bad usage; 4 something does not hold. The word says what:

    edit        bytes are not the ones that were signed or hashed
    deletion    entries or shards in the middle are missing
    reorder     the same entries in another order
    duplicate   an entry, or a shard, stands twice
    truncation  the end is missing
    fork        two histories: a signed head, or a link, that this history does not lead to
    wrong_key   no key that is trusted signed this
    stale       the newest entry is older than asked for
    malformed   bytes that do not follow the format
"""

from __future__ import annotations

import argparse
import base64
import collections
import gc
import hashlib
import hmac
import json
import math
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence  # noqa: UP035 - older Pythons, too

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # then the verification below does it
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

TILE = 256  # hashes of a full tile, entries of a full bundle
MAX_NOTE = 1_000_000  # bytes of a signed note
MAX_SIZE = 2**63 - 1
MOST_GONE = 1000  # blocks: a log of which so many are missing in a row is not looked through to its end
ED25519, COSIGNATURE = 1, 4  # algorithms of C2SP signed notes
WORDS = ("edit", "deletion", "reorder", "duplicate", "truncation", "fork", "wrong_key", "stale", "malformed")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)
KEYS = {"v", "type", "version", "ts", "tenant", "actor_ref", "object_ref", "refs", "attributes", "commitments"}
_SORTED_KEYS = tuple(sorted(KEYS))


class Refusal(Exception):
    """Something does not hold: the word for it, and what it is."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


class OtherKind(Refusal):
    """A key of an algorithm that is not known here: such keys are passed over (C2SP signed-note)."""


# --- Ed25519 (RFC 8032, section 5.1.7): verification only, so nothing here is secret and time does not matter ------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, T = XY/Z


def _decode_point(data: bytes) -> Point:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if y >= _P or (x * x - square) % _P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    x = x if x & 1 == sign else _P - x
    return x, y, 1, x * y % _P


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(n: int, p: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = _add(total, p)
        p = _add(p, p)
        n >>= 1
    return total


_BASE = _decode_point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519_in_python(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's: [S]B - [k]A encodes to R."""
    try:
        key = _decode_point(public)
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    x, y, z, _ = _add(_times(s, _BASE), _times(k, (_P - key[0], key[1], 1, _P - key[3])))
    inverse = pow(z, -1, _P)
    encoded = y * inverse % _P | (x * inverse % _P & 1) << 255
    return encoded.to_bytes(32, "little") == signature[:32]


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """The same, by the package ``cryptography`` where it is installed."""
    if Ed25519PublicKey is None:
        return ed25519_in_python(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- Signed notes, verifier keys, checkpoints (C2SP) ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A verifier key ``<name>+<key id>+<base64(algorithm || public key)>``."""

    name: str
    key_id: str
    algorithm: int
    public: bytes

    @property
    def shown(self) -> str:
        """Name and key id: what people compare."""
        return f"{self.name}+{self.key_id}"


@dataclass(frozen=True)
class Checkpoint:
    """What a log signed: how many entries it has, and the root of the tree of them."""

    origin: str
    size: int
    root: bytes
    signers: tuple[Key, ...] = ()
    cosigned: tuple[tuple[str, int], ...] = ()  # witness, seconds since 1970


def decode_base64(text: str) -> bytes:
    """Standard base64 with padding, in its one canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refusal("malformed", "base64 that is none") from None
    if base64.b64encode(data).decode() != text:
        raise Refusal("malformed", "base64 in another than its canonical form")
    return data


def parse_key(text: str) -> Key:
    """A verifier key from its text."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise Refusal("malformed", "this is not a verifier key <name>+<8 hex digits>+<base64>")
    data = decode_base64(parts[2])
    if data[:1] not in (b"\1", b"\4"):
        raise OtherKind("malformed", f"the key {parts[0]}+{parts[1]} is of a kind that this program cannot check")
    if len(data) != 33:
        raise Refusal("malformed", f"the key {parts[0]}+{parts[1]} is not an Ed25519 key")
    if hashlib.sha256(parts[0].encode() + b"\n" + data).hexdigest()[:8] != parts[1]:
        raise Refusal("malformed", f"the key id of {parts[0]}+{parts[1]} does not belong to its key")
    return Key(parts[0], parts[1], data[0], data[1:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 32 for c in name)


def parse_note(data: bytes) -> tuple[bytes, list[tuple[str, str, bytes]]]:
    """The signed text, and the signatures as (name, key id, rest of the blob)."""
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Refusal("malformed", "a signed note that is not UTF-8") from None
    cut = data.rfind(b"\n\n")
    if len(data) > MAX_NOTE or cut < 0 or not data.endswith(b"\n") or re.search(rb"[\x00-\x09\x0b-\x1f]", data):
        raise Refusal("malformed", "this is not a signed note")
    signatures = []
    for line in data[cut + 2 : -1].decode().split("\n"):
        name, _, blob = line[2:].partition(" ")
        signature = decode_base64(blob)
        if not line.startswith("\u2014 ") or not _is_name(name) or len(signature) < 5:
            raise Refusal("malformed", "a line of a signed note that is not a signature")
        signatures.append((name, signature[:4].hex(), signature[4:]))
    return data[: cut + 1], signatures


def read_checkpoint(data: bytes, keys: Sequence[Key]) -> Checkpoint:
    """A checkpoint signed by at least one of the keys whose name is its origin; a known key that fails refuses it."""
    text, signatures = parse_note(data)
    signers, cosigned = [], []
    for name, key_id, blob in signatures:
        for key in keys:
            if (key.name, key.key_id) != (name, key_id):
                continue
            if key.algorithm == COSIGNATURE:
                at = int.from_bytes(blob[:8], "big")
                holds = ed25519(key.public, b"cosignature/v1\ntime %d\n" % at + text, blob[8:])
                cosigned.append((key.shown, at))
            else:
                holds = ed25519(key.public, text, blob)
                signers.append(key)
            if not holds:
                raise Refusal("edit", f"the signature of {key.shown} does not fit: checkpoint or signature was changed")
    checkpoint = _parse_checkpoint(text)
    signers = [key for key in signers if key.name == checkpoint.origin]
    if not signers:
        shown = ", ".join(f"{name}+{key_id}" for name, key_id, _ in signatures)
        raise Refusal(
            "wrong_key", f"none of the known keys of {checkpoint.origin} signed this checkpoint (signed by {shown})"
        )
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, tuple(signers), tuple(cosigned))


def _parse_checkpoint(text: bytes) -> Checkpoint:
    lines = text[:-1].decode().split("\n")
    if len(lines) < 3 or not all(lines) or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or int(lines[1]) > MAX_SIZE:
        raise Refusal("malformed", "this is not a checkpoint")
    root = decode_base64(lines[2])
    if len(root) != 32:
        raise Refusal("malformed", "the root of a checkpoint has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


@dataclass
class Policy:
    """A C2SP tlog-policy: which logs are trusted, and which witnesses, or how many of a group, must have cosigned."""

    logs: list[Key] = field(default_factory=list)
    members: dict[str, Key | tuple[int, list[str]] | None] = field(
        default_factory=dict
    )  # None: of a kind not known here
    quorum: str = ""

    def agrees(self, name: str, signed: set[str]) -> bool:
        """Whether a witness, or a group, signed; ``signed`` holds the keys that did, as they are shown."""
        member = self.members.get(name)
        if isinstance(member, tuple):
            return sum(self.agrees(one, signed) for one in member[1]) >= member[0]
        return name == "none" or (member is not None and member.shown in signed)


def parse_policy(data: bytes) -> Policy:
    """A policy from its file."""
    policy = Policy()
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        word, *rest = re.split("[ \t]+", line.strip(" \t")) if not line.startswith("#") else [""]
        try:
            _read_policy_line(policy, word, rest)
        except (Refusal, IndexError, ValueError):
            raise Refusal("malformed", f"line {number} of the policy cannot be read") from None
    if not policy.quorum:
        raise Refusal("malformed", "the policy has no quorum")
    return policy


def _read_policy_line(policy: Policy, word: str, rest: list[str]) -> None:
    known = {"none", *policy.members}
    if word == "log":
        key = _key_of_known_kind(rest[0])
        policy.logs += [key] if key is not None else []
    elif word == "witness" and rest[0] not in known:
        policy.members[rest[0]] = _key_of_known_kind(rest[1])
    elif word == "group" and rest[0] not in known and rest[2:] and set(rest[2:]) <= known - {"none"}:
        needed = {"all": len(rest) - 2, "any": 1}.get(rest[1]) or int(rest[1] if rest[1].isdigit() else 0)
        if not 1 <= needed <= len(rest) - 2:
            raise ValueError(needed)
        policy.members[rest[0]] = (needed, rest[2:])
    elif word == "quorum" and not policy.quorum and rest[0] in known and len(rest) == 1:
        policy.quorum = rest[0]
    elif word:
        raise ValueError(word)


def _key_of_known_kind(text: str) -> Key | None:
    try:
        return parse_key(text)
    except OtherKind:
        return None


# --- The tree (RFC 6962, section 2.1) ------------------------------------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\0" + entry).digest()


def fold(hashes: bytes) -> bytes:
    """The root over hashes that stand side by side, 32 bytes each: SHA-256(0x01 || left || right), a lone one moves up."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    sha256 = hashlib.sha256
    while len(hashes) > 32:
        paired = len(hashes) - len(hashes) % 64
        hashes = b"".join([sha256(b"\1" + hashes[i : i + 64]).digest() for i in range(0, paired, 64)]) + hashes[paired:]
    return hashes


def root_from_proof(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    if index >= size:
        raise Refusal("malformed", f"a proof for entry {index} of a tree of {size}")
    here, last, root = index, size - 1, leaf
    for one in proof:
        if last == 0:
            raise Refusal("malformed", "a proof with too many hashes")
        if here & 1 or here == last:
            root = hashlib.sha256(b"\1" + one + root).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\1" + root + one).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise Refusal("malformed", "a proof with too few hashes")
    return root


# --- Canonical JSON (RFC 8785) -------------------------------------------------------------------------------------------------


class _RealFound(Exception):
    """The value holds a number with a fraction or an exponent: the quick way does not write these canonically."""


def _tell_real(_digits: str) -> float:
    raise _RealFound


def _refuse(word: str) -> float:
    raise ValueError(word)


def _short(digits: str) -> int:
    if len(digits) > 15 or digits == "-0":  # may be beyond what a double holds exactly
        raise _RealFound
    return int(digits)


_QUICK = json.JSONDecoder(parse_int=_short, parse_float=_tell_real, parse_constant=_refuse)
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False).encode


def _number(digits: str) -> float:
    return int(digits) if abs(int(digits)) < 2**53 else float(digits)


def canonical(value: Any) -> str:
    """The canonical text of a JSON value."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_WRITE(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) or (type(value) is int and abs(value) >= 2**53):
        return _canonical_number(float(value))
    return _WRITE(value)


def _canonical_number(value: float) -> str:
    """As ECMAScript writes it: the shortest digits, with an exponent below 1e-6 and from 1e21 on."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def parse_canonical(data: bytes) -> Any:
    """The value of canonical bytes; ``ValueError`` for all else."""
    text = data.decode()
    if text.isascii():
        try:
            value = _QUICK.decode(text)
            if _WRITE(value) == text:
                return value
        except _RealFound:
            pass
    value = json.loads(text, parse_int=_number, parse_constant=_refuse)
    if canonical(value) != text:
        raise ValueError("not in canonical form")
    return value


# --- The folder ----------------------------------------------------------------------------------------------------------------


def tile_path(kind: str, n: int, width: int = TILE) -> str:
    """Where a tile lies: ``tile/<kind>/x001/x234/067`` with ``.p/<width>`` where it is not full."""
    name = f"{n % 1000:03d}"
    while n >= 1000:
        n //= 1000
        name = f"x{n % 1000:03d}/{name}"
    return f"tile/{kind}/{name}" + (f".p/{width}" if width < TILE else "")


def read_tile(folder: Path, kind: str, n: int, width: int) -> tuple[bytes | None, bool]:
    """A tile's bytes, and whether they should have just this width.

    A log that went on may have a wider one instead, which begins alike; one that was cut short has a narrower one.
    """
    exact = folder / tile_path(kind, n, width)
    if exact.is_file():
        return exact.read_bytes(), True
    full = folder / tile_path(kind, n)
    if full.is_file():
        return full.read_bytes(), False
    partial = folder / (tile_path(kind, n) + ".p")
    names = [one.name for one in partial.iterdir()] if partial.is_dir() else []
    widths = sorted(int(one) for one in names if re.fullmatch("[1-9][0-9]{0,2}", one))
    if not widths:
        return None, True
    best = next((one for one in widths if one > width), widths[-1])
    return (partial / str(best)).read_bytes(), best < width


def cut_bundle(data: bytes) -> tuple[list[bytes], bool]:
    """The entries of a bundle, each behind its length in 16 bits, and whether they fill it to its last byte."""
    entries, at, end = [], 0, len(data)
    while at + 2 <= end:
        after = at + 2 + (data[at] << 8 | data[at + 1])
        if after > end:
            break
        entries.append(data[at + 2 : after])
        at = after
    return entries, at == end


# --- What was done to a sequence -----------------------------------------------------------------------------------------------


def compare(
    found: Sequence[bytes], right: Sequence[bytes], start: int, known: Callable[[set[bytes]], bool]
) -> tuple[str, int, str]:
    """How leaf hashes that were found differ from the right ones: the word, the index of the first difference, and a text.

    ``start`` is the index of the first of both; ``known`` tells whether hashes stand in the log before it.
    """
    head = 0
    while head < min(len(found), len(right)) and found[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(found), len(right)) - head and found[-1 - tail] == right[-1 - tail]:
        tail += 1
    ours, theirs = found[head : len(found) - tail], right[head : len(right) - tail]
    surplus, missing = collections.Counter(ours), collections.Counter(theirs)
    surplus, missing = surplus - missing, missing - surplus
    if not surplus and not missing:
        return "reorder", start + head, f"the same {len(ours)} entries stand in another order from here on"
    if not surplus:
        if not ours and not tail and start + head:
            return "truncation", start + head, f"the log ends before this entry; entries missing: {len(theirs)}"
        return "deletion", start + head, f"entries missing: {sum(missing.values())}, this one first"
    first = next(i for i, one in enumerate(ours) if one in surplus)
    elsewhere = set(surplus) - set(right)
    if not elsewhere or known(elsewhere):
        return "duplicate", start + head + first, "this entry already stands elsewhere in the log"
    return (
        "edit",
        start + head + first,
        f"entries that are not the ones of the tree: {sum(surplus.values())}, this one first",
    )


# --- One shard -----------------------------------------------------------------------------------------------------------------


@dataclass
class Shard:
    """What was read of one shard, and what its entries say about keys, links and prunings."""

    label: str
    folder: Path
    checkpoint: Checkpoint | None = None
    blocks: list[bytes] = field(default_factory=list)  # hash of each full tile of leaf hashes
    entries: int = 0  # read and checked
    pruned: int = 0  # entries whose bundles are gone
    sound: bool = True
    trusted: bool = False
    last: str = ""  # greatest time of the entries of the last bundle
    opened: dict[str, Any] | None = None
    closed: tuple[int, dict[str, Any]] | None = None
    added: dict[str, int] = field(default_factory=dict)  # key id -> index of the entry that announced it
    retired: set[str] = field(default_factory=set)
    prunings: list[dict[str, Any]] = field(default_factory=list)

    def tile(self, n: int) -> bytes:
        """Leaf hashes of a block, once it was found sound."""
        assert self.checkpoint is not None  # noqa: S101 - only shards that were read are asked
        width = min(TILE, self.checkpoint.size - n * TILE)
        return (read_tile(self.folder, "0", n, width)[0] or b"")[: 32 * width]

    def root_at(self, size: int) -> bytes:
        """The root that this shard had when it had ``size`` entries."""
        full, rest = divmod(size, TILE)
        return fold(b"".join(self.blocks[:full]) + (fold(self.tile(full)[: 32 * rest]) if rest else b""))


class Report:
    """What was found."""

    def __init__(self) -> None:
        self.findings: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.disclosures = 0

    def add(self, verdict: str, message: str, shard: Shard | None = None, index: int | None = None) -> None:
        """Something that does not hold; a shard with such a thing is not used to judge others."""
        if shard is not None:
            shard.sound = False
        label = shard.label if shard is not None else None
        self.findings.append({"verdict": verdict, "shard": label, "index": index, "message": message})

    @property
    def verdict(self) -> str:
        """``ok``, or the word of the first finding."""
        return self.findings[0]["verdict"] if self.findings else "ok"


class ShardCheck:
    """Reads one shard from its first bundle to its last, one bundle at a time."""

    def __init__(
        self,
        shard: Shard,
        report: Report,
        prunings: Sequence[dict[str, Any]],
        disclosed: dict[int, list[dict[str, Any]]],
    ) -> None:
        self.shard = shard
        self.report = report
        self.disclosed = disclosed
        self.hashes = b""  # of the last, partial tile
        self.start: int | None = None  # index from which entries and tiles are told apart
        self.found: list[bytes] = []
        self.right: list[bytes] = []
        self.no_tile: list[int] = []
        self.short: dict[int, int] = {}  # blocks whose tile is too narrow, and how many hashes it has
        self.gone = 0  # blocks in a row of which nothing is left
        checkpoint = shard.checkpoint
        assert checkpoint is not None  # noqa: S101 - a shard is read after its checkpoint
        self.size, self.root = checkpoint.size, checkpoint.root
        self.may_lack_bundles = any(
            (one.get("origin"), one.get("size"), one.get("root")) == (checkpoint.origin, self.size, self.root.hex())
            for one in prunings
        )

    def run(self, progress: Callable[[str, int, int], None]) -> None:
        """Check everything in the shard's own folder."""
        count = -(-self.size // TILE)
        for n in range(count):
            self._block(n, min(TILE, self.size - n * TILE))
            progress(self.shard.label, n + 1, count)
            if self.gone == MOST_GONE:
                self._missing_tiles(n + 1)
                return
        self._missing_tiles(count)
        top = fold(b"".join(self.shard.blocks) + (fold(self.hashes) if self.hashes else b""))
        if self.start is not None:
            self._tell_apart(top)
        elif self.shard.sound:
            self._parents(top)
        if self.shard.pruned and self.disclosed:
            name = self.shard.label or self.shard.folder.name
            self.report.notes.append(f"Shard {name}: disclosures of pruned entries cannot be checked any more.")
        for index in self.disclosed:
            if index >= self.size:
                self.report.add(
                    "malformed", "a disclosure for an entry that is beyond the checkpoint", self.shard, index
                )

    def _block(self, n: int, width: int) -> None:
        """One tile of leaf hashes and the bundle that belongs to it."""
        tile = self._tile(n, width)
        data, exact = read_tile(self.shard.folder, "entries", n, width)
        bundle = None
        if data is not None:
            bundle = self._cut(data, n, width if not exact else None)
        elif self.may_lack_bundles:
            self.shard.pruned += width
        else:
            bundle = []
        self.gone = self.gone + 1 if tile is None and data is None else 0
        hashes = [leaf_hash(entry) for entry in bundle or ()]
        joined = b"".join(hashes) if bundle is not None else tile  # what cannot be read is not compared
        if tile is None:
            self.no_tile.append(n)
            tile = joined if joined is not None and len(joined) == 32 * width else bytes(32 * width)
        if joined is not None and joined != tile and self.start is None:
            self.start = n * TILE
        if self.start is not None:
            self.right += _split(tile)
            self.found += _split(tile if joined is None else joined)
        if bundle:
            self._entries(bundle, _split(tile), hashes, n * TILE)
        if len(tile) == 32 * TILE:
            self.shard.blocks.append(fold(tile))
        else:
            self.hashes = tile

    def _tile(self, n: int, width: int) -> bytes | None:
        tile, exact = read_tile(self.shard.folder, "0", n, width)
        if tile is not None and not exact:
            tile = tile[: 32 * width]
        if tile is not None and len(tile) != 32 * width:
            have = len(tile) // 32
            if len(tile) % 32 == 0 and have < width:
                self.short[n] = have
            else:
                message = f"the tile {tile_path('0', n, width)} has {len(tile)} bytes, not {32 * width}"
                self.report.add("malformed", message, self.shard, n * TILE + min(have, width - 1))
            return tile.ljust(32 * width, b"\0")[: 32 * width]
        return tile

    def _cut(self, data: bytes, n: int, width: int | None) -> list[bytes] | None:
        entries, whole = cut_bundle(data)
        if whole:
            return entries[:width]
        message = f"the bundle {tile_path('entries', n)} cannot be cut into entries from here on"
        self.report.add("malformed", message, self.shard, n * TILE + len(entries))
        return None

    def _missing_tiles(self, count: int) -> None:
        """Tiles that are missing or cut short: at the end of the log they cut it short, elsewhere they tear a hole."""
        lost = sorted([*self.no_tile, *self.short])
        if lost:
            first = lost[0]
            verdict = "truncation" if lost == list(range(first, count)) else "deletion"
            message = f"{len(lost)} tiles of leaf hashes are missing or cut short, {tile_path('0', first)} first"
            self.report.add(verdict, message, self.shard, first * TILE + self.short.get(first, 0))

    def _tell_apart(self, top: bytes) -> None:
        """Entries and tiles differ: the checkpoint says which of them were changed, and the sequences say how."""
        assert self.start is not None  # noqa: S101 - called when it is set
        before = self.shard.blocks[: self.start // TILE]
        rest = [fold(b"".join(self.found[i : i + TILE])) for i in range(0, len(self.found), TILE)]
        entries_fit = len(self.found) == self.size - self.start and fold(b"".join(before + rest)) == self.root
        found, right, what = self.found, self.right, "entries, which do not fit the tiles"
        if entries_fit:
            found, right, what = self.right, self.found, "tiles, which do not fit the entries and the checkpoint"
        elif top != self.root:
            what = "entries or tiles, which fit neither each other nor the checkpoint"
        verdict, index, message = compare(found, right, self.start, self._known)
        self.report.add(verdict, f"{message} (compared: {what})", self.shard, index)

    def _known(self, wanted: set[bytes]) -> bool:
        """Whether the hashes stand in the log before the place where entries and tiles part."""
        left = set(wanted)
        for n in range((self.start or 0) // TILE):
            left.difference_update(_split(self.shard.tile(n)))
        return not left

    def _parents(self, top: bytes) -> None:
        """The tiles above, and the root."""
        level, height = b"".join(self.shard.blocks), 1
        while level:
            above = []
            for n, at in enumerate(range(0, len(level), 32 * TILE)):
                part = level[at : at + 32 * TILE]
                tile, exact = read_tile(self.shard.folder, str(height), n, len(part) // 32)
                if tile is None:
                    where = n * TILE ** (height + 1)
                    self.report.add("deletion", f"the tile {tile_path(str(height), n)} is missing", self.shard, where)
                elif tile != part and (exact or tile[: len(part)] != part):
                    self._parent_differs(height, n, part, tile, fits=top == self.root)
                if len(part) == 32 * TILE:
                    above.append(fold(part))
            level, height = b"".join(above), height + 1
        if top != self.root and self.shard.sound:
            what = "the tiles do not lead" if self.shard.pruned else "entries and tiles fit each other, but do not lead"
            self.report.add("edit", f"{what} to the root of the checkpoint", self.shard)

    def _parent_differs(self, height: int, n: int, part: bytes, tile: bytes, *, fits: bool) -> None:
        first = next((i for i in range(0, len(part), 32) if part[i : i + 32] != tile[i : i + 32]), len(part)) // 32
        index = min(n * TILE + first, max(n * TILE, self.size // TILE**height - 1)) * TILE**height
        changed = "it was changed" if fits else "it, or what lies under it, was changed"
        message = f"the tile {tile_path(str(height), n)} does not fit the tiles under it: {changed}"
        verdict = "edit" if len(tile) % 32 == 0 and len(tile) >= len(part) else "malformed"
        self.report.add(verdict, message, self.shard, index)

    def _entries(self, bundle: list[bytes], tile: list[bytes], hashes: list[bytes], start: int) -> None:
        """Form, facts and disclosures of the entries that are the tree's."""
        latest = ""
        for at, entry in enumerate(bundle[: len(tile)]):
            if hashes[at] != tile[at]:
                continue
            self.shard.entries += 1
            try:
                value = quick_entry(entry)
                if value is None:
                    value = parse_canonical(entry)
                    _check_form(value)
            except (ValueError, KeyError, TypeError, RecursionError) as exc:
                self.report.add(
                    "malformed", f"an entry that is not canonical JSON of an entry ({exc})", self.shard, start + at
                )
                continue
            latest = max(latest, value["ts"])
            if value["type"].startswith("ledger."):
                self._fact(value["type"], value["attributes"], start + at)
            for one in self.disclosed.get(start + at, ()):
                self._disclosure(one, value, start + at)
        self.shard.last = latest

    def _fact(self, kind: str, said: dict[str, Any], index: int) -> None:
        """What an entry says about the ledger itself."""
        shard = self.shard
        origin = shard.checkpoint.origin if shard.checkpoint is not None else ""
        if kind == "ledger.shard_opened" and index == 0:
            shard.opened = said
        elif kind == "ledger.shard_closed":
            shard.closed = (index, said)
        elif kind == "ledger.key_added" and said.get("origin") == origin:
            shard.added[str(said.get("key_id"))] = index
            shard.retired.discard(str(said.get("key_id")))
        elif kind == "ledger.key_retired" and said.get("origin") == origin:
            shard.retired.add(str(said.get("key_id")))
        elif kind == "ledger.shard_pruned":
            shard.prunings.append(said)

    def _disclosure(self, one: dict[str, Any], value: dict[str, Any], index: int) -> None:
        """Whether the disclosed value, with its salt, is the one that the entry committed to."""
        name = one["field"]
        try:
            message = f"reeve/v1/{value['type']}/{name}".encode() + b"\0" + canonical(one["value"]).encode()
            right = hmac.new(bytes.fromhex(one["salt"]), message, "sha256").hexdigest()
        except (ValueError, RecursionError):
            self.report.add("malformed", f"the disclosure of {name!r} is not one", self.shard, index)
            return
        if value["commitments"].get(name) != right:
            self.report.add(
                "edit", f"what was disclosed of {name!r} is not what the entry committed to", self.shard, index
            )
        self.report.disclosures += 1


def quick_entry(data: bytes) -> dict[str, Any] | None:
    """An entry as most are; None says nothing, and asks for the long way.

    ASCII without blanks and escapes is canonical when its keys are sorted and none stands twice. A quote inside a text would be
    escaped, so a quote before a colon ends a key: there are as many as keys, and what is read has lost none.
    """
    if b"\\" in data or b" " in data or b"\n" in data or b"\t" in data or b"\r" in data or not data.isascii():
        return None
    text = data.decode("ascii")
    try:
        value, end = _QUICK.raw_decode(text)
        names = tuple(value)
        refs, attributes, commitments = value["refs"], value["attributes"], value["commitments"]
    except (_RealFound, ValueError, KeyError, TypeError, RecursionError):
        return None
    keys = 10 + len(refs) + len(attributes) + len(commitments)
    if (
        end == len(text)
        and names == _SORTED_KEYS
        and type(refs) is type(attributes) is type(commitments) is dict
        and text.count('":') == keys
        and text.count("{") == 4
        and list(refs) == sorted(refs)
        and list(attributes) == sorted(attributes)
        and list(commitments) == sorted(commitments)
        and type(value["type"]) is str
        and type(value["ts"]) is str
        and _TIME.fullmatch(value["ts"])
    ):
        return value  # type: ignore[no-any-return] # names were asked of it: it is an object
    return None


def _check_form(value: Any) -> None:
    """The keys of an entry, and the kinds of those that are read here. Later layouts may have more keys."""
    if not isinstance(value, dict) or (value.keys() != KEYS and (value.get("v") == 1 or not value.keys() >= KEYS)):
        raise ValueError("not the keys of an entry")
    if not (type(value["refs"]) is type(value["attributes"]) is type(value["commitments"]) is dict):
        raise ValueError("refs, attributes or commitments are not objects")
    if not isinstance(value["type"], str) or not isinstance(value["ts"], str) or not _TIME.fullmatch(value["ts"]):
        raise ValueError("type or ts are not those of an entry")


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[i : i + 32] for i in range(0, len(hashes), 32)]


# --- All shards ----------------------------------------------------------------------------------------------------------------


class Verification:
    """A folder, from its keys to its links."""

    def __init__(
        self, folder: Path, given: Sequence[Key], *, partial: bool = False, policy: Policy | None = None
    ) -> None:
        self.folder = folder
        self.policy = policy
        if policy is not None:
            given = [*given, *policy.logs]
        self.given = [key for key in given if key.algorithm == ED25519]
        self.witnesses = [key for key in given if key.algorithm == COSIGNATURE]
        self.partial = partial
        self.report = Report()
        self.shards: list[Shard] = []
        counted = policy.members.values() if policy is not None else ()
        self.keys: list[Key] = list(dict.fromkeys([*given, *(one for one in counted if isinstance(one, Key))]))
        self.disclosed: dict[str, dict[int, list[dict[str, Any]]]] = {}

    def run(self, progress: Callable[[str, int, int], None], previous: Sequence[bytes] = ()) -> None:
        """Read everything; the newest shard first, because it says which older ones were pruned."""
        self._read_keys()
        single = (self.folder / "checkpoint").is_file()
        self.partial = self.partial or single
        found = (
            [("", self.folder)]
            if single
            else [(one.name, one) for one in sorted(self.folder.iterdir()) if _is_log(one)]
        )
        self.shards = [Shard(label, path) for label, path in found]
        if not self.shards:
            self.report.add("malformed", "this folder holds no log: there is no checkpoint in it")
        self._read_disclosures()
        prunings: list[dict[str, Any]] = []
        for shard in reversed(self.shards):
            try:
                path = shard.folder / "checkpoint"
                if not path.is_file():
                    raise Refusal("malformed", "there is no checkpoint")  # noqa: TRY301 - one refusal for all
                shard.checkpoint = read_checkpoint(path.read_bytes(), self.keys)
            except Refusal as refusal:
                self.report.add(refusal.verdict, str(refusal), shard)
                continue
            ShardCheck(shard, self.report, prunings, self.disclosed.get(shard.label, {})).run(progress)
            if shard.sound:
                prunings += shard.prunings
        for shard in self.shards:
            if shard.sound:
                self._keys_of(shard)
        self._links()
        for one in previous:
            self._previous(one)
        order = {shard.label: n for n, shard in enumerate(self.shards)}
        self.report.findings.sort(
            key=lambda one: order.get(one["shard"], len(order))
        )  # stable: within a shard as found
        self._trust()

    def _read_keys(self) -> None:
        path = self.folder / "vkeys"
        for line in path.read_text("utf-8", "replace").split("\n") if path.is_file() else []:
            if line and not line.startswith("#"):
                try:
                    key = parse_key(line)
                    self.keys += [key] * (key not in self.keys)
                except OtherKind as refusal:
                    self.report.notes.append(f"Passed over: {refusal}.")
                except Refusal as refusal:
                    self.report.add(refusal.verdict, f"vkeys: {refusal}")

    def _read_disclosures(self) -> None:
        path = self.folder / "disclosures.jsonl"
        labels = {shard.label for shard in self.shards}
        elsewhere = 0
        if not path.is_file():
            return
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    one = json.loads(line, parse_int=_number, parse_constant=_refuse)
                    shard = "" if labels == {""} else one["shard"]
                    if self.partial and isinstance(shard, str) and shard not in labels:
                        elsewhere += 1
                        continue
                    fits = shard in labels and type(one["index"]) is int and one["index"] >= 0 and "value" in one
                    if not fits or not isinstance(one["field"], str) or not re.fullmatch("[0-9a-f]{64}", one["salt"]):
                        raise ValueError("not a disclosure")  # noqa: TRY301 - one refusal for all
                except (ValueError, KeyError, TypeError, RecursionError):
                    self.report.add(
                        "malformed", f"line {number} of disclosures.jsonl is not a disclosure of a shard here"
                    )
                    continue
                self.disclosed.setdefault(shard, {}).setdefault(one["index"], []).append(one)
        if elsewhere:
            self.report.notes.append(f"{elsewhere} disclosures belong to shards that are not in this folder.")

    def _keys_of(self, shard: Shard) -> None:
        """A checkpoint is signed by a key that the shard's own entries announce and have not retired."""
        if shard.opened is None or shard.pruned or shard.checkpoint is None:
            return
        active = {_shown(shard.opened.get("vkey")).rpartition("+")[2], *shard.added} - shard.retired
        given = {key.key_id for key in self.given} - shard.retired
        if not any(key.key_id in active | given for key in shard.checkpoint.signers):
            shown = ", ".join(key.shown for key in shard.checkpoint.signers)
            self.report.add(
                "wrong_key", f"signed only by {shown}, which the log's entries do not name or have retired", shard
            )

    def _links(self) -> None:
        """Each newer shard names the head of the one before, each older one the key of the one after."""
        by_origin: dict[str, Shard] = {}
        for shard in self.shards:
            if shard.checkpoint is not None:
                other = by_origin.setdefault(shard.checkpoint.origin, shard)
                if other is not shard:
                    named = other.checkpoint is not None and other.checkpoint.origin.endswith("/" + other.label)
                    by_origin[shard.checkpoint.origin] = other if named else shard
                    message = f"a second shard of origin {shard.checkpoint.origin}"
                    self.report.add("duplicate", message, shard if named else other)
        first = [shard for shard in self.shards if shard.opened is not None or not shard.pruned]
        first = [shard for shard in first if shard.sound and not (shard.opened or {}).get("previous_origin")]
        if len(first) > 1:
            self.report.add("fork", f"a second shard without one before it; the other is {first[0].label}", first[1])
        for shard in self.shards:
            if shard.sound and shard.checkpoint is not None:
                self._own_name(shard, shard.checkpoint)
                self._backward(shard, by_origin)
                self._forward(shard, shard.checkpoint, by_origin)

    def _own_name(self, shard: Shard, checkpoint: Checkpoint) -> None:
        for said in filter(None, (shard.opened, shard.closed and shard.closed[1])):
            if said.get("origin") != checkpoint.origin:
                self.report.add("fork", f"its entries say that they are of {said.get('origin')}", shard)
        if shard.label and checkpoint.origin.rpartition("/")[2] != shard.label:
            self.report.add("malformed", f"the folder {shard.label} holds the log {checkpoint.origin}", shard)

    def _backward(self, shard: Shard, by_origin: dict[str, Shard]) -> None:
        said = shard.opened or {}
        origin = said.get("previous_origin")
        if not origin:
            return
        before = by_origin.get(origin)
        if before is None:
            if not any(one.checkpoint is None for one in self.shards):
                self._absent("deletion", f"the shard before, {origin}, is not in this folder", shard)
        elif before.sound and before.checkpoint is not None:
            head = before.checkpoint
            size = said.get("previous_size")
            if isinstance(size, int) and head.size < size:
                message = f"shard {shard.label} was opened after {size} entries of this one; it has {head.size}"
                self.report.add("truncation", message, before, head.size)
            elif (head.size, head.root.hex()) != (size, said.get("previous_root")):
                self.report.add("fork", f"shard {shard.label} was opened after another history of this one", before)

    def _forward(self, shard: Shard, head: Checkpoint, by_origin: dict[str, Shard]) -> None:
        if shard.closed is None:
            return
        index, said = shard.closed
        after = by_origin.get(str(said.get("next_origin")))
        if index != head.size - 1:
            self.report.add("fork", "entries follow the one that closed the shard", shard, index + 1)
        elif after is None:
            if not any(one.checkpoint is None for one in self.shards):
                self._absent(
                    "truncation", f"the shard after, {said.get('next_origin')}, is not in this folder", shard, head.size
                )
        elif after.sound and after.opened is not None and after.opened.get("vkey") != said.get("next_vkey"):
            self.report.add("wrong_key", f"shard {shard.label} announced another key for this one", after, 0)
        elif after.sound and after.opened is not None and after.opened.get("previous_origin") != head.origin:
            self.report.add(
                "fork", f"shard {shard.label} names this one as the next, which names another before it", after, 0
            )

    def _absent(self, verdict: str, message: str, shard: Shard, index: int | None = None) -> None:
        if self.partial:
            self.report.notes.append(
                f"Shard {shard.label or shard.folder.name}: {message}; so that link was not checked."
            )
        else:
            self.report.add(verdict, message, shard, index)

    def _trust(self) -> None:
        """From shards signed by a key that was given, along the links, to the others."""
        by_origin = {shard.checkpoint.origin: shard for shard in self.shards if shard.checkpoint is not None}
        heads = [shard for shard in self.shards if shard.sound and shard.checkpoint is not None]
        for shard in heads:
            signers = shard.checkpoint.signers if shard.checkpoint is not None else ()
            shard.trusted = shard.trusted or not self.given or any(key in self.given for key in signers)
        for _ in heads:
            for shard in (one for one in heads if one.trusted):
                before = by_origin.get(str((shard.opened or {}).get("previous_origin")))
                if before is not None and before.sound:
                    before.trusted = True  # its head is named, hash and all
                said = shard.closed[1] if shard.closed is not None else {}
                after = by_origin.get(str(said.get("next_origin")))
                if after is not None and after.checkpoint is not None:
                    named = _shown(said.get("next_vkey"))
                    after.trusted = after.trusted or any(key.shown == named for key in after.checkpoint.signers)
        for shard in heads[-1:]:
            if shard.checkpoint is not None:
                self._witnessed(shard.checkpoint, "the newest checkpoint", shard)
        for shard in heads:
            if not shard.trusted:
                self.report.add(
                    "wrong_key", "neither signed by a key that was given, nor linked to a shard that is", shard
                )

    def _witnessed(self, checkpoint: Checkpoint, what: str, shard: Shard | None = None) -> None:
        """The witnesses that were asked for have cosigned."""
        signed = {name for name, _ in checkpoint.cosigned}
        for key in self.witnesses:
            if key.shown not in signed:
                self.report.add("wrong_key", f"the witness {key.shown} did not sign {what}", shard)
        if self.policy is not None and not self.policy.agrees(self.policy.quorum, signed):
            self.report.add("wrong_key", f"fewer witnesses signed {what} than the policy asks for", shard)

    def _previous(self, data: bytes) -> None:
        """An older checkpoint, kept since then: this log must have grown out of it."""
        try:
            old = read_checkpoint(data, self.keys)
        except Refusal as refusal:
            self.report.add(refusal.verdict, f"the older checkpoint: {refusal}")
            return
        shard = self._consistent(old, "the older checkpoint")
        if shard is not None and any(key in self.given for key in old.signers):
            trusted = {one for one, index in shard.added.items() if index < old.size}
            signers = shard.checkpoint.signers if shard.checkpoint is not None else ()
            shard.trusted = shard.trusted or any(key.key_id in trusted for key in signers)

    def _consistent(self, old: Checkpoint, what: str) -> Shard | None:
        shard = next((one for one in self.shards if one.checkpoint and one.checkpoint.origin == old.origin), None)
        if shard is None or shard.checkpoint is None:
            if all(one.checkpoint is not None for one in self.shards):
                self.report.add("deletion", f"{what} is of {old.origin}, which is not in this folder")
        elif shard.checkpoint.size < old.size:
            message = f"{what} has {old.size} entries, this log has {shard.checkpoint.size}"
            self.report.add("truncation", message, shard, shard.checkpoint.size)
        elif shard.sound and shard.root_at(old.size) != old.root:
            self.report.add("fork", f"{what}, of {old.size} entries, is of another history than this log", shard)
        else:
            return shard
        return None

    def proof(self, proof: bytes, entry: bytes) -> None:
        """A ``.tlog-proof`` for one entry; and, where a folder was read, that its checkpoint is of the same history."""
        try:
            old = check_proof(proof, entry, self.keys)
        except Refusal as refusal:
            self.report.add(refusal.verdict, f"the proof: {refusal}")
            return
        if self.shards:
            self._consistent(old, "the checkpoint of the proof")
        elif not any(key in self.given for key in old.signers):
            self.report.add("wrong_key", "the proof: its checkpoint is not signed by a key that was given")
        else:
            self._witnessed(old, "the checkpoint of the proof")

    def fresh(self, seconds: float, now: float) -> None:
        """The newest sign of life must not be older: the time of the newest shard's last entries, or of a cosignature."""
        times = [at for at in (_seconds(shard.last) for shard in self.shards) if at]
        times += [at for shard in self.shards if shard.checkpoint for _, at in shard.checkpoint.cosigned]
        if not times or now - max(times) > seconds:
            at = datetime.fromtimestamp(max(times), timezone.utc).isoformat() if times else "never"  # noqa: UP017
            self.report.add("stale", f"the newest sign of life is of {at}")


def _shown(vkey: object) -> str:
    """Name and key id of a verifier key that an entry names."""
    return "+".join(str(vkey).split("+")[:2])


def check_proof(proof: bytes, entry: bytes, keys: Sequence[Key]) -> Checkpoint:
    """The checkpoint in which a C2SP ``tlog-proof`` shows the entry to stand."""
    head, _, note = proof.partition(b"\n\n")
    if re.search(rb"[^\x21-\x7e\n ]", head):
        raise Refusal("malformed", "this is not a tlog-proof")
    lines = head.decode().split("\n")
    if lines[1:] and lines[1].startswith("extra "):
        decode_base64(lines.pop(1)[6:])
    number = re.fullmatch("index (0|[1-9][0-9]{0,18})", lines[1]) if len(lines) > 1 else None
    hashes = [decode_base64(line) for line in lines[2:]]
    if (
        lines[0] != "c2sp.org/tlog-proof@v1"
        or number is None
        or len(hashes) > 63
        or any(len(one) != 32 for one in hashes)
    ):
        raise Refusal("malformed", "this is not a tlog-proof")
    checkpoint = read_checkpoint(note, keys)
    if root_from_proof(int(number[1]), checkpoint.size, leaf_hash(entry), hashes) != checkpoint.root:
        raise Refusal("edit", "entry and proof do not lead to the root of the checkpoint: one of them was changed")
    return checkpoint


def _is_log(path: Path) -> bool:
    return (path / "checkpoint").is_file() or (path / "tile").is_dir()


def _seconds(text: str) -> float:
    try:
        at = datetime.strptime(text[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return 0
    return at.timestamp()


# --- The command ---------------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is its result."""
    options = _options(arguments)
    try:
        given = [parse_key(text) for text in options.vkey]
        policy = parse_policy(options.policy.read_bytes()) if options.policy is not None else None
    except Refusal as refusal:
        sys.stderr.write(f"--vkey or --policy: {refusal}\n")
        return 2
    except OSError as exc:
        sys.stderr.write(f"{exc.filename}: {exc.strerror}\n")
        return 2
    check = Verification(options.folder or Path(), given, partial=options.partial, policy=policy)
    gc.disable()  # values of entries hold no cycles, and looking for some takes a tenth of the time
    try:
        if options.folder is not None:
            previous = [path.read_bytes() for path in options.previous]
            check.run(_progress if sys.stderr.isatty() else lambda *_: None, previous)
        if options.proof is not None:
            check.proof(options.proof.read_bytes(), options.entry.read_bytes())
    except OSError as exc:
        sys.stderr.write(f"{exc.filename}: {exc.strerror}\n")
        return 2
    finally:
        gc.enable()
    if options.max_age is not None:
        check.fresh(options.max_age, time.time())
    lines = [json.dumps(as_json(check), indent=2)] if options.json else map(visible, as_text(check))
    sys.stdout.write("\n".join(lines) + "\n")
    return 4 if check.report.findings else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Verify an export of a Reeve ledger, without Reeve.")
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the export")
    parser.add_argument(
        "--vkey",
        action="append",
        default=[],
        help="a key, of the log or of a witness, obtained elsewhere; may be repeated",
    )
    trusted = "a C2SP tlog-policy: trusted logs, and the witnesses that must have signed"
    parser.add_argument("--policy", type=Path, metavar="FILE", help=trusted)
    kept = "a checkpoint kept from an earlier time; may be repeated"
    parser.add_argument("--previous", action="append", default=[], type=Path, metavar="CHECKPOINT", help=kept)
    parser.add_argument("--proof", type=Path, metavar="FILE", help="a .tlog-proof to check, with --entry")
    parser.add_argument("--entry", type=Path, metavar="FILE", help="the exact bytes of the entry that the proof is for")
    parser.add_argument("--max-age", type=float, metavar="SECONDS", help="how old the newest entry may be")
    parser.add_argument("--partial", action="store_true", help="shards that are not in the folder are no fault")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    if (options.proof is None) != (options.entry is None):
        parser.error("--proof and --entry belong together")
    if options.folder is None and (options.proof is None or not (options.vkey or options.policy)):
        parser.error("name a folder, or --proof and --entry with --vkey or --policy")
    if options.folder is None and (options.previous or options.max_age is not None):
        parser.error("--previous and --max-age need a folder")
    if options.folder is not None and not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder")
    return options


def visible(text: str) -> str:
    """A line in which nothing from the export can move the cursor or hide."""
    return "".join(one if one.isprintable() else f"<U+{ord(one):04X}>" for one in text)


def _progress(label: str, done: int, count: int) -> None:
    if done % 64 == 0 or done == count:
        sys.stderr.write(f"\r{visible(label)} {done * 100 // count} %" + ("\n" if done == count else ""))


def as_json(check: Verification) -> dict[str, Any]:
    """The whole result, for programs."""
    return {
        "ok": not check.report.findings,
        "verdict": check.report.verdict,
        "findings": check.report.findings,
        "keys": "given" if check.given else "folder",
        "shards": [
            {
                "label": shard.label,
                "origin": shard.checkpoint.origin,
                "size": shard.checkpoint.size,
                "root": shard.checkpoint.root.hex(),
                "signed_by": [key.shown for key in shard.checkpoint.signers],
                "cosigned_by": [f"{name} at {at}" for name, at in shard.checkpoint.cosigned],
                "entries_checked": shard.entries,
                "entries_pruned": shard.pruned,
                "newest_entry": shard.last or None,
            }
            for shard in check.shards
            if shard.checkpoint is not None
        ],
        "disclosures_checked": check.report.disclosures,
        "notes": check.report.notes,
    }


def as_text(check: Verification) -> Iterator[str]:
    """The whole result, for people."""
    for shard in as_json(check)["shards"]:
        yield f"{shard['label'] or 'log'}: {shard['size']} entries, {shard['entries_checked']} checked" + (
            f", {shard['entries_pruned']} pruned (hashes only)" if shard["entries_pruned"] else ""
        )
        yield f"    origin      {shard['origin']}"
        yield f"    root        {shard['root']}"
        for name in shard["signed_by"]:
            yield f"    signed by   {name}"
        for name in shard["cosigned_by"]:
            yield f"    cosigned by {name}"
    if check.report.disclosures:
        yield f"disclosures: {check.report.disclosures} checked"
    yield from check.report.notes
    for one in check.report.findings:
        where = "".join(
            [
                f" in shard {one['shard']}" if one["shard"] else "",
                f" at entry {one['index']}" if one["index"] is not None else "",
            ]
        )
        yield f"{one['verdict'].upper()}{where}: {one['message']}"
    if not check.given:
        yield "The keys are the ones of the folder itself. What this proves is worth what you know of them: compare each key id"
        yield "above (the eight digits behind the +) with one that you got another way, or give it with --vkey."
    yield f"NOT VERIFIED: {check.report.verdict}" if check.report.findings else "VERIFIED: everything holds"


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # names from an export, on any terminal
    sys.exit(main())

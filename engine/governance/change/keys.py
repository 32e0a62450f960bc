"""Keys of rows as bytes: one spelling for one key, so that hashes over it mean something; and marks, one bit a row."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Iterable, Sequence

from engine.base.errors import BadInput, IntegrityViolated
from engine.governance.change.effect import Key, KeyValue

Keys = tuple[tuple[Key, ...], ...]
"""Keys by step."""

Encoded = Sequence[Sequence[bytes]]
"""Their bytes, by step."""

_HEAD = struct.Struct(">cI")
_COUNT = struct.Struct(">I")
_COLUMNS = struct.Struct(">H")
_ONE_NUMBER = _COLUMNS.pack(1) + b"i"
_SHORT_NUMBER = _ONE_NUMBER + b"\0\0\0"
"""A key of one number of up to 255 digits; their count is the next byte."""
_BLOCK = 64  # bytes that SHA-256 takes at once


def encode_key(key: Key) -> bytes:
    """The bytes of a key: how many values, then each with a letter for its kind and its length. No two keys have the same.

    Raises:
        BadInput: a value is none that a key is kept as.
    """
    if len(key) == 1 and type(key[0]) is int:  # most keys are, and there are millions of them
        data = b"%d" % key[0]
        return _ONE_NUMBER + _COUNT.pack(len(data)) + data
    return _COLUMNS.pack(len(key)) + b"".join(map(_value, key))


def encode_all(keys: Sequence[Sequence[Key]]) -> Encoded:
    """The bytes of keys by step.

    Raises:
        BadInput: as above.
    """
    return [[encode_key(key) for key in step] for step in keys]


def pack(keys: Sequence[Sequence[Key]]) -> bytes:
    """Keys by step, for sealing.

    Raises:
        BadInput: as above.
    """
    return pack_encoded(encode_all(keys))


def pack_encoded(encoded: Encoded) -> bytes:
    """The same of keys whose bytes are at hand."""
    parts = [_COUNT.pack(len(encoded))]
    for step in encoded:
        parts.append(_COUNT.pack(len(step)))
        parts.extend(step)
    return b"".join(parts)


def unpack(data: bytes) -> Keys:
    """The reverse of ``pack``.

    Raises:
        IntegrityViolated: it is not such a form, or not in its one spelling.
    """
    return unpack_encoded(data)[0]


def unpack_encoded(data: bytes) -> tuple[Keys, Encoded]:
    """The same, with the bytes of each key.

    Raises:
        IntegrityViolated: as above.
    """
    try:
        reader = _Reader(data)
        steps = [reader.step() for _ in range(reader.number(_COUNT))]
        if reader.at == len(data):
            return tuple(tuple(keys) for keys, _ in steps), [encoded for _, encoded in steps]
    except (struct.error, ValueError, KeyError, IndexError, BadInput):
        pass
    raise IntegrityViolated("the keys of a plan are not in a form that this version can read")


def leaves_of(secret: bytes, keys: Sequence[Sequence[Key]]) -> list[bytes]:
    """The leaf of each row, in order: HMAC-SHA-256 over the number of its step and its key, 32 bytes.

    Args:
        secret: of the plan, so that leaves of two plans cannot be compared, and none can be guessed from a list of keys.
        keys: by step.
    """
    return leaves_of_encoded(secret, encode_all(keys))


def leaves_of_encoded(secret: bytes, encoded: Encoded) -> list[bytes]:
    """The same of keys whose bytes are at hand."""
    found: list[bytes] = []
    for number, step in enumerate(encoded):
        inner, outer = _keyed(secret, _COLUMNS.pack(number))
        for key in step:
            hashed, leaf = inner.copy(), outer.copy()
            hashed.update(key)
            leaf.update(hashed.digest())
            found.append(leaf.digest())
    return found


def _keyed(secret: bytes, head: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """The two hashes of HMAC (RFC 2104) as they stand before the text, and after its beginning.

    For millions of texts under one key: to begin anew with the key takes longer than all the rest.
    """
    key = secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()
    inner, outer = (hashlib.sha256(bytes(one ^ pad for one in key.ljust(_BLOCK, b"\0"))) for pad in (0x36, 0x5C))
    inner.update(head)
    return inner, outer


def marks(keys: Keys, chosen: Sequence[Collection[Key]]) -> bytes:
    """One bit for each row, in order: whether it is among the chosen ones of its step."""
    bits = bytearray((sum(map(len, keys)) + 7) // 8)
    at = 0
    for step, wanted in zip(keys, chosen, strict=True):
        among = wanted if isinstance(wanted, frozenset | set) else frozenset(wanted)
        for key in step:
            if key in among:
                bits[at >> 3] |= 1 << (at & 7)
            at += 1
    return bytes(bits)


def all_marks(keys: Keys) -> bytes:
    """Every bit set."""
    count = sum(map(len, keys))
    return ((1 << count) - 1).to_bytes((count + 7) // 8, "little")


def marked(keys: Keys, bits: bytes) -> Keys:
    """The rows whose bit is set."""
    found: list[tuple[Key, ...]] = []
    at = 0
    for step in keys:
        found.append(tuple(key for i, key in enumerate(step, at) if bits[i >> 3] & (1 << (i & 7))))
        at += len(step)
    return tuple(found)


def marked_leaves(leaves: Sequence[bytes], bits: bytes) -> list[bytes]:
    """The leaves whose bit is set."""
    return [leaf for i, leaf in enumerate(leaves) if bits[i >> 3] & (1 << (i & 7))]


def either(one: bytes | None, other: bytes | None) -> bytes | None:
    """Bits that are set in one or in the other; None is no bit at all."""
    if one is None or other is None:
        return one or other
    return bytes(a | b for a, b in zip(one, other, strict=True))


def count_marks(bits: bytes) -> int:
    """How many bits are set."""
    return int.from_bytes(bits, "big").bit_count()


def count_by_step(keys: Iterable[Sequence[Key]]) -> tuple[int, ...]:
    """How many there are, by step."""
    return tuple(map(len, keys))


def _value(value: KeyValue) -> bytes:
    match value:
        case None:
            return b"n\0\0\0\0"
        case int():
            data, kind = b"%d" % value, b"i"
        case str():
            data, kind = value.encode("utf-8", "surrogatepass"), b"s"
        case bytes():
            data, kind = value, b"b"
        case _:
            raise BadInput(f"a key with a {type(value).__name__}; keys hold whole numbers, text and bytes")
    return _HEAD.pack(kind, len(data)) + data


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def number(self, form: struct.Struct) -> int:
        (found,) = form.unpack_from(self._data, self.at)
        self.at += form.size
        return int(found)

    def step(self) -> tuple[list[Key], list[bytes]]:
        """The keys of one step, and the bytes of each; an error where those are not its one spelling."""
        keys: list[Key] = []
        encoded: list[bytes] = []
        data, head, short = self._data, _HEAD.size + _COLUMNS.size, len(_SHORT_NUMBER)
        for _ in range(self.number(_COUNT)):
            begin = self.at
            if data[begin : begin + short] == _SHORT_NUMBER:  # most keys are, and there are millions of them
                end = begin + head + data[begin + short]
                written = data[begin + head : end]
                value = int(written)
                if b"%d" % value != written:
                    raise ValueError
                self.at = end
                keys.append((value,))
                encoded.append(data[begin:end])
                continue
            key = self.key()
            if encode_key(key) != data[begin : self.at]:
                raise ValueError
            keys.append(key)
            encoded.append(data[begin : self.at])
        return keys, encoded

    def key(self) -> Key:
        return tuple(self._value() for _ in range(self.number(_COLUMNS)))

    def _value(self) -> KeyValue:
        kind, length = _HEAD.unpack_from(self._data, self.at)
        begin = self.at + _HEAD.size
        self.at = begin + length
        data = self._data[begin : self.at]
        match kind:
            case b"n":
                return None
            case b"i":
                return int(data)
            case b"s":
                return data.decode("utf-8", "surrogatepass")
        if kind != b"b":
            raise ValueError
        return data

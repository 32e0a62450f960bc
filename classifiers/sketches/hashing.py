"""Keyed 64-bit hashes of many short strings at once: SipHash-2-4 over whole Arrow arrays.

SipHash (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) is a pseudo-random function under a 128-bit key:
without the key its values tell nothing about their input, so sketches may keep them where they may not keep values. All
strings of an array advance together, eight bytes a step, in numpy.

Strings longer than ``LONG`` bytes are first reduced by keyed BLAKE2b (RFC 7693), so that one long text does not hold up
the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifiers.sketches.arrow import text_buffers

U64 = npt.NDArray[np.uint64]
LONG = 128  # bytes
KEY_BYTES = 16
_SLICE = 16_384  # strings a step: their state stays in the processor's cache


@dataclass(frozen=True, slots=True)
class HashKey:
    """The secret under which values are hashed, with its epoch."""

    secret: bytes
    epoch: int


def keyed_hashes(texts: pa.StringArray, key: bytes) -> U64:
    """The hash of each string's UTF-8 bytes, in order; nulls are not allowed.

    Args:
        texts: an array of type string.
        key: 16 secret bytes.
    """
    offsets, body = text_buffers(texts)
    lengths = np.diff(offsets)
    if len(texts) and int(lengths.max()) > LONG:
        return keyed_hashes(_shortened(texts, lengths, key), key)
    return keyed_hashes_at(padded_words(body), offsets[:-1], lengths, key)


def keyed_hashes_at(words: U64, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], key: bytes) -> U64:
    """The hashes of slices of one buffer, in order; they may overlap, and each is as that of a string of the same bytes.

    Args:
        words: the buffer, from ``padded_words``.
        starts: of each slice, in bytes.
        lengths: of each slice, in bytes; at most ``LONG``.
        key: 16 secret bytes.
    """
    out = np.empty(len(starts), np.uint64)
    for begin in range(0, len(starts), _SLICE):
        part = slice(begin, begin + _SLICE)
        out[part] = _siphash(words, starts[part], lengths[part], key)
    return out


def padded_words(body: npt.NDArray[np.uint8]) -> U64:
    """Bytes as 64-bit words, with enough zeros behind them that eight bytes can be read from any place."""
    data = np.zeros(len(body) // 8 * 8 + 24, np.uint8)
    data[: len(body)] = body
    return data.view(np.uint64)


def keyed_hash(text: str, key: bytes) -> int:
    """The hash of one string, equal to what ``keyed_hashes`` gives for it."""
    return int(keyed_hashes(pa.array([text], pa.string()), key)[0])


def _shortened(texts: pa.StringArray, lengths: npt.NDArray[np.int64], key: bytes) -> pa.StringArray:
    """The same array with every long string replaced by its keyed BLAKE2b digest."""
    values = [str(text) for text in texts.to_pylist()]
    for index in np.flatnonzero(lengths > LONG).tolist():
        values[index] = "\x00" + blake2b(values[index].encode(), key=key, digest_size=32).hexdigest()
    return pa.array(values, pa.string())


def _rotate(value: U64, bits: int, scratch: U64) -> None:
    """In place, with room for a copy."""
    np.right_shift(value, np.uint64(64 - bits), out=scratch)
    np.left_shift(value, np.uint64(bits), out=value)
    np.bitwise_or(value, scratch, out=value)


def _round(state: list[U64], scratch: U64) -> None:
    """SipRound, in place."""
    a, b, c, d = state
    a += b
    _rotate(b, 13, scratch)
    b ^= a
    _rotate(a, 32, scratch)
    c += d
    _rotate(d, 16, scratch)
    d ^= c
    a += d
    _rotate(d, 21, scratch)
    d ^= a
    c += b
    _rotate(b, 17, scratch)
    b ^= c
    _rotate(c, 32, scratch)


def words_at(words: U64, positions: npt.NDArray[np.int64]) -> U64:
    """Eight bytes from each byte position, little-endian."""
    index = positions >> 3
    shift = ((positions & 7) << 3).astype(np.uint64)
    upper = (words[index + 1] << np.uint64(1)) << (np.uint64(63) - shift)  # two steps: a shift by 64 is undefined
    return np.asarray((words[index] >> shift) | upper)


def _siphash(words: U64, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], key: bytes) -> U64:
    """SipHash-2-4 of each string; the longest first, so that those still running are a prefix."""
    order = np.argsort((-(lengths >> 3)).astype(np.int16), kind="stable")  # of 16 bits: sorted by radix
    starts, lengths = starts[order], lengths[order]
    blocks = lengths >> 3
    fewer = -blocks
    k0, k1 = (np.uint64(int.from_bytes(key[i : i + 8], "little")) for i in (0, 8))
    count = len(starts)
    state = [
        np.full(count, np.uint64(int.from_bytes(seed, "big")) ^ half, np.uint64)
        for seed, half in ((b"somepseu", k0), (b"dorandom", k1), (b"lygenera", k0), (b"tedbytes", k1))
    ]
    scratch = np.empty(count, np.uint64)
    for block in range(int(blocks[0]) if count else 0):
        active = int(np.searchsorted(fewer, -block, side="left"))
        _absorb(state, active, words_at(words, starts[:active] + 8 * block), scratch)
    left = (lengths & 7).astype(np.uint64)
    tail = words_at(words, starts + 8 * blocks) & ((np.uint64(1) << (left * np.uint64(8))) - np.uint64(1))
    _absorb(state, count, tail | (lengths.astype(np.uint64) << np.uint64(56)), scratch)
    state[2] ^= np.uint64(0xFF)
    for _ in range(4):
        _round(state, scratch)
    out = np.empty(count, np.uint64)
    out[order] = state[0] ^ state[1] ^ state[2] ^ state[3]
    return out


def _absorb(state: list[U64], active: int, message: U64, scratch: U64) -> None:
    """Take one word into the first ``active`` strings."""
    part = [lane[:active] for lane in state]
    part[3] ^= message
    _round(part, scratch[:active])
    _round(part, scratch[:active])
    part[0] ^= message

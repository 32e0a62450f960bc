"""Normal forms: what is left of a value when case, width and marks do not matter, and what in a cell can be asked for.

A normal form is the folded text (NFKC, case folding, invisible characters off) with its letters, digits and combining marks
only: ``+49 (170) 12-34`` and ``+49 170 1234`` are both ``491701234``. Of each cell these have one:

- the *whole* cell;
- its *words*, where it can hold several values: every run of letters and digits in a cell with a blank, comma, slash or
  another mark that does not stand inside one value. Up to 19 digits with only blanks and ``-./()+`` between are one value, and
  so are groups of four with mostly digits: telephone numbers, cards, IBANs;
- its *numbers*, where it can hold several values: two to eight words with only these marks between and digits around them.

Where a script puts no blanks between words, or joins particles to them, each character is a word.

Nothing is done value by value: the marks of many cells are taken out at once, and every form is then a slice of what is left.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.sketches.arrow import strings, text_buffers
from classifiers.sketches.hashing import LONG, U64, keyed_hashes_at, padded_words, words_at

Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

VERSION = 1
"""Of what a normal form is: forms of two versions do not compare."""
LONGEST = LONG
"""Bytes of the longest form: what is longer has none and cannot be asked for."""
GROUPS = 8  # words that are joined to one number at most
NUMBER_FROM = 6  # characters of a joined number at least
NUMBER_MOST = 19  # digits of one number in a cell of its own; the longest are of payment cards
GROUPED_FROM, GROUPED_MOST = 15, 34  # characters of an IBAN
_SLICE = 1 << 20  # bytes of cells taken together: what is made of them stays in the processor's cache

_INNER, _DIGIT, _LETTER, _SOFT, _HARD = 1, 2, 4, 8, 16
_WORD = _DIGIT | _LETTER
_IN_VALUES = b"@._-+'`"
_IN_NUMBERS = b" -./()+"


def _classes() -> Bytes:
    """What each byte is. Bytes from 128 on are letters: folding leaves no other characters outside ASCII."""
    table = np.full(256, _HARD, np.uint8)
    for char in range(256):
        if bytes([char]).isdigit():
            table[char] = _DIGIT
        elif bytes([char]).isalpha() or char >= 128:
            table[char] = _LETTER
    table[list(_IN_VALUES)] = _INNER
    table[list(b" /()")] = _SOFT
    return table


_CLASS = _classes()
_LOWER = bytes(range(256)).lower()
_OF_CLASS = _CLASS.tobytes()
_MARKS = bytes(np.flatnonzero(_CLASS & _WORD == 0).astype(np.uint8))
_APART = ((_CLASS & _WORD == 0) & ~np.isin(np.arange(256), list(_IN_NUMBERS))).astype(np.uint8).tobytes()
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")  # in names of characters
_POWERS = np.array([1 << 8 * bytes_ for bytes_ in range(8)], np.uint64)
_FIRST_BYTES = np.array([(1 << 8 * bytes_) - 1 for bytes_ in range(9)], np.uint64)
_PADDING = np.zeros(2, np.uint64)
_NOWHERE = np.empty(0, np.int64)


def form_hashes(columns: Iterable[pa.StringArray], key: bytes) -> U64:
    """Keyed hashes of all normal forms in the cells of some columns, ascending, each once.

    Args:
        columns: cells, not null.
        key: 16 secret bytes.
    """
    found = [part for texts in columns for folded in _folded(texts) for part in _hashes(_Cells.of(folded), key)]
    return distinct(np.concatenate(found)) if found else np.empty(0, np.uint64)


def asked_hashes(text: str, key: bytes) -> tuple[int, list[int]]:
    """What to look for where ``text`` is wanted: the hash of its whole form, and those of its words.

    A cell holds the text only if it has the first form, or all of the others.

    Raises:
        ValueError: it has no letter or digit, is longer than a form can be, or is no Unicode text.
    """
    for folded in _folded(pa.array([text], pa.string())):
        cells = _Cells.of(folded)
        words = _Words.of(cells)
        if len(words.starts) and int(cells.lengths[0]) <= LONGEST:
            whole = keyed_hashes_at(cells.kept, cells.starts, cells.lengths, key)
            return int(whole[0]), keyed_hashes_at(cells.kept, words.starts, words.lengths, key).tolist()
    raise ValueError(f"only what has letters or digits, and at most {LONGEST} bytes of them, can be asked for")


def distinct(hashes: U64) -> U64:
    """Each hash once, ascending: faster than ``np.unique``."""
    ordered = np.sort(hashes)
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _folded(texts: pa.StringArray) -> Iterator[pa.StringArray]:
    """The cells in parts of about ``_SLICE`` bytes, folded but for the case of ASCII letters; without empty ones."""
    limits = text_buffers(texts)[0]
    first = 0
    while first < len(texts):
        last = max(first + 1, int(np.searchsorted(limits, limits[first] + _SLICE, side="right")) - 1)
        part = texts.slice(first, last - first)
        first = last
        plain = pc.string_is_ascii(part)
        if pc.all(plain).as_py() is False:
            yield from _filled(_fold(strings(part.filter(pc.invert(plain)))))
            part = strings(part.filter(plain))
        yield from _filled(part)


def _filled(texts: pa.StringArray) -> Iterator[pa.StringArray]:
    filled = np.diff(text_buffers(texts)[0]) > 0
    if bool(filled.any()):
        yield texts if bool(filled.all()) else strings(texts.filter(pa.array(filled)))


def _fold(texts: pa.StringArray) -> pa.StringArray:
    """NFKC and case folding, all cells in one go: no character is composed or reordered over the zero between two of them."""
    cells = [str(cell) for cell in texts.to_pylist()]
    joined = "\0".join(cells)
    if joined.count("\0") >= len(cells):
        joined = "\0".join(cell.replace("\0", " ") for cell in cells)
    folded = unicodedata.normalize("NFKC", joined.casefold())
    folded = unicodedata.normalize("NFKC", folded.casefold())
    instead = {ord(char): new for char in set(folded) if (new := _instead(char)) != char}
    return pa.array((folded.translate(instead) if instead else folded).split("\0"), pa.string())


@lru_cache(maxsize=1 << 14)
def _instead(char: str) -> str:
    """What stands for a character: nothing for invisible ones, a blank for marks outside ASCII, blanks around single words."""
    if char.isascii():
        return char
    kind = unicodedata.category(char)
    if kind == "Cf":
        return ""
    if kind[0] not in "LNM":
        return " "
    return f" {char} " if unicodedata.name(char, "").startswith(_UNSPACED) else char


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Some folded cells, none of them empty, and what is left without their marks.

    Attributes:
        body: their bytes; offsets: where each cell begins, and the last one ends; classes: what each byte is.
        kept: letters and digits alone, as 64-bit words; starts, lengths: of each whole cell in them.
    """

    body: bytes
    offsets: Index
    classes: Bytes
    kept: U64
    starts: Index
    lengths: Index

    @classmethod
    def of(cls, texts: pa.StringArray) -> _Cells:
        offsets, raw = text_buffers(texts)
        body = raw.tobytes()
        classes = np.frombuffer(body.translate(_OF_CLASS), np.uint8)
        kept = body.translate(_LOWER, _MARKS)
        ends = offsets
        if len(kept) < len(body):
            ends = _counted(classes & _WORD > 0)[offsets].astype(np.int64)
        words = padded_words(np.frombuffer(kept, np.uint8))
        return cls(body, offsets, classes, words, ends[:-1], np.diff(ends))


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """Runs of letters and digits of some cells, in order.

    Attributes:
        begins, ends: in the bytes of the cells; starts, lengths: in what is kept of them.
    """

    begins: Index
    ends: Index
    starts: Index
    lengths: Index

    @classmethod
    def of(cls, cells: _Cells) -> _Words:
        word = cells.classes & _WORD > 0
        begin, end = word.copy(), word.copy()
        begin[1:] &= ~word[:-1]
        end[:-1] &= ~word[1:]
        inner = cells.offsets[1:-1]
        begin[inner] = word[inner]
        end[inner - 1] = word[inner - 1]
        begins, ends = np.flatnonzero(begin), np.flatnonzero(end) + 1
        lengths = ends - begins
        return cls(begins, ends, np.cumsum(lengths) - lengths, lengths)

    def where(self, chosen: Mask) -> _Words:
        """Some of them."""
        return _Words(self.begins[chosen], self.ends[chosen], self.starts[chosen], self.lengths[chosen])


def _hashes(cells: _Cells, key: bytes) -> Iterator[U64]:
    """Of all forms of some cells."""
    fit = (cells.lengths > 0) & (cells.lengths <= LONGEST)
    starts, lengths = (cells.starts, cells.lengths) if bool(fit.all()) else (cells.starts[fit], cells.lengths[fit])
    yield keyed_hashes_at(cells.kept, starts, lengths, key)
    several = _may_be_several(cells)
    if not bool(several.any()):
        return
    words = _Words.of(cells)
    several &= ~_in_fours(cells, words)
    if not bool(several.all()):
        words = words.where(np.repeat(several, np.diff(cells.offsets))[words.begins])
    yield _hashes_of_words(cells.kept, words, key)
    starts, lengths = _numbers(cells, words)
    yield keyed_hashes_at(cells.kept, starts, lengths, key)


def _hashes_of_words(kept: U64, words: _Words, key: bytes) -> U64:
    """Of single words, which repeat a lot: those that fit into 64 bits are hashed once."""
    short = words.lengths <= 8
    packed = distinct(words_at(kept, words.starts[short]) & _FIRST_BYTES[words.lengths[short]])
    lengths = np.searchsorted(_POWERS, packed, side="right")  # no byte of a word is zero
    few = keyed_hashes_at(np.append(packed, _PADDING), np.arange(len(packed)) * 8, lengths, key)
    longer = words.where(~short & (words.lengths <= LONGEST))
    return np.concatenate([few, keyed_hashes_at(kept, longer.starts, longer.lengths, key)])


def _may_be_several(cells: _Cells) -> Mask:
    """Which cells may hold more than one value, by their marks."""
    if not bool(np.any(cells.classes >= _SOFT)):
        return np.zeros(len(cells.lengths), bool)
    found = np.bitwise_or.reduceat(cells.classes, cells.offsets[:-1])
    wordy = (found & _LETTER > 0) | (cells.lengths > NUMBER_MOST)
    return np.asarray((found & _HARD > 0) | ((found & _SOFT > 0) & wordy))


def _in_fours(cells: _Cells, words: _Words) -> Mask:
    """Which cells are one card or IBAN in groups of four: single marks between, and digits for the most part."""
    groups = (cells.lengths + 3) // 4
    grouped = (cells.lengths >= GROUPED_FROM) & (cells.lengths <= GROUPED_MOST)
    grouped &= np.diff(cells.offsets) - cells.lengths == groups - 1
    chosen = np.flatnonzero(grouped)
    if len(chosen):
        digits = np.diff(_counted(cells.classes == _DIGIT)[cells.offsets])[chosen]
        first = np.searchsorted(words.begins, cells.offsets[chosen])
        behind = np.searchsorted(words.begins, cells.offsets[chosen + 1])
        longest = np.maximum.reduceat(np.append(words.lengths, 0), np.stack([first, behind], axis=1).ravel())[::2]
        in_fours = (behind - first == groups[chosen]) & (longest == 4)
        grouped[chosen] = in_fours & (digits * 2 > cells.lengths[chosen])
    return np.asarray(grouped)


def _numbers(cells: _Cells, words: _Words) -> tuple[Index, Index]:
    """Places of words that follow one another as parts of one number, joined: two to ``GROUPS`` of them."""
    ends_in_digit = cells.classes[words.ends[:-1] - 1] == _DIGIT
    follows = np.flatnonzero(ends_in_digit & (cells.classes[words.begins[1:]] == _DIGIT))
    if not len(follows):
        return _NOWHERE, _NOWHERE
    apart = np.frombuffer(bytearray(cells.body.translate(_APART)), np.uint8)
    apart[cells.offsets[1:-1]] = 1
    passed = np.cumsum(apart, dtype=np.int32)
    heads = follows[passed[words.begins[follows + 1]] == passed[words.ends[follows] - 1]]
    joined = np.zeros(len(words.begins) + GROUPS, bool)
    joined[heads] = True
    starts, ends = [_NOWHERE], [_NOWHERE]
    for more in range(1, GROUPS):
        starts.append(words.starts[heads])
        ends.append(words.starts[heads + more] + words.lengths[heads + more])
        heads = heads[joined[heads + more]]
    begins, lengths = np.concatenate(starts), np.concatenate(ends) - np.concatenate(starts)
    fit = (lengths >= NUMBER_FROM) & (lengths <= LONGEST)
    return begins[fit], lengths[fit]


def _counted(chosen: Mask) -> npt.NDArray[np.int32]:
    """How many are chosen before each place, the last one behind the end."""
    out = np.zeros(len(chosen) + 1, np.int32)
    np.cumsum(chosen, out=out[1:])
    return out

"""How identifiers and keys under a hold are compared without being kept: keyed hashes of normal forms.

Identifiers compare as values in a search do (:mod:`classifiers.sketches.normal_forms`): case, width, blanks and marks do not
matter, a cell that holds several values is compared with each, and one that has all words of the identifier counts. Numbers
compare by value, whether they are kept as text or not: ``42``, ``042`` and ``42.00`` are one. So more is held than is equal, and
never less; what is written otherwise (``0170 1234`` for ``+49 170 1234``) is another identifier and has to be given, too.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import islice, product
from typing import Any
from uuid import UUID

import pyarrow as pa

from classifiers.sketches.hashing import U64
from classifiers.sketches.normal_forms import VERSION, asked_hashes, form_hashes
from engine.base.errors import BadInput

FORM_VERSION = VERSION
LONGEST_NUMBER = 100
"""Digits of a number that is compared by its value; longer ones are compared as they are written."""
SPELLINGS = 64
"""Spellings of one key of a row that are compared at most."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?", re.ASCII)
_BYTES = 8  # of a hash
_KEPT = "LNM"  # letters, digits and combining marks, by the first letter of their category


@dataclass(frozen=True, slots=True)
class HoldKey:
    """What identifiers are hashed with. ``generation`` goes with what is made: only like compares with like."""

    secret: bytes = field(repr=False)
    generation: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The digest of an identifier, read back: its whole form, and its words."""

    whole: int
    words: frozenset[int]

    @classmethod
    def of(cls, digest: bytes) -> Asked:
        """From what is kept."""
        hashes = [int.from_bytes(digest[at : at + _BYTES], "big") for at in range(0, len(digest), _BYTES)]
        return cls(hashes[0], frozenset(hashes[1:]))

    def is_in(self, hashes: set[int]) -> bool:
        """Whether a cell with these forms holds it."""
        return self.whole in hashes or self.words <= hashes


def identifier_digests(text: str, key: HoldKey) -> list[bytes]:
    """What is kept of a subject's identifier: a digest for each way in which it may stand in a cell.

    Raises:
        BadInput: it has no letter or digit, is longer than can be compared, or is no text. The message does not repeat it.
    """
    digests = []
    texts = texts_of(text) or ()
    for one in () if says_nothing(texts) else texts:
        try:
            whole, words = asked_hashes(one, key.secret)
        except ValueError:
            continue
        digests.append(b"".join(hashed.to_bytes(_BYTES, "big") for hashed in (whole, *sorted(set(words)))))
    if not digests:
        raise BadInput("an identifier has letters or digits, and at most 128 bytes of them")
    return digests


def key_digests(cells: Sequence[object], key: HoldKey) -> list[bytes] | None:
    """What is kept of a row's key, and what a row is compared by: a digest for each spelling; None where it cannot be told."""
    spellings = [texts_of(cell) for cell in cells]
    if any(one is None for one in spellings):
        return None
    forms = [sorted({_whole(text) for text in one or ()}) for one in spellings]
    return [_key_digest(one, key) for one in islice(product(*forms), SPELLINGS)]


def cell_hashes(texts: Iterable[str], key: HoldKey) -> U64:
    """Hashes of all forms in some cells: ascending, each once."""
    return form_hashes([pa.array(list(texts), pa.string())], key.secret)


def says_nothing(texts: Sequence[str] | None) -> bool:
    """Whether a cell can hold no identifier at all, so that whose row it is cannot be told from it."""
    return texts is None or not any(char.isalnum() for text in texts for char in text)


def texts_of(value: object) -> tuple[str, ...] | None:
    """How a value of a store may be written: one text or several; None for NULL and for what is no text."""
    for kinds, texts in _KINDS:
        if isinstance(value, kinds):
            return texts(value)
    return None


def _readable(text: str) -> tuple[str, ...] | None:
    """A text, and the number that it is, if it is one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    plain = text.strip()
    if _NUMBER.fullmatch(plain) and len(plain) <= LONGEST_NUMBER:
        return _both(text, _plain_number(Decimal(plain)))
    return (text,)


def _number(value: float | Decimal) -> tuple[str, ...] | None:
    try:
        exact = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    if not exact.is_finite() or abs(exact.adjusted()) > LONGEST_NUMBER:
        return None
    return _both(format(exact, "f"), _plain_number(exact))


def _plain_number(value: Decimal) -> str:
    """Without zeros around it: ``042`` and ``42.00`` are ``42``."""
    text = format(value, "f")
    whole, _, part = text.lstrip("+-").partition(".")
    part = part.rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{part}" if part else whole.lstrip("0") or "0"


def _bytes(data: bytes) -> tuple[str, ...]:
    """Bytes as people write them, in hexadecimal, and as the text that they may be."""
    try:
        return _both(data.hex(), data.decode())
    except UnicodeDecodeError:
        return (data.hex(),)


def _instant(value: date | time) -> tuple[str, ...]:
    if not isinstance(value, datetime):
        return (value.isoformat(),)
    known = value if value.utcoffset() is None else value.astimezone(UTC).replace(tzinfo=None)
    texts = [text for one in (value, known) for text in (one.isoformat("T"), one.isoformat(" "))]
    if known.time() == time():
        texts.append(known.date().isoformat())
    return tuple(dict.fromkeys(texts))


def _both(one: str, other: str) -> tuple[str, ...]:
    return (one,) if one == other else (one, other)


def _key_digest(forms: Sequence[str], key: HoldKey) -> bytes:
    told = b"".join(len(raw).to_bytes(8, "big") + raw for raw in (form.encode() for form in forms))
    return hmac.digest(key.secret, b"reeve/v1/hold/rows\0" + told, "sha256")


def _whole(text: str) -> str:
    """The normal form of a whole cell of a key. A cell of marks alone, which has none, is compared as it is."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text.casefold()).casefold()
    kept = "".join(_letters(folded))
    return kept or folded.strip()


def _letters(text: str) -> Iterator[str]:
    return (char for char in text if unicodedata.category(char)[0] in _KEPT)


_KINDS: tuple[tuple[Any, Callable[[Any], tuple[str, ...] | None]], ...] = (
    (str, _readable),
    ((bool, UUID), lambda value: (str(value),)),
    ((int, float, Decimal), _number),
    ((bytes, bytearray, memoryview), lambda value: _bytes(bytes(value))),
    ((date, time), _instant),  # a datetime is a date, too
)
"""How values of a driver are written, by their type; the first that fits."""

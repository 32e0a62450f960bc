"""Which encoding a file's text is in, and how bytes that do not fit it are read all the same.

A sample never decides alone: a file that looks like UTF-8 may hold other bytes further on. ``decode`` reads each such byte
as Windows-1252 (as browsers do, WHATWG Encoding), and as Latin-1 where that has no character, and counts the lines.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES = ["cp1252", "cp1251", "koi8_r", "cp1253", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]
_CERTAIN = 8  # times as many bytes that are not UTF-8 as characters that are
_ENOUGH = 24  # bytes above 127 from which a guess at the language is better than Windows-1252
_GUESS_BYTES = 8192  # bytes shown to the guesser
_REPLACED = "\ufffd".encode()
_LATIN = "reeve-latin"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file become text.

    Attributes:
        codec: a codec of Python.
        mark: bytes of a byte order mark at the beginning, which are no text.
    """

    codec: str = "utf-8"
    mark: int = 0


def _latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_LATIN_CHARACTERS[byte] for byte in wrong), error.end


def _latin_character(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_LATIN_CHARACTERS = [_latin_character(byte) for byte in range(256)]
codecs.register_error(_LATIN, _latin)


def decode(data: bytes) -> tuple[str, int]:
    """The text of some whole lines in UTF-8, and how many of them hold bytes that are not (or were replaced earlier)."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        bad = sum(1 for line in data.split(b"\n") if not _is_utf8(line) or _REPLACED in line)
        return data.decode(errors=_LATIN), bad
    if _REPLACED not in data:
        return text, 0
    return text, sum(1 for line in data.split(b"\n") if _REPLACED in line)


def decoder(codec: str) -> codecs.IncrementalDecoder:
    """A decoder that never fails: what a codec of many bytes refuses becomes U+FFFD, else the Latin character."""
    errors = "replace" if codec.startswith("utf-") else _LATIN
    return codecs.getincrementaldecoder(codec)(errors=errors)


def encoding_of(samples: tuple[bytes, ...], *, whole: bool) -> Encoding:
    """The encoding of a file, judged from samples of it.

    Args:
        samples: its beginning, and pieces from further on, each starting at any byte.
        whole: they are all of the file.
    """
    head = samples[0]
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return Encoding(codec, len(mark))
    wide = _wide(head)
    if wide:
        return Encoding(wide)
    good, wrong = map(sum, zip(*(_utf8_counts(sample) for sample in samples), strict=True))
    # As UTF-8, other bytes are still read one by one; as another encoding, UTF-8 would be spoiled. So this needs more proof.
    if wrong > good and (whole or wrong > _CERTAIN * (good + 1)):
        return Encoding(_guess(samples))
    return Encoding()


def is_binary(head: bytes, encoding: Encoding) -> bool:
    """Whether it is no text at all: many control characters."""
    if encoding.codec.startswith("utf-") and encoding.codec != "utf-8":
        return False
    return len(head.translate(None, _TEXT_BYTES)) * 20 > len(head)


def has_controls(data: bytes) -> bool:
    """Whether there are bytes that no text of one byte a character, and none in UTF-8, is expected to hold."""
    return bool(data.translate(None, _TEXT_BYTES))


_TEXT_BYTES = bytes(set(range(256)) - (set(range(32)) - set(b"\t\n\r\f\v\b\x1b\x1c\x1d\x1e\x1f")) - {127})


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: ASCII text shows its zero bytes at fixed places."""
    size = len(head) // 4 * 4
    if size < 4:
        return ""
    zeros = [head[place:size:4].count(0) / (size / 4) for place in range(4)]
    high, low = 0.6, 0.05
    if min(zeros[1:]) > high and zeros[0] < low:
        return "utf-32-le"
    if min(zeros[:3]) > high and zeros[3] < low:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > high and max(zeros[0], zeros[2]) < low:
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > high and max(zeros[1], zeros[3]) < low:
        return "utf-16-be"
    return ""


def _utf8_counts(sample: bytes) -> tuple[int, int]:
    """How many characters above ASCII are UTF-8, and how many bytes are not; its cut ends do not count."""
    start = 0
    while start < min(3, len(sample)) and sample[start] & 0xC0 == 0x80:
        start += 1
    body = sample[start:]
    wrong, good, at = 0, 0, 0
    while at < len(body):
        try:
            good += _above_ascii(body[at:].decode())
            break
        except UnicodeDecodeError as error:
            good += _above_ascii(body[at : at + error.start].decode())
            if error.end == len(body) - at and "unexpected end" in error.reason:
                break
            wrong += error.end - error.start
            at += error.end
            if wrong > _GUESS_BYTES:
                break
    return good, wrong


def _above_ascii(text: str) -> int:
    return 0 if text.isascii() else sum(1 for character in text if character > "\x7f")


def _guess(samples: tuple[bytes, ...]) -> str:
    lines = [line for sample in samples for line in sample.split(b"\n") if not line.isascii()]
    shown = b"\n".join(lines)[:_GUESS_BYTES]
    if sum(1 for byte in shown if byte > 127) < _ENOUGH:
        return "cp1252"
    best = from_bytes(shown, cp_isolation=_GUESSES).best()
    return best.encoding if best is not None and best.encoding in _GUESSES else "cp1252"


def whole_characters(cell: bytes) -> int:
    """The length of some UTF-8 without a character of UTF-8 that was cut off at its end."""
    for back in range(1, min(4, len(cell) + 1)):
        byte = cell[-back]
        if byte >= 0xC0:
            return len(cell) - back if back < _length(byte) else len(cell)
        if byte < 0x80:
            break
    return len(cell)


def _length(first: int) -> int:
    return 4 if first >= 0xF0 else 3 if first >= 0xE0 else 2

"""What kind of file it is: by its content first, by its name only where the content does not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import BinaryIO

from engine.base.errors import StoreError
from engine.estate.formats import avro, parquet
from engine.estate.formats.dialect import Dialect, Judgement, judge
from engine.estate.formats.encoding import Encoding, decoder, encoding_of, has_controls, is_binary
from engine.estate.formats.jsonvalues import BAD, value_of
from engine.estate.formats.source import GunzipSource

SAMPLE = 1 << 16  # bytes of each sample
_GZIP = b"\x1f\x8b\x08"
_EXTENSIONS = {
    "csv": "csv", "tsv": "csv", "tab": "csv", "psv": "csv",
    "json": "json", "geojson": "json",
    "jsonl": "jsonl", "ndjson": "jsonl", "jsonlines": "jsonl", "ldjson": "jsonl",
    "parquet": "parquet", "pq": "parquet",
    "avro": "avro",
}  # fmt: skip
_TEXT_EXTENSIONS = frozenset(
    {"log", "md", "rst", "out", "err", "eml", "html", "htm", "xml", "yaml", "yml", "sql", "ini"}
)
_UNSUPPORTED = (
    b"PK\x03\x04", b"PK\x05\x06", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"\x28\xb5\x2f\xfd", b"Rar!\x1a", b"ORC",
    b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\x00", b"\x04\x22\x4d\x18", b"\x1f\x9d", b"{\\rtf",
)  # fmt: skip
_BINARY = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe", b"RIFF", b"OggS", b"ID3", b"fLaC",
)  # fmt: skip
_LETTERS = (parquet.MAGIC, b"ORC", b"GIF8", b"RIFF", b"OggS", b"ID3", b"fLaC")
"""With these a table may begin as well (``ORCID``); in the files that they mark, control characters follow soon."""
_SOON = 4096
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_TAR = slice(257, 262)
_STRONG = 0.9  # share of rows of one width from which a file of another extension is taken for delimited text
_STRONG_WIDTH = 3  # cells
_JSON_START = re.compile(r'\s*(?:\{\s*(?:"|\}|\Z)|\[\s*(?:["\[{\]\d-]|true|false|null|\Z))')
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|[\[\]{},:]|[^\s\[\]{},:"]+|\s+', re.DOTALL)
_JSON_WORD = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|NaN|-?Infinity")
_TOKENS = 400  # of JSON that are looked at


@dataclass(frozen=True, slots=True)
class Detection:
    """How a file is to be read.

    Attributes:
        format: the name of its format.
        skip: why it is not read, as in ``ObjectInfo.skip``, or empty.
        packed: it is gzip.
        encoding: of its text.
        dialect: of delimited text.
    """

    format: str
    skip: str = ""
    packed: bool = False
    encoding: Encoding = field(default_factory=Encoding)
    dialect: Dialect = field(default_factory=Dialect)


def detect(raw: BinaryIO, name: str, size: int) -> Detection:
    """Look at a file.

    Args:
        raw: the file, seekable.
        name: its name, for its extension.
        size: its size, in bytes.

    Raises:
        OSError: it cannot be read. Broken compression raises nothing here: reading the file will tell.
    """
    raw.seek(0)
    head = raw.read(SAMPLE)
    if not head:
        return Detection(format_by_name(name) or "text", dialect=Dialect(_delimiter_by_name(name)))
    if not head.startswith(_GZIP):
        return _detect_plain((head, *_further(raw, size)), name)
    try:
        inner = GunzipSource(raw).read(SAMPLE)
    except StoreError:
        inner = b""
    found = _detect_plain((inner,), name.removesuffix(".gz")) if inner else Detection(format_by_name(name) or "text")
    if inner.startswith(_GZIP) or (inner and found.format == "parquet"):
        return Detection("unknown", skip="unsupported_format", packed=True)
    return Detection(found.format, found.skip, True, found.encoding, found.dialect)


def _further(raw: BinaryIO, size: int) -> tuple[bytes, ...]:
    """Samples of the middle and the end of a file, at places where characters of fixed size begin."""
    if size < 4 * SAMPLE:
        raw.seek(SAMPLE)
        rest = raw.read(3 * SAMPLE)
        return (rest,) if rest else ()
    found = []
    for place in (size // 2, size - SAMPLE):
        raw.seek(place // 4 * 4)
        found.append(raw.read(SAMPLE + 4))
    return tuple(found)


def _detect_plain(samples: tuple[bytes, ...], name: str) -> Detection:
    known = _by_magic(samples[0], name)
    if known is not None:
        return known
    encoding = encoding_of(samples, whole=len(samples) <= 2 and len(samples[-1]) < 3 * SAMPLE)
    if any(is_binary(sample, encoding) for sample in samples):
        return Detection("unknown", skip="binary_file")
    return _detect_text(
        [_text(sample, encoding, first=not place) for place, sample in enumerate(samples)], encoding, name
    )


def _by_magic(head: bytes, name: str) -> Detection | None:
    """What its first bytes say of a file that is no text; None when they say nothing."""
    if head.startswith(_LETTERS) and not has_controls(head[:_SOON]) and format_by_name(name) != "parquet":
        return None
    if head.startswith(parquet.MAGIC):
        return Detection("parquet")
    if head.startswith(avro.MAGIC):
        return Detection("avro")
    if head.startswith(_UNSUPPORTED) or _BZIP2.match(head) or head[_TAR] == b"ustar":
        return Detection("unknown", skip="unsupported_format")
    return Detection("unknown", skip="binary_file") if head.startswith(_BINARY) else None


def _text(sample: bytes, encoding: Encoding, *, first: bool) -> str:
    text: str = decoder(encoding.codec).decode(sample[encoding.mark :] if first else sample)
    if not first:
        text = text[text.find("\n") + 1 :]
    if len(sample) < SAMPLE:
        return text
    return text[: text.rfind("\n") + 1] or text


def _detect_text(texts: list[str], encoding: Encoding, name: str) -> Detection:
    by_name = format_by_name(name)
    kind = _json_kind(texts[0], by_name)
    if kind:
        return Detection(kind, encoding=encoding)
    judgement = judge(texts)
    if by_name == "csv" or (_extension(name) not in _TEXT_EXTENSIONS and _is_table(judgement)):
        dialect = judgement.dialect
        if dialect.width < 2:
            dialect = Dialect(_delimiter_by_name(name), dialect.header, dialect.width)
        return Detection("csv", encoding=encoding, dialect=dialect)
    # A name that promises JSON, Parquet or Avro over something else is read as text: nothing is left out.
    return Detection("text", encoding=encoding)


def _is_table(judgement: Judgement) -> bool:
    dialect = judgement.dialect
    if judgement.rows < 2 or judgement.steady < _STRONG:
        return False
    return dialect.width >= 2 and (dialect.header or dialect.width > _STRONG_WIDTH)


def _json_kind(text: str, by_name: str) -> str:
    """``json``, ``jsonl`` or empty."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return by_name if by_name in ("json", "jsonl") else ""
    if not _JSON_START.match(text):
        scalars = by_name in ("json", "jsonl") and _looks_like_json(text)
        some = any(_is_container(line) for line in lines[1:20])
        return by_name if scalars else "jsonl" if some and by_name == "jsonl" else ""
    shown = lines[:50]
    whole = sum(_is_container(line) for line in shown)
    if len(lines) > 1 and whole * 2 >= len(shown) and (len(shown) > 2 or whole == len(shown)):
        return "jsonl"
    if not _looks_like_json(text):
        return by_name if by_name in ("json", "jsonl") else ""
    return "jsonl" if by_name == "jsonl" and (whole or len(lines) == 1) else "json"


def _is_container(line: str) -> bool:
    return line.lstrip().startswith(("{", "[")) and value_of(line) is not BAD


def _looks_like_json(text: str) -> bool:
    """Whether the first words of a text are those of JSON, with keys where keys belong."""
    place = 0
    for count, found in enumerate(_JSON_TOKEN.finditer(text)):
        if found.start() != place or count > _TOKENS:
            break
        place = found.end()
        word = found.group()
        if word[0] in '"[]{},:' or word.isspace() or place == len(text):
            continue
        if not _JSON_WORD.fullmatch(word):
            return False
    return place > 0


def _extension(name: str) -> str:
    return name.lower().removesuffix(".gz").rpartition("/")[2].rpartition(".")[2]


def format_by_name(name: str) -> str:
    """The format that a file's extension promises, or empty."""
    return _EXTENSIONS.get(_extension(name), "")


def _delimiter_by_name(name: str) -> str:
    return {"tsv": "\t", "tab": "\t", "psv": "|"}.get(_extension(name), ",")

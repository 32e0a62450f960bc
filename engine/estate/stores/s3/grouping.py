r"""Which keys of a bucket are like objects of one asset: by their names alone, with a rule that people can check.

The asset's name is the key (below the store's prefix), in which what merely counts is written ``*``:

1. A folder ``name=value``, as Hive writes partitions, becomes ``name=*``.
2. A folder that consists of digits, or of a date or time, becomes ``*``.
3. Within any other folder and within the last part, each UUID, run of 12 or more hexadecimal digits of which at least one is
   0-9, date, and run of 4 or more digits becomes ``*``.
4. The extension of the last part stays as it is, with ``.gz`` or another compression behind it. So all objects of an asset
   have one format by extension.

::

    sales/2024/03/part-00017.csv.gz                      sales/*/*/part-*.csv.gz
    lake/dt=2024-03-01/part-00000-<uuid>.c000.parquet    lake/dt=*/part-*-*.c000.parquet
    users/3f2a77d0-.../avatar.png                        users/*/avatar.png
"""

from __future__ import annotations

import re

from engine.estate.formats.detect import format_by_name

UNKNOWN = "unknown"
"""The ``format`` of an asset whose extension tells none."""

_DATE = (
    r"\d{4}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])"  # 2024-03-01, 20240301
    r"(?:[T_ -]?(?:[01]\d|2[0-3])[-:_.]?[0-5]\d(?:[-:_.]?[0-5]\d)?Z?)?"  # T10-15-00Z
    r"|\d{4}[-_.](?:0[1-9]|1[0-2])"  # 2024-03
    r"|(?:0?[1-9]|[12]\d|3[01])[-_.](?:0?[1-9]|1[0-2])[-_.]\d{4}"  # 01-03-2024
)
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_HEX = r"(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{12,}"
_IDENTIFIERS = re.compile(rf"(?<![0-9A-Za-z*])(?:{_UUID}|{_HEX})(?![0-9A-Za-z*])", re.ASCII)
_NUMBERS = re.compile(rf"(?<![0-9])(?:{_DATE})(?![0-9])|[0-9]{{4,}}", re.ASCII)
_COUNTING = re.compile(r"[0-9]+(?:[-_.:T ][0-9]+)*Z?", re.ASCII)
_HIVE = re.compile(r"([^=]+)=.*", re.DOTALL)
_EXTENSION = re.compile(
    r"(?:\.[A-Za-z]{1,10}[0-9]{0,3})?\.(?:gz|gzip|bz2|xz|zst|lz4|snappy|deflate|br|z|Z)\Z|\.[A-Za-z]{1,10}[0-9]{0,3}\Z"
)


def asset_of(key: str) -> str:
    """The name of the asset that a key (without the store's prefix) belongs to; of an asset's name, that name itself."""
    *folders, last = key.split("/")
    return "/".join([*map(_folder, folders), _last(last)])


def extension_of(key: str) -> str:
    """The extension with its dot and its compression, as it is written, or empty."""
    found = _EXTENSION.search(key.rpartition("/")[2])
    return found.group() if found else ""


def format_of(asset: str) -> str:
    """The format that an asset's extension names, or ``unknown``. What is inside, opening an object tells."""
    return format_by_name(asset) or UNKNOWN


def _folder(part: str) -> str:
    hive = _HIVE.fullmatch(part)
    if hive:
        return f"{hive[1]}=*"
    return "*" if _COUNTING.fullmatch(part) else _starred(part)


def _last(part: str) -> str:
    extension = extension_of(part)
    stem = part[: len(part) - len(extension)]
    return _starred(stem) + extension


def _starred(text: str) -> str:
    """Identifiers first: a number before one and the digits with which it begins may look like a date together."""
    return _NUMBERS.sub("*", _IDENTIFIERS.sub("*", text))

"""The one way in which the paths of fields are written.

A path is the keys from the record down, joined by dots, with ``[]`` behind a key that holds a list:
``customer.emails[].address``, ``matrix[][]``. A key that is empty or holds ``.``, ``[``, ``]``, ``"`` or a character that
does not print is written as a JSON string in brackets: ``["a.b"].c``. A record that is no object is ``$``, as in JSONPath
(RFC 9535); its items are ``$[]``. So two different places never share a path. One of more than ``LONGEST`` bytes is cut, and
ends with a hash of the whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256

LONGEST = 1_000  # bytes of a path in UTF-8: databases index no longer ones
ROOT = "$"
_PART = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\]|\.?[^.\[\]"]+')
_PLAIN_KEY = re.compile(r"(?!\$$)[^.\[\]\"\s][^.\[\]\"]*")


def join_path(parent: str, key: str) -> str:
    """The path of a key in the object at ``parent`` (empty for the record itself)."""
    if _PLAIN_KEY.fullmatch(key) and key.isprintable():
        return f"{parent}.{key}" if parent else key
    return f"{parent}[{json.dumps(key, ensure_ascii=not key.isprintable())}]"


def bounded_path(path: str) -> str:
    """The path itself, or its beginning and a hash where it has more than ``LONGEST`` bytes."""
    encoded = path.encode("utf-8", "replace")
    if len(encoded) <= LONGEST:
        return path
    end = f"...{sha256(encoded).hexdigest()[:16]}"
    return encoded[: LONGEST - len(end)].decode("utf-8", "ignore") + end


def list_path(parent: str) -> str:
    """The path of the items of the list at ``parent`` (empty for the record itself)."""
    return f"{parent or ROOT}[]"


def keys_on(path: str, begin: int = 0) -> Iterator[tuple[str, str]]:
    """For each key on the way, from a place in the path on: the path of the object that it is in, and its own."""
    for part in _PART.finditer(path, begin):
        if part.group() != "[]":
            yield path[: part.start()], path[: part.end()]

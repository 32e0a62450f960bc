"""The one way in which the paths of fields are written.

A path is the keys from the record down, joined by dots, with ``[]`` behind a key that holds a list:
``customer.emails[].address``, ``matrix[][]``. A key that is empty or holds ``.``, ``[``, ``]``, ``"`` or a character that
does not print is written as a JSON string in brackets: ``["a.b"].c``. A record that is no object is ``$``, as in JSONPath
(RFC 9535); its items are ``$[]``. So two different places never share a path.
"""

from __future__ import annotations

import json
import re

ROOT = "$"
_PLAIN_KEY = re.compile(r"(?!\$$)[^.\[\]\"\s][^.\[\]\"]*")


def join_path(parent: str, key: str) -> str:
    """The path of a key in the object at ``parent`` (empty for the record itself)."""
    if _PLAIN_KEY.fullmatch(key) and key.isprintable():
        return f"{parent}.{key}" if parent else key
    return f"{parent}[{json.dumps(key, ensure_ascii=not key.isprintable())}]"


def list_path(parent: str) -> str:
    """The path of the items of the list at ``parent`` (empty for the record itself)."""
    return f"{parent or ROOT}[]"

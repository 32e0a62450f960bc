r"""Keys and versions as names of objects, and back.

The object of a current version is named as its key is shown (see ``engine.estate.stores.names``), any other version, and a
delete marker, with ``?versionId=ID`` behind it. Where a key itself contains that text, its question mark is written
``\u003f``, so that no two objects share a name.
"""

from __future__ import annotations

from engine.estate.stores.names import real_path, shown_name

MARK = "?versionId="
_ESCAPED = "\\u003fversionId="
ALL_VERSIONS = f"{MARK}*"
"""The asset and object that stand for versions which may not be listed. No key has this name."""


def shown_key(key: str) -> str:
    """A key, or a part of one, as printable text."""
    return shown_name(key).replace(MARK, _ESCAPED)


def object_name(key: str, version_id: str = "") -> str:
    """The name of an object: of a version, when ``version_id`` is given."""
    return f"{shown_key(key)}{MARK}{shown_key(version_id)}" if version_id else shown_key(key)


def named(name: str) -> tuple[str, str]:
    """The key and the version (or empty) of a name, the reverse of ``object_name``.

    Raises:
        ValueError: it is no name of ours.
    """
    key, _, version_id = name.partition(MARK)
    return _plain(key), _plain(version_id)


def _plain(shown: str) -> str:
    return real_path(shown).decode()

"""Names of assets and of fields.

An asset is called by its table's name alone where the table is in the schema that users mean without saying so (``public``
on PostgreSQL, the database of the URL on MariaDB, the only one on SQLite), else ``schema.table``. A part that holds a dot
or begins with a double quote is written in double quotes, doubled inside, so that no two tables share a name.
"""

from __future__ import annotations

from collections.abc import Iterable


def asset_name(schema: str, table: str, default: str) -> str:
    """What the table is called in the store."""
    return _part(table) if schema == default else f"{_part(schema)}.{_part(table)}"


def split_name(name: str, default: str) -> tuple[str, str]:
    """Schema and table of an asset's name: the inverse of ``asset_name``."""
    first, rest = _take(name)
    return (first, _take(rest[1:])[0]) if rest else (default, first)


def _part(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if "." in name or name.startswith('"') else name


def _take(text: str) -> tuple[str, str]:
    """The first part, and what follows it with its dot."""
    if not text.startswith('"'):
        head, dot, tail = text.partition(".")
        return head, dot + tail
    end = 1
    while (end := text.find('"', end)) != -1 and text[end + 1 : end + 2] == '"':
        end += 2
    end = len(text) if end == -1 else end
    return text[1:end].replace('""', '"'), text[end + 1 :]


def field_paths(columns: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """The paths of a table's columns: unique, not empty, and with ``[]`` at the end of lists only.

    Args:
        columns: name, and whether its cells are lists.
    """
    paths: dict[str, None] = {}
    for name, is_list in columns:
        plain = name.replace("[]", "[ ]") or "(unnamed)"
        path, number = plain + ("[]" if is_list else ""), 2
        while path in paths:
            path, number = f"{plain} ({number})" + ("[]" if is_list else ""), number + 1
        paths[path] = None
    return tuple(paths)

"""The statements that change rows. There are no others (a test looks for them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.estate.stores.schema import TableShape
from engine.estate.stores.sql.words import Bound, Key, Words
from retention.rows import key_parts


def deleting(words: Words, table: TableShape, keys: Sequence[Key]) -> tuple[str, Bound]:
    """Delete the rows of some keys."""
    condition, bound = words.among(key_parts(words, table, ""), keys)
    return f"DELETE FROM {words.only(table)} WHERE {condition}", bound


def deleting_referring(
    words: Words, table: TableShape, keys: Sequence[Key], through: str, targets: Sequence[Key]
) -> tuple[str, Bound]:
    """Delete the rows of some keys, if they refer to one of some rows."""
    statement, bound = deleting(words, table, keys)
    condition, more = words.among([(words.name(through), table.by_name[through])], targets)
    return f"{statement} AND {condition}", [*bound, *more]


def setting(
    words: Words, table: TableShape, values: Mapping[str, str | None], keys: Sequence[Key]
) -> tuple[str, Bound]:
    """Set columns of the rows of some keys."""
    condition, bound = words.among(key_parts(words, table, ""), keys)
    # Not cast on PostgreSQL: a cast would cut a text that is too long for the column, where the column refuses it.
    marks = {name: "NULL" if value is None else words.mark for name, value in values.items()}
    columns = ", ".join(f"{words.name(name)} = {mark}" for name, mark in marks.items())
    given: Bound = [value for value in values.values() if value is not None]
    return f"UPDATE {words.only(table)} SET {columns} WHERE {condition}", [*given, *bound]

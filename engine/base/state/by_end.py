"""Finding a record by a part of its id: whoever types one copies the last letters, as the first tell little but its time."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, NotFound

SHOWN = 8
"""So many last letters of an id lists show."""


def find_by_end(session: Session, known: Select[*tuple[Any, ...]], name: str, *, what: str, listing: str) -> UUID:
    """The id of the one record that is meant. Dashes and the case of letters do not count.

    Its id, the end of it, or the beginning of the last eight letters that lists show.

    Args:
        session: bound to a tenant.
        known: selects the ids of the records; further columns are other ids that they go by.
        name: what was typed.
        what: one of the records, in a word: ``plan``.
        listing: the command that lists them.

    Raises:
        NotFound: there is none.
        BadInput: there are several.
    """
    wanted = name.replace("-", "").lower()
    if len(wanted) == 32:
        with suppress(ValueError):  # else no id ends so
            known = known.where(or_(*(column == UUID(wanted) for column in known.selected_columns)))
    found = [row[0] for row in session.execute(known) if wanted and any(_is_meant(one, wanted) for one in row)]
    if not found:
        raise NotFound(f"there is no such {what}", hint=f"`{listing}` lists them")
    if len(found) > 1:
        raise BadInput(f"this may be one of several {what}s", hint="give more of the id")
    one: UUID = found[0]
    return one


def _is_meant(one: UUID, typed: str) -> bool:
    return one.hex.endswith(typed) or one.hex[-SHOWN:].startswith(typed)

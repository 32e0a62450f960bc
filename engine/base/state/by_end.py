"""Finding a record by the end of its id: whoever types one copies the last letters, as the first tell little but its time."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, NotFound


def find_by_end(session: Session, known: Select[*tuple[Any, ...]], name: str, *, what: str, listing: str) -> UUID:
    """The id of the one record that has this id, or one that ends so. Dashes and the case of letters do not count.

    Args:
        session: bound to a tenant.
        known: selects the ids of the records; further columns are other ids that they go by.
        name: what was typed.
        what: one of the records, in a word: ``plan``.
        listing: the command that lists them.

    Raises:
        NotFound: there is none.
        BadInput: several end so.
    """
    wanted = name.replace("-", "").lower()
    if len(wanted) == 32:
        with suppress(ValueError):  # else no id ends so
            known = known.where(or_(*(column == UUID(wanted) for column in known.selected_columns)))
    found = [row[0] for row in session.execute(known) if wanted and any(one.hex.endswith(wanted) for one in row)]
    if not found:
        raise NotFound(f"there is no such {what}", hint=f"`{listing}` lists them")
    if len(found) > 1:
        raise BadInput(f"several {what}s end so", hint="give more of the id")
    one: UUID = found[0]
    return one

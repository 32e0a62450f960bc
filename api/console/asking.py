"""What several pages take from a request alike: which page of a list is wanted, and a deed that may be refused."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from sqlalchemy.orm import Session

from api.shell.house import House
from engine.base.actors.principal import Principal
from engine.base.errors import BadInput, NotFound


def page_asked(request: Request) -> int:
    """The number of the page of a list, from 1 on; the first where none is named that there could be."""
    number = request.query_params.get("page", "1")
    return max(1, int(number[:6])) if number.isdecimal() else 1


def refused(house: House, principal: Principal, deed: Callable[[Session], object]) -> BadInput | None:
    """Do it in one transaction: None, or why it cannot be done, which the page tells beside the form.

    Raises:
        NotFound: what it is about is not there, so there is no page to tell it on.
    """
    try:
        with house.acting(principal) as session:
            deed(session)
    except NotFound:
        raise
    except BadInput as exc:
        return exc
    return None

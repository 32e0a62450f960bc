"""Style and script of the console."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from api.access.declared import public
from api.console.render import kept_for_ever, script, style

router = APIRouter(include_in_schema=False)
OPEN = Depends(public("style and script of the sign-in page, the same for everybody"))


@router.get("/assets/console.css", dependencies=[OPEN])
def console_css() -> Response:
    """The style."""
    return kept_for_ever(style(), "text/css")


@router.get("/assets/console.js", dependencies=[OPEN])
def console_js() -> Response:
    """The script."""
    return kept_for_ever(script(), "text/javascript")

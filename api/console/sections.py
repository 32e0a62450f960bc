"""What the console consists of. A later part adds its pages by one line in ``SECTIONS`` of :mod:`api.console.all`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from engine.base.actors.roles import Scope


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the console.

    Attributes:
        label: in the navigation; empty for pages that are not in it.
        path: of its first page; it and all below it belong to the section.
        router: its pages. Each declares its scope as routes of the API do.
        scope: without it the navigation does not show the section; None: everyone who is signed in sees it.
    """

    label: str
    path: str
    router: APIRouter
    scope: Scope | None = None

    def holds(self, path: str) -> bool:
        """Whether a page is in this section."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))

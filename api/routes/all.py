"""Every router of the API."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import health, inventory, me

ROUTERS: Final[tuple[APIRouter, ...]] = (health.router, me.router, inventory.router)
"""In the order of the OpenAPI document."""

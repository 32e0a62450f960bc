"""Every router of the API."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import actors, evidence, health, holds, inventory, ledger, me, plans, scans

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    me.router,
    inventory.router,
    scans.router,
    actors.router,
    ledger.router,
    evidence.router,
    holds.router,
    plans.router,
)
"""In the order of the OpenAPI document."""

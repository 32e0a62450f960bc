"""Every router of the API."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import (
    actors,
    certificates,
    evidence,
    health,
    holds,
    inventory,
    ledger,
    me,
    plans,
    policies,
    scans,
    simulation,
    sweeps,
    waivers,
)

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
    sweeps.router,
    policies.router,
    simulation.router,
    waivers.router,
    certificates.router,
)
"""In the order of the OpenAPI document."""

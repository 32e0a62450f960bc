"""Every section of the console, in the order of the navigation."""

from __future__ import annotations

from typing import Final

from api.console import (
    account,
    actors,
    certificates,
    evidence,
    files,
    holds,
    inventory,
    invitation,
    ledger,
    overview,
    plans,
    policies,
    scans,
    sign_in,
    simulation,
    sweeps,
    waivers,
)
from api.console.sections import Section
from engine.base.actors.roles import Scope

SECTIONS: Final[tuple[Section, ...]] = (
    Section("Overview", "/", overview.router),
    Section("Inventory", "/inventory", inventory.router, Scope.INVENTORY_READ),
    Section("Scans", "/scans", scans.router, Scope.SCANS_READ),
    Section("Holds", "/holds", holds.router, Scope.HOLDS_READ),
    Section("Policies", "/policies", policies.router, Scope.POLICIES_READ),
    Section("", "/policies/waivers", waivers.router),
    Section("", "/policies/simulate", simulation.router),
    Section("Plans", "/plans", plans.router, Scope.PLANS_READ),
    Section("", "/plans/sweeps", sweeps.router),
    Section("Certificates", "/certificates", certificates.router, Scope.CERTIFICATES_READ),
    Section("Ledger", "/ledger", ledger.router, Scope.LEDGER_READ),
    Section("Evidence", "/evidence", evidence.router, Scope.EVIDENCE_READ),
    Section("Actors", "/actors", actors.router, Scope.ACTORS_READ),
    Section("", "/account", account.router),
    Section("", "/invitation", invitation.router),
    Section("", "/sign-in", sign_in.router),
    Section("", "/assets", files.router),
)

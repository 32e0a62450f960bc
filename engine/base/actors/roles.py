"""What actors may do: roles for people to be given, and the scopes that each is made of.

Routes and commands ask for a scope, never for a role. An API key carries scopes of its own, and never more than its actor has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Scope(StrEnum):
    """One thing that may be done, ``room:deed``."""

    INVENTORY_READ = "inventory:read"
    INVENTORY_WRITE = "inventory:write"
    SCANS_READ = "scans:read"
    SCANS_RUN = "scans:run"
    LEDGER_READ = "ledger:read"
    LEDGER_DISCLOSE = "ledger:disclose"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_RUN = "evidence:run"
    HOLDS_READ = "holds:read"
    HOLDS_WRITE = "holds:write"
    ACTORS_READ = "actors:read"
    ACTORS_WRITE = "actors:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    PLANS_APPROVE = "plans:approve"
    POLICIES_READ = "policies:read"
    CERTIFICATES_READ = "certificates:read"
    WAIVERS_WRITE = "waivers:write"
    WAIVERS_APPROVE = "waivers:approve"


class Role(StrEnum):
    """What a person, service or schedule is here for."""

    PRIVACY_OFFICER = "privacy_officer"
    APPROVER = "approver"
    SERVICE = "service"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_READS = frozenset(
    {
        Scope.INVENTORY_READ,
        Scope.SCANS_READ,
        Scope.LEDGER_READ,
        Scope.EVIDENCE_READ,
        Scope.HOLDS_READ,
        Scope.PLANS_READ,
        Scope.POLICIES_READ,
        Scope.CERTIFICATES_READ,
    }
)

SCOPES: Mapping[Role, frozenset[Scope]] = MappingProxyType(
    {
        Role.PRIVACY_OFFICER: _READS
        | {
            Scope.INVENTORY_WRITE,
            Scope.SCANS_RUN,
            Scope.LEDGER_DISCLOSE,
            Scope.EVIDENCE_RUN,
            Scope.HOLDS_WRITE,
            Scope.PLANS_WRITE,
            Scope.ACTORS_READ,
            Scope.WAIVERS_WRITE,
        },
        Role.APPROVER: _READS | {Scope.PLANS_APPROVE, Scope.WAIVERS_APPROVE},
        Role.SERVICE: frozenset({Scope.INVENTORY_READ, Scope.SCANS_READ, Scope.SCANS_RUN}),
        Role.AUDITOR: _READS | {Scope.LEDGER_DISCLOSE, Scope.ACTORS_READ},
        Role.ADMINISTRATOR: frozenset(
            {Scope.SCANS_READ, Scope.SCANS_RUN, Scope.LEDGER_READ, Scope.ACTORS_READ, Scope.ACTORS_WRITE}
        ),
    }
)
"""Scopes by role. Who administers actors neither approves nor reads what is classified: duties are kept apart (CC5.1, CC6.3)."""


def scopes_of(roles: Iterable[Role]) -> frozenset[Scope]:
    """All that these roles together may do."""
    return frozenset[Scope]().union(*(SCOPES[role] for role in roles))

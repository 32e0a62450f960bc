"""What can stand in the trail, one file a family. Importing this package makes the catalogue complete.

Each event's docstring names the SOC 2 criteria (Trust Services Criteria 2017) that its attributes are there for.
"""

from engine.ledger.events import (
    access,
    certificate,
    change,
    evidence,
    hold,
    inventory,
    ledger,
    scan,
    system,
    waiver,
    work,
)

__all__ = [
    "access",
    "certificate",
    "change",
    "evidence",
    "hold",
    "inventory",
    "ledger",
    "scan",
    "system",
    "waiver",
    "work",
]

"""For each control of the library: deeds after which it was effective, and deeds after which it deviated."""

from tests.evidence.cases import access, holds, records, scans, sweeps, waivers, work
from tests.evidence.cases.case import CASES

__all__ = ["CASES", "access", "holds", "records", "scans", "sweeps", "waivers", "work"]

"""Sentences that pages say after something was done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NOTICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "signed-out": "You are signed out.",
        "decided": "Your decision is recorded. Scans do not change it; they say where they disagree.",
        "withdrawn": "What persons had decided is withdrawn: what scans say counts again.",
        "scan-asked": "The scan is asked for. A worker takes it up within seconds, if one runs.",
        "evidence-asked": "The test of all controls is asked for. A worker takes it up within seconds, if one runs.",
        "hold-placed": "The hold is placed: it counts from now on.",
        "hold-reviewed": "The hold is kept until the day you chose.",
        "hold-released": "The hold is released: what it covered may go again when the rules say so.",
        "waiver-asked": "The waiver is asked for. It counts once another actor has approved it.",
        "waiver-approved": "The waiver is approved. It counts until its last day.",
        "waiver-ended": "The waiver is ended: the violation is open again.",
        "plan-approved": "The approval is recorded: the plan may be done.",
        "sweep-asked": "The sweep is asked for: a worker makes its plans. Each waits for the approval of another person.",
        "sweep-cancelled": "No further plan is made. What was made stays below.",
        "plan-run": "The plan is asked to run. A worker takes it up within seconds, if one runs.",
        "plan-paused": "The plan is paused, or will be after the batch that is under way.",
        "plan-resumed": "The plan goes on.",
        "plan-cancelled": "The plan is cancelled, or will be after the batch that is under way.",
        "cancelled": "The scan is cancelled; what it read so far stays.",
        "granted": "The role is granted.",
        "role-withdrawn": "The role is withdrawn.",
        "deactivated": "They cannot act any more; their sessions and keys have ended.",
        "reactivated": "They may act again. Their old keys stay ended.",
        "registered": "They are registered.",
        "key-revoked": "The key is revoked.",
        "password-changed": "Your password is changed, and your other sessions have ended.",
        "password-set": "Your password is set. Sign in with it.",
    }
)
"""By the word in the address. Nothing else of it is shown, so nobody can put words into the console's mouth."""

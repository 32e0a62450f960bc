"""Evidence about evidence: what the tests found is mended in time."""

from __future__ import annotations

from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

TESTED = "evidence.control_tested"


def deficiencies_closed(facts: Facts, control: Control) -> Conclusion:
    """No control has deviated in every test since longer than ``within_hours``."""
    since: dict[str, Record] = {}
    checked = 0
    for one in facts.history([TESTED]):
        name = one.word("control")
        if one.word("conclusion") == "deviations":
            since.setdefault(name, one)
        elif one.word("conclusion") == "effective":
            since.pop(name, None)
        checked += facts.period.covers(one.at)
    late = facts.period.end - control.hours("within_hours")
    found = [
        Deviation(f"Control {name} has deviated since then, in every test.", name, one.at, (one.cited,))
        for name, one in sorted(since.items())
        if one.at < late and name != control.id
    ]
    return concluded(found, checked, "No control was tested in the period before this.")


PROCEDURES = (Procedure("deficiencies_closed", deficiencies_closed, {"within_hours": float}),)

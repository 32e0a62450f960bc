"""Access to Reeve itself: roles, credentials, leavers, and duties that stay apart."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from engine.base.state.tables import ActorRoleRow
from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.own import swept
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

GRANTED, WITHDRAWN = "actor.role_granted", "actor.role_withdrawn"
DEACTIVATED, REACTIVATED = "actor.deactivated", "actor.reactivated"
ISSUED, SIGNED_IN, APPROVED = "actor.api_key_issued", "actor.signed_in", "actor.approval_given"


def given_by_another(facts: Facts, _control: Control) -> Conclusion:
    """No role was given by its holder to themselves; the very first one has nobody else to give it."""
    first = facts.first(GRANTED)
    found, checked = [], 0
    for one in facts.records([GRANTED]):
        checked += 1
        if one.attributes.get("own") and (first is None or one.cited.event_id != first.cited.event_id):
            what = f"Somebody gave themselves the role {one.word('role')}."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "No role was given in the period.")


def roles_on_record(facts: Facts, _control: Control) -> Conclusion:
    """The roles of each actor are those that the last event about their roles names (second source: the table of roles)."""
    told: dict[str | None, Record] = {one.refs.get("actor"): one for one in facts.history([GRANTED, WITHDRAWN])}
    held: dict[str | None, set[str]] = defaultdict(set)
    for row in facts.session.scalars(select(ActorRoleRow)):
        held[facts.reference("actor", row.actor_id)].add(row.role)
    found = []
    for actor in sorted(held.keys() | told.keys(), key=str):
        last = told.get(actor)
        recorded = set(last.attributes.get("roles", ())) if last is not None else set()
        cited = (last.cited,) if last is not None else ()
        gained, lost = sorted(held[actor] - recorded), sorted(recorded - held[actor])
        found += [
            Deviation(f"Somebody has the role {role}, and no event gave it to them.", cited=cited) for role in gained
        ]
        found += [Deviation(f"Somebody lost the role {role}, and no event took it.", cited=cited) for role in lost]
    return concluded(found, len(held), "Nobody has a role.")


def deactivated_do_nothing(facts: Facts, _control: Control) -> Conclusion:
    """Of each actor who is deactivated at the end of the period, no event is younger than that."""
    ended: dict[str | None, Record] = {}
    for one in facts.history([DEACTIVATED, REACTIVATED]):
        if one.type == DEACTIVATED:
            ended[one.refs.get("actor")] = one
        else:
            ended.pop(one.refs.get("actor"), None)
    last = swept(facts).last
    found = [
        Deviation("Somebody acted who had been deactivated.", at=last[actor].at, cited=(one.cited, last[actor].cited))
        for actor, one in ended.items()
        if actor is not None and actor in last and last[actor].at > one.at
    ]
    return concluded(found, len(ended), "Nobody is deactivated.")


def api_keys_end(facts: Facts, control: Control) -> Conclusion:
    """Each key that was issued names what it allows, and ends within ``longest_hours``."""
    longest = control.hours("longest_hours")
    found, checked = [], 0
    for one in facts.records([ISSUED]):
        checked += 1
        ends = one.instant("expires_at")
        if ends is None or ends - one.at > longest:
            found.append(Deviation("An API key was issued for too long.", at=one.at, cited=(one.cited,)))
        elif not one.attributes.get("scopes"):
            found.append(
                Deviation("An API key was issued that does not say what it allows.", at=one.at, cited=(one.cited,))
            )
    return concluded(found, checked, "No API key was issued in the period.")


def second_factor(facts: Facts, _control: Control) -> Conclusion:
    """Everybody who signed in showed something beside the password."""
    found, checked = [], 0
    for one in facts.records([SIGNED_IN]):
        checked += 1
        if one.word("factor") not in ("totp", "recovery"):
            found.append(Deviation("Somebody signed in with a password alone.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "Nobody signed in in the period.")


def makers_do_not_approve(facts: Facts, _control: Control) -> Conclusion:
    """No approval was given by the one who made what it approves."""
    found, checked = [], 0
    for one in facts.records([APPROVED]):
        checked += 1
        if one.refs.get("approver") == one.refs.get("maker"):
            found.append(Deviation("Somebody approved what they had made.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "Nothing was approved in the period.")


PROCEDURES = (
    Procedure("roles_given_by_another", given_by_another),
    Procedure("roles_on_record", roles_on_record, needs_state=True),
    Procedure("deactivated_do_nothing", deactivated_do_nothing),
    Procedure("api_keys_end", api_keys_end, {"longest_hours": float}),
    Procedure("second_factor", second_factor),
    Procedure("makers_do_not_approve", makers_do_not_approve),
)

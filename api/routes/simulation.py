"""What other policies would do to today's estate, before anybody puts them into force. Nothing is kept or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Of
from starlette.requests import Request
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.routes.policies import rules_of
from api.shell.house import House, InHouse
from api.shell.idempotency import Done, DoOnce
from api.shell.problems import Problem, Refused
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.settings import load_settings
from engine.base.settings.yaml import MAX_BYTES
from engine.governance.policy.configured import proposed_policies
from engine.governance.policy.model import Policies
from engine.governance.policy.problems import PoliciesRefused
from engine.governance.policy.reading import read_estate
from engine.governance.policy.simulate import Simulation, simulate
from engine.governance.policy.waivers import waivers_in_force

router = APIRouter(prefix="/v1", tags=["policies"])
Reader = Annotated[Principal, Depends(requires(Scope.POLICIES_READ))]
_MOST_ERRORS = 100


class ProposedFile(BaseModel):
    """A policy file as it would be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, Of(min_length=1, max_length=255, pattern=r"^[^/\\\x00-\x1f]+$", description="without a folder")
    ]
    text: Annotated[str, Of(max_length=MAX_BYTES, description="YAML, as in the policy language")]


class Proposed(BaseModel):
    """Policies that are not in force, and how much of what they would do is told."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"files": [{"name": "shop.yaml", "text": "version: 1\nrules: {}"}], "beside": True}]
        },
    )

    files: Annotated[list[ProposedFile], Of(min_length=1, max_length=100)]
    beside: Annotated[
        bool, Of(description="the present files count, too, but for those of the same names; else these are all")
    ] = False
    limit: Annotated[int, Of(ge=1, le=1000, description="changed assets that are listed at most")] = 100
    skip: Annotated[int, Of(ge=0, le=10_000_000, description="changed assets that are left out before")] = 0

    @property
    def texts(self) -> dict[str, str]:
        """By name; of two of one name the last."""
        return {one.name: one.text for one in self.files}


class SimulationTold(BaseModel):
    """What would happen: decisions are counted, not rows."""

    before: Annotated[str, Of(description="hash of the policies in force")]
    after: Annotated[str, Of(description="hash of the proposed ones")]
    rules: Annotated[dict[str, Any], Of(description="by name: added, removed, and changed with the parts that differ")]
    assets: Annotated[int, Of(description="that were decided about")]
    retention: Annotated[dict[str, Any], Of(description="assets by decision, before and after")]
    requirements: Annotated[
        dict[str, Any], Of(description="requirements by what is asked and its state, before and after")
    ]
    fields: Annotated[dict[str, Any], Of(description="fields by decision, before and after")]
    changed_assets: Annotated[int, Of(description="that come out otherwise, listed or not")]
    changed: Annotated[list[dict[str, Any]], Of(description="each with its decisions before and after, by place")]

    @classmethod
    def of(cls, found: Simulation, before: str, after: str, skip: int, limit: int) -> Self:
        """From a simulation."""
        told: dict[str, Any] = found.document()
        changed = told.pop("changed")
        return cls(
            before=before, after=after, changed_assets=len(changed), changed=changed[skip : skip + limit], **told
        )


@router.post("/policies/simulate", response_model=SimulationTold)
def simulate_policies(principal: Reader, house: InHouse, request: Request, do_once: DoOnce, body: Proposed) -> Response:
    """What these policies would decide about today's estate, against those in force. It counts decisions, not rows.

    All of the estate is decided about twice: several seconds where there are 100,000 fields.
    """
    present = rules_of(house)
    try:
        proposed = proposed_to(house, body.texts, beside=body.beside)
    except PoliciesRefused as exc:
        raise _wrong(exc) from None
    found = simulated(house, principal, present, proposed)
    told = SimulationTold.of(found, present.hash, proposed.hash, body.skip, body.limit)
    note_read(house, request, principal, Scope.POLICIES_READ, len(told.changed))
    return do_once.run(principal, lambda _session: Done(told, 200))


def proposed_to(house: House, texts: Mapping[str, str], *, beside: bool) -> Policies:
    """The policies that texts of files would make, beside the present files or instead of them. For the console, too.

    Raises:
        PoliciesRefused: the texts are wrong.
    """
    return proposed_policies(load_settings(house.settings.file), texts, beside=beside)


def simulated(house: House, principal: Principal, present: Policies, proposed: Policies) -> Simulation:
    """What others than the present policies would do. For the console, too."""
    with house.reading(principal) as session:
        return simulate(present, proposed, read_estate(session), waivers_in_force(session))


def _wrong(error: PoliciesRefused) -> Refused:
    """All that is wrong with the files: that is for whoever sent them, and not for whoever runs the server."""
    told = [
        {"file": one.file, "line": str(one.line), "detail": one.what, "hint": one.hint}
        for one in error.errors[:_MOST_ERRORS]
    ]
    hint = "`errors` has each with its file and line"
    return Refused(Problem(422, "policies_refused", "the policies cannot be read", hint, errors=told))

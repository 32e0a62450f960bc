"""Trying other policies out: what they would decide about today's estate. Nothing is kept, and nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.gate import form_of, requires
from api.access.reading import note_read
from api.console.policies import CLASSES, WORDS
from api.console.render import page
from api.routes.policies import rules_of
from api.routes.simulation import proposed_to, simulated
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, ConfigError
from engine.base.settings import load_settings
from engine.governance.policy.configured import configured_texts
from engine.governance.policy.problems import PoliciesRefused
from engine.governance.policy.simulate import Simulation, Tally

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.POLICIES_READ))]
NAME: Final = "(what you typed)"
BESIDE: Final = "beside"
ALL: Final = "all"
SHOWN: Final = 200
"""Assets and mistakes that the page lists."""


@router.get("/policies/simulate")
def begin(request: Request, house: InHouse, principal: Reader) -> Response:
    """The form; with the text of a present file in it where one is asked for."""
    texts, place = _present(house), request.query_params.get("file", "")
    if place not in texts:
        return _page(request, texts, {"place": BESIDE})
    note_read(house, request, principal, Scope.POLICIES_READ, 1)
    return _page(request, texts, {"place": place, "text": texts[place]})


@router.post("/policies/simulate")
def try_out(request: Request, house: InHouse, principal: Reader) -> Response:
    """What would happen; or all that is wrong with what was typed."""
    given, texts, present = form_of(request), _present(house), rules_of(house)
    place, text = given.get("place", BESIDE), given.get("text", "")
    if not text.strip():
        error = BadInput("there is no policy to try", hint="type one, or begin with a present file")
        return _page(request, texts, given, status=422, error=error)
    try:
        proposed = proposed_to(house, {place if place in texts else NAME: text}, beside=place != ALL)
    except PoliciesRefused as exc:
        return _page(request, texts, given, status=422, mistakes=exc.errors)
    found = simulated(house, principal, present, proposed)
    note_read(house, request, principal, Scope.POLICIES_READ, len(found.assets))
    changes = [one for asset in found.assets for one in asset.changes]
    return _page(
        request,
        texts,
        given,
        found=found,
        same=present.hash == proposed.hash,
        tallies=[
            ("Rows", _told(found.retention)),
            ("Required", _told(found.requirements)),
            ("Fields", _told(found.fields)),
        ],
        changes=changes[:SHOWN],
        more=len(changes) - SHOWN,
    )


def _page(
    request: Request,
    texts: Mapping[str, str],
    given: Mapping[str, str],
    *,
    status: int = 200,
    error: BadInput | None = None,
    mistakes: Sequence[ConfigError] = (),
    found: Simulation | None = None,
    **outcome: Any,
) -> Response:
    return page(
        request,
        "simulate.html",
        status=status,
        files=sorted(texts),
        given=given,
        beside=BESIDE,
        everything=ALL,
        words=WORDS,
        classes=CLASSES,
        mistakes=mistakes[:SHOWN],
        more_mistakes=len(mistakes) - SHOWN,
        error=error,
        found=found,
        **outcome,
    )


def _present(house: House) -> Mapping[str, str]:
    return configured_texts(load_settings(house.settings.file))


def _told(tally: Tally) -> list[tuple[str, int, int]]:
    """Words with both counts, those that differ first."""
    told = [
        (word, tally.before.get(word, 0), tally.after.get(word, 0))
        for word in sorted(tally.before.keys() | tally.after.keys())
    ]
    return sorted(told, key=lambda one: one[1] == one[2])

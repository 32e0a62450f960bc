"""Pages as HTML: one layout, escaping always on, and nothing in them that the content security policy would not let run."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, Final, Literal
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.access.cookies import cookie_of
from api.access.gate import form_of
from api.console.words import NOTICES
from api.shell.house import House, house_of
from api.shell.problems import Problem
from engine.base.actors.principal import Principal
from engine.base.actors.sessions import csrf_token
from engine.base.errors import BadInput
from engine.base.render.html import asset, environment
from engine.estate.inventory.report.words import category_words, entity_words
from engine.estate.inventory.view import bound_words
from engine.governance.change.words import left_in_words, plan_in_words

PACKAGE: Final = "api.console"
TEMPLATES: Final = "templates"
_YEAR: Final = 31_536_000


@cache
def style() -> str:
    """The one style sheet: what all our pages share, what reports have, and the console's own."""
    parts = (asset("page.css"), asset("report.css", "engine.estate.inventory", "report"))
    return "\n".join((*parts, asset("console.css", PACKAGE, "assets")))


@cache
def script() -> str:
    """The one script; pages work without it."""
    return asset("console.js", PACKAGE, "assets")


@cache
def stamp(kind: Literal["css", "js"]) -> str:
    """A short hash of a style or script: its address changes with what it says, so it may be kept for ever."""
    return hashlib.sha256((style() if kind == "css" else script()).encode()).hexdigest()[:12]


def kept_for_ever(text: str, media_type: str) -> Response:
    """An answer whose address changes with what it says."""
    return Response(text, media_type=media_type, headers={"Cache-Control": f"public, max-age={_YEAR}, immutable"})


@cache
def _templates() -> Environment:
    env = environment(PACKAGE, TEMPLATES)
    env.globals.update(entity_words=entity_words, category_words=category_words, bound_words=bound_words, query=_query)
    env.globals.update(left_in_words=left_in_words, plan_in_words=plan_in_words)
    return env


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for whoever is signed in, or for nobody in particular.

    Args:
        request: which it answers; its principal, if it has one, decides what the navigation shows.
        template: of ours.
        status: of HTTP.
        values: what the template needs.
    """
    from api.console.all import SECTIONS

    house: House = house_of(request)
    principal: Principal | None = getattr(request.state, "principal", None)
    token = cookie_of(request, secure=house.secure)
    shown = [one for one in SECTIONS if one.label and principal is not None]
    text = _templates().get_template(template).render(
        principal=principal,
        sections=[one for one in shown if one.scope is None or (principal is not None and principal.may(one.scope))],
        path=request.url.path,
        csrf=csrf_token(token) if token is not None and principal is not None else "",
        tenant=house.settings.tenant,
        notice=NOTICES.get(request.query_params.get("done", "")),
        stamp=stamp,
        looks_again=request.query_params.get("follow") == "on",
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


def problem_page(request: Request, problem: Problem) -> Response:
    """An error as a page; who is not signed in is taken to where they can."""
    if problem.status == 401 and request.method == "GET":
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': asked})}", 303)
    answer = page(
        request, "problem.html", status=problem.status, problem=problem, request_id=str(request.state.request_id)
    )
    answer.headers.update(problem.headers)
    return answer


def wants_page(request: Request) -> bool:
    """Whether an error is shown to a person: outside of the API, to a browser."""
    path = request.url.path
    return not path.startswith(("/v1/", "/assets/", "/openapi.json")) and "text/html" in request.headers.get(
        "accept", ""
    )


def done(where: str, what: str) -> RedirectResponse:
    """After a form was sent: to the page that shows what came of it. ``what`` is one of ``NOTICES``."""
    return RedirectResponse(f"{where}{'&' if '?' in where else '?'}done={what}", 303)


def form(request: Request) -> dict[str, str]:
    """The fields of the form that was sent, without blanks around them."""
    return {name: value.strip() for name, value in form_of(request).items()}


def new_password(given: dict[str, str]) -> str:
    """What a form says twice, in ``new`` and ``again``.

    Raises:
        BadInput: two different things.
    """
    if given.get("new", "") != given.get("again"):
        raise BadInput("the two new passwords differ", hint="type the same one twice")
    return given.get("new", "")


def _query(request_query: dict[str, str], **changed: object) -> str:
    """The query of a link: what is there, changed; empty values are left out."""
    merged = {**request_query, **{name: str(value) for name, value in changed.items()}}
    return urlencode({name: value for name, value in merged.items() if value})

"""The application: routes that all declare what they ask for, errors of one shape, and the shell around them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access.declared import check_routes, public
from api.access.refusals import tell_rest
from api.console.all import SECTIONS
from api.console.render import problem_page, wants_page
from api.openapi import document
from api.routes.all import ROUTERS
from api.shell.asgi import Shell
from api.shell.house import open_house
from api.shell.problems import Problem, Refused, internal, of_status, of_validation, problem_of, request_id
from engine.base.errors import ReeveError
from engine.base.settings import Settings
from engine.base.state.database import Database

THREADS: Final = 14
"""Requests that are worked on at once: fewer than the connections that the pool of the state gives out (15)."""

OPENAPI: Final = "/openapi.json"


def make_app(
    settings: Settings,
    database: Database,
    *,
    behind_proxy: bool = False,
    ticks: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The API and the console over a state.

    Args:
        settings: the configuration.
        database: bound to the tenant, as ``open_state`` gives it.
        behind_proxy: a proxy in front speaks TLS with clients.
        ticks: a clock in seconds that never goes back, for limits.

    Raises:
        UndeclaredRoute: a route does not say what it asks for.
        DependencyFailed: the state cannot be reached.
    """
    house = open_house(settings, database, behind_proxy=behind_proxy, ticks=ticks)
    app = bare_app()
    app.state.house = house
    _handle_errors(app)
    app.add_middleware(Shell, house=house, failed=_failed)
    return app


def bare_app() -> FastAPI:
    """All routes, each of which declares what it asks for, without a state behind them: enough to describe the API.

    Raises:
        UndeclaredRoute: a route does not say what it asks for.
    """
    app = FastAPI(
        title="Reeve",
        version=version("reeve"),
        openapi_url=None,  # served by a route of ours, which declares itself
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    for router in (*ROUTERS, *(one.router for one in SECTIONS)):
        app.router.routes.extend(router.routes)
    app.add_api_route(
        OPENAPI,
        _openapi,
        dependencies=[Depends(public("describes the API, and holds nothing of anybody"))],
        include_in_schema=False,
    )
    check_routes(app.routes)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
    await run_in_threadpool(tell_rest, app.state.house)


def _openapi(request: Request) -> JSONResponse:
    return JSONResponse(document(request.app), headers={"Cache-Control": "public, max-age=300"})


def _handle_errors(app: FastAPI) -> None:
    def refused(request: Request, exc: Exception) -> Response:
        problem = exc.problem if isinstance(exc, Refused) else internal()
        return answer(request, problem)

    def ours(request: Request, exc: Exception) -> Response:
        return answer(request, problem_of(exc) if isinstance(exc, ReeveError) else internal())

    def invalid(request: Request, exc: Exception) -> Response:
        return answer(request, of_validation(exc.errors() if isinstance(exc, RequestValidationError) else ()))

    def of_http(request: Request, exc: Exception) -> Response:
        if not isinstance(exc, HTTPException):
            return answer(request, internal())
        return answer(request, of_status(exc.status_code, exc.headers))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(ReeveError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, of_http)


def answer(request: Request, problem: Problem) -> Response:
    """A problem as whoever asked can read it: a page for a person, problem details for a program."""
    return problem_page(request, problem) if wants_page(request) else problem.response(request_id(request))


def _failed(request: Request) -> Response:
    return answer(request, internal())

"""Certificates of disposal: which are open, and each of them with what it rests on."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import page
from api.routes.certificates import handed_out, shown
from api.shell.house import InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from retention.certificate.page import banner, page_of, partial, person
from retention.certificate.view import count_certificates, list_certificates
from retention.certificate.words import ACTIONS, COPIES, LEVELS, NOT_SANITISED

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.CERTIFICATES_READ))]
ROWS: Final = 25
SHOWN: Final = ("open", "closed")


@router.get("/certificates")
def certificates(request: Request, house: InHouse, principal: Reader) -> Response:
    """Certificates, newest first: those that are open, unless others are asked for."""
    asked, number = request.query_params.get("show", ""), request.query_params.get("page", "1")
    chosen = asked if asked in SHOWN else "open"
    place = max(1, int(number[:6])) if number.isdecimal() else 1
    with house.reading(principal) as session:
        counts = {one: count_certificates(session, one) for one in SHOWN}
        found = list_certificates(session, ROWS, skip=(place - 1) * ROWS, state=chosen)
    note_read(house, request, principal, Scope.CERTIFICATES_READ, len(found))
    return page(
        request,
        "certificates.html",
        certificates=found,
        counts=counts,
        shown=chosen,
        number=place,
        pages=max(1, -(-counts[chosen] // ROWS)),
    )


@router.get("/certificates/{certificate_id}")
def certificate(request: Request, house: InHouse, principal: Reader, certificate_id: UUID) -> Response:
    """One certificate."""
    found = shown(house, request, principal, certificate_id)
    return page(
        request,
        "certificate.html",
        one=found,
        made=found.document,
        banner=banner(found),
        partial=partial(found),
        person=lambda actor: person(found, actor, names=True),
        levels=LEVELS,
        actions=ACTIONS,
        copy_words=COPIES,
        not_sanitised=NOT_SANITISED,
    )


@router.get("/certificates/{certificate_id}/certificate.{form}")
def file(
    request: Request, house: InHouse, principal: Reader, certificate_id: UUID, form: Literal["html", "json"]
) -> Response:
    """The certificate as a file."""
    found = shown(house, request, principal, certificate_id)
    data, kind = (page_of(found), "text/html") if form == "html" else (found.data, "application/json")
    return Response(data, media_type=kind, headers=handed_out(found, form))

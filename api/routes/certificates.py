"""Certificates of disposal: what was done, how it was checked, who accepted it, and what remains until when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from pydantic import Field as Of

from api.access.gate import requires
from api.access.reading import note_read
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from retention.certificate.page import page_of
from retention.certificate.view import CertificateLine, CertificateView, list_certificates, show_certificate

router = APIRouter(prefix="/v1", tags=["certificates"])
Reader = Annotated[Principal, Depends(requires(Scope.CERTIFICATES_READ))]
State = Annotated[
    Literal["", "open", "closed"], Query(description="`open` until the last copy has ended, then `closed`")
]


class Certificate(BaseModel):
    """A certificate, without its document."""

    id: UUID
    plan: UUID
    state: Annotated[str, Of(description="open or closed")]
    store: str
    level: Annotated[str, Of(description="of the method: logical_deletion or logical_anonymisation")]
    rows: Annotated[int, Of(description="certified: dealt with, and not there when they were read again")]
    sha256: Annotated[str, Of(description="of the document's bytes; stands in the ledger")]
    issued_at: datetime
    copies_end_at: Annotated[datetime | None, Of(description="null where nobody knows, and then it stays open")]
    closed_at: datetime | None

    @classmethod
    def of(cls, one: CertificateLine) -> Self:
        """From a view."""
        return cls(**_fields(one))


class CertificateInFull(Certificate):
    """A certificate with its document."""

    document: Annotated[Any, Of(description="see the reference of certificates; ids of actors, no names of persons")]
    place: Annotated[
        str | None,
        Of(description="shard and index of the entry of its issue; null while it waits", examples=["2026/181"]),
    ]
    closing: Annotated[str | None, Of(description="the same of its closing")]

    @classmethod
    def whole(cls, one: CertificateView) -> Self:
        """From a view."""
        return cls(
            **_fields(one.line),
            document=one.document.model_dump(mode="json"),
            place=one.issued.place,
            closing=None if one.closed is None else one.closed.place,
        )


@router.get("/certificates")
def list_all_certificates(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    state: State = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[Certificate]:
    """Certificates, newest first."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        found = list_certificates(session, limit + 1, after=paging.after, state=state)
        items, following = paging.page(session, [(one.id, Certificate.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.CERTIFICATES_READ, len(items))
    return Page(items=items, next=following)


@router.get("/certificates/{certificate_id}")
def show_one_certificate(
    principal: Reader, house: InHouse, request: Request, certificate_id: UUID
) -> CertificateInFull:
    """One certificate with its document, checked against its hash."""
    return CertificateInFull.whole(shown(house, request, principal, certificate_id))


@router.get("/certificates/{certificate_id}/document", response_class=Response)
def give_document(principal: Reader, house: InHouse, request: Request, certificate_id: UUID) -> Response:
    """The document as a file: exactly the bytes whose SHA-256 stands in the ledger."""
    found = shown(house, request, principal, certificate_id)
    return Response(found.data, media_type="application/json", headers=handed_out(found, "json"))


@router.get("/certificates/{certificate_id}/page", response_class=Response)
def give_page(principal: Reader, house: InHouse, request: Request, certificate_id: UUID) -> Response:
    """The certificate as one HTML file to keep or to print. It names persons by the ids of their actors."""
    found = shown(house, request, principal, certificate_id)
    return Response(page_of(found), media_type="text/html", headers=handed_out(found, "html"))


def shown(house: House, request: Request, principal: Principal, certificate_id: UUID) -> CertificateView:
    """A certificate, and that it was read."""
    with house.reading(principal) as session:
        found = show_certificate(session, certificate_id)
    note_read(house, request, principal, Scope.CERTIFICATES_READ, 1)
    return found


def handed_out(one: CertificateView, form: Literal["html", "json"]) -> dict[str, str]:
    """Headers of a file to keep, not of a page of the console."""
    return {"Content-Disposition": f'attachment; filename="certificate-{one.line.id.hex[-8:]}.{form}"'}


def _fields(one: CertificateLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "plan": one.plan_id,
        "state": one.state,
        "store": one.store,
        "level": one.level,
        "rows": one.rows,
        "sha256": one.sha256,
        "issued_at": one.issued_at,
        "copies_end_at": one.copies_end_at,
        "closed_at": one.closed_at,
    }

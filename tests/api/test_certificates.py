"""Certificates over HTTP and in the console: pages, the exact bytes, and who may see them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from engine.base.actors import local_person
from engine.base.actors.roles import SCOPES, Role, Scope
from engine.governance.calendar import Duration
from engine.governance.change.plan import Copy
from retention.certificate.view import CertificateView
from tests.api.conftest import Served
from tests.api.test_inventory import everything
from tests.base.actors.people import recorded
from tests.governance.change.world import Approver, People, World
from tests.retention.certificate.issued import Certified


@dataclass
class Serving:
    """A server, and the certificates of its state, the newest first."""

    served: Served
    certified: Certified
    views: list[CertificateView]


@pytest.fixture
def serving(served: Served, tmp_path: Path) -> Serving:
    with served.database.transaction() as session:
        assert local_person(session) is not None
    people = People(tmp_path / "shop.db")
    people.fill(2)
    world = World(served.database, people)
    certified = Certified(world, Approver.join(served.database, "Ada Brook"), served.clock)
    views = [certified.issued([Copy("backup", Duration(days=3))])]
    for number in (11, 12):
        people.change(f"INSERT INTO person (id) VALUES ({number})")
        views.insert(0, certified.issued())
    return Serving(served, certified, views)


def test_the_list_pages_and_filters(serving: Serving) -> None:
    client = serving.served.client(serving.served.key(Scope.CERTIFICATES_READ))
    found = everything(client, "/v1/certificates", 1)
    assert [one["sha256"] for one in found] == [one.line.sha256 for one in serving.views]
    assert {one["state"] for one in found} == {"open"}
    serving.served.clock.instant += timedelta(days=20)
    assert serving.certified.close() == 1
    closed = client.get("/v1/certificates", params={"state": "closed"}).json()["items"]
    assert [UUID(one["id"]) for one in closed] == [serving.views[-1].line.id]
    assert client.get("/v1/certificates", params={"state": "half"}).status_code == 422


def test_one_is_told_whole_and_its_bytes_are_those_of_the_ledger(serving: Serving) -> None:
    client, view = serving.served.client(serving.served.key(Scope.CERTIFICATES_READ)), serving.views[-1]
    told = client.get(f"/v1/certificates/{view.line.id}").json()
    assert told["document"] == view.document.model_dump(mode="json")
    assert (told["plan"], told["place"], told["closing"]) == (str(view.line.plan_id), None, None)
    file = client.get(f"/v1/certificates/{view.line.id}/document")
    assert hashlib.sha256(file.content).hexdigest() == told["sha256"]
    assert recorded(serving.served.database, "certificate.issued")[0]["sha256"] == told["sha256"]
    page = client.get(f"/v1/certificates/{view.line.id}/page")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-disposition"].startswith("attachment")
    assert "Certificate of disposal" in page.text
    assert "Ada Brook" not in page.text + file.text
    reads = [one for one in recorded(serving.served.database, "access.read") if "certificates" in one["route"]]
    assert len(reads) == 3
    for path in ("", "/document", "/page"):
        assert client.get(f"/v1/certificates/{uuid4()}{path}").status_code == 404


def test_who_may_not_see_them_does_not(serving: Serving) -> None:
    client = serving.served.client(serving.served.key(Scope.PLANS_READ))
    for path in ("", f"/{serving.views[0].line.id}", f"/{serving.views[0].line.id}/page"):
        assert client.get(f"/v1/certificates{path}").status_code == 403
    may = {role for role in Role if Scope.CERTIFICATES_READ in SCOPES[role]}
    assert may == {Role.PRIVACY_OFFICER, Role.APPROVER, Role.AUDITOR}

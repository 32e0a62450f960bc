"""Evidence over HTTP: what was tested, the report as a file, and that handing it out is itself an entry."""

from __future__ import annotations

import hashlib
import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.base.actors.roles import Scope
from engine.base.state.tables import JobRow, OutboxRow
from engine.evidence.collect import Asked, collect
from tests.api.conftest import Served

CONFIG = "0" * 64


@pytest.fixture
def tested(served: Served) -> Served:
    """A state whose controls were tested once."""
    collect(served.database, Asked(CONFIG))
    return served


def test_the_criteria_are_the_61(served: Served) -> None:
    found = served.client(served.key(Scope.EVIDENCE_READ)).get("/v1/evidence/criteria").json()
    assert len(found) == 61
    assert {one["class"] for one in found} == {"AUTO", "IMPORT", "ATTEST"}


def test_controls_say_what_they_carry(served: Served) -> None:
    found = served.client(served.key(Scope.EVIDENCE_READ)).get("/v1/evidence/controls").json()
    assert all(one["criteria"] or one["supports"] for one in found)


def test_a_run_is_told_with_its_items(tested: Served) -> None:
    client = tested.client(tested.key(Scope.EVIDENCE_READ))
    (line,) = client.get("/v1/evidence/runs").json()["items"]
    whole = client.get(f"/v1/evidence/runs/{line['id']}").json()
    assert sum(line["conclusions"].values()) == len(whole["items"]) > 20
    assert client.get(f"/v1/evidence/runs/{uuid4()}").status_code == 404


@pytest.mark.parametrize("form", ["html", "json"])
def test_the_report_is_a_file_and_handing_it_out_is_an_entry(tested: Served, form: str) -> None:
    answer = tested.client(tested.key(Scope.EVIDENCE_READ)).get("/v1/evidence/type-1-report", params={"format": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="type-1-report.{form}"'
    with tested.database.snapshot() as session:
        query = select(OutboxRow.payload).where(OutboxRow.type == "evidence.report_made")
        (payload,) = session.scalars(query).all()
    assert json.loads(payload)["attributes"]["sha256"] == hashlib.sha256(answer.content).hexdigest()


def test_there_is_no_report_before_a_test(served: Served) -> None:
    answer = served.client(served.key(Scope.EVIDENCE_READ)).get("/v1/evidence/type-1-report")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_test_is_asked_for_once_under_one_key(served: Served) -> None:
    client = served.client(served.key(Scope.EVIDENCE_RUN), **{"Idempotency-Key": "nightly-1"})
    first, second = (client.post("/v1/evidence/runs") for _ in range(2))
    assert (first.status_code, first.json()) == (202, second.json())
    with served.database.snapshot() as session:
        assert session.scalars(select(JobRow.kind)).all() == ["evidence"]


def test_whoever_may_only_read_asks_for_no_test(served: Served) -> None:
    client = served.client(served.key(Scope.EVIDENCE_READ), **{"Idempotency-Key": "nightly-1"})
    assert client.post("/v1/evidence/runs").status_code == 403

"""Scans, jobs and the ledger over HTTP."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.base.actors.roles import Scope
from engine.base.state.tables import JobRow
from engine.base.work.jobs import submit
from engine.estate.inventory.history import past_scans
from engine.ledger.log.sequencer import Sequencer
from engine.ledger.tree.tiles import parse_bundle
from tests.api.conftest import Served
from tests.api.test_inventory import everything
from tests.api.test_shell import problem
from tests.estate.scan.estate import scanner, stores


@pytest.fixture
def client(scanned: Served) -> Any:
    scanned.settings.file.write_text(
        scanned.settings.file.read_text() + "stores:\n  shop: {kind: files, path: a}\n  files: {kind: files, path: b}\n"
    )
    return scanned.client(scanned.key(Scope.SCANS_READ, Scope.SCANS_RUN, Scope.LEDGER_READ))


def post(client: Any, path: str, **body: object) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})


def test_scans_and_their_coverage_are_told(scanned: Served, client: Any) -> None:
    for _ in range(3):
        scanner(scanned.database, stores(scanned.settings.file.parent / "estate")).run()
    with scanned.database.snapshot() as session:
        known = past_scans(session, 10)
    told = everything(client, "/v1/scans", 1)
    assert [one["id"] for one in told] == [str(one.scan_id) for one in known]
    one = client.get(f"/v1/scans/{told[0]['id']}").json()
    assert one["status"] == known[0].status
    read = everything(client, f"/v1/scans/{told[0]['id']}/coverage", 2)
    assert sum(line["rows"] for line in read) == known[0].rows
    skipped = client.get(f"/v1/scans/{told[0]['id']}/coverage", params={"state": "skipped"}).json()["items"]
    assert [line["object"] for line in skipped] == ["logo.png"]
    assert client.get(f"/v1/scans/{uuid4()}").status_code == 404


def test_a_scan_is_asked_for_in_the_name_of_who_asks(scanned: Served, client: Any) -> None:
    answer = post(client, "/v1/scans", stores=["shop"], sample=10)
    assert answer.status_code == 202, answer.text
    job = client.get(answer.headers["location"]).json()
    assert (job["state"], job["kind"]) == ("queued", "scan")
    with scanned.database.snapshot() as session:
        row = session.scalars(select(JobRow)).one()
    assert row.actor_id == scanned.actors["everyone"]
    assert client.get("/v1/jobs").json()["total"] == 1
    assert post(client, f"/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    assert post(client, f"/v1/jobs/{uuid4()}/cancel").status_code == 404
    with scanned.database.transaction() as session:
        other = submit(session, "evidence", {})
    assert post(client, f"/v1/jobs/{other}/cancel").status_code == 404  # who may scan may not stop everything


@pytest.mark.parametrize(
    "body",
    [
        {"stores": ["canary"]},
        {"full": True, "sample": 3},
        {"sample": 0},
        {"blocks": True},
        {"until_bound": 0.9},
        {"rows": 1},
    ],
)
def test_a_scan_that_does_not_fit_is_not_asked_for(scanned: Served, client: Any, body: dict[str, object]) -> None:
    answer = post(client, "/v1/scans", **body)
    assert answer.status_code == 422
    assert "canary" not in str(problem(answer))
    with scanned.database.snapshot() as session:
        assert session.scalars(select(JobRow)).all() == []


def test_the_ledger_is_told_and_its_resources_are_those_of_the_log(scanned: Served, client: Any) -> None:
    ledger = Sequencer(scanned.database)
    ledger.drain()
    signed = ledger.sign()[-1]
    logs = client.get("/v1/ledger/logs").json()
    (log,) = logs["items"]
    assert base64.b64decode(log["root"]) in base64.b64decode(signed.note.split(b"\n")[2])
    entries = everything(client, f"/v1/ledger/logs/{log['label']}/events", 7)
    assert [one["index"] for one in entries] == list(range(log["size"]))
    only = everything(client, f"/v1/ledger/logs/{log['label']}/events", 1000, type="scan.completed")
    assert [one["type"] for one in only] == ["scan.completed"]
    anybody = scanned.client()
    prefix = f"/v1/ledger/logs/{log['label']}"
    checkpoint = anybody.get(f"{prefix}/checkpoint")
    assert checkpoint.content == signed.note
    assert checkpoint.headers["cache-control"] == "public, max-age=5"
    tile = anybody.get(f"{prefix}/tile/0/000.p/{log['size']}")
    assert len(tile.content) == 32 * log["size"]
    assert "immutable" in tile.headers["cache-control"]
    for path in (f"tile/entries/000.p/{log['size']}", "tile/entries/000", "tile/%65ntries/000", "events", "events/0"):
        assert anybody.get(f"{prefix}/{path}").status_code == 401, path
    bundle = client.get(f"{prefix}/tile/entries/000.p/{log['size']}").content
    payloads = parse_bundle(bundle, log["size"])
    assert client.get(f"{prefix}/events/3").content == payloads[3]
    for path in ("tile/0/999", "tile/%2e%2e/checkpoint", "tile/0/000.p/999", "tile/x", "events/99999999", "tile/0/1"):
        assert client.get(f"{prefix}/{path}").status_code == 404, path
    assert client.get("/v1/ledger/logs/1999/checkpoint").status_code == 404
    assert client.get("/v1/ledger/logs/1999/events").status_code == 404

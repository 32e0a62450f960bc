"""The inventory over HTTP: lists, filters, pages, and decisions that are done once."""

from __future__ import annotations

import hashlib
import io
import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from engine.base.actors.roles import Scope
from engine.base.state.outbox import payload_bytes
from engine.base.state.tables import FieldRow, IdempotencyRow, OutboxRow, VerdictRow
from engine.estate.inventory.export import export
from engine.estate.inventory.load import load_inventory
from tests.api.conftest import Served
from tests.api.test_shell import problem
from tests.estate.scan.estate import CANARY

READ = Scope.INVENTORY_READ
BODY = {"decision": "correct", "entities": ["PHONE_NUMBER"], "reason": "these are numbers of companies"}


@pytest.fixture
def reader(scanned: Served) -> Any:
    return scanned.client(scanned.key(READ))


@pytest.fixture
def writer(scanned: Served) -> Any:
    return scanned.client(scanned.key(READ, Scope.INVENTORY_WRITE))


def field_id(client: Any, path: str = "email") -> str:
    return next(str(one["id"]) for one in client.get("/v1/fields").json()["items"] if one["path"] == path)


def everything(client: Any, path: str, limit: int, **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    answer = client.get(path, params={"limit": limit, **query})
    while True:
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["next"] is None)
        if link is None:
            return items
        assert len(answer.json()["items"]) == limit
        answer = client.get(link["url"])


def test_the_lists_tell_what_the_inventory_holds(scanned_both: Served) -> None:
    reader = scanned_both.client(scanned_both.key(READ))
    with scanned_both.database.snapshot() as session:
        view = load_inventory(session)
    told = {f"{one['store']}/{one['asset']}.{one['path']}": one for one in everything(reader, "/v1/fields", 1000)}
    known = {f"{store.name}/{asset.name}.{item.path}": item for store, asset, item in view.fields()}
    assert told.keys() == known.keys()
    for place, item in known.items():
        assert told[place]["sensitivity"] == item.sensitivity.label
        assert [one["entity"] for one in told[place]["entities"]] == [one.entity for one in item.entities]
    assets = {f"{one['store']}/{one['name']}": one for one in everything(reader, "/v1/assets", 1000)}
    for store in view.stores:
        for asset in store.assets:
            assert assets[f"{store.name}/{asset.name}"]["coverage"] == asset.coverage
            assert assets[f"{store.name}/{asset.name}"]["rows"] == asset.rows
    assert [one["name"] for one in reader.get("/v1/stores").json()["items"]] == [store.name for store in view.stores]


def test_an_asset_in_full_is_what_the_report_tells(scanned: Served, reader: Any) -> None:
    with scanned.database.snapshot() as session:
        view = load_inventory(session)
    known = {f"{store.name}/{asset.name}": asset for store in view.stores for asset in store.assets}
    for one in everything(reader, "/v1/assets", 1000):
        told = reader.get(f"/v1/assets/{one['id']}").json()
        asset = known[f"{one['store']}/{one['name']}"]
        assert [field["path"] for field in told["fields"]] == [field.path for field in asset.fields]
        assert [field["links"] for field in told["fields"]] == [
            [link.place for link in field.links] for field in asset.fields
        ]
        assert [field["examples"] for field in told["fields"]] == [list(field.examples) for field in asset.fields]
        assert told["bound"] == asset.bound


@pytest.mark.parametrize("path", ["/v1/fields", "/v1/assets"])
@pytest.mark.parametrize("limit", [1, 3])
def test_pages_add_up_to_the_whole(reader: Any, path: str, limit: int) -> None:
    assert everything(reader, path, limit) == everything(reader, path, 1000)


def test_what_comes_meanwhile_neither_repeats_nor_hides_anything(scanned_both: Served) -> None:
    reader = scanned_both.client(scanned_both.key(READ))
    first = reader.get("/v1/fields", params={"limit": 3}).json()
    with scanned_both.database.transaction() as session:
        old = session.scalars(select(FieldRow).order_by(FieldRow.id).limit(1)).one()
        taken = {"asset_id", "type", "rows", "nulls", "distinct", "bound", "examples", "found", "excluded", "sketch", "scan_id",
                 "first_seen_at", "appeared_at", "last_seen_at", "drawn"}  # fmt: skip
        session.add(FieldRow(path="aaa_first_by_name", **{name: getattr(old, name) for name in taken}))
        session.execute(update(FieldRow).where(FieldRow.id == old.id).values(gone_at=scanned_both.clock.now()))
    seen = [one["path"] for one in first["items"]]
    cursor = first["next"]
    while cursor:
        page = reader.get("/v1/fields", params={"limit": 3, "cursor": cursor}).json()
        seen += [one["path"] for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(everything(reader, "/v1/fields", 1000)) + 1  # the one that went after it was told
    assert seen[-1] == "aaa_first_by_name"


@pytest.mark.parametrize(
    "query",
    [{"sensitivity": "restricted"}, {"sensitivity": "internal"}, {"category": "user.contact"}, {"entity": "email_address"},
     {"q": "SHOP email"}, {"q": "email address"}, {"only": "personal"}, {"only": "person"}],
)  # fmt: skip
def test_filters_keep_what_fits_and_nothing_else(reader: Any, query: dict[str, str]) -> None:
    def fits(one: dict[str, Any]) -> bool:
        text = " ".join(
            [one["store"], one["asset"], one["path"], *(f"{e['entity']} {e['category']}" for e in one["entities"])]
        )
        return (
            query.get("sensitivity", one["sensitivity"]) == one["sensitivity"]
            and (
                "category" not in query
                or any(f"{e['category']}.".startswith(f"{query['category']}.") for e in one["entities"])
            )
            and ("entity" not in query or any(e["entity"] == query["entity"].upper() for e in one["entities"]))
            and all(word.lower() in text.lower().replace("_", " ") for word in query.get("q", "").split())
            and {"": True, "personal": bool(one["entities"]), "person": one["decided_by"] == "person"}[
                query.get("only", "")
            ]
        )

    whole = reader.get("/v1/fields", params={"limit": 1000}).json()["items"]
    told = reader.get("/v1/fields", params={"limit": 1000, **query}).json()["items"]
    assert told == [one for one in whole if fits(one)]


def test_a_cursor_is_of_one_list_with_its_filters(scanned: Served, reader: Any) -> None:
    cursor = reader.get("/v1/fields", params={"limit": 2}).json()["next"]
    for path, query in (("/v1/assets", {}), ("/v1/fields", {"q": "a"})):
        answer = reader.get(path, params={"cursor": cursor, **query})
        assert (answer.status_code, problem(answer)["code"]) == (400, "cursor_invalid")
    for place in range(len(cursor)):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert reader.get("/v1/fields", params={"cursor": changed}).status_code == 400
    for made_up in ("x", "=", "AAAA", cursor + "=", cursor[:-1], "\u00e9", cursor + "\n"):
        assert reader.get("/v1/fields", params={"cursor": made_up}).status_code == 400


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "sensitivity=high", "store_id=CANARYCANARY", "CANARYCANARY=1"]
)
def test_what_does_not_fit_is_told_without_what_it_was(reader: Any, query: str) -> None:
    answer = reader.get(f"/v1/fields?{query}")
    assert (answer.status_code, problem(answer)["code"]) == (422, "invalid")
    assert "CANARY" not in answer.text


def test_no_value_of_the_estate_is_told(reader: Any) -> None:
    texts = [reader.get(f"/v1/{path}?limit=1000").text for path in ("fields", "assets", "stores")]
    texts += [reader.get(f"/v1/assets/{one['id']}").text for one in everything(reader, "/v1/assets", 1000)]
    assert CANARY not in "".join(texts)


def test_reads_are_recorded(scanned: Served, reader: Any) -> None:
    answer = reader.get("/v1/fields", params={"sensitivity": "confidential"})
    with scanned.database.snapshot() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.type == "access.read")).all()[-1]
        text = payload_bytes(row).decode()
    assert f'"rows":{len(answer.json()["items"])}' in text
    assert '"sensitivity":"confidential"' in text
    assert answer.headers["x-request-id"] in text


def test_a_person_decides_over_http(scanned: Served, writer: Any) -> None:
    one = field_id(writer)
    answer = writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers={"Idempotency-Key": '"a"'})
    assert answer.status_code == 201, answer.text
    told = writer.get(f"/v1/fields/{one}").json()
    assert (told["decided_by"], told["differs"], told["entities"][0]["entity"]) == ("person", True, "PHONE_NUMBER")
    history = writer.get(f"/v1/fields/{one}/verdicts").json()["items"]
    assert [verdict["counts"] for verdict in history] == [False, True]
    assert history[-1]["actor"] == "everyone"
    back = writer.post(
        f"/v1/fields/{one}/verdicts",
        json={"decision": "withdraw", "reason": "a mistake"},
        headers={"Idempotency-Key": "b"},
    )
    assert back.status_code == 201
    assert writer.get(f"/v1/fields/{one}").json()["decided_by"] == "scan"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"decision": "correct", "entities": ["CANARY_ENTITY"], "reason": "x"}, 422),
        ({"decision": "correct", "entities": [], "reason": "told by jane.canary@example.com"}, 422),
        ({"decision": "confirm", "entities": ["PERSON"], "reason": "x"}, 422),
        ({"decision": "CANARY", "reason": "x"}, 422),
        ({"decision": "confirm", "reason": "x", "canary_key": 1}, 422),
        ({"decision": "confirm"}, 422),
        ([], 422),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(scanned: Served, writer: Any, body: Any, code: int) -> None:
    one = field_id(writer)
    answer = writer.post(f"/v1/fields/{one}/verdicts", json=body, headers={"Idempotency-Key": '"a"'})
    assert answer.status_code == code
    problem(answer)
    assert "canary" not in answer.text.lower()
    with scanned.database.snapshot() as session:
        assert session.scalars(select(VerdictRow).where(VerdictRow.decided_by == "person")).all() == []
        assert session.scalars(select(IdempotencyRow)).all() == []
    assert writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers={"Idempotency-Key": '"a"'}).status_code == 201


def test_a_post_without_a_key_is_refused(writer: Any) -> None:
    answer = writer.post(f"/v1/fields/{uuid4()}/verdicts", json=BODY)
    assert (answer.status_code, problem(answer)["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ['"', '""', "a b", '"a', "x" * 300, '"\x7f"', ""])
def test_a_key_that_is_none_is_refused(writer: Any, key: str) -> None:
    answer = writer.post(f"/v1/fields/{uuid4()}/verdicts", json=BODY, headers={"Idempotency-Key": key})
    assert answer.status_code == 400


def test_a_request_that_is_sent_twice_is_done_once(scanned: Served, writer: Any) -> None:
    one, headers = field_id(writer), {"Idempotency-Key": f'"{uuid4()}"'}
    first, second = (writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    other = writer.post(f"/v1/fields/{one}/verdicts", json=BODY | {"reason": "another"}, headers=headers)
    assert (other.status_code, problem(other)["code"]) == (422, "idempotency_key_reused")
    elsewhere = writer.post(f"/v1/fields/{field_id(writer, 'note')}/verdicts", json=BODY, headers=headers)
    assert elsewhere.status_code == 422
    with scanned.database.snapshot() as session:
        assert len(session.scalars(select(VerdictRow).where(VerdictRow.decided_by == "person")).all()) == 1


def test_the_key_of_another_actor_is_another_key(scanned: Served, writer: Any) -> None:
    one, headers = field_id(writer), {"Idempotency-Key": '"same"'}
    assert writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers).status_code == 201
    stranger = scanned.client(scanned.key(Scope.INVENTORY_WRITE, name="another"))
    answer = stranger.post(f"/v1/fields/{one}/verdicts", json=BODY | {"reason": "other"}, headers=headers)
    assert answer.status_code == 201


def test_a_key_is_free_again_after_a_day(scanned: Served, writer: Any) -> None:
    one, headers = field_id(writer), {"Idempotency-Key": '"a"'}
    first = writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers)
    scanned.clock.instant += timedelta(hours=24)
    again = writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers)
    assert again.status_code == 201
    assert again.json() != first.json()
    with scanned.database.snapshot() as session:
        assert len(session.scalars(select(IdempotencyRow)).all()) == 1


def test_of_many_at_once_one_does_it(scanned_both: Served) -> None:
    writer = scanned_both.client(scanned_both.key(READ, Scope.INVENTORY_WRITE))
    one, headers = field_id(writer), {"Idempotency-Key": '"race"'}
    gate = threading.Barrier(8)
    answers: list[Any] = []

    def send() -> None:
        gate.wait()
        answers.append(writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = {answer.content for answer in answers if answer.status_code == 201}
    assert len(done) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    with scanned_both.database.snapshot() as session:
        assert len(session.scalars(select(VerdictRow).where(VerdictRow.decided_by == "person")).all()) == 1


def test_an_attempt_that_was_taken_over_cannot_commit(scanned_both: Served) -> None:
    """The first attempt stops in the middle; a minute later another one does the deed; then the first wakes."""
    writer = scanned_both.client(scanned_both.key(READ, Scope.INVENTORY_WRITE))
    one, headers = field_id(writer), {"Idempotency-Key": '"slow"'}
    assert writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers).status_code == 201
    with scanned_both.database.transaction() as session:  # as after a crash between taking the key and the deed
        session.execute(update(IdempotencyRow).values(answer=None))
    running = writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers)
    assert (running.status_code, problem(running)["code"]) == (409, "idempotency_key_running")
    scanned_both.clock.instant += timedelta(seconds=61)
    assert writer.post(f"/v1/fields/{one}/verdicts", json=BODY, headers=headers).status_code == 201


def test_what_is_kept_of_an_answer_is_sealed(scanned: Served, writer: Any) -> None:
    answer = writer.post(f"/v1/fields/{field_id(writer)}/verdicts", json=BODY, headers={"Idempotency-Key": '"a"'})
    with scanned.database.snapshot() as session:
        row = session.scalars(select(IdempotencyRow)).one()
    assert row.answer is not None
    assert answer.json()["id"].encode() not in row.answer.to_bytes()


@pytest.mark.parametrize("form", ["json", "csv", "html"])
def test_the_whole_is_handed_out_as_a_file(scanned: Served, reader: Any, form: str) -> None:
    answer = reader.get("/v1/inventory/export", params={"format": form})
    with scanned.database.snapshot() as session:
        wanted = io.BytesIO()
        export(load_inventory(session), form, wanted)
        row = session.scalars(select(OutboxRow).where(OutboxRow.type == "inventory.exported")).one()
        told = payload_bytes(row).decode()
    assert answer.content == wanted.getvalue()
    assert answer.headers["content-disposition"] == f'attachment; filename="inventory.{form}"'
    assert hashlib.sha256(answer.content).hexdigest() in told
    assert reader.get("/v1/inventory/export", params={"format": "exe"}).status_code == 422

"""Sweeps on the pages of the console, by their forms, over a real database and a real worker's functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

import retention.select
from api.app import make_app
from engine.base.actors.roles import Role
from engine.base.clock import SystemClock
from engine.base.ids import PlanId
from engine.base.state.tables import JobRow, PlanRow, SessionRow
from tests.api.conftest import Served, Ticks
from tests.api.test_hold_pages import Console
from tests.api.test_sweeps import run_until
from tests.governance.change.world import People, World
from tests.retention.house import House
from tests.retention.test_work import work


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.scan()
    yield house
    house.database.close()


@pytest.fixture
def served(house: House) -> Served:
    ticks, clock = Ticks(), SystemClock()
    app = make_app(house.settings, house.database, ticks=ticks)
    return Served(app, house.settings, house.database, clock, ticks)  # type: ignore[arg-type] # no test here moves it


@pytest.fixture
def ada(served: Served) -> Console:
    return Console(served, "Ada")


def asked(ada: Console, **fields: str) -> str:
    return str(ada.send("/plans/sweeps", {"share": "100", **fields}).headers["location"]).partition("?")[0]


def plan_of(house: House) -> PlanId:
    with house.database.snapshot() as session:
        return session.scalars(select(PlanRow.id).order_by(PlanRow.id.desc())).first() or PlanId(uuid4())


def buttons(page: str) -> list[str]:
    return re.findall(r"<button[^>]*>([^<]+)</button>", page.partition("<main")[2])


def test_from_the_form_to_the_end(house: House, served: Served, ada: Console) -> None:
    where = asked(ada, store="shop")
    page = ada.get(where)
    for told in ("queued", "No worker runs.", "Make no further plan", "data-follow="):
        assert told in page
    work(house)
    page = ada.get(where)
    for told in ("waiting", "waits for a person", "0 of 20 planned rows", "accounts"):
        assert told in page
    assert "data-follow=" not in page, "nothing changes before a person did something"
    plan_id = plan_of(house)
    path = f"/plans/{plan_id}"
    assert buttons(ada.get(path)) == ["Cancel the plan"]
    assert "waits for a person (not approved)" in ada.send(f"{path}/run", {}, 422).text
    house.approve(plan_id)
    assert buttons(ada.get(path)) == ["Run it", "Cancel the plan"]
    ada.send(f"{path}/run", {})
    assert buttons(ada.get(path)) == ["Pause", "Cancel the plan"]
    ada.send(f"{path}/pause", {})
    page = ada.get(path)
    assert buttons(page) == ["Go on", "Cancel the plan"]
    assert "<strong>Paused.</strong>" in page
    ada.send(f"{path}/resume", {})
    assert "data-follow=" in ada.get(path)
    work(house)
    page = ada.get(path)
    assert (buttons(page), "data-follow=" in page, house.ids()) == ([], False, [])
    assert "20 of 20 planned rows" in ada.get(where)
    overview = ada.get("/plans")
    assert "The last sweeps" in overview
    assert 'class="outcome done"' in overview
    ada.send(f"{where}/cancel", {}, 422)


def test_while_it_runs_speed_and_pause_are_told(house: House, ada: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention.select, "ROOTS", 5)
    asked(ada)
    work(house)
    path = f"/plans/{plan_of(house)}"
    house.approve(plan_of(house))
    ada.send(f"{path}/run", {})
    seen: list[str] = []

    def look() -> None:
        seen.append(ada.get(path))
        ada.send(f"{path}/pause", {})
        seen.append(ada.get(path))

    run_until(house, stops=3, then=look)
    running, pausing = seen
    assert re.search(r"It runs\.\s+[\d,]+ rows? a second in the last minute; its last batch in about", running)
    assert "2 of 4 batches, 10 of 20 rows" in running
    assert "It pauses after the batch that is under way." in pausing
    assert buttons(pausing) == ["Go on", "Cancel the plan"]
    ada.send(f"{path}/cancel", {})
    page = ada.get(path)
    assert "It is being cancelled." in page
    assert buttons(page) == []
    work(house)
    page = ada.get(path)
    assert "data-state>cancelled<" in page
    assert (buttons(page), len(house.ids())) == ([], 10)


def test_what_failed_or_could_not_be_planned_is_on_the_page(house: House, ada: Console) -> None:
    policies = house.folder / "policies.yaml"
    whole = policies.read_text()
    policies.write_text(whole.replace("[letters]", "[letters, strangers]"))
    where = asked(ada)
    work(house)
    page = ada.get(where)
    assert "no plan could be made" in page
    assert "Strangers is no table" in page
    assert "Not all of it was done." in page
    where = asked(ada)
    policies.write_text("version: 1\nrules: {")
    with pytest.raises(AssertionError, match="policies_refused"):
        work(house)
    assert "Planning failed." in ada.get(where)
    assert ada.client.post("/plans/sweeps", data=with_csrf(ada, {})).status_code == 503
    policies.write_text(whole)
    asked(ada)
    work(house)
    house.approve(plan_of(house))
    path = f"/plans/{plan_of(house)}"
    ada.send(f"{path}/run", {})
    config = house.folder / "reeve.yaml"
    config.write_text(config.read_text().replace("    write: {url: sqlite:///shop.db}\n", ""))
    with pytest.raises(AssertionError, match="config"):
        work(house)
    page = ada.get(path)
    assert "The last run failed:</strong> config" in page
    assert buttons(page) == ["Run it", "Cancel the plan"]


@pytest.mark.parametrize(
    "wrong", [{"share": "101"}, {"rows": "many"}, {"shrink": "-1"}, {"store": "canary"}, {"rows": "1" * 30}]
)
def test_what_does_not_fit_is_said(house: House, ada: Console, wrong: dict[str, str]) -> None:
    text = ada.send("/plans/sweeps", wrong, 422).text
    assert 'role="alert"' in text
    assert "canary" not in text
    with house.database.snapshot() as session:
        assert session.scalars(select(JobRow)).all() == []


def with_csrf(ada: Console, fields: dict[str, str]) -> dict[str, str]:
    found = re.search(r'name="csrf" value="([^"]+)"', ada.get("/holds"))
    assert found is not None
    return {"csrf": found[1], **fields}


def test_forms_of_others_and_of_who_may_not_change_nothing(house: House, served: Served, ada: Console) -> None:
    asked(ada)
    work(house)
    plan_id = plan_of(house)
    house.approve(plan_id)
    deeds = [f"/plans/{plan_id}/{deed}" for deed in ("run", "pause", "resume", "cancel")]
    deeds += ["/plans/sweeps", f"/plans/sweeps/{uuid4()}/cancel"]
    before = house.state(plan_id)
    others = [Console(served, name, role) for name, role in (("Eli", Role.APPROVER), ("Lea", Role.AUDITOR))]
    for path in deeds:
        assert ada.client.post(path, data={"share": "100"}).status_code == 403, "without the token of its session"
        foreign = ada.client.post(path, data=with_csrf(ada, {}), headers={"Origin": "https://elsewhere.example"})
        assert foreign.status_code == 403
        for other in others:
            assert other.client.post(path, data=with_csrf(other, {})).status_code == 403
    for other in others:
        assert buttons(other.get(f"/plans/{plan_id}")) in ([], ["Hand it in"])
        assert "Plan a sweep" not in other.get("/plans")
    with house.database.snapshot() as session:
        assert len(session.scalars(select(JobRow)).all()) == 1
    assert house.state(plan_id) == before


def test_who_planned_it_in_the_console_is_told_that_another_approves(house: House, served: Served) -> None:
    both = Console(served, "Bo", Role.PRIVACY_OFFICER, Role.APPROVER)
    asked(both)
    work(house)
    assert "You made it: another person has to approve it." in both.get(f"/plans/{plan_of(house)}")


def test_a_page_that_looks_again_by_itself_keeps_no_session_alive(scanned: Served) -> None:
    """Only what a person does counts as use; the looks of a script do not, and are no reads of their own."""
    ada = Console(scanned, "Ada")
    ada_id = scanned.actors["Ada"]
    people = People(scanned.settings.file.parent / "people.db")
    people.fill(3)
    path = f"/plans/{World(scanned.database, people).plan()}"

    def last_used() -> Any:
        with scanned.database.snapshot() as session:
            return session.scalars(select(SessionRow.last_used_at).where(SessionRow.actor_id == ada_id)).one()

    begun = last_used()
    for _ in range(5):
        scanned.clock.instant += timedelta(minutes=5)
        assert ada.client.get(f"{path}/live").status_code == 200
    assert last_used() == begun
    scanned.clock.instant += timedelta(minutes=5)
    assert ada.client.get(f"{path}/live").status_code == 401
    again = Console(scanned, "Ada")
    scanned.clock.instant += timedelta(minutes=5)
    assert again.client.get(path).status_code == 200
    with scanned.database.snapshot() as session:
        used = session.scalars(select(SessionRow.last_used_at).order_by(SessionRow.id.desc())).first()
    assert used == scanned.clock.now()

"""Legal holds on the pages of the console, by their forms."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role
from engine.base.state.tables import AssetRow
from tests.api.conftest import BASE, Served
from tests.api.test_holds import CANARY, opened
from tests.api.test_sign_in import PASSWORD, sign_in


class Console:
    """The pages, for somebody with a session."""

    def __init__(self, served: Served, name: str, *roles: Role) -> None:
        set_password(served.database, served.actor(name, *(roles or (Role.PRIVACY_OFFICER,))), PASSWORD)
        self.client = served.client()
        assert sign_in(served, self.client, name).status_code == 303
        self.client.headers["Origin"] = BASE

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def send(self, path: str, fields: dict[str, str], status: int = 303) -> Any:
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.get("/holds"))
        assert csrf is not None
        answer = self.client.post(path, data={"csrf": csrf[1], **fields})
        assert answer.status_code == status, answer.text
        return answer


def form(served: Served, **more: str) -> dict[str, str]:
    review = (served.clock.now() + timedelta(days=30)).date().isoformat()
    return {"matter": "Doe v. Shop", "reason": "ordered", "review": review, "kind": "store", "place": "shop"} | more


def test_a_hold_is_placed_looked_at_reviewed_and_released(scanned: Served) -> None:
    ada, bea = Console(scanned, "Ada"), Console(scanned, "Bea")
    opened(scanned)
    subject = form(scanned, kind="subject", place="shop/customers.email", values=f"{CANARY}\nother@example.com")
    where = ada.send("/holds", subject).headers["location"].partition("?")[0]
    page = ada.get(where)
    for told in (
        "Doe v. Shop",
        "is not effective yet",
        "What it waits for",
        "shop/customers.email",
        "another person has to",
    ):
        assert told in re.sub(r"<wbr>", "", page)
    assert CANARY not in page
    assert "Release" in bea.get(where)
    assert "Choose one within 366 days" in bea.send(f"{where}/review", {"review": "soon"}, 422).text
    bea.send(f"{where}/review", {"review": form(scanned)["review"], "note": "still needed"})
    assert "Last reviewed" in bea.get(where)
    assert "whoever placed a hold" in ada.send(f"{where}/release", {"reason": "mine"}, 422).text.lower()
    bea.send(f"{where}/release", {"reason": "settled"})
    page = bea.get(where)
    assert "settled" in page
    assert "Release</button>" not in page
    assert "Doe v. Shop" in bea.get("/holds?show=released")
    assert "There is none." in bea.get("/holds")
    assert ada.client.get(f"/holds/{uuid4()}").status_code == 404
    ada.send(f"/holds/{uuid4()}/release", {"reason": "x"}, 404)


def test_what_nothing_is_in_the_way_of_is_effective_and_overdue_in_time(scanned: Served) -> None:
    ada = Console(scanned, "Ada")
    for kind, place, values in (
        ("store", "shop", ""),
        ("asset", "shop/orders", ""),
        ("rows", "shop/orders", "7\n8"),
        ("subject", "shop/customers.email", CANARY),
    ):
        where = ada.send("/holds", form(scanned, kind=kind, place=place, values=values)).headers["location"]
        assert 'class="outcome effective"' in ada.get(where)
    scanned.clock.instant += timedelta(days=40)
    aud = Console(scanned, "Lea", Role.AUDITOR)
    page = aud.get("/holds?show=overdue")
    assert page.count('<span class="tag">overdue</span>') == 4
    assert "Place a hold" not in page
    assert aud.client.get("/holds?page=x&show=y").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "nowhere"},
        {"kind": "asset", "place": "shop/nothing"},
        {"kind": "asset", "place": "shop"},
        {"kind": "subject", "place": "shop/customers.mail", "values": CANARY},
        {"kind": "subject", "place": "shop/customers.email", "values": " "},
        {"kind": "rows", "place": "files/letters.csv", "values": CANARY},
        {"review": "soon"},
        {"review": "2020-01-01"},
        {"matter": ""},
    ],
)
def test_what_does_not_fit_is_said_and_identifiers_are_not_shown_again(scanned: Served, wrong: dict[str, str]) -> None:
    ada = Console(scanned, "Ada")
    text = ada.send("/holds", form(scanned, **wrong), 422).text
    assert 'role="alert"' in text
    assert CANARY not in text
    assert "There is none." in ada.get("/holds")


def test_keys_of_several_columns_are_for_the_command_line(scanned: Served) -> None:
    ada = Console(scanned, "Ada")
    with scanned.database.transaction() as session:
        for row in session.query(AssetRow).filter(AssetRow.name == "orders"):
            row.primary_key = ["id", "customer_id"]
    text = ada.send("/holds", form(scanned, kind="rows", place="shop/orders", values="1"), 422).text
    assert "several columns" in text


def test_there_are_pages(scanned: Served) -> None:
    ada = Console(scanned, "Ada")
    for number in range(26):
        ada.send("/holds", form(scanned, matter=f"Case {number:02}"))
    first, second = ada.get("/holds"), ada.get("/holds?page=2")
    assert ("Case 25" in first, "Case 00" in first, "Case 00" in second) == (True, False, True)

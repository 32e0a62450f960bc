"""``reeve hold``: placing, waiting, reviewing and releasing, with identifiers from a file or standard input only."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.base.actors import ActorKind, register
from engine.base.clock import FixedClock, SystemClock
from engine.base.ids import BatchId, HoldId, new_id
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.state.tables import AssetRow, HoldIdentifierRow, HoldScopeRow
from engine.governance.holds.barrier import Fence, close_batch, open_batch
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope
from tests.cli.reeve import REEVE, Ran, reeve
from tests.governance.holds.world import TABLES, inventory
from tests.states import with_state

CONFIG = 'stores:\n  shop: {kind: sql, url: "sqlite:///shop.db"}\n'
FENCE = Fence(UUID(int=7), 1)
CANARY = "canary@example.com"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reeve.yaml").write_text(CONFIG)
    return with_state(tmp_path)


@pytest.fixture
def state(home: Path) -> Iterator[Database]:
    database = open_state(load_settings(environ={}, folder=home), SystemClock())
    with database.transaction() as session:
        inventory(session, "shop", TABLES)
        inventory(session, "crm", {"lines": ("a", "b"), "views": ()})
    yield database
    database.close()


def day(ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(days=ahead)).strftime("%Y-%m-%d")


def asked(*more: str, ahead: int = 90) -> tuple[str, ...]:
    return ("place", "--matter", "Doe v. Shop", "--reason", "court order 7", "--review", day(ahead), *more)


def hold(home: Path, *arguments: str, stdin: str = "", code: int = 0) -> Ran:
    ran = reeve("hold", *arguments, folder=home, stdin=stdin)
    assert ran.code == code, ran.err
    return ran


def json_of(home: Path, *arguments: str, stdin: str = "", code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = hold(home, *arguments, "--json", stdin=stdin, code=code).json
    return found


def opened(state: Database) -> BatchId:
    with state.transaction() as session:
        return open_batch(session, plan=new_id(), number=3, store="shop", assets=["orders"], fence=FENCE)


def closed(state: Database, batch: BatchId) -> None:
    with state.transaction() as session:
        close_batch(session, batch, "done", fence=FENCE)


def of_another(state: Database, days: float = 9, *, ago: int = 0) -> HoldId:
    """A hold of somebody else, placed so many days ago, to be looked at again ``days`` after that."""
    with state.transaction() as session:
        ada = register(session, ActorKind.PERSON, f"Ada {new_id()}").id
    assert state.context is not None
    then = FixedClock(state.context.clock.now() - timedelta(days=ago))
    with state.bound(replace(state.context, actor_id=ada, clock=then)).transaction() as session:
        review = then.instant + timedelta(days=days)
        return place_hold(session, NewHold("Roe", "asked for", [Scope("shop")], review))


def test_a_hold_is_placed_effective_and_shown(home: Path, state: Database) -> None:
    (home / "who.txt").write_text(f"{CANARY}\n\n  other@example.com \n")
    made = json_of(
        home, *asked("--subject", "shop/customers.email", "--identifiers", "who.txt", "--asset", "shop/notes")
    )
    assert (made["state"], made["matter"], made["reason"]) == ("effective", "Doe v. Shop", "court order 7")
    assert [
        (one["kind"], one["store"], one["asset"], one["columns"], one["identifiers"]) for one in made["scopes"]
    ] == [
        ("asset", "shop", "notes", [], 0),
        ("subject", "shop", "customers", ["email"], 2),
    ]
    assert made["review_at"] == f"{day(91)}T00:00:00Z"
    shown = hold(home, "show", made["hold"][-8:]).out
    assert "holds subject shop/customers.email: 2 identifiers" in shown
    assert CANARY not in shown
    assert json_of(home, "show", made["hold"]) == made
    with state.snapshot() as session:
        kept = session.scalars(select(HoldIdentifierRow.digest)).all()
    assert len(kept) == 2


def test_keys_come_from_standard_input(home: Path, state: Database) -> None:
    one = json_of(home, *asked("--rows", "shop/orders", "--keys", "-"), stdin="42\nA-7\n")
    with state.transaction() as session:  # a key of two columns
        session.scalars(select(AssetRow).where(AssetRow.name == "lines")).one().primary_key = ["a", "b"]
    two = json_of(home, *asked("--rows", "crm/lines", "--keys", "-"), stdin='["DE", 42]\n')
    assert [one["scopes"][0]["columns"], two["scopes"][0]["columns"]] == [["id"], ["a", "b"]]
    with state.snapshot() as session:
        assert sorted(session.scalars(select(HoldScopeRow.identifiers))) == [1, 2]


@pytest.mark.parametrize(
    ("more", "stdin"),
    [
        (("--subject", "shop/customers.email"), ""),
        (("--identifiers", "-"), "a\n"),
        (("--rows", "shop/orders"), ""),
        (("--subject", "shop/customers.email", "--identifiers", "-"), "\n"),
        (("--subject", "shop/customers.email", "--identifiers", "-"), f"{CANARY}\n--\n"),
        (("--subject", "shop/customers.email", "--identifiers", "missing.txt"), ""),
        (("--subject", "shop/customers.mail", "--identifiers", "-"), f"{CANARY}\n"),
        (("--subject", "shop/customers.email", "--identifiers", "-", "--rows", "shop/orders", "--keys", "-"), "1\n"),
        (("--rows", "crm/views", "--keys", "-"), f"{CANARY}\n"),
        (("--rows", "shop/orders", "--keys", "-"), f'["{CANARY}", 1]\n'),
        (("--rows", "shop/orders", "--keys", "-"), f'["{CANARY}\n'),
        (("--rows", "shop/orders", "--keys", "-"), "[true]\n"),
        (("--asset", "shop/nothing"), ""),
        (("--store", "nowhere"), ""),
        (("--store", "shop", "--owner", "nobody"), ""),
        ((), ""),
    ],
)
def test_what_does_not_fit_is_refused_and_not_repeated(
    home: Path, state: Database, more: tuple[str, ...], stdin: str
) -> None:
    ran = hold(home, *asked(*more), stdin=stdin, code=2)
    assert "error:" in ran.err
    assert CANARY not in ran.err + ran.out
    with state.snapshot() as session:
        assert session.scalar(select(HoldScopeRow.id)) is None


@pytest.mark.usefixtures("state")
def test_a_day_that_does_not_fit_is_refused(home: Path) -> None:
    for ahead in (-2, 400):
        hold(home, *asked("--store", "shop", ahead=ahead), code=2)
    wrong = ("place", "--matter", "m", "--reason", "r", "--review", "soon", "--store", "shop")
    assert "YYYY-MM-DD" in hold(home, *wrong, code=2).err


def test_waiting_ends_at_its_time_and_says_for_what(home: Path, state: Database) -> None:
    batch = opened(state)
    ran = hold(home, *asked("--store", "shop", "--wait", "0"), code=3)
    assert "waits for 1 open batch:" in ran.err
    assert "shop: batch 3 of plan" in ran.err
    made = json_of(home, "list", "--state", "placed")["holds"][0]
    waits = json_of(home, "show", made["hold"])["waits_for"]
    assert [one["batch"] for one in waits] == [str(batch)]
    assert "waits for 1 open batch:" in hold(home, "show", made["hold"]).out
    closed(state, batch)
    assert reeve("scan", "--queue", folder=home).code == 0  # something for a worker to do
    assert reeve("worker", "--until-idle", folder=home).code == 0
    assert json_of(home, "show", made["hold"])["state"] == "effective"


def test_ctrl_c_ends_the_waiting_and_not_the_hold(home: Path, state: Database) -> None:
    opened(state)
    running = subprocess.Popen(
        [REEVE, "hold", *asked("--store", "shop")], cwd=home, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert running.stderr is not None
    first = running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert "waits for 1 open batch" in first
    assert running.returncode == 130
    assert "is placed and counts" in " ".join(told.split())
    assert json_of(home, "list", "--state", "placed")["total"] == 1


def test_holds_are_listed_reviewed_and_released_by_another(home: Path, state: Database) -> None:
    mine = json_of(home, *asked("--store", "shop"))["hold"]
    other = str(of_another(state))
    assert "own" not in hold(home, "list").err
    lines = hold(home, "list", "--limit", "1")
    assert other[-8:] in lines.out
    assert "1 more: --skip 1" in lines.err
    assert [one["hold"] for one in json_of(home, "list", "--matter", "doe v. shop")["holds"]] == [mine]
    assert "whoever placed a hold" in hold(home, "release", mine, "--reason", "settled", code=2).err
    assert json_of(home, "review", other[-8:], "--until", day(30), "--note", "still at court")["review_at"].startswith(
        day(31)
    )
    gone = json_of(home, "release", other, "--reason", "settled")
    assert (gone["state"], gone["release_reason"]) == ("released", "settled")
    assert "released" in hold(home, "show", other).out
    assert json_of(home, "list", "--state", "active")["total"] == 1
    hold(home, "list", "--state", "nonsense", code=2)
    hold(home, "show", "ffffffff", code=2)


def test_overdue_reviews_are_told_and_can_fail_a_check(home: Path, state: Database) -> None:
    made = of_another(state, days=1, ago=2)
    ran = hold(home, "list", "--fail-on-overdue", code=1)
    assert "review overdue" in ran.out
    assert "reviews that are overdue: 1" in ran.err
    assert "(overdue)" in hold(home, "show", str(made)).out
    listed = json_of(home, "list", "--overdue")
    assert (listed["overdue"], [one["overdue"] for one in listed["holds"]]) == (1, [True])

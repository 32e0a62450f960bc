"""The Type I report: what it says follows from the evidence, and nothing of the estate is in it."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.evidence.collect import Asked, collect
from engine.evidence.criteria import CriterionClass
from engine.evidence.readiness import Readiness, standings
from engine.evidence.report.document import write_json
from engine.evidence.report.model import TypeOne, type_one
from engine.evidence.report.page import banner, coded, write_html
from engine.evidence.view import run_at
from tests.docs.generate import DOCS
from tests.evidence.world import World, completed, started

HOSTILE = '<script>alert("x")</script>\u202e'


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def report_of(world: World, at: datetime | None = None) -> TypeOne:
    collect(world.database, Asked("c1"))
    with world.database.snapshot() as session:
        return type_one(run_at(session, None), at or world.clock.now(), world.clock.now())


def html(report: TypeOne) -> str:
    buffer = io.BytesIO()
    write_html(report, buffer)
    return buffer.getvalue().decode()


def document(report: TypeOne) -> dict[str, Any]:
    buffer = io.BytesIO()
    write_json(report, buffer)
    found: dict[str, Any] = json.loads(buffer.getvalue())
    return found


def of(report: TypeOne, criterion: str) -> Readiness:
    return next(one.readiness for one in report.standings if one.criterion.id == criterion)


def test_each_criterion_stands_where_its_controls_put_it(world: World) -> None:
    world.store(purposes=[])
    scan = started()
    world.tell(scan, completed(scan.scan))
    world.wait(hours=1)
    report = report_of(world)
    assert of(report, "P3.1") is Readiness.DEVIATES  # a store without a purpose
    assert of(report, "P5.1") is Readiness.UNCOVERED  # requests of data subjects come in a later part
    assert of(report, "CC4.1") is Readiness.NOT_SHOWN  # no schedule
    assert of(report, "PI1.5") is Readiness.NOT_SHOWN  # no ledger
    assert of(report, "PI1.3") is Readiness.NOT_SHOWN
    for one in report.standings:
        assert (one.readiness is Readiness.PEOPLE) == (one.criterion.cls is not CriterionClass.AUTO)
        assert bool(one.todo) == (one.readiness is not Readiness.SHOWN)
    assert len(report.people) == 35
    assert len(report.gaps) + report.totals[Readiness.SHOWN] == 26
    assert [one.readiness for one in report.gaps] == sorted(
        (one.readiness for one in report.gaps), key=["deviates", "uncovered", "not_shown"].index
    )
    assert banner(report).tone == "bad"


def test_old_evidence_shows_nothing_and_old_deviations_stay(world: World) -> None:
    world.store()
    scan = started()
    world.tell(scan, completed(scan.scan))
    collect(world.database, Asked("c1"))
    with world.database.snapshot() as session:
        run = run_at(session, None)
    fresh = {one.criterion.id: one.readiness for one in standings(run, world.clock.now())}
    stale = {one.criterion.id: one.readiness for one in standings(run, world.clock.now() + timedelta(days=800))}
    assert Readiness.SHOWN not in stale.values()
    assert all(stale[name] is word for name, word in fresh.items() if word is Readiness.DEVIATES)


def test_all_61_and_all_controls_are_in_both_forms(world: World) -> None:
    world.store()
    report = report_of(world)
    page, told = html(report), document(report)
    assert len(told["criteria"]) == 61
    assert len(told["controls"]) == 48
    for one in told["criteria"]:
        assert f'id="c-{one["id"]}"' in page
    for one in told["controls"]:
        assert f'id="k-{one["control"]["id"]}"' in page
        assert one["item_sha256"][:12] in page
    for words in ("Not an audit opinion", "not legal advice", "AICPA"):
        assert words in page
    assert told["limits"]


def test_every_key_of_the_json_has_its_line_in_the_reference(world: World) -> None:
    world.store(purposes=[])
    page = (DOCS / "reference" / "type-1-report.md").read_text(encoding="utf-8")
    told = document(report_of(world))
    control, criterion, exception = (told[name][0] for name in ("controls", "criteria", "exceptions"))
    words = {*told, *told["scope"], *told["evidence"], *control, *criterion, *exception, *control["population"]}
    assert not {word for word in words if f"`{word}`" not in page}
    assert not {word.value for word in Readiness if f"`{word.value}`" not in page}


def test_the_same_report_gives_the_same_bytes(world: World) -> None:
    world.store()
    report = report_of(world)
    assert html(report) == html(report)
    assert document(report) == document(report)


def test_names_of_an_estate_are_only_names(world: World) -> None:
    world.store(HOSTILE, owner=HOSTILE, purposes=[])
    page = html(report_of(world))
    assert page.count("<script>") == 1  # ours
    assert "\u202e" not in page
    assert "⟨U+202E⟩" in page


def test_backticks_become_code_and_nothing_else_does() -> None:
    assert coded("run `reeve <b>` & wait") == "run <code>reeve &lt;b&gt;</code> &amp; wait"

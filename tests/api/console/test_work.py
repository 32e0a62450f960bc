"""What an officer does in the browser: inventory, scans, violations, holds, plans, the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.base.actors.approvals import PlanScope
from engine.base.actors.passwords import set_password
from engine.base.state.database import Database
from engine.base.state.tables import JobRow
from engine.governance.change.effect import LeftOut, Reason
from engine.ledger.log.sequencer import Sequencer
from tests.api.console.conftest import PASSWORD, POLICY
from tests.browsing import CONTRAST
from tests.governance.change.world import TASK, Approver, People, PeopleRows, World

pytestmark = pytest.mark.browser


def test_a_field_is_found_looked_at_and_corrected(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook")
    page.get_by_role("link", name="Inventory").click()
    page.get_by_label("Search").fill("shop email")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("1–1 of 1 field")).to_be_visible()
    page.get_by_role("link", name="email", exact=True).click()
    expect(page.get_by_role("heading", name="Evidence")).to_be_visible()
    page.get_by_label("Correct").check()
    page.get_by_label("It holds").select_option("PHONE_NUMBER")
    page.get_by_label("Reason").fill("told by jane.doe@example.com")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("alert")).to_contain_text("personal data")
    page.get_by_label("Reason").fill("these are numbers of companies")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("status")).to_contain_text("Your decision is recorded")
    expect(page.get_by_text("Person and scan differ")).to_be_visible()
    expect(page.locator(".history li").first).to_contain_text("Ada Brook")
    page.goto("/")
    expect(page.get_by_role("link", name="1 decisions that the last scan disagrees with")).to_be_visible()


def test_a_scan_is_asked_for_and_cancelled(opened: Callable[..., Page], database: Database) -> None:
    page = opened("Ada Brook")
    page.goto("/scans")
    page.get_by_label("Store").select_option("shop")
    page.get_by_label("Everything").check()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("No worker runs.")).to_be_visible()
    with database.snapshot() as session:
        (job,) = session.scalars(select(JobRow)).all()
    assert job.arguments == {
        "asked": {"blocks": False, "full": True, "sample": None, "until_bound": None},
        "stores": ["shop"],
    }
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_contain_text("cancelled")


def test_a_violation_is_accepted_by_another_than_who_asked(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook")
    page.get_by_role("link", name="Policies").click()
    page.get_by_role("link", name="customers").click()
    expect(page.get_by_text("its maximum counts: P2Y from note")).to_be_visible()
    page.goto("/policies/violations?kind=label_missing")
    page.get_by_role("link", name="ask to accept").click()
    expect(page.get_by_label("Rule")).to_have_value("labelled")
    expect(page.get_by_label("Store")).to_have_value("files")
    page.get_by_label("Why").fill("ask jane.doe@example.com")
    page.get_by_label("What is done instead").fill("the register is reviewed every month")
    page.get_by_label("Last day").fill((datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d"))
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("alert")).to_contain_text("personal data")
    page.get_by_label("Why").first.fill("the register is being filled")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("status")).to_contain_text("asked for")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    other = opened("Eli Marsh")
    other.goto("/policies/waivers")
    other.get_by_role("button", name="Approve").click()
    expect(other.get_by_role("status")).to_contain_text("approved")
    page.goto("/policies/violations")
    expect(page.get_by_text("1 accepted by waivers")).to_be_visible()
    page.goto("/policies/waivers")
    page.get_by_text("End it").click()
    page.locator("details").get_by_label("Why").fill("the register is complete")
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("open again")


def test_other_policies_are_tried_out(opened: Callable[..., Page], database: Database) -> None:
    file = Path(str(database.url.database)).parent.parent / "policies.yaml"
    page = opened("Ada Brook")
    page.goto("/policies")
    page.get_by_role("link", name="Simulate").click()
    page.get_by_role("link", name="policies.yaml").click()
    expect(page.get_by_label("They count")).to_have_value("policies.yaml")
    text = page.get_by_label("Policy file")
    assert text.input_value().strip() == POLICY.strip()
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_text("They ask for the same")).to_be_visible()
    text.fill(POLICY.replace("P2Y", "P1Y"))
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_text("1 of 4 assets")).to_be_visible()
    expect(page.get_by_role("cell", name="go in time contacts: deleted after P1Y")).to_be_visible()
    assert "P1Y" in text.input_value()
    text.fill(POLICY.replace("maximum", "maximun"))
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_role("alert")).to_contain_text("policies.yaml, line 7:")
    expect(page.get_by_role("alert")).to_contain_text("maximum")
    text.fill("version: 1\nrules: [<script>alert(1)</script>]")
    page.get_by_label("They count").select_option("all")
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2:")
    assert text.input_value() == "version: 1\nrules: [<script>alert(1)</script>]"
    assert file.read_text() == POLICY


def test_policies_that_are_wrong_are_not_shown_as_none(opened: Callable[..., Page], database: Database) -> None:
    policies = Path(str(database.url.database)).parent.parent / "policies.yaml"
    page = opened("Ada Brook")
    policies.write_text(POLICY.replace("maximum", "maximun"))
    try:
        page.goto("/policies/waivers")
        expect(page.get_by_role("heading", name="Waivers")).to_be_visible()
        page.goto("/")
        expect(page.get_by_role("link", name="The policies cannot be read")).to_be_visible()
        for path in ("/policies", "/policies/violations"):
            answer = page.request.get(path, headers={"Accept": "text/html"})
            assert (answer.status, "configuration is wrong" in answer.text()) == (503, True)
    finally:
        policies.write_text(POLICY)


def test_a_hold_is_placed_and_looked_at(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook")
    page.get_by_role("link", name="Holds").click()
    form = page.locator("form[action='/holds']")
    form.get_by_label("Matter").fill("Doe v. Shop")
    form.get_by_label("Why these data are needed").fill("order to preserve")
    form.get_by_label("Where").fill("shop/customers.email")
    form.get_by_label("Identifiers or keys").fill("ann@example.com")
    form.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Doe v. Shop")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("it counts from now on")
    expect(page.locator(".outcome.effective")).to_be_visible()
    expect(page.get_by_text("another person has to")).to_be_visible()
    page.get_by_label("Keep it until").fill("2020-01-01")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("366 days")


def test_a_plan_is_looked_at_approved_and_cancelled(
    opened: Callable[..., Page], database: Database, tmp_path: Path
) -> None:
    people = People(tmp_path / "people.db")
    people.fill(7)
    world = World(database, people, task=replace(TASK, store="people"))  # no hold of another test is over it
    kept = (LeftOut(0, (99,), Reason.HELD, "hold-1"), LeftOut(0, (98,), Reason.STATUTORY_MINIMUM, "tax"))
    plan_id = world.plan(rows=PeopleRows(people, 3, kept))
    approver = Approver.join(database, "Abe Sign")
    set_password(database, approver.actor_id, PASSWORD)
    page = opened("Abe Sign")
    page.get_by_role("link", name="Plans").click()
    expect(page.get_by_role("link", name="1 wait for a person")).to_be_visible()
    page.get_by_role("link", name=plan_id.hex[-8:]).click()
    expect(page.get_by_text("Waits for a person:")).to_be_visible()
    expect(page.get_by_role("row", name="statutory minimum a minimum is not over tax 1")).to_be_visible()
    form = page.locator("form[action$='/approval']")
    form.get_by_label("Signed approval").fill("{}")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("no signed approval")
    form.get_by_label("Signed approval").fill(approver.sign(PlanScope(str(world.row(plan_id).root))).decode())
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("approval is recorded")
    expect(page.get_by_text("By Abe Sign")).to_be_visible()
    assert page.get_by_role("button", name="Cancel the plan").count() == 0  # an approver does not
    world.people.change("UPDATE person SET closed = 0 WHERE id = 1")
    world.run(plan_id)
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            other = opened("Ada Brook", viewport={"width": width, "height": 900}, color_scheme=scheme)
            other.goto(f"/plans/{plan_id}")
            expect(other.get_by_text("3 of 3 batches")).to_be_visible()
            expect(other.get_by_text("1 row with what hangs on it: not over its maximum")).to_be_visible()
            assert other.evaluate("document.documentElement.scrollWidth") <= width
            assert other.evaluate(CONTRAST) == []
    made = world.plan()
    other.goto(f"/plans/{made}")
    other.get_by_role("button", name="Cancel the plan").click()
    expect(other.get_by_role("status")).to_contain_text("The plan is cancelled")


def test_the_ledger_is_shown(opened: Callable[..., Page], database: Database) -> None:
    Sequencer(database).step()
    page = opened("Ada Brook")
    page.get_by_role("link", name="Ledger").click()
    expect(page.get_by_role("heading", name="Checkpoint")).to_be_visible()
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", name="The entry itself")).to_be_visible()

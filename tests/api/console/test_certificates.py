"""Certificates in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from engine.base.state.database import Database
from engine.governance.calendar import Duration
from engine.governance.change.asked import Asked
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Copy, Limits
from retention.certificate.document import Certificate
from retention.certificate.issuing import issue_certificate
from tests.browsing import CONTRAST
from tests.governance.change.world import POLICIES, TASK, Approver, People, PeopleRows, World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def certificate(database: Database, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a certificate of a plan that was run."""
    people = People(tmp_path_factory.mktemp("store") / "shop.db")
    people.fill(3)
    task = replace(TASK, store="papers")  # no hold of another test is over it
    world, approver = World(database, people, task=task), Approver.join(database, "Vera Lind")
    now = world.clock.now()
    copies = (Copy("backup", Duration(days=35)), Copy("wal", Duration(days=2)))
    kept = (LeftOut(0, (77,), Reason.STATUTORY_MINIMUM, "tax-law"),)
    asked = Asked(task, POLICIES, ("closed-accounts",), now, copies=copies, limits=Limits(share=100))
    plan_id = PlanMaker(database).make(asked, PeopleRows(people, excluded=kept))
    approver.approve(plan_id)
    assert world.run(plan_id).state == "done"
    with database.transaction() as session:
        return f"/certificates/{issue_certificate(session, plan_id)}"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False)])
def test_a_certificate_can_be_read_and_taken_along(
    opened: Callable[..., Page],
    certificate: str,
    width: int,
    dark: bool,  # noqa: FBT001 - a case
) -> None:
    page = opened("Ada Brook", viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page.goto("/certificates")
    page.locator(f"a[href='{certificate}']").click()
    expect(page.get_by_role("heading", name="Disposal of 9 rows in papers")).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("Copies may remain elsewhere until")
    expect(page.get_by_text("Accepted by Vera Lind")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    found = Certificate.from_bytes(download.value.path().read_bytes())
    assert f"/certificates/{found.certificate}" == certificate

"""The console in a real browser, over a real server: by keyboard, on a phone, in the dark; and it asks for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from api.app import make_app
from engine.base.actors import ActorKind, find, register
from engine.base.actors.approvals import PlanScope
from engine.base.actors.granting import grant
from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role
from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.state.tables import FieldRow, JobRow
from engine.governance.calendar import Duration
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.making import Asked, PlanMaker
from engine.governance.change.plan import Copy, Limits
from engine.ledger.log.sequencer import Sequencer
from retention.certificate.document import Certificate
from retention.certificate.issuing import issue_certificate
from tests.api.conftest import SETTINGS
from tests.browsing import CONTRAST, chromium, serving
from tests.estate.scan.estate import build, scanner, stores
from tests.governance.change.world import POLICIES, TASK, Approver, People, PeopleRows, World

pytestmark = pytest.mark.browser
PASSWORD = "seven wet stones in a row"
PAGES = (
    "/",
    "/inventory",
    "/inventory?only=personal&sort=-rows",
    "/scans",
    "/policies",
    "/policies/violations",
    "/policies/waivers",
    "/holds",
    "/plans",
    "/certificates",
    "/ledger",
    "/evidence",
    "/actors",
    "/account",
    "/nowhere",
)
POLICY = """
version: 1
rules:
  contacts:
    title: Who can be written to goes after two years
    select: {category: user.contact, store: shop}
    require: {retention: {maximum: P2Y, from: {column: note}}, disposal: delete, owner: true}
  labelled:
    title: The files declare a purpose
    select: {store: files}
    require: {labels: purpose}
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A scanned estate, an officer, an administrator and a ledger."""
    home = tmp_path_factory.mktemp("console")
    estate = build(home / "estate", people=60)
    declared = (
        f"stores:\n  shop: {{kind: sql, url: 'sqlite:///{estate}/shop.db', owner: sales}}\n"
        f"  files: {{kind: files, path: '{estate}/files'}}\n"
    )
    (home / "reeve.yaml").write_text(f"{SETTINGS}{declared}policies: policies.yaml\n")
    (home / "policies.yaml").write_text(POLICY)
    state = open_state(load_settings(home / "reeve.yaml"), SystemClock())
    scanner(state, stores(estate)).run()
    with state.transaction() as session:
        for name, roles in (
            ("Ada Brook", (Role.PRIVACY_OFFICER,)),
            ("Kim Root", (Role.ADMINISTRATOR,)),
            ("Eli Marsh", (Role.APPROVER,)),
        ):
            made = register(session, ActorKind.PERSON, name)
            for role in roles:
                grant(session, made.id, role)
    for name in ("Ada Brook", "Kim Root", "Eli Marsh"):
        with state.snapshot() as session:
            known = find(session, ActorKind.PERSON, name)
        assert known is not None
        set_password(state, known.id, PASSWORD)
    yield state
    state.close()


@pytest.fixture(scope="module")
def address(database: Database) -> Iterator[str]:
    """A server in a thread; its address."""
    home = Path(str(database.url.database)).parent.parent
    with serving(make_app(load_settings(home / "reeve.yaml"), database)) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the console for somebody; at the end nothing may have gone wrong, and nobody else been asked."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(name: str = "", **options: Any) -> Page:
        context = browser.new_context(
            base_url=address, viewport=options.pop("viewport", {"width": 1280, "height": 900}), **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda told: troubles.append(told.text) if told.type in ("error", "warning") else None)
        page.on(
            "request",
            lambda asked: troubles.append(asked.url) if not asked.url.startswith((address, "data:")) else None,
        )
        if name:
            page.goto("/")
            sign_in(page, name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [one for one in troubles if "404" not in one and "422" not in one and "403" not in one] == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_signing_in_leads_to_where_one_wanted_to_go(opened: Callable[..., Page]) -> None:
    page = opened()
    page.goto("/inventory?q=email")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, "Ada Brook", "wrong")
    expect(page.get_by_role("alert")).to_have_text("This name, password or code is not right.")
    sign_in(page, "Ada Brook")
    expect(page).to_have_url(f"{page.url.partition('/inv')[0]}/inventory?q=email")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.go_back()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


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


def test_policies_that_are_wrong_are_not_shown_as_none(opened: Callable[..., Page], database: Database) -> None:
    policies = Path(str(database.url.database)).parent.parent / "policies.yaml"
    page = opened("Ada Brook")
    policies.write_text(POLICY.replace("maximum", "maximun"))
    try:
        page.goto("/policies/waivers")
        expect(page.get_by_role("heading", name="Waivers")).to_be_visible()
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


def test_a_service_is_registered_and_gets_a_key_that_works(opened: Callable[..., Page], address: str) -> None:
    page = opened("Kim Root")
    expect(page.get_by_role("link", name="Inventory")).to_have_count(0)  # administrators do not read it
    page.get_by_role("link", name="Actors").click()
    page.get_by_label("Name").fill("crm-sync")
    page.get_by_label("Kind").select_option("service")
    page.get_by_role("checkbox", name="Service").check()
    page.get_by_role("button", name="Register").click()
    page.get_by_label("What it is for").fill("nightly")
    page.get_by_label("scans:read").check()
    page.get_by_role("button", name="Issue the key").click()
    token = page.locator(".secret").inner_text()
    told = httpx.get(f"{address}/v1/me", headers={"Authorization": f"Bearer {token}"}, trust_env=False)
    assert told.json()["name"] == "crm-sync"


def test_a_person_is_invited_by_a_link_that_is_sent_to_nobody(opened: Callable[..., Page]) -> None:
    page = opened("Kim Root")
    page.goto("/actors")
    page.get_by_label("Name").fill("Lea Moss")
    page.get_by_role("checkbox", name="Auditor").check()
    page.get_by_role("button", name="Register").click()
    page.get_by_role("button", name="Invite").click()
    link = page.locator(".secret").inner_text()
    guest = opened()
    guest.goto(link)
    assert "#" not in guest.url
    guest.get_by_label("Password").fill("four long words here")
    guest.get_by_label("Again").fill("four long words here")
    guest.get_by_role("button", name="Set the password").click()
    sign_in(guest, "Lea Moss", "four long words here")
    expect(guest.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_password_is_changed_and_other_sessions_end(opened: Callable[..., Page], database: Database) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.PERSON, "Noa Field")
    set_password(database, made.id, PASSWORD)
    one, other = opened("Noa Field"), opened("Noa Field")
    one.goto("/account")
    form = one.locator("form[action='/account/password']")
    form.get_by_label("Present password").fill(PASSWORD)
    for label in ("New password", "Again"):
        form.get_by_label(label).fill("another five words in a row")
    form.get_by_role("button").click()
    expect(one.get_by_role("status")).to_contain_text("Your password is changed")
    other.goto("/account")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_second_factor_is_set_up_and_asked_for(opened: Callable[..., Page], database: Database) -> None:
    with database.transaction() as session:
        made = register(session, ActorKind.PERSON, "Uma Reed")
    set_password(database, made.id, PASSWORD)
    page = opened("Uma Reed")
    page.goto("/account")
    form = page.locator("form[action='/account/code']")
    form.get_by_label("Present password").fill("wrong")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    form.get_by_label("Present password").fill(PASSWORD)
    form.get_by_role("button").click()
    expect(page.get_by_alt_text("QR code with the secret of the second factor")).to_be_visible()
    page.get_by_text("It cannot scan?").click()
    factor = pyotp.parse_uri(page.locator(".secret").inner_text())
    assert isinstance(factor, pyotp.TOTP)
    page.get_by_label("Code").fill(factor.now())
    page.get_by_role("button", name="Put it in force").click()
    recovery = page.locator(".codes li").first.inner_text()
    fresh = opened()
    fresh.goto("/")
    sign_in(fresh, "Uma Reed")
    expect(fresh.get_by_role("alert")).to_be_visible()
    fresh.get_by_label("Code").fill(recovery)
    sign_in(fresh, "Uma Reed")
    expect(fresh.get_by_role("heading", name="Overview")).to_be_visible()


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
    expect(page.get_by_role("row", name="statutory minimum tax 1")).to_be_visible()
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
            expect(other.get_by_text("1 not due")).to_be_visible()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_can_be_read(opened: Callable[..., Page], scheme: str, width: int) -> None:
    page = opened("Ada Brook", viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate("[...document.querySelectorAll('h1')].length") == 1, path


def test_everything_is_reached_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook")
    page.goto("/inventory")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    unlabelled = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((one) => !one.labels.length).length"
    )
    assert unlabelled == 0


def test_pages_work_without_the_script(opened: Callable[..., Page]) -> None:
    page = opened("Ada Brook", java_script_enabled=False)
    page.goto("/inventory")
    page.get_by_label("Sensitivity").select_option("confidential")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody").first).to_contain_text("confidential")


def test_hostile_names_are_only_names(opened: Callable[..., Page], database: Database) -> None:
    bad = "<img src=x onerror=\"document.title='owned'\">\u202e'; {{ 7*7 }}"
    with database.transaction() as session:
        row = session.scalars(select(FieldRow).where(FieldRow.path == "total")).one()
        row.path = bad
    page = opened("Ada Brook")
    for path in ("/inventory?q=img", f"/inventory/fields/{row.id}", f"/inventory/assets/{row.asset_id}"):
        page.goto(path)
        expect(page.locator("main")).to_contain_text("<img src=x")
        expect(page.locator("main")).to_contain_text("⟨U+202E⟩")
        assert page.evaluate("document.querySelectorAll('main img').length") == 0
        assert "owned" not in page.title().replace("document.title='owned'", "")


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

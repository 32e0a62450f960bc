"""Signing in, and who else may: in the browser."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect

from engine.base.actors import ActorKind, register
from engine.base.actors.passwords import set_password
from engine.base.state.database import Database
from tests.api.console.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.browser


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

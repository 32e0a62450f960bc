"""``reeve actor``: who may act, and secrets that are told once, where they were asked for."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
import pytest

from engine.base.actors.api_keys import check_api_key
from engine.base.actors.approver_files import read_key_file
from engine.base.actors.invitations import accept_invitation
from engine.base.actors.roles import SCOPES, Role
from engine.base.actors.sign_in import sign_in
from engine.base.clock import SystemClock
from engine.base.errors import AccessRefused
from engine.base.settings import load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from tests.cli.reeve import Ran, reeve
from tests.states import with_state

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db"}
"""
PASSWORD = "Kestrel-over-9-hills"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reeve.yaml").write_text(CONFIG)
    return with_state(tmp_path)


@pytest.fixture
def state(home: Path) -> Iterator[Database]:
    """The state that the commands work in, as another program opens it."""
    database = open_state(load_settings(environ={}, folder=home), SystemClock())
    yield database
    database.close()


def actor(home: Path, *arguments: str | Path, stdin: str = "") -> Ran:
    ran = reeve("actor", *arguments, folder=home, stdin=stdin)
    assert ran.code == 0, ran.err
    return ran


def refused(home: Path, *arguments: str | Path, stdin: str = "") -> str:
    ran = reeve("actor", *arguments, folder=home, stdin=stdin)
    assert (ran.code, ran.out) == (2, "")
    return ran.err


def json_of(home: Path, *arguments: str | Path, stdin: str = "") -> dict[str, Any]:
    ran = actor(home, *arguments, "--json", stdin=stdin)
    assert ran.err == ""
    document: dict[str, Any] = ran.json
    return document


def test_actors_are_added_listed_and_shown(home: Path) -> None:
    made = json_of(home, "add", "Ada Lovelace", "--role", "auditor", "--role", "approver")
    assert (made["name"], made["kind"], made["roles"]) == ("Ada Lovelace", "person", ["approver", "auditor"])
    assert made["scopes"] == sorted(SCOPES[Role.AUDITOR] | SCOPES[Role.APPROVER])
    assert "registered billing as" in actor(home, "add", "billing", "--kind", "service").err
    listed = json_of(home, "list")
    assert [one["name"] for one in listed["actors"]][1:] == ["Ada Lovelace", "billing"]  # the first runs the tests
    assert listed["next"] is None
    page = json_of(home, "list", "--limit", "2")
    assert page["next"] == made["id"]
    assert [one["name"] for one in json_of(home, "list", "--after", made["id"])["actors"]] == ["billing"]
    table = actor(home, "list").out
    assert re.search(r"Ada Lovelace\s+person\s+approver, auditor\s+20\d\d-", table)
    assert "there are more: --after" in actor(home, "list", "--limit", "1").err
    shown = json_of(home, "show", "Ada Lovelace")
    assert shown == json_of(home, "show", made["id"]) == json_of(home, "show", "person:Ada Lovelace")
    assert (shown["password"], shown["second_factor"], shown["recovery_codes_left"]) == (False, False, 0)
    assert (shown["api_keys"], shown["approver_keys"]) == ([], [])
    text = actor(home, "show", "Ada Lovelace").out
    assert "plans:approve" in text
    assert "no password, no second factor" in text
    assert "may: nothing" in actor(home, "show", "billing").out


def test_an_actor_is_named_by_one_word_or_refused(home: Path) -> None:
    actor(home, "add", "twin")
    actor(home, "add", "twin", "--kind", "service")
    assert "several actors" in refused(home, "show", "twin")
    assert json_of(home, "show", "service:twin")["kind"] == "service"
    assert "no actor of that name" in refused(home, "show", "nobody")
    assert "no actor of that name" in refused(home, "show", "schedule:twin")
    assert "no such actor" in refused(home, "show", str(UUID(int=1)))
    assert "already" in refused(home, "add", "twin")


def test_roles_change_and_the_last_administrator_stays(home: Path) -> None:
    actor(home, "add", "Ada", "--role", "administrator")
    assert json_of(home, "grant", "Ada", "auditor")["roles"] == ["administrator", "auditor"]
    assert "auditor" not in actor(home, "withdraw", "Ada", "auditor").out
    for act in (("withdraw", "Ada", "administrator"), ("deactivate", "Ada")):
        assert "last active administrator" in refused(home, *act)
    actor(home, "add", "Bob", "--role", "administrator")
    assert json_of(home, "deactivate", "Ada")["deactivated_at"]
    assert "(deactivated)" in actor(home, "list").out
    assert "deactivated" in refused(home, "grant", "Ada", "auditor")
    assert json_of(home, "reactivate", "Ada")["deactivated_at"] is None
    assert reeve("actor", "grant", "Ada", "king", folder=home).code == 2


def test_an_api_key_is_told_once_where_it_was_asked_for(home: Path, state: Database) -> None:
    actor(home, "add", "billing", "--kind", "service", "--role", "service")
    issue = ("key", "issue", "billing", "--label", "night job", "--scope", "scans:read", "--scope", "scans:run")
    assert "told this once" in refused(home, *issue)
    made = actor(home, *issue, "--to", "key.txt")
    token = (home / "key.txt").read_text()
    assert made.out == ""
    assert token not in made.err
    assert stat.S_IMODE((home / "key.txt").stat().st_mode) == 0o600
    with state.transaction() as session:
        who = check_api_key(session, token)
    assert (who.name, sorted(who.scopes)) == ("billing", ["scans:read", "scans:run"])
    assert "exists already" in refused(home, *issue, "--to", "key.txt")
    shown = actor(home, *issue, "--days", "1", "--show")
    assert re.fullmatch(r"reeve_\w{32}_[\w-]{49}\n", shown.out)
    assert json_of(home, *issue, "--to", "other.txt")["token"] is None
    assert json_of(home, *issue, "--show")["token"].startswith("reeve_")
    (first, *_rest) = json_of(home, "key", "list", "billing")["api_keys"]
    assert (first["label"], first["key"], first["revoked_at"]) == ("night job", str(who.credential_id), None)
    assert first["last_used_at"]
    assert "night job" in actor(home, "key", "list", "billing").out
    assert "do not allow" in refused(home, *issue, "--scope", "actors:write", "--show")


def test_a_key_that_could_not_be_told_was_not_issued(home: Path) -> None:
    actor(home, "add", "billing", "--kind", "service", "--role", "service")
    (home / "file").write_text("")
    ran = reeve(
        "actor", "key", "issue", "billing", "--label", "x", "--scope", "scans:read", "--to", "file/key", folder=home
    )
    assert ran.code == 3
    assert json_of(home, "key", "list", "billing")["api_keys"] == []
    assert "there is none" in actor(home, "key", "list", "billing").err


def test_a_revoked_key_is_refused(home: Path, state: Database) -> None:
    actor(home, "add", "billing", "--kind", "service", "--role", "service")
    made = json_of(home, "key", "issue", "billing", "--label", "x", "--scope", "scans:read", "--show")
    assert "is revoked" in actor(home, "key", "revoke", made["key"]).err
    with state.snapshot() as session, pytest.raises(AccessRefused):
        check_api_key(session, made["token"], note=False)
    assert json_of(home, "key", "revoke", made["key"]) == {"key": made["key"], "revoked": True}
    assert "revoked" in actor(home, "key", "list", "billing").out
    assert "no such API key" in refused(home, "key", "revoke", str(UUID(int=1)))


def test_a_person_gets_password_and_second_factor(home: Path, state: Database) -> None:
    actor(home, "add", "Ada", "--role", "auditor")
    assert "12 to" in refused(home, "password", "Ada", "--stdin", stdin="short\n")
    assert "terminal" in refused(home, "password", "Ada", stdin=PASSWORD)
    assert "no password came" in refused(home, "password", "Ada", "--stdin")
    set_ = actor(home, "password", "Ada", "--stdin", stdin=PASSWORD + "\n")
    assert PASSWORD not in set_.out + set_.err
    sign_in(state, "Ada", PASSWORD, "", address="")
    uri = json_of(home, "totp", "Ada", "--show")["uri"]
    device = pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])
    assert "not right" in refused(home, "totp", "Ada", "--confirm", "1", "--show")
    codes = actor(home, "totp", "Ada", "--confirm", device.now(), "--to", "codes.txt")
    assert codes.out == ""
    kept = (home / "codes.txt").read_text().split()
    assert len(kept) == 10
    with pytest.raises(AccessRefused):
        sign_in(state, "Ada", PASSWORD, "", address="")
    made = sign_in(state, "Ada", PASSWORD, kept[0], address="")
    assert made.principal.roles == {Role.AUDITOR}
    shown = json_of(home, "show", "Ada")
    assert (shown["password"], shown["second_factor"], shown["recovery_codes_left"]) == (True, True, 9)
    actor(home, "totp", "Ada", "--to", "qr.svg")
    assert (home / "qr.svg").read_text().startswith("<?xml")
    actor(home, "totp", "Ada", "--to", "qr.txt")
    assert (home / "qr.txt").read_text().startswith("otpauth://")


def test_a_person_is_invited(home: Path, state: Database) -> None:
    actor(home, "add", "Ada")
    assert "told this once" in refused(home, "invite", "Ada")
    actor(home, "invite", "Ada", "--to", "token.txt")
    accept_invitation(state, (home / "token.txt").read_text(), PASSWORD)
    sign_in(state, "Ada", PASSWORD, "", address="")
    shown = actor(home, "invite", "Ada", "--show")
    assert len(shown.out.strip()) == 43
    assert "good until" in shown.err
    assert json_of(home, "invite", "Ada", "--to", "another.txt")["token"] is None


def test_an_approvers_key_is_made_where_only_its_owner_reads_it(home: Path) -> None:
    actor(home, "add", "Ada", "--role", "approver")
    assert "may not approve" in refused(home, "approver-key", "make", "mine.pem")  # who runs the tests
    assert not (home / "mine.pem").exists()
    made = json_of(home, "approver-key", "make", "ada.pem", "--actor", "Ada")
    public = read_key_file(home / "ada.pem").public_key().public_bytes_raw().hex()
    assert made["public_key"] == public
    assert stat.S_IMODE((home / "ada.pem").stat().st_mode) == 0o600
    assert "exists already" in refused(home, "approver-key", "make", "ada.pem", "--actor", "Ada")
    (listed,) = json_of(home, "approver-key", "list", "Ada")["approver_keys"]
    assert listed == made
    assert "until" in actor(home, "approver-key", "list", "Ada").out
    assert "is retired" in actor(home, "approver-key", "retire", made["key"]).err
    gone = json_of(home, "approver-key", "retire", made["key"], "--compromised")
    assert gone == {"key": made["key"], "retired": True, "compromised": True}
    assert "compromised" in actor(home, "approver-key", "list", "Ada").out


def test_a_key_that_was_made_elsewhere_is_registered_by_its_public_half(home: Path, tmp_path_factory: Any) -> None:
    laptop = tmp_path_factory.mktemp("laptop")
    public = actor(laptop, "approver-key", "make", "ada.pem", "--unregistered").out.strip()
    assert sorted(path.name for path in laptop.iterdir()) == ["ada.pem"]  # no state was needed
    other = actor(laptop, "approver-key", "make", "other.pem", "--unregistered", "--json").json
    actor(home, "add", "Ada", "--role", "approver")
    assert "registered" in actor(home, "approver-key", "add", "Ada", "--public", public).err
    assert json_of(home, "approver-key", "add", "Ada", "--public", other["public_key"])["public_key"] != public
    for wrong, words in (("xyz", "hexadecimal"), ("00" * 32, "Ed25519"), (public, "registered already")):
        assert words in refused(home, "approver-key", "add", "Ada", "--public", wrong)


def test_no_secret_reaches_the_files_of_the_state_or_an_error(home: Path) -> None:
    actor(home, "add", "Ada", "--role", "auditor")
    actor(home, "password", "Ada", "--stdin", stdin=PASSWORD + "\n")
    token = json_of(home, "key", "issue", "Ada", "--label", "my canary", "--scope", "ledger:read", "--show")["token"]
    uri = json_of(home, "totp", "Ada", "--show")["uri"]
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    kept = b"".join(path.read_bytes() for path in sorted((home / ".reeve").rglob("*")) if path.is_file())
    assert b"actor.api_key_issued" in kept  # the look finds what is there
    for word in (PASSWORD, token, token[39:82], "my canary", secret, "Ada"):
        assert word.encode() not in kept
    complaint = refused(home, "password", "Ada", "--stdin", stdin="password1234\n")
    assert "password1234" not in complaint

"""The second factor: codes of RFC 6238, each once, and recovery codes, each once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pyotp
import pytest

from engine.base.actors import ActorKind
from engine.base.actors.totp import (
    RECOVERY_CODES,
    begin_totp,
    confirm_totp,
    is_enrolled,
    match_code,
    recovery_codes_left,
    use_code,
)
from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.state.database import Database
from tests.base.actors.people import add, holds, recorded


def secret_of(uri: str) -> str:
    (secret,) = parse_qs(urlsplit(uri).query)["secret"]
    return secret


def enrol(database: Database, actor: ActorId, clock: FixedClock) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """An authenticator whose first code was used, some steps later."""
    with database.transaction() as session:
        device = pyotp.TOTP(secret_of(begin_totp(session, actor).uri))
        codes = confirm_totp(session, actor, device.at(clock.instant))
    clock.instant += timedelta(minutes=5)
    return device, codes


def take(database: Database, actor: ActorId, code: str) -> str | None:
    with database.transaction() as session:
        match = match_code(session, actor, code)
        if match is not None:
            use_code(session, actor, match)
    return match.factor if match is not None else None


@pytest.fixture
def ada(database: Database) -> ActorId:
    return add(database, "Ada Lovelace")


def test_codes_are_those_of_rfc_6238(database: Database, ada: ActorId, clock: FixedClock) -> None:
    """Appendix B, cut to six digits, through our own look at them."""
    from engine.base.actors.totp import _step_of

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's: the ASCII digits 12345678901234567890
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        now = datetime.fromtimestamp(seconds, UTC)
        assert _step_of(secret, code, now, 0) == seconds // 30
        assert _step_of(secret, code[:3] + " " + code[3:], now, 0) == seconds // 30
        assert _step_of(secret, code, now, seconds // 30) is None
        for wrong in ("", "0", code[:-1], code + "0", "\ud800", code[::-1]):
            assert _step_of(secret, wrong, now, 0) is None


def test_enrolment_is_in_force_when_a_code_came_back(database: Database, ada: ActorId, clock: FixedClock) -> None:
    with database.transaction() as session:
        made = begin_totp(session, ada)
        assert not is_enrolled(session, ada)
        assert match_code(session, ada, "") is not None
        assert made.uri.startswith("otpauth://totp/Reeve:Ada%20Lovelace?")
        assert len(secret_of(made.uri)) == 32
        assert ET.fromstring(made.svg).tag.endswith("svg")  # noqa: S314 - our own
        assert secret_of(made.uri) not in repr(made)
        device = pyotp.TOTP(secret_of(made.uri))
        with pytest.raises(BadInput, match="not right"):
            confirm_totp(session, ada, "000000" if device.at(clock.instant) != "000000" else "000001")
        assert not is_enrolled(session, ada)
        codes = confirm_totp(session, ada, device.at(clock.instant))
        assert is_enrolled(session, ada)
        with pytest.raises(BadInput, match="begun"):
            confirm_totp(session, ada, device.at(clock.instant))
    assert len(set(codes)) == RECOVERY_CODES == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert recorded(database, "actor.totp_enrolled") == [{"first": True}]


def test_a_code_counts_once_and_so_does_no_earlier_one(database: Database, ada: ActorId, clock: FixedClock) -> None:
    device, _ = enrol(database, ada, clock)
    now = clock.instant
    earlier, current, later = (device.at(now + timedelta(seconds=30 * step)) for step in (-1, 0, 1))
    assert take(database, ada, current) == "totp"
    for used in (current, earlier):
        assert take(database, ada, used) is None
    assert take(database, ada, later) == "totp"
    assert take(database, ada, later) is None
    clock.instant += timedelta(seconds=30)
    assert take(database, ada, later) is None  # it is the current one now, and was used


def test_the_code_of_the_enrolment_does_not_count_again(database: Database, ada: ActorId, clock: FixedClock) -> None:
    with database.transaction() as session:
        device = pyotp.TOTP(secret_of(begin_totp(session, ada).uri))
        code = device.at(clock.instant)
        confirm_totp(session, ada, code)
    assert take(database, ada, code) is None


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(
    database: Database, ada: ActorId, clock: FixedClock, *, steps: int, counts: bool
) -> None:
    device, _ = enrol(database, ada, clock)
    assert (take(database, ada, device.at(clock.instant + timedelta(seconds=30 * steps))) == "totp") is counts


def test_of_many_who_bring_one_code_at_once_one_is_let_in(database: Database, ada: ActorId, clock: FixedClock) -> None:
    device, codes = enrol(database, ada, clock)
    for code, factor in ((device.at(clock.instant), "totp"), (codes[3], "recovery")):
        with ThreadPoolExecutor(6) as pool:
            taken = list(pool.map(lambda _, code=code: take(database, ada, code), range(6)))
        assert sorted(taken, key=str) == [None] * 5 + [factor]
    with database.snapshot() as session:
        assert recovery_codes_left(session, ada) == RECOVERY_CODES - 1


def test_a_recovery_code_is_read_as_people_write_it_and_belongs_to_one_person(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    _, codes = enrol(database, ada, clock)
    bob = add(database, "Bob")
    enrol(database, bob, clock)
    assert take(database, bob, codes[0]) is None
    assert take(database, ada, codes[0][:-1]) is None
    written = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert take(database, ada, f" {written} ") == "recovery"
    assert take(database, ada, codes[0]) is None


def test_a_new_enrolment_voids_the_old_one_only_when_it_is_confirmed(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    old, codes = enrol(database, ada, clock)
    with database.transaction() as session:
        new = pyotp.TOTP(secret_of(begin_totp(session, ada).uri))
    assert take(database, ada, new.at(clock.instant)) is None
    assert take(database, ada, old.at(clock.instant)) == "totp"
    with database.transaction() as session:
        confirm_totp(session, ada, new.at(clock.instant))
    clock.instant += timedelta(minutes=2)
    assert take(database, ada, old.at(clock.instant)) is None
    assert take(database, ada, codes[0]) is None
    assert take(database, ada, new.at(clock.instant)) == "totp"
    assert recorded(database, "actor.totp_enrolled") == [{"first": True}, {"first": False}]


def test_only_people_enrol(database: Database) -> None:
    robot = add(database, "robot", kind=ActorKind.SERVICE)
    with database.transaction() as session, pytest.raises(BadInput, match="person"):
        begin_totp(session, robot)


def test_neither_secret_nor_recovery_code_stands_in_the_state(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    device, codes = enrol(database, ada, clock)
    assert take(database, ada, codes[0]) == "recovery"
    assert holds(database, device.secret, *codes, *(code.replace("-", "") for code in codes)) == []

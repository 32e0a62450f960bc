"""Statements of approval: signed where no server is, and checked by anyone from bytes alone."""

from __future__ import annotations

import json
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from engine.base.actors.approvals import (
    MAX_BYTES,
    MAX_DAYS,
    SKEW,
    ApprovalNotInForce,
    BlastLimits,
    PlanScope,
    StandingScope,
    Statement,
    check_approval,
    fingerprint,
    read_approval,
    sign_approval,
)
from engine.base.actors.approver_files import make_key_file, read_key_file
from engine.base.actors.approver_keys import (
    is_sound,
)
from engine.base.errors import BadInput, IntegrityViolated
from engine.base.ids import TenantId
from engine.base.state.canonical import canonical
from tests.base.actors.approving import DAY, KEY, POLICIES, PUBLIC, ROOT, TENANT, statement
from tests.conftest import START

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
COUNTS = st.integers(0, 2**53 - 1)
SCOPES = st.builds(PlanScope, HASHES) | st.builds(
    StandingScope,
    HASHES,
    st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4).map(
        lambda names: tuple(sorted(names))
    ),
    st.builds(BlastLimits, COUNTS, COUNTS),
)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    given_at = draw(TIMES)
    lasts = draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=MAX_DAYS)))
    return Statement(TenantId(draw(st.uuids())), fingerprint(PUBLIC), draw(SCOPES), given_at, given_at + lasts)


@given(statements())
def test_what_is_signed_can_be_read_and_checked_by_anyone(made: Statement) -> None:
    signed = sign_approval(made, KEY)
    assert check_approval(signed, PUBLIC, made.given_at) == made
    assert read_approval(signed) == (made, bytes.fromhex(json.loads(signed)["signature"]))
    assert canonical(json.loads(signed)) == signed


def test_the_bytes_are_exactly_these_and_another_tool_verifies_them(tmp_path: Path) -> None:
    over = StandingScope(POLICIES, ("crm", "lake"), BlastLimits(1000, 5))
    signed = sign_approval(statement(over, days=90), KEY)
    body = (
        '{"expires_at":"2026-05-30T09:30:00.000000Z","given_at":"2026-03-01T09:30:00.000000Z",'
        f'"key":"{fingerprint(PUBLIC)}","over":{{"kind":"standing","limits":{{"objects":5,"rows":1000}},'
        f'"policies":"{POLICIES}","stores":["crm","lake"]}},"tenant":"00000000-0000-0000-0000-000000000007",'
        '"type":"reeve.approval","version":1}'
    )
    signature = json.loads(signed)["signature"]
    assert signed.decode() == f'{{"signature":"{signature}","statement":{body}}}'
    for name, content in (
        ("message", b"reeve/v1/approval\0" + body.encode()),
        ("signature", bytes.fromhex(signature)),
        ("public.der", bytes.fromhex("302a300506032b6570032100") + PUBLIC),  # RFC 8410 section 4
    ):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        "openssl pkeyutl -verify -pubin -inkey public.der -keyform DER -rawin -in message -sigfile signature".split(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verified Successfully" in done.stdout, done.stderr


@given(statements(), st.data())
def test_every_flipped_bit_is_refused(made: Statement, data: st.DataObject) -> None:
    signed = bytearray(sign_approval(made, KEY))
    place = data.draw(st.integers(0, len(signed) - 1))
    signed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(IntegrityViolated):
        check_approval(bytes(signed), PUBLIC, made.given_at)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_with_our_error(data: bytes) -> None:
    with pytest.raises(IntegrityViolated):
        read_approval(data)


JSON_PARTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=5)
    | HASHES
    | st.sampled_from(["plan", "standing"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["type", "version", "tenant", "key", "over", "given_at", "expires_at", "more"]), JSON_PARTS)
def test_a_statement_with_another_part_is_refused_before_any_signature(part: str, value: Any) -> None:
    whole = json.loads(sign_approval(statement(), KEY))
    told = whole["statement"]
    same = part in told and told[part] == value and type(told[part]) is type(value)
    whole["statement"][part] = value
    try:
        found, _ = read_approval(canonical(whole))
    except IntegrityViolated:
        assert not same
    else:
        assert found.as_json() == whole["statement"]


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "00000000000000000000000000000007"},
        {"tenant": "{00000000-0000-0000-0000-000000000007}"},
        {"given_at": "2026-03-01T09:30:00Z"},
        {"given_at": "2026-03-01T10:30:00.000000+01:00"},
        {"given_at": "2026-03-01T09:30:00.000000"},
        {"expires_at": "2026-03-01T09:30:00.000000Z"},
        {"expires_at": "2026-05-30T09:30:00.000001Z"},
        {"expires_at": "9999-99-99T09:30:00.000001Z"},
        {"version": True},
        {"version": 2},
        {"over": {"kind": "plan", "root": ROOT.upper()}},
        {"over": {"kind": "plan", "root": ROOT, "more": 1}},
        {"over": {"kind": "plan", "root": "0x" + ROOT[2:]}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": ["b", "a"], "limits": {"rows": 1, "objects": 1}}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": ["a", "a"], "limits": {"rows": 1, "objects": 1}}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": [], "limits": {"rows": 1, "objects": 1}}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": [1], "limits": {"rows": 1, "objects": 1}}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": ["a"], "limits": {"rows": -1, "objects": 1}}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": ["a"], "limits": {"rows": True, "objects": 1}}},
        {"over": {"kind": "standing", "policies": POLICIES, "stores": ["a"], "limits": {"rows": 1}}},
    ],
)
def test_there_is_one_spelling(change: dict[str, Any]) -> None:
    """Each of these is signed well, and refused for its form."""
    body = {**json.loads(sign_approval(statement(), KEY))["statement"], **change}
    signature = KEY.sign(b"reeve/v1/approval\0" + canonical(body)).hex()
    with pytest.raises(IntegrityViolated):
        check_approval(canonical({"signature": signature, "statement": body}), PUBLIC, START)


def test_more_around_it_is_refused() -> None:
    signed = sign_approval(statement(), KEY)
    whole = json.loads(signed)
    for wrong in (
        signed + b"\n",
        b" " + signed,
        json.dumps(whole).encode(),
        canonical({**whole, "more": 1}),
        canonical({**whole, "signature": whole["signature"].upper()}),
        canonical({**whole, "signature": whole["signature"] + "00"}),
        canonical({"signature": whole["signature"], "statement": {**whole["statement"], "more": "x" * MAX_BYTES}}),
        b"[]",
        b"",
    ):
        with pytest.raises(IntegrityViolated):
            check_approval(wrong, PUBLIC, START)


def test_a_signature_over_anything_else_is_no_approval() -> None:
    made = statement()
    for message in (made.to_bytes(), b"reeve/v1/other\0" + made.to_bytes(), b"reeve/v1/approval" + made.to_bytes()):
        signed = canonical({"signature": KEY.sign(message).hex(), "statement": made.as_json()})
        with pytest.raises(IntegrityViolated, match="does not fit"):
            check_approval(signed, PUBLIC, START)


def test_another_key_does_not_fit() -> None:
    other = Ed25519PrivateKey.generate()
    signed = sign_approval(statement(), KEY)
    for public in (other.public_key().public_bytes_raw(), b"", bytes(32), PUBLIC[:-1]):
        with pytest.raises(IntegrityViolated):
            check_approval(signed, public, START)
    with pytest.raises(BadInput, match="another key"):
        sign_approval(statement(), other)
    signature = other.sign(b"reeve/v1/approval\0" + statement().to_bytes()).hex()
    with pytest.raises(IntegrityViolated, match="names another key"):
        check_approval(
            canonical({"signature": signature, "statement": statement().as_json()}),
            other.public_key().public_bytes_raw(),
            START,
        )


def test_it_is_in_force_from_its_beginning_to_its_end() -> None:
    signed = sign_approval(statement(days=2), KEY)
    last = START + 2 * DAY - timedelta(microseconds=1)
    for now in (START - SKEW, START, last):
        check_approval(signed, PUBLIC, now)
    for now in (START - SKEW - timedelta(microseconds=1), last + timedelta(microseconds=1), START + 400 * DAY):
        with pytest.raises(ApprovalNotInForce):
            check_approval(signed, PUBLIC, now)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PlanScope("short"),
        lambda: StandingScope("short", ("a",), BlastLimits(1, 1)),
        lambda: StandingScope(POLICIES, (), BlastLimits(1, 1)),
        lambda: StandingScope(POLICIES, ("b", "a"), BlastLimits(1, 1)),
        lambda: StandingScope(POLICIES, ("",), BlastLimits(1, 1)),
        lambda: BlastLimits(-1, 1),
        lambda: BlastLimits(1, 2**53),
        lambda: statement(days=90.1),
        lambda: statement(days=0),
        lambda: statement(days=-1),
        lambda: statement(at=START.replace(tzinfo=None)),
        lambda: Statement(TENANT, "x", PlanScope(ROOT), START, START + DAY),
    ],
)
def test_what_cannot_be_approved(make: Any) -> None:
    with pytest.raises(BadInput):
        make()


def test_points_of_small_order_are_no_keys() -> None:
    """All ten spellings. One of order eight doubles to one of order four, so its y solves ``d y^4 + 2 y^2 = 1``."""
    p = 2**255 - 19
    neutral, second, fourth = 1, p - 1, 0
    eighth = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    d = -121665 * pow(121666, -1, p) % p
    assert (d * pow(eighth, 4, p) + 2 * eighth**2) % p == 1
    for y in (neutral, second, fourth, eighth, p - eighth):
        for sign in (0, 1 << 255):
            assert not is_sound((y | sign).to_bytes(32, "little"))
    forged = (1).to_bytes(32, "little") + bytes(32)
    weak = Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    weak.verify(forged, b"anything at all")  # this is why
    for y in (p, p + 1, 2**255 - 1):
        assert not is_sound(y.to_bytes(32, "little"))
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(forged, b"anything at all")


@given(st.binary(min_size=32, max_size=32))
def test_every_real_key_is_sound(seed: bytes) -> None:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert is_sound(public)
    assert not is_sound(public[1:])


@given(st.binary(min_size=32, max_size=32))
def test_any_bytes_are_told_to_be_a_key_or_not(data: bytes) -> None:
    assert is_sound(data) in (True, False)


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "approver.pem"
    public = make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path).public_key().public_bytes_raw() == public
    with pytest.raises(BadInput, match="exists already"):
        make_key_file(path)
    path.chmod(0o640)
    with pytest.raises(BadInput, match="open to others"):
        read_key_file(path)
    with pytest.raises(BadInput, match="does not exist"):
        read_key_file(tmp_path / "none")


def test_a_passphrase_guards_it(tmp_path: Path) -> None:
    path = tmp_path / "approver.pem"
    public = make_key_file(path, "open sesame")
    assert b"ENCRYPTED" in path.read_bytes()
    assert read_key_file(path, "open sesame").public_key().public_bytes_raw() == public
    for wrong in ("", "open barley"):
        with pytest.raises(BadInput, match="passphrase"):
            read_key_file(path, wrong)

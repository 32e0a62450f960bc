"""Bytes that nobody meant: neither verifier falls over them, and both take the same for right."""

from __future__ import annotations

import base64
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from engine.ledger.verifier import verifier_files
from engine.ledger.verifier import verify_reeve_log as ours
from tests.browsing import chromium
from tests.ledger.verifier.asking import ask
from tests.ledger.verifier.making import BASE, Signer, make_entry, make_export, signed, tlog_proof
from tests.properties import tries

KEYS = [Signer(f"{BASE}/2026"), Signer("witness.example.org", algorithm=4)]
KNOWN = [ours.parse_key(one.vkey) for one in KEYS]
LOG = make_export().log("2026")
TEXT = f"{BASE}/2026\n1000\n{base64.b64encode(bytes(32)).decode()}\n".encode()
NOTES = [
    signed(TEXT, *KEYS),
    signed(TEXT + b"extension\n", KEYS[0]),
    signed(TEXT.replace(b"1000", b"01000"), KEYS[0]),
    signed(TEXT.replace(b"1000", b"0"), KEYS[0]),
    signed(TEXT.replace(b"1000", b"9223372036854775808"), KEYS[0]),
    signed(TEXT.replace(b"\n1000", b"\r\n1000"), KEYS[0]),
    signed(TEXT.replace(b"1000", "١٠٠٠".encode()), KEYS[0]),
    signed(TEXT + b"\n", KEYS[0]),
    signed(b"\xef\xbb\xbf" + TEXT, KEYS[0]),
    signed(TEXT, KEYS[0]).replace("\u2014".encode(), "\u2013".encode()),
    signed(TEXT, *[Signer(f"stranger.example.org/{n}") for n in range(30)], KEYS[0]),
    signed(TEXT, KEYS[0], KEYS[0]),
    signed(TEXT, KEYS[1]),
    signed(TEXT, Signer(f"{BASE}/2026", "thief")),
    signed(TEXT, Signer("name with space"), KEYS[0]),
    signed(TEXT, Signer("name\u0085with\u2003spaces"), KEYS[0]),
]
PROOF = tlog_proof(300, LOG.hashes, LOG.checkpoint())
PROOFS = [
    PROOF,
    PROOF.replace(b"\nindex", b"\nextra aGVsbG8=\nindex"),
    PROOF.replace(b"index 300", b"index 0300"),
    PROOF.replace(b"index 300", b"index +300"),
    PROOF.replace(b"index 300", b"index 1000"),
    PROOF.replace(b"index 300", b"index 9999999999999999999"),
    PROOF.replace(b"\n\n", b"\n" + (base64.b64encode(bytes(32)) + b"\n") * 60 + b"\n", 1),
    PROOF.replace(b"@v1", b"@v2"),
]
ENTRY = make_entry(5)
ENTRIES = [
    ENTRY,
    *[
        ENTRY.replace(b'"rows":5', b'"rows":' + one)
        for one in b"-0 5.0 5e0 1.5 1e21 1e+21 1E5 0.1 -5 05 1e400 00 .5".split()
    ],
    *[
        ENTRY.replace(b'"rows":5', b'"rows":' + one)
        for one in b"9007199254740992 9007199254740993 9007199254740991".split()
    ],
    *[
        ENTRY.replace(b'"full"', one.encode("utf-8", "surrogatepass"))
        for one in ('"\ud800"', '"é"', '"\U0001f600"', '"\x7f"')
    ],
    *[
        ENTRY.replace(b'"full"', one)
        for one in (rb'"\u00e9"', rb'"\""', rb'"\/"', rb'"\u001f"', rb'"\u001F"', rb'"\ud83d\ude00"')
    ],
    *[
        ENTRY.replace(b'"full"', one)
        for one in (rb'"\ud800"', b'{"a":1,"b":[]}', b'{"b":1,"a":[]}', b'"\xff"', b"NaN", b"truE")
    ],
    *[ENTRY.replace(b'"full"', b"[" * n + b"]" * n) for n in (1, 100)],
    ENTRY.replace(b'"v":1', b'"v":2,"w":3'),
    ENTRY.replace(b'"v":1', b'"v":1,"w":3'),
    ENTRY.replace(b'"v":1', b'"v":true'),
    ENTRY.replace(b'"masked":true', b'"10":1,"9":1,"__proto__":{},"constructor":1,"masked":true'),
    ENTRY.replace(b'"masked":true', b'"10":1,"9":1,"__proto__":2,"__proto__":1,"masked":true'),
    ENTRY.replace(b'"2026-03-01T', b'"2026-13-01T'),
    ENTRY.replace(b'"2026-03-01T', b'"2026-03-01 '),
    b"\xef\xbb\xbf" + ENTRY,
    ENTRY + b"\n",
    b"",
    b"[]",
    b"null",
]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled or put in."""
    for _ in range(chance.randint(1, 3)):
        at, end = sorted(chance.sample(range(len(data) + 1), 2)) if data else (0, 0)
        end = min(end, at + chance.choice([1, 1, 1, 4, 40]))
        more = chance.choice(
            [b"", bytes([chance.randrange(256)]), data[at:end] * 2, b"\n", b" ", b"0", b"+", b'"', "\u2028".encode()]
        )
        data = data[:at] + more + data[end:]
    return data


def outcome(call: Callable[[], Any]) -> str:
    """``ok``, or the word of the refusal; anything else falls over."""
    try:
        call()
    except ours.Refusal as refusal:
        return refusal.verdict
    return "ok"


def entry_outcome(data: bytes) -> str:
    """As the verifier takes entries: the quick way, then the long one."""
    if ours.quick_entry(data) is not None:
        return "ok"
    try:
        ours._check_form(ours.parse_canonical(data))
    except (ValueError, KeyError, TypeError, RecursionError):
        return "malformed"
    return "ok"


IN_PAGE = """async ([kind, texts, vkeys, other]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), keys = vkeys.map(parseKey);
  const run = {
    note: (data) => readCheckpoint(data, keys), key: (data) => parseKey(toText(data)), policy: (data) => parsePolicy(data),
    proof: (data) => checkProof(data, bytes(other), keys), entry: (data) => parseEntry(data),
  }[kind];
  const outcomes = [];
  for (const text of texts) {
    try {
      await run(bytes(text));
      outcomes.push("ok");
    } catch (error) {
      outcomes.push(error instanceof Refusal ? error.verdict : kind === "entry" ? "malformed" : String(error));
    }
  }
  return outcomes;
}"""
SEEDS: dict[str, tuple[list[bytes], Callable[[bytes], str]]] = {
    "note": (NOTES, lambda data: outcome(lambda: ours.read_checkpoint(data, KNOWN))),
    "key": ([one.vkey.encode() for one in KEYS], lambda data: outcome(lambda: ours.parse_key(_text(data)))),
    "proof": (PROOFS, lambda data: outcome(lambda: ours.check_proof(data, LOG.entries[300], KNOWN))),
    "entry": (ENTRIES, entry_outcome),
    "policy": (
        [f"# trust\nlog {KEYS[0].vkey} url\nwitness w {KEYS[1].vkey}\ngroup g any w\nquorum g\n".encode()],
        lambda data: outcome(lambda: ours.parse_policy(data)),
    ),
}


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ours.Refusal("malformed", "not UTF-8") from None


@pytest.mark.browser
@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_both_take_the_same_for_right(kind: str, count: int, page: Page) -> None:
    seeds, python = SEEDS[kind]
    chance = random.Random(kind)
    texts = [*seeds, *(damaged(chance.choice(seeds), chance) for _ in range(count))]
    encoded = [base64.b64encode(one).decode() for one in texts]
    other = base64.b64encode(LOG.entries[300]).decode()
    found = page.evaluate(IN_PAGE, [kind, encoded, [one.vkey for one in KEYS], other])
    differing = [
        (text, python(text), page_says)
        for text, page_says in zip(texts, found, strict=True)
        if python(text) != page_says
    ]
    assert differing == []
    assert {"ok", "malformed"} <= set(found)


@pytest.mark.parametrize(
    "name",
    [
        "vkeys",
        "disclosures.jsonl",
        "2026/checkpoint",
        "2026/tile/0/000",
        "2026/tile/1/000.p/3",
        "2026/tile/entries/000",
    ],
)
@given(data=st.binary(max_size=400) | st.text(max_size=100).map(str.encode) | st.just(b'{"shard":"2026","index":1}\n'))
@settings(max_examples=tries(15))
def test_any_bytes_in_any_file_are_an_answer(name: str, data: bytes) -> None:
    """Nothing but 0 or 4 comes out, and a JSON document: never a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        make_export().write(Path(folder))
        (Path(folder) / name).write_bytes(data)
        result = ask(Path(folder))
    assert result["exit"] in {0, 4}
    assert result["ok"] or {one["verdict"] for one in result["findings"]} <= set(ours.WORDS)
    assert name in {"vkeys", "disclosures.jsonl"} or not result["ok"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("page") / "verify.html"
    file.write_bytes(verifier_files()["verify.html"])
    with chromium() as browser:
        opened = browser.new_page()
        opened.goto(file.as_uri())
        yield opened


def test_the_seeds_hold_what_they_are_for() -> None:
    assert [entry_outcome(ENTRIES[0]), outcome(lambda: ours.read_checkpoint(NOTES[0], KNOWN))] == ["ok", "ok"]
    assert json.loads(ENTRIES[0])["attributes"]["rows"] == 5

"""Policies: the specification's example, thresholds, and what is no policy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import BadInput
from engine.ledger.note.checkpoint import Checkpoint, sign_checkpoint
from engine.ledger.note.cosignature import CosignerKey
from engine.ledger.note.note import Note, NoteRefused, SigningKey
from engine.ledger.note.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness
from engine.ledger.note.schemes import Algorithm
from tests.ledger.note import vectors
from tests.properties import tries

LOG = SigningKey("example.com/log", bytes([9] * 32))
KEYS = {
    name: CosignerKey(f"witness.example/{name}", bytes([at] * 32))
    for at, name in enumerate("X1 X2 X3 Y1 Y2 Y3".split(), 1)
}
EXAMPLE = "\n".join(
    [
        f"log {LOG.verifier}",
        "",
        *(f"witness {name} {KEYS[name].verifier}" for name in ("X1", "X2", "X3")),
        "group X-witnesses 2 X1 X2 X3",
        "  # the other organisation",
        *(f"\twitness  {name}\t{KEYS[name].verifier}  https://witness.example/{name} " for name in ("Y1", "Y2", "Y3")),
        "group Y-witnesses any Y1 Y2 Y3",
        "group X-and-Y all X-witnesses Y-witnesses",
        "quorum X-and-Y",
        "",
    ]
)


def cosigned(*names: str) -> bytes:
    checkpoint = Checkpoint("example.com/log", 7, bytes(32))
    note = Note.parse(sign_checkpoint(checkpoint, [LOG]))
    return note.add(KEYS[name].sign(note.text, 1000) for name in names).format()


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ("", "X1 X2 X3 Y1 Y2 Y3"),
        ("X1", "X2 X3 Y1 Y2 Y3"),
        ("X1 X2", "Y1 Y2 Y3"),
        ("X1 X2 X3", "Y1 Y2 Y3"),
        ("Y1 Y2 Y3", "X1 X2 X3"),
        ("X3 Y2", "X1 X2"),
        ("X1 X3 Y2", ""),
        ("X1 X2 X3 Y1 Y2 Y3", ""),
    ],
)
def test_the_quorum_of_the_specifications_example(names: str, missing: str) -> None:
    policy = Policy.parse(EXAMPLE)
    assert policy.missing(cosigned(*names.split())) == tuple(missing.split())
    assert policy.satisfied(cosigned(*names.split())) is (not missing)


def test_one_witness_that_signs_twice_counts_once() -> None:
    note = Note.parse(cosigned("X1", "Y1"))
    twice = note.add([KEYS["X1"].sign(note.text, 2000)]).format()
    assert Policy.parse(EXAMPLE).missing(twice) == ("X2", "X3")


def test_urls_are_kept_and_written_back() -> None:
    policy = Policy.parse(EXAMPLE)
    assert [one.url for one in policy.witnesses] == [
        None,
        None,
        None,
        *(f"https://witness.example/Y{n}" for n in (1, 2, 3)),
    ]
    assert Policy.parse(policy.format()) == policy
    assert policy.logs == (PolicyLog(LOG.verifier),)
    assert policy.groups[-1] == PolicyGroup("X-and-Y", 2, ("X-witnesses", "Y-witnesses"))


def test_without_a_quorum_the_logs_signature_is_enough_and_needed() -> None:
    policy = Policy.parse(f"log {LOG.verifier}\nquorum none\n")
    assert policy.satisfied(cosigned())
    other = SigningKey("example.com/log", bytes([8] * 32))
    assert not policy.satisfied(sign_checkpoint(Checkpoint("example.com/log", 7, bytes(32)), [other]))


def test_a_policy_without_logs_takes_those_of_the_caller() -> None:
    policy = Policy.parse("quorum none\n")
    assert not policy.satisfied(cosigned())
    assert policy.satisfied(cosigned(), [LOG.verifier])


def test_a_cosignature_that_does_not_fit_spoils_the_checkpoint() -> None:
    policy = Policy.parse(f"log {LOG.verifier}\nwitness X1 {KEYS['X1'].verifier}\nquorum none\n")
    note = Note.parse(cosigned())
    bad = note.add([KEYS["X1"].sign(Checkpoint("example.com/log", 8, bytes(32)).format(), 1)]).format()
    with pytest.raises(NoteRefused) as refused:
        policy.missing(bad)
    assert refused.value.reason == "bad_signature"
    assert not policy.satisfied(bad)


def test_a_real_checkpoint_satisfies_a_policy_of_public_witnesses() -> None:
    head = f"log {vectors.ARCHE_KEY}\nwitness remora {vectors.REMORA_KEY}\nwitness mole {vectors.STAGEMOLE_KEY}\n"
    assert Policy.parse(f"{head}group both all remora mole\nquorum both\n").satisfied(vectors.ARCHE_NOTE)
    third = f"witness third {KEYS['X1'].verifier}\n"
    policy = Policy.parse(f"{head}{third}group three all remora mole third\nquorum three\n")
    assert policy.missing(vectors.ARCHE_NOTE) == ("third",)


V1, V2 = KEYS["X1"].verifier, KEYS["X2"].verifier
MLDSA = CosignerKey("w", bytes(32), Algorithm.MLDSA44).verifier


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no quorum"),
        ("quorum none", "end with a newline"),
        (f"log {LOG.verifier}\n", "no quorum"),
        ("quorum none\nquorum none\n", "line 2 .*second quorum"),
        ("quorum w\n", "line 1 .*'w', which does not stand"),
        (f"quorum w\nwitness w {V1}\n", "line 1 .*'w', which does not stand"),
        (f"group g any w\nwitness w {V1}\nquorum g\n", "line 1 .*'w', which does not stand"),
        (f"witness w {V1}\nwitness v {V1}\nquorum w\n", "line 2 .*same public key"),
        (f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none\n", "line 2 .*same public key"),
        (f"witness w {V1}\nwitness w {V2}\nquorum w\n", "line 2 .*taken"),
        (f"witness none {V1}\nquorum none\n", "line 1 .*taken"),
        (f"witness w {V1}\ngroup w any w\nquorum w\n", "line 2 .*taken"),
        (f"witness w {V1}\ngroup g 0 w\nquorum g\n", "line 2 .*not all, any or a number"),
        (f"witness w {V1}\ngroup g 01 w\nquorum g\n", "line 2 .*not all, any or a number"),
        (f"witness w {V1}\ngroup g +1 w\nquorum g\n", "line 2 .*not all, any or a number"),
        (f"witness w {V1}\ngroup g 2 w\nquorum g\n", "line 2 .*never agree"),
        (f"witness w {V1}\ngroup g any\nquorum g\n", "line 2 .*too few"),
        (f"witness w {V1}\ngroup g any w w\nquorum g\n", "line 2 .*member twice"),
        (f"witness w {V1}\ngroup g any w\ngroup h any w\nquorum g\n", "line 3 .*member twice"),
        (f"witness w {V1}\ngroup g any none\nquorum g\n", "line 2 .*'none', which does not stand"),
        (f"witness w {V1} http://a b\nquorum w\n", "line 1 .*too many"),
        (f"witness w {LOG.verifier}\nquorum w\n", "line 1 .*not of a kind for a witness"),
        (f"log {V1}\nquorum none\n", "line 1 .*not of a kind for a log"),
        ("log nonsense\nquorum none\n", "line 1 .*verifier key"),
        ("Quorum none\n", "line 1 .*no log, witness"),
        ("quorum none\r\n", "line 1 .*control character"),
        ("quorum\xa0none\n", "line 1 .*no log, witness"),
        ("\x0bquorum none\n", "line 1 .*control character"),
        ("#\x7f\nquorum none\n", "line 1 .*control character"),
        ("\n" * 1024 + "quorum none\n", "more than 1024 lines"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        Policy.parse(text)


def test_names_are_compared_byte_for_byte_and_may_be_of_any_script() -> None:
    policy = Policy.parse(f"witness K {V1}\nwitness \u212a {V2}\ngroup 证人 all K \u212a\nquorum 证人\n")
    assert policy.groups[0].members == ("K", "\u212a")
    assert Policy.parse(policy.format()) == policy


def test_a_witness_may_have_a_mldsa44_key() -> None:
    assert Policy.parse(f"witness w {MLDSA}\nquorum w\n").witnesses[0].key == MLDSA


NAMES = st.sampled_from(list(KEYS))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    names = draw(st.lists(NAMES, unique=True))
    url = st.none() | st.from_regex(r"https://[a-z]{1,9}", fullmatch=True)
    witnesses = tuple(PolicyWitness(name, KEYS[name].verifier, draw(url)) for name in names)
    free, groups = list(names), []
    for number in range(draw(st.integers(0, 3))):
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True)) if free else []
        if members:
            free = [name for name in free if name not in members] + [f"g{number}"]
            groups.append(PolicyGroup(f"g{number}", draw(st.integers(1, len(members))), tuple(members)))
    logs = (PolicyLog(LOG.verifier, draw(url)),) if draw(st.booleans()) else ()
    return Policy(logs, witnesses, tuple(groups), draw(st.none() | st.sampled_from(free)) if free else None)


@settings(max_examples=tries(50))
@given(policies(), st.sets(NAMES))
def test_policies_are_written_back_and_asking_more_witnesses_never_harms(policy: Policy, names: set[str]) -> None:
    assert Policy.parse(policy.format()) == policy
    logs = [LOG.verifier]
    missing = policy.missing(cosigned(*sorted(names)), logs)
    assert not names & set(missing)
    assert policy.satisfied(cosigned(*sorted(names)), logs) is (not missing)
    assert policy.satisfied(cosigned(*sorted(names | set(missing))), logs)
    assert policy.satisfied(cosigned(*KEYS), logs)

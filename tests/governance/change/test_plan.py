"""What a plan says, and its root: any change to it shows, and a row can be shown to stand in it."""

from __future__ import annotations

import dataclasses
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.ids import ActorId, PlanId, TenantId
from engine.governance.calendar import Duration
from engine.governance.change.effect import Action, Key, LeftOut, Outcome, Reason, Step, Task, Term
from engine.governance.change.keys import Keys, encode_key, leaves_of, marked, marked_leaves, marks, pack, unpack
from engine.governance.change.plan import (
    BatchRoot,
    Copy,
    Excluded,
    Header,
    Limits,
    Warned,
    batch_root,
    plan_root,
)
from engine.governance.change.proofs import check_row, prove_row
from engine.governance.change.settling import settle
from engine.governance.policy.model import Column
from engine.ledger.tree.growing import Root, path_of, root_of
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.proofs import ProofRefused, check_inclusion
from tests.conftest import START
from tests.governance.change.world import TASK

VALUES = st.none() | st.integers() | st.text(st.characters()) | st.binary()
KEYS_OF_ROWS: st.SearchStrategy[Key] = st.lists(VALUES, max_size=3).map(tuple)
BATCHES: st.SearchStrategy[Keys] = st.lists(
    st.lists(KEYS_OF_ROWS, max_size=6, unique=True).map(tuple), min_size=1, max_size=4
).map(tuple)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
COUNTS = st.integers(0, 2**53 - 1)
COLUMNS = st.builds(Column, WORDS, WORDS, WORDS)
DURATIONS = st.builds(Duration, months=st.integers(1, 1000), days=st.integers(0, 1000)) | st.builds(
    Duration, minutes=st.integers(1, 10**6)
)
TERMS = st.builds(Term, DURATIONS, st.lists(COLUMNS, max_size=2).map(tuple), WORDS, WORDS)
NAMES = st.lists(WORDS, max_size=2).map(tuple)
STEPS = st.builds(
    Step,
    WORDS,
    st.sampled_from(Action),
    NAMES,
    NAMES,
    st.integers(-1, 5),
    NAMES,
    st.none() | st.dictionaries(WORDS, st.none() | WORDS, max_size=2),
)
TASKS = st.builds(
    Task,
    WORDS,
    st.lists(STEPS, min_size=1, max_size=3).map(tuple),
    st.none() | TERMS,
    st.dictionaries(WORDS, st.lists(TERMS, max_size=2).map(tuple), max_size=2),
)
HEADERS = st.builds(
    Header,
    plan_id=st.uuids().map(PlanId),
    tenant_id=st.uuids().map(TenantId),
    task=TASKS,
    policies=WORDS,
    rules=NAMES,
    schedule=WORDS,
    made_by=st.uuids().map(ActorId),
    made_at=TIMES,
    now=TIMES,
    expires_at=TIMES,
    rows=st.lists(COUNTS, max_size=3).map(tuple),
    batches=COUNTS,
    tables=st.dictionaries(WORDS, st.none() | COUNTS, max_size=2),
    excluded=st.lists(st.builds(Excluded, st.sampled_from(Reason), WORDS, COUNTS), max_size=2).map(tuple),
    excluded_root=WORDS,
    volume=st.none() | COUNTS,
    seconds=st.none() | COUNTS,
    warnings=st.lists(st.builds(Warned, WORDS, WORDS, WORDS), max_size=2).map(tuple),
    copies=st.lists(st.builds(Copy, WORDS, st.none() | DURATIONS), max_size=2).map(tuple),
    limits=st.builds(Limits, COUNTS, st.integers(0, 100), st.integers(0, 100)),
)
SECRET = bytes(range(32))


def header(**changes: object) -> Header:
    plain = Header(
        PlanId(UUID(int=1)),
        TenantId(UUID(int=2)),
        TASK,
        "ab" * 32,
        ("closed-accounts",),
        "nightly",
        ActorId(UUID(int=3)),
        START,
        START,
        START + timedelta(days=30),
        (3, 5),
        1,
        {"person": 10, "note": 10},
        (),
        "",
        None,
        None,
        (),
        (),
        Limits(),
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def roots_of(batches: list[Keys]) -> list[BatchRoot]:
    return [
        BatchRoot(number, tuple(map(len, keys)), batch_root(leaves_of(SECRET, keys)))
        for number, keys in enumerate(batches)
    ]


@given(BATCHES)
def test_keys_come_back_as_they_were(keys: Keys) -> None:
    back = unpack(pack(keys))
    assert back == keys
    assert [[list(map(type, key)) for key in step] for step in back] == [
        [list(map(type, key)) for key in step] for step in keys
    ]


@pytest.mark.parametrize(
    "written", [b"+7", b" 7", b"07", b"7_0", b"-0", b"", "\u0667".encode(), b"7" * 300 + b" "], ids=repr
)
def test_a_number_has_one_spelling(written: bytes) -> None:
    head = b"\0\0\0\1" + b"\0\0\0\1" + b"\0\1i"
    with pytest.raises(IntegrityViolated):
        unpack(head + len(written).to_bytes(4, "big") + written)


@pytest.mark.parametrize("number", [10**254, 10**255, -(10**254), -(10**300)])
def test_numbers_of_any_length_come_back(number: int) -> None:
    assert unpack(pack((((number,), (7,)),))) == (((number,), (7,)),)


@given(st.binary(max_size=130), BATCHES)
def test_leaves_are_keyed_hashes_of_step_and_key(secret: bytes, keys: Keys) -> None:
    assert leaves_of(secret, keys) == [
        hmac.digest(secret, number.to_bytes(2, "big") + encode_key(key), "sha256")
        for number, step in enumerate(keys)
        for key in step
    ]


@given(KEYS_OF_ROWS, KEYS_OF_ROWS)
def test_two_keys_have_two_spellings(one: Key, other: Key) -> None:
    assert (encode_key(one) == encode_key(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"), [((1,), ("1",)), (("",), (None,)), (("ab", ""), ("a", "b")), ((b"1",), ("1",))]
)
def test_keys_that_look_alike_are_not(one: Key, other: Key) -> None:
    assert encode_key(one) != encode_key(other)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_keys_are_refused(data: bytes) -> None:
    try:
        keys = unpack(data)
    except IntegrityViolated:
        return
    assert pack(keys) == data


@given(BATCHES, st.data())
def test_what_was_cut_off_is_refused(keys: Keys, data: st.DataObject) -> None:
    whole = pack(keys)
    with pytest.raises(IntegrityViolated):
        unpack(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_a_value_that_is_no_key_is_refused() -> None:
    with pytest.raises(BadInput):
        encode_key((1.5,))  # type: ignore[arg-type]


@given(BATCHES, st.data())
def test_marks_choose_rows_and_their_leaves(keys: Keys, data: st.DataObject) -> None:
    chosen = tuple(tuple(key for key in step if data.draw(st.booleans())) for step in keys)
    bits = marks(keys, chosen)
    assert marked(keys, bits) == chosen
    leaves = leaves_of(SECRET, keys)
    assert len(marked_leaves(leaves, bits)) == sum(map(len, chosen))
    assert set(marked_leaves(leaves, bits)) == set(leaves_of(SECRET, chosen))


@given(HEADERS)
def test_headers_come_back_as_they_were(made: Header) -> None:
    assert Header.from_bytes(made.to_bytes()) == made


@given(st.binary() | HEADERS.map(lambda made: made.to_bytes().replace(b'"version":1', b'"version":2')))
def test_what_is_no_header_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityViolated):
        Header.from_bytes(data)


@given(HEADERS, st.lists(BATCHES, max_size=4), st.data())
def test_the_root_changes_with_every_field_of_the_header(
    made: Header, batches: list[Keys], data: st.DataObject
) -> None:
    other = data.draw(HEADERS)
    name = data.draw(st.sampled_from([one.name for one in dataclasses.fields(Header)]))
    changed = dataclasses.replace(made, **{name: getattr(other, name)})
    same = getattr(other, name) == getattr(made, name)
    roots = roots_of(batches)
    assert (plan_root(changed, roots) == plan_root(made, roots)) == same


@given(st.lists(BATCHES, min_size=1, max_size=4), st.data())
def test_the_root_changes_with_every_key_and_its_place(batches: list[Keys], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(batches) - 1))
    changed = [*batches[:number], data.draw(BATCHES), *batches[number + 1 :]]
    same = changed == batches
    assert (plan_root(header(), roots_of(changed)) == plan_root(header(), roots_of(batches))) == same


def test_leaves_tell_step_and_plan_apart() -> None:
    first, second = leaves_of(SECRET, (((1,),), ((1,),)))
    assert first != second
    assert leaves_of(bytes(32), (((1,),),)) != [first]


@given(st.lists(BATCHES.filter(any), min_size=1, max_size=5), st.data())
def test_a_row_is_shown_to_stand_in_a_plan_and_no_other_is(batches: list[Keys], data: st.DataObject) -> None:
    made, roots = header(), roots_of(batches)
    root = plan_root(made, roots)
    number = data.draw(st.integers(0, len(batches) - 1))
    leaves = leaves_of(SECRET, batches[number])
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = prove_row(made, roots, leaves, number, index)
    check_row(proof, leaves[index], root)
    with pytest.raises(ProofRefused):
        check_row(proof, bytes(32), root)
    with pytest.raises(ProofRefused):
        check_row(proof, leaves[index], bytes(32))
    for wrong in (
        dataclasses.replace(proof, index=index + 1),
        dataclasses.replace(proof, batch=dataclasses.replace(proof.batch, number=number + 1)),
        dataclasses.replace(proof, batch=dataclasses.replace(proof.batch, rows=(*proof.batch.rows, 1))),
    ):
        with pytest.raises(ProofRefused):
            check_row(wrong, leaves[index], root)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_short_trees_are_those_of_the_ledger(data_of: list[bytes], data: st.DataObject) -> None:
    growing = Root()
    for one in data_of:
        growing.add(one)
    leaves = [leaf_hash(one) for one in data_of]
    assert root_of(leaves) == growing.digest()
    index = data.draw(st.integers(0, len(leaves) - 1))
    check_inclusion(leaves[index], index, len(leaves), growing.digest(), path_of(leaves, index))


def test_there_is_no_path_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(BadInput):
        path_of([bytes(32)], 1)


@pytest.mark.parametrize(
    ("limits", "tables", "beyond"),
    [
        (Limits(8, 50, 0), {"person": 10, "note": 10}, ""),
        (Limits(7, 50, 0), {"person": 10, "note": 10}, "rows"),
        (Limits(8, 49, 0), {"person": 10, "note": 10}, "share"),
        (Limits(8, 50, 0), {"person": 10, "note": None}, "share_unknown"),
        (Limits(8, 50, 0), {"person": 10}, "share_unknown"),
        (Limits(8, 100, 0), {}, ""),
    ],
)
def test_limits(limits: Limits, tables: dict[str, int | None], beyond: str) -> None:
    assert header(limits=limits, tables=tables).beyond() == beyond


def test_steps_over_one_table_count_together() -> None:
    note = TASK.steps[1]
    both = dataclasses.replace(TASK, steps=(*TASK.steps, dataclasses.replace(note, through=("author_id",))))
    assert (
        header(task=both, rows=(1, 3, 3), tables={"person": 10, "note": 10}, limits=Limits(9, 50, 0)).beyond()
        == "share"
    )


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (0, 101, 0), (0, -1, 0), (0, 0, 101)])
def test_limits_that_are_none(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(BadInput):
        Limits(*wrong)


# what an effect says


@given(st.integers(1, 8), st.data())
def test_what_a_batch_came_to_adds_up(roots: int, data: st.DataObject) -> None:
    keys: Keys = (tuple((i,) for i in range(roots)), tuple((i,) for i in range(2 * roots)))
    fate = [data.draw(st.sampled_from(["done", "left", "before"])) for _ in range(roots)]
    done = [i for i in range(roots) if fate[i] == "done"]
    before = [i for i in range(roots) if fate[i] == "before"]
    left = tuple(LeftOut(0, (i,), Reason.HELD) for i in range(roots) if fate[i] == "left")
    gone = tuple(LeftOut(0, (i,), Reason.GONE) for i in before)
    notes = tuple(((2 * i,), (2 * i + 1,)) for i in done)
    outcome = Outcome((tuple((i,) for i in done), tuple(one for pair in notes for one in pair)), (*left, *gone), START)
    absent = (tuple((i,) for i in before), tuple(one for i in before for one in ((2 * i,), (2 * i + 1,))))
    settled = settle(keys, outcome, absent)
    assert settled.done == (len(done) + len(before), 2 * (len(done) + len(before)))
    assert settled.left == ({"held": len(left)} if left else {})
    assert settled.resolved == 3 * len(before)
    assert settled.left_out == left
    assert sum(map(len, marked(keys, settled.dealt))) == sum(settled.done)


@given(st.sampled_from(["another", "twice", "missing", "both", "steps"]))
def test_what_does_not_add_up_is_refused(lie: str) -> None:
    keys: Keys = (((1,), (2,)), ())
    left: tuple[LeftOut, ...] = ()
    done: Keys = (((1,), (2,)), ())
    match lie:
        case "another":
            done = (((1,), (2,)), ((3,),))
        case "twice":
            done = (((1,), (2,), (2,)), ())
        case "missing":
            done = (((1,),), ())
        case "both":
            left = (LeftOut(0, (1,), Reason.HELD),)
        case "steps":
            done = (((1,), (2,)),)
    with pytest.raises(IntegrityViolated):
        settle(keys, Outcome(done, left, None), ((), ()))

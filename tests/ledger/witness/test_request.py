"""What is posted: one spelling each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ledger.note.note import Note, NoteRefused
from engine.ledger.witness.request import MAX_REQUEST, AddCheckpoint
from tests.ledger.note.strategies import CHECKPOINTS, HASHES, SIGNATURES
from tests.ledger.witness.logs import SmallLog
from tests.properties import tries

LOG = SmallLog(9)
HASH = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw="
NOTES = st.builds(
    lambda head, signatures: Note(head.format(), tuple(signatures)), CHECKPOINTS, st.lists(SIGNATURES, min_size=1)
)
REQUESTS = st.builds(
    AddCheckpoint,
    st.integers(0, 2**63 - 1),
    st.lists(HASHES, max_size=63).map(tuple),
    NOTES.map(lambda note: note.format()),
)


def written_back(data: bytes) -> bytes | None:
    try:
        request = AddCheckpoint.parse(data)
    except NoteRefused:
        return None
    return request.format()


@settings(max_examples=tries(50))
@given(REQUESTS, st.data())
def test_requests_are_written_and_read_back_and_nothing_else_is(request: AddCheckpoint, draw: st.DataObject) -> None:
    data = request.format()
    assert AddCheckpoint.parse(data) == request
    at = draw.draw(st.integers(0, len(data) - 1))
    changed = data[:at] + draw.draw(st.sampled_from([b"\n", b"\r", b"", b" ", b"0", b"="])) + data[at + 1 :]
    assert written_back(changed) in (changed, None)


def test_the_example_of_the_specification_is_read() -> None:
    head = f"old 20852014\n{HASH}\n{HASH}\n{HASH}\n{HASH}\n\n".encode()
    request = AddCheckpoint.parse(head + LOG.signed(9))
    assert (request.old, len(request.proof), request.checkpoint) == (20852014, 4, LOG.signed(9))


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\n",
        "old\n\n",
        "old \n\n",
        "old 01\n\n",
        "old +1\n\n",
        "old -1\n\n",
        "old 1_0\n\n",
        "old  1\n\n",
        "old 1 \n\n",
        "Old 1\n\n",
        "old 1\r\n\r\n",
        "old 9223372036854775808\n\n",
        "old 1\nAAAA\n\n",
        f"old 1\n{HASH[:-1]}\n\n",
        f"old 1\n{HASH} \n\n",
        f"old 1\n{HASH}\n\n\n",
        "old 1\n" + f"{HASH}\n" * 64 + "\n",
        f"{HASH}\nold 1\n\n",
        f"old 1\n{HASH}\n",
    ],
)
def test_what_is_no_request_is_refused(head: str) -> None:
    with pytest.raises(NoteRefused):
        AddCheckpoint.parse(head.encode() + LOG.signed(9))


def test_sixty_three_hashes_are_read() -> None:
    data = ("old 1\n" + f"{HASH}\n" * 63 + "\n").encode()
    assert len(AddCheckpoint.parse(data + LOG.signed(9)).proof) == 63


def test_a_request_over_the_limit_is_refused() -> None:
    with pytest.raises(NoteRefused, match="larger"):
        AddCheckpoint.parse(b"x" * (MAX_REQUEST + 1))

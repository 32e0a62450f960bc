"""What is in a cell is found however it is written, alone or among other words; all at once is the same as one by one."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.sketches.normal_forms import LONGEST, asked_hashes, form_hashes

KEY = bytes(range(16))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORD = st.text("aZß9ém", min_size=1, max_size=12)
APART = st.sampled_from([" ", ", ", "; ", " - ", "/", "\n", ":", '", "', " … ", "—", "|"])


def forms(*cells: str) -> set[int]:
    return set(form_hashes([pa.array(list(cells), pa.string())], KEY).tolist())


def held(asked: str, *cells: str) -> bool:
    """Whether one of the cells may hold what is asked for."""
    whole, words = asked_hashes(asked, KEY)
    found = forms(*cells)
    return whole in found or found.issuperset(words)


@pytest.mark.parametrize(
    ("asked", "cell"),
    [
        ("John.Smith@Mail.example", "john.smith@mail.example"),
        ("john.smith@mail.example", "Please write to <John.Smith@mail.example>, thanks"),
        ("john.smith@mail.example", "write to john.smith@mail.example.Thanks"),
        ("john.smith@mail.example", "mary@mail.example;JOHN.SMITH@MAIL.EXAMPLE"),
        ("+49 170 1234567", "+49 (170) 123-45-67"),
        ("+491701234567", "call me at +49 170 1234567 or later"),
        ("+49 170 1234567", "Tel.:+491701234567"),
        ("0170 123456", "0170 123456, 0171 999999"),
        ("0171999999", "0170 123456 0171 999999"),
        ("DE89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32"),
        ("KD-12345", "kd 12345"),
        ("KD-12345", "orders of KD-12345 and KD-12346"),
        ("12345", "12345"),
        ("Ann O'Brien", "O'BRIEN, Ann"),
        ("José Müller", "Jose\u0301 MÜLLER"),
        ("Straße 5", "STRASSE 5"),
        ("Ｊｏｈｎ", "john"),
        ("co\u00adoperate", "cooperate"),
        ("山田太郎", "山田太郎"),
        ("山田太郎", "顧客は山田太郎です"),
        ("0170123456", "電話0170123456です"),
        ("김철수", "김철수는 고객이다"),
        ("4111111111111111", "4111 1111 1111 1111"),
    ],
)
def test_it_is_found_as_people_write_it(asked: str, cell: str) -> None:
    assert held(asked, "something else", cell)


@pytest.mark.parametrize(
    ("asked", "cell"),
    [
        ("john.smith@mail.example", "john.smith2@mail.example"),
        ("Smith", "Smithson"),
        ("smith", "john.smith@mail.example"),
        ("123456", "01234567"),
        ("john smith", "john"),
    ],
)
def test_other_values_are_not_taken_for_it(asked: str, cell: str) -> None:
    assert not held(asked, cell)


@given(st.lists(TEXT, max_size=30))
@example(["", "a", "", "\u00ad", "é", "x" * 300, "a b" * 100])
@example(["\0", "a\0b", "é\0b"])
def test_many_cells_have_the_forms_of_each(cells: list[str]) -> None:
    assert forms(*cells) == set().union(*(forms(cell) for cell in cells))


@given(TEXT)
def test_every_cell_holds_itself(cell: str) -> None:
    try:
        asked_hashes(cell, KEY)
    except ValueError:
        return
    assert held(cell, cell)
    assert held(cell.upper().lower(), cell.lower())


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, max_size=3), st.lists(WORD, max_size=3), APART)
def test_what_stands_among_other_words_is_found(
    asked: list[str], before: list[str], behind: list[str], apart: str
) -> None:
    cell = apart.join([*before, " ".join(asked), "person", *behind])
    assert held(" ".join(asked), cell)


@given(st.lists(st.text("0123456789", min_size=1, max_size=5), min_size=1, max_size=8), st.sampled_from(" -./"), APART)
def test_a_number_in_a_text_is_found_however_it_is_grouped(groups: list[str], mark: str, apart: str) -> None:
    number = "".join(groups)
    if len(number) >= 6:
        assert held(number, apart.join(["call", mark.join(groups), "or", "write"]))


@pytest.mark.parametrize("asked", ["", "  ", "--- ?", "x" * (LONGEST + 1), "\ud800"])
def test_what_has_no_form_cannot_be_asked_for(asked: str) -> None:
    with pytest.raises(ValueError, match=r"letters or digits|surrogates"):
        asked_hashes(asked, KEY)


def test_a_form_says_nothing_without_its_key() -> None:
    assert forms("john@mail.example").isdisjoint(form_hashes([pa.array(["john@mail.example"])], bytes(16)).tolist())

"""Numbers in scripts that set no blanks between words."""

from __future__ import annotations

import pytest

from classifiers.texts import find
from tests.classifiers.pack import whole_matcher

MATCHER = whole_matcher()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("제 주민등록번호는 880402-2964604입니다.", ("KR_RRN", "880402-2964604")),
        ("사업자등록번호 871-23-15694으로", ("KR_BRN", "871-23-15694")),
        ("法人番号は7-4972-1637-0043です。", ("JP_CORPORATE_NUMBER", "7-4972-1637-0043")),
        ("マイナンバー：485162837382です", ("JP_MY_NUMBER", "485162837382")),
        ("統一編號80632513", ("TW_UBN", "80632513")),
        ("เลขประจำตัวประชาชน 3-3479-99909-81-7ครับ", ("TH_TNIN", "3-3479-99909-81-7")),
    ],
)
def test_a_number_may_touch_a_word(text: str, expected: tuple[str, str]) -> None:
    assert [(one.entity, text[one.start : one.end]) for one in find(MATCHER, [text])[0]] == [expected]


@pytest.mark.parametrize(
    "text", ["x880402-2964604", "880402-2964604_1", "a_880402-2964604", "880402-29646041", "1880402-2964604"]
)
def test_a_part_of_a_longer_token_is_none(text: str) -> None:
    assert find(MATCHER, [text])[0] == []

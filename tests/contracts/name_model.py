"""What every implementation of ``classifiers.names.model.NameModel`` keeps.

Use::

    from tests.contracts.name_model import check_name_model

    check_name_model(model, texts)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from classifiers.detector import Finding
from classifiers.names.model import NAME_ENTITIES, NameModel

AWKWARD = (
    *("", " ", "\n\n", ".", "😀", "é", "a" * 2_000, "9" * 300, "@" * 300, "王小明 in 北京", "\u200bAnna\u200b Smith"),
    *("\ufffd Anna Smith", "Анна Иванова живёт в Москве", "مرحبا Anna Smith من برلين", "\t\r\n Anna\r\nSmith "),
)
"""Texts that any model must bear."""

TELLING = "Yesterday Barack Obama met Angela Merkel in Berlin."
"""In which any model of English finds somebody."""


def check_name_model(model: NameModel, texts: Sequence[str] = ()) -> None:
    """Hold a model to the contract, on awkward texts and on some more."""
    every = [*AWKWARD, TELLING, *texts]
    assert model.id
    assert model.entities <= NAME_ENTITIES
    assert model.find([]) == []
    found = model.find(every)
    assert len(found) == len(every)
    for text, names in zip(every, found, strict=True):
        _check_spans(model, text, names)
    assert any(TELLING[one.start : one.end] == "Angela Merkel" for one in found[len(AWKWARD)])
    assert model.find(every[::-1]) == found[::-1], "what is found depends on the other texts"
    assert [model.find([text])[0] for text in every] == found, "what is found depends on the other texts"


def _check_spans(model: NameModel, text: str, names: Sequence[Finding]) -> None:
    for one in names:
        assert one.entity in model.entities
        assert 0 <= one.start < one.end <= len(text)
        assert 0 < one.score <= 1
    for one, following in pairwise(names):
        assert one.end <= following.start

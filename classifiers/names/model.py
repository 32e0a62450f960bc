"""What a name model is: texts in, spans out.

Rules know what has a form of its own; names have none. A model guesses them from the words around, so its spans come with the
probability that such a guess is right. Implementations stand beside this file; :class:`classifiers.names.reader.NameReader`
gives each of them long texts in pieces, leaves out what is no prose, and remembers what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from classifiers.detector import Finding

NAME_ENTITIES = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME"})
"""What name models may find, named as in Presidio; NRP is nationality, religious or political group."""


class NameModel(Protocol):
    """Finds names in texts. The contract suite is ``tests/contracts/name_model.py``."""

    @property
    def id(self) -> str:
        """Name and version of the model and of what runs it: two models of one ``id`` find the same in the same text."""
        ...

    @property
    def entities(self) -> frozenset[str]:
        """The entities that it finds, of ``NAME_ENTITIES``."""
        ...

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The names in each text.

        Args:
            texts: any that UTF-8 can hold; without a reader before it, a model is given at most
                ``classifiers.names.pieces.PIECE`` characters in each.

        Returns:
            For each text its spans by ascending start, none overlapping another, in characters of that text. What is found in
            one text does not depend on the others of the call.
        """
        ...

"""How often random strings of a column's own shape are taken for an entity: what one ``chance`` a detector is too coarse for.

Numbers grouped as ``099999-9999`` are telephone numbers of somewhere nearly always, bare ones seldom; a quarter of all groups of
three digits may stand in an IP address, and every group of two. What a random string of the very shape has to say is told by
trying some.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np

from classifiers.detector import Detector

DRAWN = 200  # random strings of a shape
_SEED = 20
_ALPHABETS = {
    "9": np.frombuffer(b"0123456789", np.uint8),
    "A": np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8),
    "a": np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8),
}


@lru_cache(maxsize=8192)
def luck_in(detector: Detector, shape: str, *, whole: bool) -> float | None:
    """The share of random strings of this shape that match a rule of the detector and pass its check: in full, or in a part.

    Runs of letters count as one letter, as shapes have them, so the answer is None where the shape has letters and no string
    matches: the cells' words are longer then. Always the same answer for the same arguments.
    """
    if not shape.isascii():
        return None
    drawn = _drawn(shape)
    rules = [pattern.compiled() for pattern in detector.patterns]
    found: list[str] = []
    for text in drawn:
        matches = (rule.fullmatch(text) if whole else rule.search(text) for rule in rules)
        found.extend(match[0] for match in itertools.islice(filter(None, matches), 1))
    if not found and any(char.isalpha() for char in shape):
        return None
    passed = int(np.count_nonzero(detector.check(found))) if detector.check is not None and found else len(found)
    return passed / len(drawn)


def _drawn(shape: str) -> list[str]:
    rng = np.random.default_rng(_SEED)
    columns = [
        rng.choice(_ALPHABETS[char], DRAWN) if char in _ALPHABETS else np.full(DRAWN, ord(char), np.uint8)
        for char in shape
    ]
    drawn = np.stack(columns, axis=1) if columns else np.empty((DRAWN, 0), np.uint8)
    return list(dict.fromkeys(row.tobytes().decode("ascii") for row in drawn))

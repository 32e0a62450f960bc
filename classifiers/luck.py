"""How often a check is passed by random strings of a column's own shape: what a detector's one ``chance`` is too coarse for.

Numbers grouped as ``099999-9999`` are telephone numbers of somewhere nearly always, bare ones seldom; what a random number of the
very shape has to say is told by trying some.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from classifiers.detector import Detector

DRAWN, WANTED, ENOUGH = 1_500, 150, 30  # strings drawn, checked at most, and needed to tell
_SEED = 20
_ALPHABETS = {
    "9": np.frombuffer(b"0123456789", np.uint8),
    "A": np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8),
    "a": np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8),
}


@lru_cache(maxsize=4096)
def chance_in(detector: Detector, shape: str) -> float | None:
    """The share that passes the check, of random strings of this shape that match a rule of the detector in full.

    Runs of letters count as one letter, as shapes have them. Always the same answer for the same arguments. None where the detector
    has no check, or too few random strings match to tell.
    """
    if detector.check is None or not shape.isascii():
        return None
    rules = [pattern.compiled() for pattern in detector.patterns]
    found = [text for text in _drawn(shape) if any(rule.fullmatch(text) for rule in rules)][:WANTED]
    if len(found) < ENOUGH:
        return None
    return float(np.mean(np.asarray(detector.check(found), bool)))


def _drawn(shape: str) -> list[str]:
    rng = np.random.default_rng(_SEED)
    columns = [
        rng.choice(_ALPHABETS[char], DRAWN) if char in _ALPHABETS else np.full(DRAWN, ord(char), np.uint8)
        for char in shape
    ]
    drawn = np.stack(columns, axis=1) if columns else np.empty((DRAWN, 0), np.uint8)
    return list(dict.fromkeys(row.tobytes().decode("ascii") for row in drawn))

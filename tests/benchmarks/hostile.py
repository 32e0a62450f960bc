"""Texts made to be slow, against prose of the same length. ``python -m tests.benchmarks.hostile``."""

from __future__ import annotations

import time

from classifiers.catalogue import catalogue
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from tests.benchmarks.texts import texts

SIZE = 1_000_000  # characters
RUNS = 3
UNITS = (
    *(chr(point) for point in range(128)),
    *("é", "ß", "٣", "字", "\ud800", "\u200b", "\uff11"),
    *(
        "[{(",
        "<a@",
        "a@a.",
        "1-",
        "1.",
        "1 ",
        "12 ",
        "a.",
        "://",
        "::",
        "eyJ",
        "AKIA",
        "A1",
        "a1",
        "key=",
        "password ",
        '{"a":',
    ),
)


def seconds(matcher: Matcher, text: str) -> float:
    """The best of some runs."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.perf_counter()
        find(matcher, [text])
        best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Measure, and print rows of the table: the three slowest, and how they grow.

    Each is tried alone, and behind a letter that makes the text one outside ASCII.
    """
    matcher = Matcher(catalogue())
    prose = seconds(matcher, "".join(texts(SIZE)["prose"])[:SIZE])
    took = {unit: seconds(matcher, (unit * SIZE)[:SIZE]) for unit in UNITS}
    took |= {f"é {unit}": seconds(matcher, ("é " + unit * SIZE)[:SIZE]) for unit in UNITS}
    for unit in sorted(took, key=lambda unit: -took[unit])[:3]:
        start, again = ("é ", unit[2:]) if unit.startswith("é ") else ("", unit)
        half = seconds(matcher, (start + again * SIZE)[: SIZE // 2])
        print(f"| 1 MB of {unit!a} | {took[unit] / prose:.1f}x of prose, {took[unit] / half:.1f}x of half as much |")
    alone = max((unit for unit in UNITS if len(unit) == 1), key=lambda unit: took[unit])
    print(f"| 1 MB of one character, the slowest: {alone!a} | {took[alone] / prose:.1f}x of prose |")


if __name__ == "__main__":
    main()

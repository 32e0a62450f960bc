"""Texts through the whole catalogue, beside all rules of Presidio. ``python -m tests.benchmarks.texts``.

Three kinds, made by a fixed seed: prose of which 3 % of the lines say how to reach somebody; documentation in which every line
has an address in the web, a version or a path; and rows of people, in which eight of twelve cells are personal. Telephone numbers
are shown apart: whether one can be dialled is looked up in the metadata of libphonenumber.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence

from faker import Faker
from presidio_analyzer import RecognizerRegistry
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from classifiers.catalogue import catalogue
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from tests.benchmarks.bridge import analysed
from tests.benchmarks.tables import rows
from tests.classifiers.test_presidio import recognizers

SIZE = 2_000_000  # characters of each kind
CHUNK = 2_000  # characters of one text
PEER = 20_000  # characters that Presidio is given
RUNS = 3


def prose(fake: Faker, rng: random.Random) -> Iterator[str]:
    """Lines of words; 3 % of them tell a name, a mail address, and some a telephone number."""
    while True:
        line = fake.sentence(14)
        if rng.random() < 0.03:
            line += f" Contact {fake.name()} at {fake.email()}" + (
                f" or {fake.phone_number()}." if rng.random() < 0.5 else "."
            )
        yield line + "\n"


def documentation(fake: Faker, rng: random.Random) -> Iterator[str]:
    """Lines as in manuals: links, versions, paths, commands."""
    while True:
        word, number = fake.word(), rng.randrange(1, 30)
        yield rng.choice(
            [
                f"See the [{word}]({fake.uri()}) of {fake.domain_name()} for what {fake.sentence(6)}\n",
                f"pip install {word}=={number}.{number % 7}.{rng.randrange(40)}  # released {fake.date()}\n",
                f"    {word}: /usr/lib/{word}/{fake.file_path(depth=3)}\n",
                f"* `{word}` ({fake.uri()}): {fake.sentence(9)}\n",
                f"{fake.sentence(12)} <{fake.url()}{word}.html#{fake.word()}-{number}>\n",
            ]
        )


def people() -> Iterator[str]:
    """Rows of the table that scans are measured on."""
    yield from (",".join(map(str, row)) + "\n" for row in rows(20_000, 20_000))


def texts(size: int = SIZE) -> dict[str, list[str]]:
    """Each kind in texts of ``CHUNK`` characters."""
    fake, rng = Faker(), random.Random(7)
    fake.seed_instance(7)
    kinds = {"prose": prose(fake, rng), "documentation": documentation(fake, rng), "rows of people": people()}
    return {kind: _chunks(lines, size) for kind, lines in kinds.items()}


def _chunks(lines: Iterator[str], size: int) -> list[str]:
    parts: list[str] = []
    total = 0
    for line in lines:
        parts.append(line)
        total += len(line)
        if total >= size:
            break
    joined = "".join(parts)
    return [joined[first : first + CHUNK] for first in range(0, len(joined), CHUNK)]


def measured(matcher: Matcher, some: Sequence[str], entities: frozenset[str]) -> tuple[float, int]:
    """The best of some runs in MB/s, and how many findings."""
    best = 0.0
    size = sum(map(len, some)) / 1e6
    for _ in range(RUNS):
        began = time.perf_counter()
        found = sum(map(len, find(matcher, some, entities)))
        best = max(best, size / (time.perf_counter() - began))
    return best, found


def main() -> None:
    """Measure, and print rows of the table."""
    matcher = Matcher(catalogue())
    entities = frozenset(one.entity for one in matcher.detectors)
    peer = RecognizerRegistry([*recognizers(), PhoneRecognizer()])
    find(matcher, ["warm +1 212 555 0123"])
    for kind, some in texts().items():
        size = sum(map(len, some)) / 1e3
        without, few = measured(matcher, some, entities - {"PHONE_NUMBER"})
        whole, many = measured(matcher, some, entities)
        seconds, results = analysed(peer, some[: PEER // CHUNK])
        print(
            f"| {kind} | {without:.1f} MB/s without telephone numbers ({few / size:.1f} findings a kB), "
            f"{whole:.1f} with ({many / size:.1f}); all rules of Presidio {PEER / 1e6 / seconds:.3f} "
            f"({results / PEER * 1e3:.1f} results a kB) |"
        )


if __name__ == "__main__":
    main()

"""Every pattern recognizer of Presidio as it is, and accelerated, on the same text. ``python -m tests.benchmarks.bridge``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from faker import Faker
from presidio_analyzer import RecognizerRegistry

from engine.presidio import accelerate
from tests.benchmarks.tables import rows
from tests.classifiers.test_presidio import recognizers

SIZE = 20_000  # characters: one of Presidio's patterns takes time that grows with the square of it


def texts() -> dict[str, str]:
    """Prose, documentation, and rows of people."""
    fake = Faker()
    fake.seed_instance(1)
    catalogue = Path(__file__).parents[2] / "docs" / "reference" / "catalogue.md"
    return {
        "prose": " ".join(fake.paragraph() for _ in range(300))[:SIZE],
        "documentation": catalogue.read_text(encoding="utf-8")[:SIZE],
        "rows of people": "\n".join(",".join(map(str, row)) for row in rows(400, 400))[:SIZE],
    }


def analysed(registry: RecognizerRegistry, some: list[str]) -> tuple[float, int]:
    """Seconds, and how many results."""
    every: list[Any] = list(registry.recognizers)
    began = time.perf_counter()
    found = sum(len(one.analyze(text, one.supported_entities, None) or []) for text in some for one in every)
    return time.perf_counter() - began, found


def main() -> None:
    """Measure, and print rows of the table."""
    plain, fast = RecognizerRegistry(recognizers()), accelerate(RecognizerRegistry(recognizers()))
    analysed(fast, ["warm"])
    cells = [str(cell) for row in rows(40, 40) for cell in row]
    for name, some in {**{name: [text] for name, text in texts().items()}, "cells": cells}.items():
        (before, one), (after, other) = analysed(plain, some), analysed(fast, some)
        if one != other:
            raise AssertionError(f"{name}: {one} results, and {other}")
        size = sum(map(len, some)) / 1e6
        print(f"| {name}, {one:,} results | {size / before:.3f} and {size / after:.3f} MB/s: {before / after:.1f}x |")


if __name__ == "__main__":
    main()

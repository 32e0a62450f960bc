"""Bytes as an opened file of a known or detected format."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from engine.estate.formats.detect import Detection, detect
from engine.estate.formats.format import Budget, Chunk, Format, Source
from engine.estate.formats.registry import open_detected
from tests.contracts.format import cells_of

Make = Callable[[], AbstractContextManager[tuple[Format, Source]]]


def detected(body: bytes, name: str) -> Detection:
    return detect(io.BytesIO(body), name, len(body))


def opened(body: bytes, detection: Detection) -> Make:
    """Opens the bytes anew each time."""

    @contextmanager
    def make() -> Iterator[tuple[Format, Source]]:
        with io.BytesIO(body) as raw:
            yield open_detected(raw, detection)

    return make


def chunks_of(body: bytes, detection: Detection, budget: Budget | None = None) -> list[Chunk]:
    with opened(body, detection)() as (form, source):
        return list(form.chunks(source, None, budget or Budget()))


def columns(body: bytes, name: str) -> dict[str, list[object]]:
    """The columns of a small file, its format found out."""
    (chunk,) = chunks_of(body, detected(body, name))
    return {field: chunk.batch.column(field).to_pylist() for field in chunk.batch.schema.names}


def texts(body: bytes, detection: Detection) -> list[str]:
    """All values, sorted, as texts."""
    return sorted(text for _, text in cells_of(chunks_of(body, detection)).elements())


def troubles(body: bytes, detection: Detection) -> dict[str, int]:
    """The counts of troubles by kind."""
    found: dict[str, int] = {}
    for chunk in chunks_of(body, detection):
        for trouble in chunk.troubles:
            found[trouble.kind] = found.get(trouble.kind, 0) + trouble.count
    return found

"""Arrow string arrays seen as numpy buffers, without copying a value."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def text_buffers(texts: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Where each string begins and the last one ends, and all their UTF-8 bytes.

    Returns:
        offsets, one more than there are strings, the first one 0; and the bytes.
    """
    _, positions, body = texts.buffers()
    if positions is None or not len(texts):
        return np.zeros(len(texts) + 1, np.int64), np.empty(0, np.uint8)
    every = np.asarray(np.frombuffer(memoryview(positions), dtype=np.int32))
    offsets = every[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    low, high = int(offsets[0]), int(offsets[-1])
    data = np.empty(0, np.uint8) if body is None else np.frombuffer(memoryview(body), dtype=np.uint8)[low:high]
    return offsets - low, data


def strings(texts: Any) -> pa.StringArray:
    """An array, or a chunked one, as one array of type string."""
    whole = pa.concat_arrays(texts.chunks) if isinstance(texts, pa.ChunkedArray) else texts
    return cast("pa.StringArray", whole if pa.types.is_string(whole.type) else whole.cast(pa.string()))

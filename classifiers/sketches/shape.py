"""The shape of a cell: what it looks like, without what it says.

Runs of lower-case letters become one ``a``, runs of capital letters one ``A``, words wholly in letters outside ASCII one ``x``
(beside ASCII letters they count as ``a``), runs of blanks one space, each digit ``9``; other characters stay, control
characters become ``_``. ``"John Smith"`` has the shape ``"Aa Aa"`` and ``"536-90-4399"`` the shape ``"999-99-9999"``. Shapes
are what sketches count and what reports show as masked examples.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.sketches.arrow import strings, text_buffers

SHAPED = 64  # characters of a cell that are shaped


def _table() -> npt.NDArray[np.uint8]:
    table = np.arange(256, dtype=np.uint8)
    table[:32] = ord("_")
    table[127] = ord("_")
    table[128:] = ord("x")
    table[ord("a") : ord("z") + 1] = ord("a")
    table[ord("A") : ord("Z") + 1] = ord("A")
    table[ord("0") : ord("9") + 1] = ord("9")
    table[[9, 10, 13]] = ord(" ")
    return table


_CLASS = _table().tobytes()
_ALWAYS = (~np.isin(np.arange(256), [ord("a"), ord("A"), ord("x"), ord(" ")])).astype(np.uint8).tobytes()


def shapes(texts: pa.StringArray) -> pa.StringArray:
    """The shape of each string, in order; nulls are not allowed."""
    if not len(texts):
        return texts
    if int(np.diff(text_buffers(texts)[0]).max()) > SHAPED:
        texts = strings(pc.utf8_slice_codeunits(texts, 0, SHAPED))
    starts, body = text_buffers(texts)
    if not len(body):
        return texts
    classes = body.tobytes().translate(_CLASS)
    kinds = np.frombuffer(classes, np.uint8)
    keep = np.frombuffer(bytearray(classes.translate(_ALWAYS)), bool)
    keep[1:] |= kinds[1:] != kinds[:-1]
    inner = starts[:-1]
    keep[inner[inner < len(kinds)]] = True
    kept = np.zeros(len(kinds) + 1, np.int32)
    np.cumsum(keep, out=kept[1:])
    # compress, not kinds[keep]: four times as fast
    found = pa.StringArray.from_buffers(
        len(texts), pa.py_buffer(kept[starts].tobytes()), pa.py_buffer(np.compress(keep, kinds).tobytes())
    )
    return found if int(body.max()) < 128 else _mixed(found)


def _mixed(found: pa.StringArray) -> pa.StringArray:
    """Letters outside ASCII that stand in a word with ASCII ones, as small letters of that word."""
    for pattern, instead in ((r"([aA])x", r"\1a"), (r"x([aA])", r"a\1"), (r"a+", "a")):
        found = strings(pc.replace_substring_regex(found, pattern, instead))
    return found


def shape(text: str) -> str:
    """The shape of one string."""
    return str(shapes(pa.array([text], pa.string()))[0])

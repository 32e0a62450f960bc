"""A text as a scanner sees it that knows ASCII only: its *shadow*, one byte a character, so that offsets are characters.

Text of ASCII is its own shadow. Elsewhere letters outside ASCII stand as ``_``, digits as ``0``, blanks as a space, all else as
0x01; and the few letters that fold to ASCII ones as these.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt


@cache
def _shadow_table() -> npt.NDArray[np.uint8]:
    """One byte for every code point."""
    table = np.full(0x110000, 1, np.uint8)
    table[:128] = np.arange(128)
    table[0x1C:0x20] = ord(" ")
    for point in range(128, 0x110000):
        if 0xD800 <= point < 0xE000:
            continue
        char = chr(point)
        category = unicodedata.category(char)
        if category == "Nd":
            table[point] = ord("0")
        elif char.isalnum():
            table[point] = ord("_")
        elif char.isspace():
            table[point] = ord(" ")
    table[0x017F], table[0x212A] = ord("s"), ord("k")  # the letters outside ASCII that fold to ASCII ones
    table[[0x0130, 0x0131]] = ord("i")
    return table


def shadow(text: str) -> bytes:
    """One byte a character; see the module."""
    if text.isascii():
        return text.encode("ascii")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _shadow_table()[points].tobytes()

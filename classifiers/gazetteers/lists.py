"""Lists of given names, family names and towns, as sorted 32-bit sums of their normal forms.

No list is complete, and none tells what a word means: *Paris* is on all three. They say how many cells of a field are names, and
what share of other words would be, so that a whole field can be judged; of a single word they prove nothing. Sources and
licences stand in ``NOTICE.md`` beside the files, and ``build.py`` makes them anew.
"""

from __future__ import annotations

import unicodedata
import zlib
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

LISTS = ("given", "family", "word", "town")
"""Names that are English words or countries as well stand in ``word`` alone, whether given or family names."""

_FOLDED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "\u0131": "i", "ħ": "h"}
)


def normal(name: str) -> str:
    """A name as lists have it: letters without marks, in small letters, without blanks and signs; empty for other scripts."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    letters = "".join(char for char in folded if char.isalpha())
    return letters if letters.isascii() else ""


def sums(names: list[str]) -> npt.NDArray[np.uint32]:
    """What lists keep of normal forms: the CRC-32 of each."""
    return np.fromiter((zlib.crc32(name.encode("ascii")) for name in names), np.uint32, len(names))


@cache
def _kept(name: str) -> npt.NDArray[np.uint32]:
    data = resources.files("classifiers.gazetteers").joinpath(f"{name}.bin").read_bytes()
    return np.frombuffer(data, np.dtype("<u4"))


def listed(name: str, normals: list[str]) -> list[bool]:
    """Whether each normal form is on the list ``name``, one of ``LISTS``. Of others one in 20,000 seems to be."""
    kept, asked = _kept(name), sums(normals)
    places = np.minimum(np.searchsorted(kept, asked), len(kept) - 1)
    found = kept[places] == asked
    return [bool(form) and hit for form, hit in zip(normals, found.tolist(), strict=True)]

"""Whether what stands behind a word for plates has the format of a country's plates."""

from __future__ import annotations

import re
from functools import cache

_FORMATS = {
    "AT": r"[A-Z]{1,2}[ -]?[1-9][0-9]{0,4} ?[A-Z]{1,3}",
    "AU": r"[A-Z]{3} ?[0-9]{3}|[0-9]{3} ?[A-Z]{3}|[A-Z]{2} ?[0-9]{2} ?[A-Z]{2}|[0-9][A-Z]{2} ?[0-9][A-Z]{2}",
    "BE": r"[1-9]-[A-HJ-NPR-Z]{3}-[0-9]{3}",
    "BR": r"[A-Z]{3}-?[0-9][A-J0-9][0-9]{2}",
    "CA": r"[A-Z]{4} ?[0-9]{3}|[A-Z]{3} ?[0-9]{3}|[A-Z][0-9]{2} ?[A-Z]{3}",
    "CH": r"(?:A[GIR]|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|UR|V[DS]|Z[GH])[ -]?[1-9][0-9]{0,5}",
    "DK": r"[A-Z]{2} ?[0-9]{2} ?[0-9]{3}",
    "ES": r"[0-9]{4}[ -]?[BCDFGHJ-NPRSTV-Z]{3}",
    "FI": r"[A-Z]{2,3}-[0-9]{1,3}",
    "FR": r"[A-HJ-NP-TV-Z]{2}[ -]?[0-9]{3}[ -]?[A-HJ-NP-TV-Z]{2}",
    "IT": r"[A-HJ-NPR-TV-Z]{2} ?[0-9]{3} ?[A-HJ-NPR-TV-Z]{2}",
    "NL": r"(?=(?:[A-Z-]*[0-9]){1,5}[A-Z-]*\Z)[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}",
    "NO": r"[A-Z]{2} ?[0-9]{5}",
    "PL": r"[A-Z]{2,3} ?(?=[A-Z]{0,2}[0-9])[0-9A-Z]{4,5}",
    "PT": r"(?:[A-Z]{2}|[0-9]{2})-(?:[A-Z]{2}|[0-9]{2})-(?:[A-Z]{2}|[0-9]{2})",
    "SE": r"[A-HJ-PR-UW-Z]{3} ?[0-9]{2}[0-9A-HJ-NPR-UW-Z]",
}
"""Formats by country (ISO 3166), as the registers of vehicles describe those in use."""


@cache
def _any() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in _FORMATS.values()))


def license_plate(value: str) -> bool:
    """Whether a value ends in a plate of one of the countries, with a digit and a letter in it."""
    return any(_plate_of(value[start:]) for start in _starts(value))


def _starts(value: str) -> list[int]:
    """Where the last words begin: a plate has at most four parts."""
    return [0, *(match.end() for match in re.finditer(r"[ :]", value))][-4:]


def _plate_of(text: str) -> bool:
    has_both = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return has_both and _any().fullmatch(text) is not None

"""How a delimited file is written: its delimiter, its width, and whether it begins with names.

Judged from samples, so it may be wrong: nothing is lost then, because rows of another width are still read whole and
counted, and a first row that may be data is read as data.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 2000
_LONGEST_NAME = 64  # characters
_STEADY = 0.8  # share of rows of one width from which a delimiter is believed
_DATA = re.compile(
    r"""
    \s*[-+]?[\d.,:/\s%$€£()-]*\d[\d.,:/\s%$€£()TZ+-]*\s*   # numbers, dates, times, money, phone numbers
    | .*@.*\..* | https?://.*                              # addresses
    | true|false|null|nan|n/a | [0-9a-f-]{16,}
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_IDENTIFIER = re.compile(r"[a-z]+\d{0,2}([_.\-/][a-z0-9]+)+|[a-z]{2,}([A-Z][a-z0-9]+)+|[A-Z]+(_[A-Z0-9]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = frozenset(
    """
    account address adresse age alter amount anrede apellido apellidos balance bank betrag bic birth birthdate birthday
    born budget calle card category cell cep ciudad city client code codice cognome comment comments company contact
    correo country county created currency customer cvv date datum department description dni dob email employee ethnicity
    expiry fax fecha first firstname firma gebdatum geburtsdatum gender geschlecht gewicht group hausnummer height home host
    iban id income index indirizzo ip job key kommentar konto kunde kundennummer label land language last lastname lat
    latitude level line lon longitude mail manager message middle mobile mobil mobiltelefon model month nachname nacimiento
    name naissance national nationality nino nom nombre nome note notes nr number nummer occupation order ort pais password
    patient pays person phone place plz postal postcode prenom price product provincia qty quantity race rating reference
    region religion role salary score sex sku source ssn staat stadt start state status strasse street subject surname
    tag tax tel telefon telefono telephone text time timestamp title token total town type unit updated url user username
    value vat version via ville vorname website weight year zip
    """.split()
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written (RFC 4180 and its relatives; the quote is ``"``, doubled inside).

    Attributes:
        delimiter: one character.
        header: the first record holds the names; else fields are ``column1``, ``column2``, ...
        width: cells of most rows, when there is no header.
    """

    delimiter: str = ","
    header: bool = True
    width: int = 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """A dialect, and how far the samples bear it out.

    Attributes:
        dialect: the likeliest one.
        steady: the share of rows that have its width, 0..1.
        rows: rows seen.
    """

    dialect: Dialect
    steady: float
    rows: int


def judge(samples: Iterable[str]) -> Judgement:
    """The likeliest dialect of a file.

    Args:
        samples: whole lines from its beginning first, then from further on.
    """
    texts = list(samples)
    best = Judgement(Dialect(width=0), 0.0, 0)
    for delimiter in DELIMITERS:
        parts = [_rows(text, delimiter) for text in texts]
        rows = [row for part in parts for row in part]
        if not rows:
            continue
        width, count = max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]))
        found = Judgement(Dialect(delimiter, width=width), count / len(rows), len(rows))
        if _rank(found) > _rank(best):
            best = Judgement(Dialect(delimiter, _has_header(parts[0]), width), found.steady, len(rows))
    return best


def _rank(judgement: Judgement) -> tuple[bool, float, int]:
    width = judgement.dialect.width
    return width > 1 and judgement.steady >= _STEADY, round(judgement.steady, 1) if width > 1 else 0.0, width


def _rows(text: str, delimiter: str) -> list[list[str]]:
    return [row for row in islice(lenient_rows(io.StringIO(text, newline=""), delimiter), _SAMPLE_ROWS) if row]


def lenient_rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Rows of some lines until one cannot be read."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row holds names: none of its cells looks like data, and most like names or unlike their column."""
    if not rows:
        return False
    first, rest = rows[0], rows[1:]
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    if not filled or len(filled) * 2 < len(cells) or any(_is_data(cell) for cell in filled):
        return False
    if not rest:
        return all(_is_name(cell) for cell in filled)
    if len(set(filled)) < len(filled) and not all(_is_name(cell) for cell in filled):
        return False
    named = sum(_is_name(cell) for cell in filled)
    unlike = sum(_is_unlike(place, cell, rest) for place, cell in enumerate(cells) if cell)
    return unlike > 0 or named * 2 >= len(filled)


def _is_data(cell: str) -> bool:
    return len(cell) > _LONGEST_NAME or bool(_DATA.fullmatch(cell))


def _is_name(cell: str) -> bool:
    if _IDENTIFIER.fullmatch(cell):
        return True
    words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell))
    return any(word.lower() in _NAMES or word.lower().removesuffix("s") in _NAMES for word in words)


def _is_unlike(place: int, cell: str, rest: list[list[str]]) -> bool:
    """Its column holds numbers, dates or addresses, which it is not (``_DATA`` was tried before)."""
    column = [row[place].strip() for row in rest[:50] if place < len(row) and row[place].strip()]
    return bool(column) and cell not in column and sum(map(_is_data, column)) * 2 > len(column)

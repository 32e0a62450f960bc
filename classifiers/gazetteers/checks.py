"""Checks of whole cells by lists: whether a cell is a given name, a family name, a full name, a town, a company, a street.

A cell is asked as it stands and in its parts, since lists have *Anne* and *Marie* but not every pair of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from classifiers.gazetteers.lists import listed, normal

MOST_WORDS = 6

_TITLES = frozenset(
    "mr mrs ms miss dr prof sir herr frau mme mlle sr sra dott ing jr sr ii iii iv phd md mag dipl".split()
)
_PARTICLES = frozenset(
    "de da di do du del della der den des dos das van von zu la le el al bin ibn ben ter ten af av y e".split()
)
_SPLIT = re.compile(r"[\s,]+")

_LEGAL = re.compile(
    r"(?i)(?:^|[\s,.&-])(?:inc|incorporated|corp|corporation|co|company|llc|l\.l\.c|llp|lp|plc|ltd|limited|pty|gmbh|mbh|ag|kg|kgaa|"
    r"ohg|gbr|e\.?k|e\.?v|se|sa|s\.a|sas|sarl|s\.a\.r\.l|eurl|snc|sca|spa|s\.p\.a|srl|s\.r\.l|sl|s\.l|slu|bv|b\.v|nv|n\.v|vof|"
    r"ab|oy|oyj|as|a/s|asa|aps|i/s|hf|ehf|ood|eood|doo|d\.o\.o|d\.d|sp\. ?z ?o\. ?o|s\.?r\.?o|a\.s|kft|zrt|nyrt|rt|bt|"
    r"ltda|s/a|eireli|cia|lda|pvt|bhd|kk|k\.k|group|holdings?|gruppe|partners|& sons|and sons|& co|stiftung|foundation)\.?$"
)
_STREET = re.compile(
    r"(?i)(?:\b(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|close|"
    r"crescent|highway|hwy|parkway|pkwy|trail|alley|rue|chemin|impasse|quai|allée|route|cours|via|viale|corso|piazza|vicolo|"
    r"calle|avenida|avda|plaza|paseo|camino|rua|travessa|praça|largo|ulica|ul|aleja|straat|laan|plein|weg|gracht|gata|vägen|"
    r"vej|gade|katu|tie|utca|út|strada|bulevardul|strasse|platz|allee|ring|gasse|damm|ufer)\b"
    r"|(?:str\.|straße|strasse|gasse|weg|platz|allee|ring|damm|ufer|straat|laan|plein|gracht|kade|dijk|gatan|vägen|gade|vej|"
    r"gata|veien|katu|tie|kuja)(?=[\s,.0-9]|$))"
)
_NUMBERED = re.compile(  # words that are much else, but after a number and names the ends of streets (USPS Publication 28, C1)
    r"(?i)^[0-9]{1,6}[a-z]? (?:[\w.']+ ){1,3}(?:bend|bluff|bridge|brook|burg|bypass|camp|canyon|cape|causeway|center|circles?|"
    r"cliffs?|club|common|corners?|course|cove|coves|creek|crest|crossing|crossroad|curve|dale|dam|divide|estates?|expressway|"
    r"extensions?|falls?|ferry|fields?|flats?|fords?|forest|forges?|forks?|fort|freeway|gardens?|gateway|glens?|greens?|groves?|"
    r"harbors?|haven|heights|hills?|hollow|inlet|islands?|isle|junctions?|keys?|knolls?|lakes?|land|landing|lights?|loaf|locks?|"
    r"lodge|loop|mall|manors?|meadows?|mews|mills?|mission|motorway|mount|mountains?|neck|orchard|oval|overpass|parks?|parkways?|"
    r"pass|passage|path|pike|pines?|plains?|plaza|points?|ports?|prairie|radial|ramp|ranch|rapids?|rest|ridges?|river|row|run|"
    r"shoals?|shores?|skyway|springs?|spurs?|station|stravenue|stream|streets|summit|throughway|trace|track|trafficway|tunnel|"
    r"turnpike|underpass|unions?|valleys?|via|viaduct|views?|villages?|ville|vista|walks?|wall|ways|wells?)\b"
)
_DIGIT = re.compile("[0-9]")
_FEMININE = (("ska", "ski"), ("cka", "cki"), ("dzka", "dzki"), ("zka", "zki"), ("ova", ""), ("eva", "ev"), ("aja", "i"))
"""Slavic family names of women, as those of men, which the census of a country without such forms has mostly."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A check of whole cells. Its name stands for it wherever detectors are compared or hashed."""

    name: str

    def __call__(self, values: Sequence[str]) -> Sequence[bool]:
        """Whether each cell is what the check is named after."""
        return _CHECKS[self.name](values)


def _parts(value: str) -> list[str]:
    """The words of a name, without titles, initials and bare particles; empty where there are too many."""
    words = [word for word in _SPLIT.split(value.strip()) if word]
    if len(words) > MOST_WORDS:
        return []
    kept = [word for word in words if normal(word) not in _TITLES and len(word.rstrip(".")) > 1]
    return [word for word in kept if normal(word) not in _PARTICLES] or kept


def _pieces(word: str) -> list[str]:
    """A word as it stands, or the parts of one with hyphens."""
    return [normal(piece) for piece in word.split("-") if piece]


def _of_men(form: str) -> str:
    """A family name as the men of the family bear it."""
    for end, other in _FEMININE:
        if form.endswith(end) and len(form) > len(end) + 2:
            return form.removesuffix(end) + other
    return form


class _Asked:
    """The answers of one list for many words, asked at once."""

    def __init__(self, name: str, words: Iterable[str]) -> None:
        forms = sorted({form for word in words for form in (normal(word), *_pieces(word))})
        hits = listed(name, forms)
        if name == "family":
            hits = [one or other for one, other in zip(hits, listed(name, list(map(_of_men, forms))), strict=True)]
        self._known = {form for form, hit in zip(forms, hits, strict=True) if hit}

    def holds(self, word: str) -> bool:
        """Whether a word is listed, or each of its parts."""
        return normal(word) in self._known or all(piece in self._known for piece in _pieces(word) or [""])


def _single(name: str, most: int) -> Callable[[Sequence[str]], list[bool]]:
    """Cells of up to ``most`` words that are all listed, or that are listed as one."""

    def check(values: Sequence[str]) -> list[bool]:
        cells = [(value, _parts(value)) for value in values]
        asked = _Asked(name, [word for value, parts in cells for word in (value, *parts)])
        return [
            asked.holds(value) or (0 < len(parts) <= most and all(map(asked.holds, parts))) for value, parts in cells
        ]

    return check


def _full(values: Sequence[str]) -> list[bool]:
    """Cells of two to six words, one end a given name and the other a family name; either may be a word as well, not both."""
    cells = [_parts(value) for value in values]
    words = [word for parts in cells for word in (*parts[:1], *parts[-1:])]
    given, family, word = (_Asked(name, words) for name in ("given", "family", "word"))

    def are_names(one: str, other: str) -> bool:
        first, last = given.holds(one), family.holds(other)
        return (first and last) or (first and word.holds(other)) or (word.holds(one) and last)

    def is_name(parts: list[str]) -> bool:
        return len(parts) > 1 and (are_names(parts[0], parts[-1]) or are_names(parts[-1], parts[0]))

    return [is_name(parts) for parts in cells]


def _town(values: Sequence[str]) -> list[bool]:
    forms = [normal(value.partition(",")[0].partition("(")[0]) for value in values]
    return listed("town", forms)


def _company(values: Sequence[str]) -> list[bool]:
    return [bool(_LEGAL.search(value.strip())) and len(value.split()) > 1 for value in values]


def _street(values: Sequence[str]) -> list[bool]:
    return [bool((_STREET.search(one) and _DIGIT.search(one)) or _NUMBERED.search(one)) for one in values]


_CHECKS: dict[str, Callable[[Sequence[str]], list[bool]]] = {
    "given": _single("given", 3),
    "family": _single("family", 3),
    "full": _full,
    "town": _town,
    "company": _company,
    "street": _street,
}

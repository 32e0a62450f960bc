"""What verdicts are scored on: locales, countries, a library and (but for one) kinds of decoys not fitted on.

Only look at the scores. Whoever looks at single errors here and mends them has to hold out other data.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from tests.benchmarks.labelled import Kind, Table, decoys, numbers, people, tables

FAKER: dict[str, dict[str, tuple[str, ...]]] = {
    "en_GB": {},
    "es_ES": {"phone": ("telefono", "movil"), "given": ("nombre",), "family": ("apellidos",), "street": ("direccion",)},
    "nl_NL": {"phone": ("telefoon",), "street": ("straat",), "city": ("woonplaats",), "birth": ("geboortedatum",)},
    "pt_BR": {"phone": ("telefone",), "street": ("endereco",), "city": ("cidade",), "birth": ("data_nascimento",)},
    "fi_FI": {"phone": ("puhelin",)},
    "da_DK": {"phone": ("telefon",)},
    "no_NO": {"phone": ("telefon",)},
    "ro_RO": {"phone": ("telefon",)},
    "hu_HU": {"phone": ("telefon",)},
    "en_CA": {},
    "ja_JP": {},
    "ko_KR": {},
}
MIMESIS = ("en-au", "es-mx", "pt", "sk", "uk", "et", "de-at", "de-ch", "nl-be", "hr")
COUNTRIES = (
    "gb es nl br fi dk no ro hu ca jp kr bg hr ee lv si sk pt ch il th tw ua ru rs pe ec co do uy ve vn my mk mt lu cy nz"
).split()


def has_mimesis() -> bool:
    """Whether its columns are among these."""
    return find_spec("mimesis") is not None


def everything() -> Iterable[Table]:
    """All tables."""
    made: list[tuple[str, list[Kind]]] = [(one, people.kinds_of_faker(one, words)) for one, words in FAKER.items()]
    if has_mimesis():
        made += [(one, people.kinds_of_mimesis(one, {})) for one in MIMESIS]
    for at, (name, kinds) in enumerate(people.locales(made)):
        yield from tables(name, kinds, f"held out {at}")
    for kind in numbers.kinds_of_countries(COUNTRIES):
        yield from tables("people", [kind], f"held out {kind.family}")
    yield from decoys.tables_of(decoys.HELD_OUT, "held out", rounds=4)

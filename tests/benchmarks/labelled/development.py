"""What verdicts are fitted on. Look into it as you like."""

from __future__ import annotations

from collections.abc import Iterable

from tests.benchmarks.labelled import Table, decoys, numbers, people, tables

LOCALES: dict[str, dict[str, tuple[str, ...]]] = {
    "en_US": {},
    "de_DE": {
        "phone": ("telefon", "handynummer"),
        "name": ("kundenname",),
        "birth": ("geburtsdatum",),
        "city": ("ort",),
    },
    "fr_FR": {"phone": ("telephone",), "name": ("nom",), "given": ("prenom",), "birth": ("date_naissance",)},
    "it_IT": {"phone": ("telefono", "cellulare"), "family": ("cognome",), "street": ("indirizzo",)},
    "sv_SE": {"phone": ("telefon",), "city": ("ort",)},
    "pl_PL": {"phone": ("telefon",), "city": ("miasto",)},
    "en_IN": {},
    "tr_TR": {"phone": ("telefon",)},
    "cs_CZ": {"phone": ("telefon", "mobil")},
    "el_GR": {},
}
COUNTRIES = "us de fr it se pl in_ tr cz gr at be au ar cl mx za lt cn is_ ie".split()


def everything() -> Iterable[Table]:
    """All tables."""
    made = [(locale, people.kinds_of_faker(locale, words)) for locale, words in LOCALES.items()]
    for at, (name, kinds) in enumerate(people.locales(made)):
        yield from tables(name, kinds, f"development {at}")
    for kind in numbers.kinds_of_countries(COUNTRIES):
        yield from tables("people", [kind], f"development {kind.family}")
    yield from decoys.tables_of(decoys.DEVELOPMENT, "development", rounds=3)

"""Deciding many fields against many policies: of every kind of selector, over an estate in which few things are alike.

``python -m tests.benchmarks.deciding [FIELDS [POLICIES]]``
"""

from __future__ import annotations

import sys
import time
from random import Random
from types import MappingProxyType

from classifiers.detector import Sensitivity
from engine.base.ids import FieldId, new_id
from engine.governance.calendar.durations import Duration
from engine.governance.policy.decide import Decider
from engine.governance.policy.facts import AssetFact, EntityFact, FieldFact, StoreFact
from engine.governance.policy.model import Anonymise, Column, Delete, Place, Retention, Rule, Selector
from engine.governance.policy.words import shipped_words
from tests.peak import peak

FIELDS, POLICIES = 100_000, 200
FIELDS_EACH = 20
STORES = 40
NAMES = ("email", "name", "note", "iban")
UNREAD = "3 of 12 objects not read yet"
SENSITIVITIES = tuple(Sensitivity)


def estate(fields: int, random: Random) -> list[AssetFact]:
    """Tables of 20 fields each: half of the fields hold nothing, every tenth table was not read whole."""
    stores = [
        StoreFact(f"store{n}", owner=f"team{n % 7}", jurisdiction=("DE", "FR", "", "US")[n % 4], purposes=("orders",))
        for n in range(STORES)
    ]
    found = []
    for number in range(fields // FIELDS_EACH):
        unknown = UNREAD if number % 10 == 0 else ""
        columns = tuple(
            FieldFact(f"{random.choice(NAMES)}_{number}_{place}", _held(random), unknown, id=FieldId(new_id()))
            for place in range(FIELDS_EACH)
        )
        found.append(AssetFact(stores[number % STORES], f"table{number}", fields=columns, unknown=unknown))
    return found


def _held(random: Random) -> tuple[EntityFact, ...]:
    count = random.choice((0, 0, 0, 1, 1, 2))
    shipped = shipped_words()
    return tuple(
        EntityFact(
            random.choice(shipped.entities).partition("/")[0],
            "",
            random.choice(shipped.categories),
            random.choice(SENSITIVITIES),
            round(random.uniform(0.4, 1), 3),
        )
        for _ in range(count)
    )


def rules(count: int, random: Random) -> list[Rule]:
    """Rules that select by one to three keys each."""
    words, found = shipped_words(), []
    for number in range(count):
        keys = {
            "categories": tuple(random.sample(words.categories, 2)),
            "entities": tuple(random.sample(words.entities, 3)),
            "sensitivities": ("confidential", "restricted"),
            "stores": (f"store{random.randrange(STORES)}", f"store{random.randrange(9)}*"),
            "assets": (f"table{random.randrange(10)}*",),
            "fields": (f"{random.choice(('email', 'name', 'iban'))}_*",),
            "owners": (f"team{random.randrange(7)}",),
            "jurisdictions": ("DE",),
        }
        given = {name: keys[name] for name in random.sample(sorted(keys), random.randint(1, 3))}
        excluded = Selector(assets=(f"*{number % 10}",)) if number % 5 == 0 else None
        maximum = Duration(months=12 + number) if number % 2 else None
        found.append(
            Rule(
                name=f"rule{number:03}",
                title="",
                selector=Selector(**given, excluded=excluded),
                retention=Retention(Duration(months=1 + number % 12), maximum, (Column("closed"),)),
                disposal=None if maximum is None else Delete() if number % 4 == 1 else _anonymised(),
                encryption=("at_rest",) if number % 3 == 0 else (),
                owner=number % 4 == 0,
                labels=("purpose",) if number % 6 == 0 else (),
                statutory=number % 8 == 0,
                source=None,
                place=Place("drawn", number),
                zone="UTC",
            )
        )
    return found


def _anonymised() -> Anonymise:
    return Anonymise(MappingProxyType({"note": None}))


def decide(fields: int = FIELDS, policies: int = POLICIES) -> str:
    """What it takes, in words: rules made ready, every field, requirement and retention decided."""
    random = Random(43)
    assets, chosen = estate(fields, random), rules(policies, random)
    began, processor, decided = time.perf_counter(), time.process_time(), 0
    for one in Decider(chosen).decide_all(assets):
        decided += len(one.fields)
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    return (
        f"{decided:,} fields of {len(assets):,} tables against {policies} policies in {seconds:.1f} s "
        f"({processor:.1f} s of processor time), peak {peak() / 2**20:.0f} MiB"
    )


if __name__ == "__main__":
    print(decide(*map(int, sys.argv[1:])))

"""Columns of national and business numbers, valid by python-stdnum: its own examples with other digits and letters."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from itertools import cycle

from classifiers.catalogue import catalogue
from classifiers.checks.sampled import Stdnum
from tests.benchmarks.labelled import Draw, Kind
from tests.classifiers.pack import redrawn

POOL = 150  # different numbers in a column
TRIES = 60_000
COMMON = frozenset("vat tin vatin nit id iban".split())
"""Names of modules that need their country's beside them."""


@cache
def entities() -> dict[str, str]:
    """What the catalogue calls the numbers of each module that it covers without a field's name."""
    found: dict[str, str] = {}
    for one in catalogue():
        if isinstance(one.check, Stdnum) and not one.needs_column:
            found.setdefault(one.check.module, one.entity)
    return found


def kinds_of_countries(countries: Iterable[str]) -> list[Kind]:
    """Every module of these countries (as python-stdnum names them) of which enough numbers can be drawn."""
    wanted = set(countries)
    return [kind for module in sorted(entities()) if module.split(".")[0] in wanted for kind in _kinds(module)]


def _kinds(module: str) -> Iterable[Kind]:
    from tests.classifiers.test_stdnum_examples import EXAMPLES, LEFT_OUT

    templates = [value for value in EXAMPLES.get(module, []) if value not in LEFT_OUT]
    for template in dict.fromkeys(_style(value) for value in templates):
        example = next(value for value in templates if _style(value) == template)
        pool = _drawn(module, example)
        if len(pool) >= POOL // 3:
            yield Kind(f"stdnum {module} {template}", entities()[module], _headers(module), _from(pool))


def _style(value: str) -> str:
    return "".join("9" if char.isdigit() else "A" if char.isalpha() else char for char in value)


def _drawn(module: str, example: str) -> list[str]:
    valid = import_module(f"stdnum.{module}").is_valid
    rng = random.Random(f"{module} {example}")
    found: dict[str, None] = {}
    for _ in range(TRIES):
        value = redrawn(example, rng)
        if valid(value):
            found[value] = None
            if len(found) >= POOL:
                break
    return list(found)


def _headers(module: str) -> tuple[str, ...]:
    country, _, name = module.rpartition(".")
    plain = name.strip("_")
    if plain in COMMON:
        return (f"{country.strip('_')}_{plain}", f"{plain}_number")
    return (plain, f"{plain}_number", plain.upper())


def _from(pool: list[str]) -> Draw:
    """Each of the pool in turn, so that a column has as many different values as it can."""
    values = cycle(pool)
    return lambda _, __: next(values)

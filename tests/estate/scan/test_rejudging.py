"""Another detector pack: judged anew from sketches where these tell all, read again where they cannot, and never in between."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select

from api.cli.scan import as_document
from api.cli.summary import print_summary
from classifiers.catalogue import catalogue
from classifiers.detector import Detector, Pattern, Sensitivity, digits
from classifiers.identity import observing, pack_hash
from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, FieldRow, VerdictRow
from engine.base.work.presence import Presence
from engine.estate.detectors.pack import Pack
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import InventoryView
from engine.estate.scan.asked import Asked
from engine.estate.scan.begin import Desk
from engine.estate.scan.close import ScanResult
from engine.estate.scan.fence import ScanWorker
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import scanner, sketches

CHANGED = Asked()
SSN_FIELDS = (
    "files/list.csv.mail",
    "files/list.csv.number",
    "shop/people.born",
    "shop/people.city",
    "shop/people.code",
)
DETECTORS = tuple(
    one
    for one in catalogue()
    if not one.patterns or one.key in {"EMAIL_ADDRESS", "US_SSN", "CREDIT_CARD", "UK_NHS", "DATE_TIME/DATE_OF_BIRTH"}
)
"""Some of each kind, as these compile at once."""
CHECKED = next(one for one in DETECTORS if one.check)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """What the first scan judges by."""
    return Pack.of(DETECTORS)


@pytest.fixture
def estate(tmp_path: Path) -> list[DeclaredStore]:
    """Two assets that tell versions, with columns that names, shapes and values speak for."""
    rng = random.Random(4)
    files = tmp_path / "files"
    files.mkdir()
    lines = "".join(f"{n},person{n}@mail.example\n" for n in range(150))
    (files / "list.csv").write_text(f"number,mail\n{lines}", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE people (code TEXT, city TEXT, born TEXT)")
        connection.executemany(
            "INSERT INTO people VALUES (?, ?, ?)",
            [
                (
                    f"{rng.randrange(100, 600)}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}",
                    rng.choice(["Springfield", "Old Town", "Rome"]) if n % 50 else "4111 1111 1111 1111",
                    f"19{rng.randrange(10, 99)}-03-{rng.randrange(10, 28)}",
                )
                for n in range(300)
            ],
        )
    return [
        DeclaredStore(FilesStore("files", files)),
        DeclaredStore(SqlStore("shop", f"sqlite:///{tmp_path}/shop.db")),
    ]


def scan(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], by: Pack, asked: Asked = CHANGED
) -> ScanResult:
    """A scan a day later."""
    clock.instant += timedelta(days=1)
    return replace(scanner(database, estate, asked=asked), pack=by).run()


def held(database: Database) -> dict[str, tuple[object, object]]:
    """What every field is held to be, and what is shown of it."""
    query = select(AssetRow.name, FieldRow).join(
        AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id)
    )
    with database.snapshot() as session:
        return {f"{asset}.{row.path}": (row.found, row.examples) for asset, row in session.execute(query)}


def verdicts(database: Database) -> int:
    """How many were ever given."""
    with database.snapshot() as session:
        return session.scalar(select(func.count()).select_from(VerdictRow)) or 0


def with_one(key: str, **changes: object) -> tuple[Detector, ...]:
    """The pack with one detector otherwise."""
    return tuple(replace(one, **changes) if one.key == key else one for one in DETECTORS)  # type: ignore[arg-type]


def judging_otherwise(seed: int) -> Sequence[Detector]:
    """The pack with other weights, names and shapes, some detectors gone and one that needs no values new."""
    rng = random.Random(seed)
    names = [name for one in DETECTORS for name in one.columns] + ["code", "number", "mail", "city", "born"]
    out = [
        Detector(entity="TOWN", title="T.", category="user", sensitivity=Sensitivity.PUBLIC, source="x", shapes="Aa")
    ]
    for one in DETECTORS:
        if rng.random() < 0.1:
            continue
        named = one.columns if looked_for_by_name(one) else tuple(rng.sample(names, 20))
        without = bool(one.patterns) and rng.random() < 0.1
        changed = replace(
            one,
            chance=rng.choice([one.chance, 0.001, 0.1, 1.0]),
            columns=named,
            not_columns=one.not_columns if looked_for_by_name(one) else tuple(rng.sample(names, 2)),
            needs_column=one.needs_column if one.patterns else rng.random() < 0.3,
            sensitivity=rng.choice(list(Sensitivity)),
            shapes=one.shapes if one.samples_cells else rng.choice([one.shapes, None, "[Aa ]+", "[9-]+"]),
            small_domain=rng.random() < 0.2,
            patterns=() if without else one.patterns,
            check=None if without else one.check,
        )
        out.append(changed)
    return out


def looked_for_by_name(one: Detector) -> bool:
    """Whether names decide what sketches hold of it."""
    return one.needs_column and bool(one.patterns)


@pytest.mark.parametrize("seed", range(3))
def test_what_only_judges_otherwise_gives_the_verdicts_of_a_full_scan_without_reading(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack, seed: int
) -> None:
    scan(database, clock, estate, pack)
    first = held(database)
    by = Pack.of(judging_otherwise(seed))
    result = scan(database, clock, estate, by)
    assert (result.rows_read, result.unchanged, result.status) == (0, 2, "complete")
    assert (result.rejudged.assets, result.rejudged.fields, result.rejudged.because) == (2, 5, ())
    anew, made, count = held(database), sketches(database), verdicts(database)
    assert anew != first
    assert scan(database, clock, estate, by, Asked(full=True)).rows_read == 450
    assert held(database) == anew
    assert sketches(database) == made
    assert verdicts(database) == count  # the full scan found nothing to say otherwise


def test_a_verdict_that_other_detectors_changed_says_so(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack
) -> None:
    scan(database, clock, estate, pack)
    result = scan(database, clock, estate, Pack.of([one for one in DETECTORS if one.entity != "EMAIL_ADDRESS"]))
    assert sentences(result.drift) == [
        "Verdict changed by other detectors: files/list.csv.mail was EMAIL_ADDRESS, is nothing personal."
    ]
    assert as_document(result, inventory(database))["judged_anew"] == {"assets": 2, "fields": 5}
    assert "5 fields of 2 assets were judged anew without reading" in summary(database, result)
    again = scan(database, clock, estate, pack)  # what was kept was read with it: nothing is missing
    assert (again.rows_read, again.rejudged.because) == (0, ())
    assert scan(database, clock, estate, pack).rejudged.assets == 0


def test_a_detector_that_matches_otherwise_is_named_and_its_fields_are_read_again(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack
) -> None:
    scan(database, clock, estate, pack)
    by = Pack.of(with_one("US_SSN", patterns=(digits("999-9999"),)))
    result = scan(database, clock, estate, by)
    assert result.rows_read == 450
    assert result.rejudged.because == ("US_SSN",)
    assert result.rejudged.read_fields == SSN_FIELDS
    assert (result.rejudged.read_assets, result.rejudged.assets) == (2, 0)
    assert as_document(result, inventory(database))["read_again"] == {
        "detectors": ["US_SSN"],
        "assets": 2,
        "fields": list(SSN_FIELDS),
    }
    told = summary(database, result)
    assert "New or changed detectors (US_SSN): 5 fields of 2 assets had to be read again" in told
    assert "shop/people.code" in told
    anew, made = held(database), sketches(database)
    scan(database, clock, estate, by, Asked(full=True))
    assert (held(database), sketches(database)) == (anew, made)
    settled = scan(database, clock, estate, by)
    assert (settled.rows_read, settled.rejudged.assets, settled.rejudged.because) == (0, 0, ())


def test_a_new_detector_has_to_look_at_values_and_samples_are_drawn_again(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack
) -> None:
    sample = Asked(sample=50)
    before = Pack.of([one for one in DETECTORS if one.key not in {"US_SSN", "CREDIT_CARD"}])
    scan(database, clock, estate, before, sample)
    assert scan(database, clock, estate, before, sample).rows_read == 0
    result = scan(database, clock, estate, pack, sample)
    assert result.rejudged.because == ("CREDIT_CARD", "US_SSN")
    assert result.rejudged.read_fields == SSN_FIELDS
    assert scan(database, clock, estate, pack, sample).rows_read == 0


def test_what_was_to_be_read_anyway_is_not_put_down_to_detectors(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack, tmp_path: Path
) -> None:
    scan(database, clock, estate, pack)
    (tmp_path / "files" / "list.csv").write_text("number,mail\n1,other@mail.example\n", encoding="utf-8")
    result = scan(database, clock, estate, Pack.of(with_one("US_SSN", patterns=(digits("999-9999"),))))
    assert {name.split("/")[0] for name in result.rejudged.read_fields} == {"shop"}
    full = scan(database, clock, estate, pack, Asked(full=True))
    assert (full.rows_read, full.rejudged.because, full.rejudged.assets) == (301, (), 0)


ONE_JUDGED = 4
"""Points behind which one asset is judged, when nothing is read: two stores are planned, lots looked for, an asset judged."""


class Stopped(Exception):
    """The process was stopped here."""


def stop_at(database: Database, estate: list[DeclaredStore], by: Pack, point: int) -> None:
    """Run a scan up to one of the points where it can be stopped."""
    left = iter(range(point))

    def stop_point() -> None:
        if next(left, None) is None:
            raise Stopped

    one = replace(scanner(database, estate, asked=CHANGED), pack=by)
    with Presence(database, runs_jobs=False, timing=one.timing) as presence, pytest.raises(Stopped):
        one.run_as(Desk(ScanWorker(presence.id, one.timing.dead_after), presence.leases, stop_point=stop_point))


@pytest.mark.parametrize("point", [1, 5, 7, 9])
def test_a_scan_that_stopped_under_another_pack_leaves_nothing_of_it(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack, point: int
) -> None:
    scan(database, clock, estate, pack)
    first, made = held(database), sketches(database)
    clock.instant += timedelta(days=1)
    stop_at(database, estate, Pack.of(with_one("EMAIL_ADDRESS", patterns=(digits("999"),), columns=("born",))), point)
    scan(database, clock, estate, pack)
    assert (held(database), sketches(database)) == (first, made)


def test_judging_anew_goes_on_where_it_stopped(
    database: Database, clock: FixedClock, estate: list[DeclaredStore], pack: Pack
) -> None:
    scan(database, clock, estate, pack)
    first = held(database)
    by = Pack.of([replace(one, category="other") for one in DETECTORS])
    clock.instant += timedelta(days=1)
    stop_at(database, estate, by, ONE_JUDGED)
    assert held(database) != first
    clock.instant += timedelta(days=1)
    back = scan(database, clock, estate, pack)
    assert (back.rejudged.assets, back.rows_read) == (1, 0)
    assert held(database) == first
    clock.instant += timedelta(days=1)
    stop_at(database, estate, by, ONE_JUDGED)
    assert scan(database, clock, estate, by).rejudged.assets == 2  # the same scan, so both are its own


def test_what_decides_what_sketches_hold() -> None:
    plain = digits("99")
    base = Detector(
        entity="X", title="X.", category="user", sensitivity=Sensitivity.PUBLIC, source="x", patterns=(plain,)
    )
    for same in (
        replace(base, title="Y.", category="z", sensitivity=Sensitivity.RESTRICTED, source="y"),
        replace(base, columns=("a",), not_columns=("b",), context=("c",), chance=0.5),
        replace(base, shapes="a", small_domain=True, patterns=(replace(plain, score=0.9),)),
    ):
        assert pack_hash([same]) != pack_hash([base])
        assert observing([same]).hash == observing([base]).hash
    other = replace(base, entity="Y")
    for changed in (
        replace(base, patterns=(replace(plain, regex="[0-9]{2}"),)),
        replace(base, patterns=(replace(plain, form="[0-9]{2}"),)),
        replace(base, patterns=(plain, Pattern("a", "a", 1, 1))),
        replace(base, check=CHECKED.check),
        replace(base, check=all_pass),
        replace(base, needs_column=True),
    ):
        assert observing([changed, other]).unseen(observing([base, other]).parts) == ("X",)
    needy = replace(base, needs_column=True, columns=("a",))
    for changed in (replace(needy, columns=("b",)), replace(needy, not_columns=("b",)), base):
        assert observing([changed]).unseen(observing([needy]).parts) == ("X",)
    checked = replace(base, check=all_pass)
    assert observing([replace(checked, hot=True)]).unseen(observing([checked]).parts) == ("X",)
    assert observing([base]).unseen(observing([other, base]).parts) == ()
    assert observing([base, replace(other, patterns=(), shapes="a")]).unseen(observing([base]).parts) == ()


def all_pass(values: Sequence[str]) -> Sequence[bool]:
    return [True] * len(values)


def inventory(database: Database) -> InventoryView:
    with database.snapshot() as session:
        return load_inventory(session)


def summary(database: Database, result: ScanResult) -> str:
    out = StringIO()
    print_summary(Console(file=out, width=200), result, inventory(database))
    return out.getvalue()

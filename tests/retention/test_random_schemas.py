"""Whatever tables refer to one another in whatever way: no constraint error, no orphan, exactly what the rule says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from engine.estate.stores.schema import Reference, Referential, Server, Shapes
from engine.governance.change.closure import Word, preview
from engine.governance.change.effect import Action, Batch
from engine.governance.change.ordering import released_columns
from engine.governance.policy.model import Column
from retention.select import DueRows
from retention.verify import SqlVerifier
from tests.properties import tries
from tests.retention.databases import NOW, Guarding, Tables, apply, opened, task_of, term
from tests.retention.schemas import Model, World, contents, plant, worlds

EXPECTED = {Word.CYCLE, Word.NOT_NULLABLE, Word.NOT_REACHED}


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    path: Path = tmp_path_factory.mktemp("schemas") / "shop.db"
    path.touch()
    return opened(f"sqlite:///{path}")


class HoldingRows(Guarding):
    """Holds given rows, told by their keys."""

    world: World

    def columns(self, asset: str) -> tuple[Column, ...]:
        return tuple(Column(name) for name in self.world.key_columns(int(asset[1:])))

    def held(self, asset: str, rows: Sequence[Mapping[Column, object]]) -> list[str | None]:
        keys = [tuple(row[column] for column in self.columns(asset)) for row in rows]
        return ["hold" if (int(asset[1:]), key) in self.world.held else None for key in keys]


def holding(world: World) -> HoldingRows:
    guard = HoldingRows()
    guard.world = world
    return guard


def check(tables: Tables, world: World) -> None:
    plant(tables, world)
    assert contents(tables, world) == world.rows
    shapes = tables.store().shapes()
    found = preview(shapes, "t0", world.rule)
    if found.refusals:
        assert {one.word for one in found.refusals} <= EXPECTED
        event("refused: " + ", ".join(sorted({one.word for one in found.refusals})))
        assert contents(tables, world) == world.rows
        return
    task = task_of(found, term())
    every = {f"t{table}": tuple(rows) for table, rows in world.rows.items()}
    batch = Batch(0, tuple(every[step.asset] for step in task.steps))
    if not batch.keys[0]:
        return
    outcome = apply(tables, task, batch, holding(world))
    model, released = modelled(shapes, world)
    assert contents(tables, world) == model.left(released)
    going = model.going()
    done = {
        (int(step.asset[1:]), key)
        for step, found_keys in zip(task.steps, outcome.done, strict=True)
        if step.action is Action.DELETE
        for key in found_keys
    }
    assert done == going
    assert sum(len(k) for s, k in zip(task.steps, outcome.done, strict=True) if s.action is Action.DELETE) == len(going)
    if tables.server == "sqlite":
        assert tables.rows("PRAGMA foreign_key_check") == []
    event(f"done: {min(len(done), 5)}")
    assert not any(SqlVerifier(tables.store()).remaining(task, Batch(0, outcome.done)))


def modelled(shapes: Shapes, world: World) -> tuple[Model, dict[int, tuple[str, ...]]]:
    """The model, and the columns of each key that a server can release."""
    keys = {link.number: _reference(shapes.references, link.columns) for link in world.links}
    released = {number: released_columns(shapes, one) for number, one in keys.items()}
    stuck = frozenset(n for n, one in keys.items() if not released[n] and _row_by_row(shapes.server, one))
    return Model(world, stuck, itself=shapes.server is Server.MYSQL), released


def _row_by_row(server: Server, one: Reference) -> bool:
    """A key of a table to itself that the server looks at before its statement is over."""
    waits = one.on_delete is Referential.NO_ACTION
    return one.asset == one.target and (server is Server.MYSQL or (server is Server.SQLITE and not waits))


def _reference(references: tuple[Reference, ...], columns: tuple[str, ...]) -> Reference:
    return next(one for one in references if one.columns == columns)


def check_selection(tables: Tables, world: World) -> None:
    """What is selected is what the effect does, when nothing changed meanwhile."""
    plant(tables, world)
    found = preview(tables.store().shapes(), "t0", world.rule)
    if found.refusals:
        return
    task = task_of(found, term())
    selected = DueRows(tables.store(), task, holding(world), NOW, roots=100)
    pages = list(selected.pages())
    assert selected.not_started == sum(day is None for day in world.closed.values())
    assert len(pages) <= 1
    for page in pages:
        if any(page.keys):
            outcome = apply(tables, task, Batch(0, page.keys), holding(world))
            assert outcome.done == page.keys
            assert not outcome.left_out


def check_pages(tables: Tables, world: World, roots: int) -> None:
    """In batches of a few roots: each does what it names, no row of the roots' table is in two, and nothing goes that may not.

    It may be other than in one batch: what hangs together over other tables than the roots' own may lie in two, and stays then;
    and a row that is due does not stay for another one that would have been in its batch.
    """
    plant(tables, world)
    shapes = tables.store().shapes()
    found = preview(shapes, "t0", world.rule)
    if found.refusals:
        return
    task = task_of(found, term())
    pages = [page.keys for page in DueRows(tables.store(), task, holding(world), NOW, roots=roots).pages()]
    own = [n for n, step in enumerate(task.steps) if step.asset == "t0" and step.action is Action.DELETE]
    named = [key for keys in pages for number in own for key in keys[number]]
    assert len(named) == len(set(named))
    for number, keys in enumerate(pages):
        if any(keys):
            outcome = apply(tables, task, Batch(number, keys), holding(world))
            assert outcome.done[0] == keys[0]
            assert all(set(done) <= set(some) for done, some in zip(outcome.done, keys, strict=True))
            assert not any(one.step == 0 for one in outcome.left_out)
    model, released = modelled(shapes, world)
    left = contents(tables, world)
    gone = {(table, key) for table, rows in world.rows.items() for key in rows if key not in left[table]}
    assert model.may_go(gone)
    assert left == model.left(released, gone)
    if tables.server == "sqlite":
        assert tables.rows("PRAGMA foreign_key_check") == []
    event(f"pages: {min(len(pages), 3)}")
    event("as in one batch" if gone == model.going() else "other than in one batch")


@given(worlds())
@settings(max_examples=tries(60))
def test_exactly_what_the_rule_says_goes(sqlite: Tables, world: World) -> None:
    check(sqlite, world)


@given(worlds())
@settings(max_examples=tries(30))
def test_what_is_selected_is_done(sqlite: Tables, world: World) -> None:
    check_selection(sqlite, world)


@given(worlds(), st.integers(1, 3))
@settings(max_examples=tries(30))
def test_in_batches_each_row_goes_once_and_none_that_has_to_stay(sqlite: Tables, world: World, roots: int) -> None:
    check_pages(sqlite, world, roots)


@pytest.mark.long
@pytest.mark.parametrize("server", ["sqlite", "postgresql", "mariadb"])
def test_exactly_what_the_rule_says_goes_on_servers(
    request: pytest.FixtureRequest, server: str, sqlite: Tables, fresh_postgres: str, fresh_mariadb: str
) -> None:
    urls = {"sqlite": sqlite.url, "postgresql": fresh_postgres, "mariadb": fresh_mariadb}
    tables = opened(urls[server])

    @given(worlds(), st.integers(1, 3))
    @settings(max_examples=tries(40), suppress_health_check=[HealthCheck.too_slow])
    def run(world: World, roots: int) -> None:
        check(tables, world)
        check_selection(tables, world)
        check_pages(tables, world, roots)

    run()

"""Which rows a plan takes: all that are due, with what hangs on them, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.errors import BadInput
from engine.governance.change.asked import Page
from engine.governance.change.closure import preview
from engine.governance.change.effect import Batch, Reason, Task
from engine.governance.policy.model import Anonymise, Column, Delete
from retention.select import DueRows
from retention.verify import SqlVerifier
from tests.retention.databases import NEW, NOW, OLD, Guarding, Tables, apply, ids, opened, reasons, task_of, term

SHOP = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, email varchar(80), closed date)",
    (
        "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, placed date, FOREIGN KEY (account) "
        "REFERENCES accounts (id))"
    ),
    "CREATE TABLE notes (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id))",
)
RULE = Delete(("orders",), ("notes",))


@pytest.fixture
def shop(tables: Tables) -> Tables:
    days = [OLD, NEW, None, OLD, OLD]
    accounts = ", ".join(f"({n}, 'a{n}', {'NULL' if day is None else repr(day)})" for n, day in enumerate(days * 4))
    orders = ", ".join(f"({100 + n}, {n // 2}, '{OLD}')" for n in range(40))
    notes = ", ".join(f"({200 + n}, {n})" for n in range(20))
    tables.run(
        *SHOP,
        f"INSERT INTO accounts VALUES {accounts}",
        f"INSERT INTO orders VALUES {orders}",
        f"INSERT INTO notes VALUES {notes}",
    )
    return tables


def pages(rows: DueRows) -> Iterator[Page]:
    yield from rows.pages()


def test_pages_hold_what_is_due_in_the_order_of_keys(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    rows = DueRows(shop.store(), task, Guarding(), NOW, roots=5)
    found = list(rows.pages())
    assert [len(page.keys[0]) for page in found] == [5, 5, 2]
    due = [n for n in range(20) if n % 5 in (0, 3, 4)]
    assert [key[0] for page in found for key in page.keys[0]] == due
    assert ids([key for page in found for key in page.keys[1]]) == sorted(
        [100 + 2 * n for n in due] + [101 + 2 * n for n in due]
    )
    assert [key[0] for page in found for key in page.keys[2]] == [200 + n for n in due]
    assert (rows.not_started, rows.unknown) == (4, 0)
    assert rows.known().tables == {"accounts": 20, "orders": 40, "notes": 20}
    for number, page in enumerate(found):
        assert apply(shop, task, Batch(number, page.keys)).done == page.keys
        assert not any(SqlVerifier(shop.store()).remaining(task, Batch(number, page.keys)))
    assert list(DueRows(shop.store(), task, Guarding(), NOW).pages()) == []


def test_what_tables_take_up_is_told_by_the_server(shop: Tables) -> None:
    shop.run("CREATE INDEX by_email ON accounts (email)")
    before = _volumes(shop)
    assert before.keys() == {"accounts", "orders", "notes"}
    assert all(before.values())
    digits = ", ".join(f"({n}, '{'x' * 70}{n}', NULL)" for n in range(100, 4100))
    shop.run(f"INSERT INTO accounts VALUES {digits}")
    if shop.server == "mariadb":
        shop.rows("ANALYZE TABLE accounts")  # it renews its estimate only from time to time
    after = _volumes(shop)
    assert after["accounts"] - before["accounts"] > 4000 * 2 * 70, "the text stands in the table and in the index"
    assert (after["orders"], after["notes"]) == (before["orders"], before["notes"])


def _volumes(shop: Tables) -> dict[str, int]:
    rows = DueRows(shop.store(), task_of(shop.preview("accounts", RULE), term()), Guarding(), NOW)
    list(rows.pages())
    return {asset: volume for asset, volume in rows.known().volumes.items() if volume is not None}


def test_what_a_hold_or_a_minimum_keeps_is_told(shop: Tables) -> None:
    shop.run(f"UPDATE orders SET placed = '{NEW}' WHERE id = 100")
    task = task_of(shop.preview("accounts", RULE), term(), {"orders": (term("placed", "P5Y"),)})
    guard = Guarding({"accounts": (Column("email"),)}, {"a3": "hold-1"})
    (page,) = DueRows(shop.store(), task, guard, NOW).pages()
    told = {(one.step, one.key[0]): (one.reason, one.detail) for one in page.excluded}
    assert told[0, 0] == (Reason.STATUTORY_MINIMUM, "two-years")
    assert told[1, 100] == (Reason.STATUTORY_MINIMUM, "two-years")
    assert told[0, 3] == (Reason.HELD, "hold-1")
    assert 0 not in ids(page.keys[0])
    assert 3 not in ids(page.keys[0])


def test_named_rows_need_no_term(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), None)
    (page,) = DueRows(shop.store(), task, Guarding(), NOW, named=[(1,), (2,), (99,)]).pages()
    assert ids(page.keys[0]) == [1, 2]
    assert reasons(page.excluded) == {(0, 99): Reason.GONE}


def test_rows_that_hold_the_values_are_not_taken_again(shop: Tables) -> None:
    shop.run("UPDATE accounts SET email = 'removed' WHERE id = 0", "UPDATE accounts SET email = 'Removed' WHERE id = 3")
    task = task_of(shop.preview("accounts", Anonymise({"email": "removed"})), term())
    (page,) = DueRows(shop.store(), task, Guarding(), NOW).pages()
    assert ids(page.keys[0])[:2] == [3, 4]
    apply(shop, task, Batch(0, page.keys))
    assert list(DueRows(shop.store(), task, Guarding(), NOW).pages()) == []
    assert not any(SqlVerifier(shop.store()).remaining(task, Batch(0, page.keys)))


def test_a_beginning_that_no_way_leads_to_is_refused(shop: Tables) -> None:
    for missing, why in (
        (term("nothing"), "accounts has no nothing"),
        (term("placed", table="orders"), "from accounts no foreign key leads to orders.placed"),
        (term("x", table="elsewhere"), "from accounts no foreign key leads to elsewhere.x"),
    ):
        task = task_of(shop.preview("accounts", RULE), missing)
        with pytest.raises(BadInput, match=re.escape(why)):
            list(DueRows(shop.store(), task, Guarding(), NOW).pages())


KINDS: dict[str, list[tuple[str, list[str]]]] = {
    "sqlite": [("date", []), ("text", []), ("", [])],
    "postgresql": [("date", ["infinity"]), ("timestamp", []), ("timestamptz", ["infinity"]), ("text", [])],
    "mariadb": [("date", []), ("datetime", []), ("timestamp", []), ("varchar(40)", [])],
}


def test_beginnings_of_every_type(tables: Tables) -> None:
    # On 1 March 2026 in Berlin what began there up to 29 February 2024 is over, and nothing later.
    for kind, later in KINDS[tables.server]:
        tables.run("DROP TABLE IF EXISTS things", f"CREATE TABLE things (id integer PRIMARY KEY, closed {kind} NULL)")
        days = kind == "date" or tables.server == "sqlite"
        moments = (
            ["2024-02-28", "2024-02-29", "2024-03-01"]
            if days
            else ["2024-02-28 22:59:59", "2024-02-29 23:30:00", "2024-03-01 12:00:00"]
        )
        values = [f"({n}, '{text}')" for n, text in enumerate([*moments, *later])]
        tables.run(f"INSERT INTO things VALUES {', '.join(values)}, (50, NULL)")
        task = task_of(tables.preview("things", Delete()), term(zone="Europe/Berlin"))
        rows = DueRows(tables.store(), task, Guarding(), NOW)
        found = [key[0] for page in rows.pages() for key in page.keys[0]]
        # Of an instant it is the day in Berlin that counts, where it was March already.
        expected = [0] if kind in {"timestamptz", "timestamp"} and kind == KINDS[tables.server][2][0] else [0, 1]
        assert (kind, found, rows.not_started) == (kind, expected, 1)


def test_a_cell_that_cannot_be_read_is_unknown_and_stays(tables: Tables) -> None:
    if tables.server == "postgresql":
        kind, cells = "text", ["'yesterday'", "'infinity'", "''"]
    elif tables.server == "mariadb":
        kind, cells = "date", ["'0000-00-00'"]
    else:
        kind, cells = "date", ["'yesterday'", "1719828000", "'2019-13-01'", "x'00'", "''"]
    relaxed = ["SET SESSION sql_mode = ''"] if tables.server == "mariadb" else []
    values = ", ".join(f"({n}, {cell})" for n, cell in enumerate(cells))
    tables.run(
        *relaxed, f"CREATE TABLE things (id integer PRIMARY KEY, closed {kind})", f"INSERT INTO things VALUES {values}"
    )
    task = task_of(tables.preview("things", Delete()), term())
    rows = DueRows(tables.store(), task, Guarding(), NOW)
    (page,) = rows.pages()
    assert not any(page.keys)
    assert {one.reason for one in page.excluded} == {Reason.UNKNOWN}
    assert rows.unknown == len(cells)
    outcome = apply(tables, task, Batch(0, (tuple((n,) for n in range(len(cells))),)))
    assert not any(outcome.done)


def test_a_number_is_no_moment(tables: Tables) -> None:
    tables.run("CREATE TABLE things (id integer PRIMARY KEY, closed bigint)", "INSERT INTO things VALUES (1, 5)")
    rows = DueRows(tables.store(), task_of(tables.preview("things", Delete()), term()), Guarding(), NOW)
    assert [len(page.keys[0]) for page in rows.pages()] == [0]
    assert rows.unknown == 1


def test_rows_of_one_table_that_refer_to_one_another_go_together(tables: Tables) -> None:
    chain = ", ".join(f"({n}, {n + 1 if n < 9 else 'NULL'}, '{OLD}')" for n in range(10))
    back = ", ".join(f"({n}, {n - 1}, '{OLD}')" for n in range(11, 20))
    tables.run(
        "CREATE TABLE parts (id integer PRIMARY KEY, whole integer, closed date, "
        "FOREIGN KEY (whole) REFERENCES parts (id))",
        f"INSERT INTO parts VALUES (10, NULL, '{OLD}'), (30, NULL, '{OLD}')",
        *(f"INSERT INTO parts VALUES {row}" for row in reversed(re.findall(r"\([^)]*\)", chain))),
        f"INSERT INTO parts VALUES {back}",
        f"INSERT INTO parts VALUES (31, 30, '{NEW}')",
    )
    task = task_of(tables.preview("parts", Delete()), term())
    rows = DueRows(tables.store(), task, Guarding(), NOW, roots=3)
    found = list(rows.pages())
    assert ids([key for page in found for key in page.keys[0]]) == [*range(20)]
    assert [(one.key, one.reason) for page in found for one in page.excluded] == [((30,), Reason.REFERENCED)]
    for page in found:
        assert apply(tables, task, Batch(0, page.keys)).done == page.keys
    assert tables.keys("parts") == [30, 31]


def test_a_row_that_goes_with_another_root_is_no_root_of_a_later_batch(tables: Tables) -> None:
    """Else it would be left out there as gone, and the plan would end with an exception, or stop, for nothing."""
    refers, lite = "FOREIGN KEY (team) REFERENCES teams (id)", tables.server == "sqlite"
    tables.run(
        f"CREATE TABLE people (id integer PRIMARY KEY, team integer, closed date{', ' + refers if lite else ''})",
        "CREATE TABLE teams (id integer PRIMARY KEY, head integer NOT NULL, FOREIGN KEY (head) REFERENCES people (id))",
        *([] if lite else [f"ALTER TABLE people ADD {refers}"]),
        f"INSERT INTO people VALUES (1, NULL, '{OLD}')",
        "INSERT INTO teams VALUES (7, 1)",
        f"INSERT INTO people VALUES (2, 7, '{OLD}'), (3, NULL, '{OLD}')",
    )
    task = task_of(tables.preview("people", Delete(("teams", "people"))), term())
    found = list(DueRows(tables.store(), task, Guarding(), NOW, roots=1).pages())
    own = [n for n, step in enumerate(task.steps) if step.asset == "people"]
    assert sorted(ids([key for page in found for number in own for key in page.keys[number]])) == [1, 2, 3]
    for number, page in enumerate(found):
        if any(page.keys):
            outcome = apply(tables, task, Batch(number, page.keys))
            assert (outcome.done, outcome.left_out) == (page.keys, ())
    assert tables.keys("people") == tables.keys("teams") == []


def test_the_read_credential_is_enough(shop: Tables) -> None:
    found = preview(shop.store().shapes(), "accounts", RULE)
    task = Task("shop", found.steps, term(), {})
    before = shop.rows("SELECT count(*) FROM accounts")
    list(DueRows(shop.store(), task, Guarding(), NOW).pages())
    with shop.store().asking() as (session, _), pytest.raises(Exception, match="refused or failed"):
        session.ask("DELETE FROM orders")
    assert shop.rows("SELECT count(*) FROM accounts") == before


def test_rows_without_a_key_are_unknown_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.touch()
    shop = opened(f"sqlite:///{path}")
    shop.run(
        "CREATE TABLE things (id text PRIMARY KEY, closed date)",
        "CREATE TABLE parts (id text PRIMARY KEY, thing text REFERENCES things (id))",
        f"INSERT INTO things VALUES (NULL, '{OLD}'), (NULL, '{OLD}'), ('a', '{OLD}'), ('b', '{OLD}')",
        "INSERT INTO parts VALUES (NULL, 'a'), ('x', 'b')",
    )
    task = task_of(shop.preview("things", Delete(("parts",))), term())
    rows = DueRows(shop.store(), task, Guarding(), NOW, roots=1)
    found = list(rows.pages())
    assert [page.keys for page in found if any(page.keys)] == [((("b",),), (("x",),))]
    assert [(one.key, one.reason) for page in found for one in page.excluded if one.step == 0] == [
        (("a",), Reason.UNKNOWN)
    ]
    assert rows.unknown == 3
    apply(shop, task, Batch(0, ((("a",), ("b",)), (("x",), (None,)))))
    assert shop.rows("SELECT id FROM things ORDER BY id") == [(None,), (None,), ("a",)]
    assert shop.rows("SELECT id FROM parts") == [(None,)]

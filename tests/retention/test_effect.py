"""The contract of the effect on a database, on each server: exactly what was planned goes, or less, with the reason."""

from __future__ import annotations

import pytest

from engine.base.errors import StoreError
from engine.governance.change.closure import Word
from engine.governance.change.effect import Batch, Reason
from engine.governance.policy.model import Anonymise, Column, Delete
from retention.select import DueRows
from retention.verify import SqlVerifier
from tests.retention.databases import NEW, NOW, OLD, Guarding, Tables, apply, batch_of, ids, reasons, task_of, term

SHOP = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, email varchar(80), closed date)",
    (
        "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, placed date, FOREIGN KEY (account) "
        "REFERENCES accounts (id))"
    ),
    "CREATE TABLE items (id integer PRIMARY KEY, ordered integer NOT NULL, FOREIGN KEY (ordered) REFERENCES orders (id))",
    "CREATE TABLE notes (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id))",
    (
        f"INSERT INTO accounts VALUES (1, 'ada@example.com', '{OLD}'), (2, 'bob@example.com', '{OLD}'), "
        f"(3, 'cyd@example.com', '{NEW}'), (4, 'dan@example.com', NULL)"
    ),
    f"INSERT INTO orders VALUES (10, 1, '{OLD}'), (11, 1, '{OLD}'), (20, 2, '{OLD}'), (30, 3, '{OLD}')",
    "INSERT INTO items VALUES (100, 10), (101, 10), (200, 20), (300, 30)",
    "INSERT INTO notes VALUES (1000, 1), (2000, 2), (3000, NULL)",
)
RULE = Delete(dependents=("orders", "items"), detach=("notes",))
ALL = batch_of([1, 2, 3, 4], [10, 11, 20, 30], [100, 101, 200, 300], [1000, 2000])


@pytest.fixture
def shop(tables: Tables) -> Tables:
    tables.run(*SHOP)
    return tables


def test_what_is_due_goes_with_all_that_hangs_on_it(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    assert [step.asset for step in task.steps] == ["accounts", "orders", "items", "notes"]
    guard = Guarding()
    outcome = apply(shop, task, ALL, guard)
    assert [ids(keys) for keys in outcome.done] == [[1, 2], [10, 11, 20], [100, 101, 200], [1000, 2000]]
    assert reasons(outcome) == {(0, 3): Reason.NOT_DUE, (0, 4): Reason.NOT_STARTED}
    assert (shop.keys("accounts"), shop.keys("orders"), shop.keys("items")) == ([3, 4], [30], [300])
    assert shop.rows("SELECT id, account FROM notes ORDER BY id") == [(1000, None), (2000, None), (3000, None)]
    assert outcome.committed_at is not None
    assert (len(guard.began_with), guard.asked) == (1, 1)


def test_again_all_is_gone(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    batch = batch_of([1, 2], [10, 11, 20], [100, 101, 200], [1000, 2000])
    apply(shop, task, batch)
    again = apply(shop, task, batch)
    assert reasons(again) == {(0, 1): Reason.GONE, (0, 2): Reason.GONE}
    assert again.committed_at is None
    assert not any(again.done)


def test_a_held_dependent_keeps_its_root(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    guard = Guarding(holds={"items": (Column("id"),)}, covered={200: "hold-1"})
    outcome = apply(shop, task, ALL, guard)
    assert [ids(keys) for keys in outcome.done] == [[1], [10, 11], [100, 101], [1000]]
    assert reasons(outcome)[0, 2] is Reason.HELD
    assert reasons(outcome)[2, 200] is Reason.HELD
    assert {one.detail for one in outcome.left_out if one.reason is Reason.HELD} == {"hold-1"}


def test_a_hold_is_seen_over_foreign_keys(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    guard = Guarding(holds={"items": (Column("email", "accounts"),)}, covered={"bob@example.com": "hold-1"})
    outcome = apply(shop, task, ALL, guard)
    assert ids(outcome.done[0]) == [1]
    assert reasons(outcome)[0, 2] is Reason.HELD


def test_a_hold_on_a_whole_table_needs_no_column(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    outcome = apply(shop, task, ALL, Guarding(whole={"notes": "hold-1"}))
    assert not any(outcome.done)
    assert reasons(outcome)[0, 1] is Reason.HELD
    assert shop.rows("SELECT count(*) FROM notes WHERE account IS NOT NULL") == [(2,)]


@pytest.mark.parametrize(
    "column", [Column("nothing"), Column("email", "elsewhere"), Column("email", "accounts", "crm")]
)
def test_what_a_hold_cannot_compare_stays(shop: Tables, column: Column) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    outcome = apply(shop, task, ALL, Guarding(holds={"orders": (column,)}))
    assert not any(outcome.done)
    assert reasons(outcome)[0, 1] is Reason.UNKNOWN


def test_a_row_that_changed_is_left_out(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    shop.run(f"UPDATE accounts SET closed = '{NEW}' WHERE id = 1")
    outcome = apply(shop, task, ALL)
    assert ids(outcome.done[0]) == [2]
    assert reasons(outcome)[0, 1] is Reason.NOT_DUE
    assert shop.keys("orders") == [10, 11, 30]


def test_a_root_with_a_row_that_the_plan_does_not_name_is_left_out(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    shop.run("INSERT INTO items VALUES (201, 20)")
    outcome = apply(shop, task, ALL)
    assert ids(outcome.done[0]) == [1]
    assert [(one.key, one.reason, one.detail) for one in outcome.left_out if one.key == (2,)] == [
        ((2,), Reason.CLOSURE_GREW, "items")
    ]
    assert shop.keys("items") == [200, 201, 300]


def test_a_batch_never_grows(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    outcome = apply(shop, task, batch_of([2], [20], [200], [2000]))
    assert [ids(keys) for keys in outcome.done] == [[2], [20], [200], [2000]]
    assert shop.keys("accounts") == [1, 3, 4]


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "NO ACTION", "RESTRICT"])
def test_a_table_that_the_rule_does_not_speak_of_keeps_the_root(shop: Tables, action: str) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    shop.run(
        "CREATE TABLE logs (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id) "
        f"ON DELETE {action})",
        "INSERT INTO logs VALUES (7, 1)",
    )
    outcome = apply(shop, task, ALL)
    assert ids(outcome.done[0]) == [2]
    assert ((0, (1,)), Reason.REFERENCED, "logs") in [((o.step, o.key), o.reason, o.detail) for o in outcome.left_out]
    assert shop.rows("SELECT id, account FROM logs") == [(7, 1)]
    assert next(one.word for one in shop.preview("accounts", RULE).warnings if one.asset == "logs") is Word.KEEPS


def test_the_minimum_of_a_dependent_keeps_its_root(shop: Tables) -> None:
    shop.run(f"UPDATE orders SET placed = '{NEW}' WHERE id = 20")
    minima = {"orders": (term("placed", "P5Y"),)}
    outcome = apply(shop, task_of(shop.preview("accounts", RULE), term(), minima), ALL)
    assert ids(outcome.done[0]) == [1]
    assert reasons(outcome)[0, 2] is Reason.STATUTORY_MINIMUM
    assert reasons(outcome)[1, 20] is Reason.STATUTORY_MINIMUM


def test_the_time_may_be_counted_from_another_table(shop: Tables) -> None:
    task = task_of(shop.preview("orders", Delete(dependents=("items",))), term("closed", table="accounts"))
    outcome = apply(shop, task, batch_of([10, 11, 20, 30], [100, 101, 200, 300]))
    assert ids(outcome.done[0]) == [10, 11, 20]
    assert reasons(outcome) == {(0, 30): Reason.NOT_DUE}


def test_a_beginning_that_cannot_be_reached_is_unknown(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term("placed", table="orders"))
    outcome = apply(shop, task, ALL)
    assert {one.reason for one in outcome.left_out} == {Reason.UNKNOWN}
    assert not any(outcome.done)


def test_rows_are_anonymised_once(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", Anonymise({"email": None, "closed": "1970-01-01"})), term())
    outcome = apply(shop, task, batch_of([1, 2, 3]))
    assert [ids(keys) for keys in outcome.done] == [[1, 2]]
    assert [
        (row[0], row[1], str(row[2])) for row in shop.rows("SELECT id, email, closed FROM accounts WHERE id < 3")
    ] == [
        (1, None, "1970-01-01"),
        (2, None, "1970-01-01"),
    ]
    again = apply(shop, task, batch_of([1, 2]))
    assert reasons(again) == {(0, 1): Reason.GONE, (0, 2): Reason.GONE}


def test_a_value_that_does_not_fit_changes_nothing(shop: Tables) -> None:
    if shop.server == "sqlite":
        pytest.skip("SQLite takes any value")
    task = task_of(shop.preview("accounts", Anonymise({"email": "x" * 81})), term())
    with pytest.raises(StoreError):
        apply(shop, task, batch_of([1, 2]))
    assert shop.rows("SELECT email FROM accounts WHERE id = 1") == [("ada@example.com",)]


def test_a_plan_of_other_tables_is_refused(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    shop.run("DROP TABLE items")
    with pytest.raises(StoreError) as caught:
        apply(shop, task, ALL)
    assert caught.value.reason in {"changed_while_read", "not_found"}
    assert shop.keys("accounts") == [1, 2, 3, 4]


def test_names_with_odd_characters(tables: Tables) -> None:
    quote = "`" if tables.server == "mariadb" else '"'
    table, key, column = (quote + name + quote for name in ("we ird%1", "i'd%s", "a.b"))
    tables.run(
        f"CREATE TABLE {table} ({key} integer PRIMARY KEY, {column} date)", f"INSERT INTO {table} VALUES (1, '{OLD}')"
    )
    task = task_of(tables.preview("we ird%1", Delete()), term("a.b"))
    assert ids(apply(tables, task, batch_of([1])).done[0]) == [1]


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("varchar(20)", ["it's", "50%", "ü"]),
        ("decimal(20,4)", ["0.1000", "12345678901234.5678"]),
        ("date", ["2020-01-01"]),
        ("bigint", [9223372036854775807, -1]),
    ],
)
def test_keys_of_many_types(tables: Tables, kind: str, keys: list[object]) -> None:
    if tables.server == "sqlite" and kind.startswith("decimal"):
        pytest.skip("SQLite has no decimals, and floats are no keys")
    values = ", ".join("({}, '{}')".format(repr(key).replace('"', "'").replace("it's", "it''s"), OLD) for key in keys)
    tables.run(f"CREATE TABLE things (id {kind} PRIMARY KEY, closed date)", f"INSERT INTO things VALUES {values}")
    task = task_of(tables.preview("things", Delete()), term())
    pages = list(DueRows(tables.store(), task, Guarding(), NOW).pages())
    assert [key for page in pages for key in page.keys[0]] == sorted((key,) for key in keys)
    outcome = apply(tables, task, Batch(0, pages[0].keys))
    assert outcome.done == pages[0].keys
    assert tables.keys("things") == []
    assert not any(SqlVerifier(tables.store()).remaining(task, Batch(0, pages[0].keys)))


def test_rows_of_the_same_table_are_detached_from_those_that_go_alone(tables: Tables) -> None:
    tables.run(
        "CREATE TABLE parts (id integer PRIMARY KEY, whole integer, closed date, FOREIGN KEY (whole) REFERENCES parts (id))",
        f"INSERT INTO parts VALUES (1, NULL, '{OLD}'), (2, NULL, '{NEW}')",
        f"INSERT INTO parts VALUES (3, 2, '{NEW}'), (4, 1, '{NEW}'), (5, 1, '{OLD}')",
    )
    task = task_of(tables.preview("parts", Delete((), ("parts",))), term())
    outcome = apply(tables, task, batch_of([1, 2, 5], [3, 4, 5]))
    assert ids(outcome.done[0]) == [1, 5]
    assert tables.rows("SELECT id, whole FROM parts ORDER BY id") == [(2, None), (3, 2), (4, None)]
    assert not any(SqlVerifier(tables.store()).remaining(task, Batch(0, outcome.done)))

"""Reading again: what is there still, and what was not changed, is found."""

from __future__ import annotations

from engine.governance.policy.model import Anonymise, Delete
from retention.verify import SqlVerifier
from tests.retention.databases import OLD, Tables, batch_of, ids, task_of, term

PEOPLE = (
    (
        "CREATE TABLE people (code varchar(10), number integer, email varchar(80), age integer, born date, "
        "PRIMARY KEY (code, number))"
    ),
    (
        "CREATE TABLE notes (id integer PRIMARY KEY, code varchar(10), number integer, "
        "FOREIGN KEY (code, number) REFERENCES people (code, number))"
    ),
    f"INSERT INTO people VALUES ('a', 1, 'x', 1, '{OLD}'), ('b', 2, NULL, 0, '1970-01-01'), ('c', 3, '', 0, '1970-01-01')",
    "INSERT INTO notes VALUES (1, 'a', 1), (2, 'b', NULL), (3, NULL, NULL), (4, 'c', 3)",
)


def test_rows_that_are_there_remain(tables: Tables) -> None:
    tables.run(*PEOPLE)
    task = task_of(tables.preview("people", Delete(("notes",))), term("born"))
    batch = batch_of([("a", 1), ("z", 9), ("b", 2)], [1, 7, 2])
    assert SqlVerifier(tables.store()).remaining(task, batch) == ((("a", 1), ("b", 2)), ((1,), (2,)))


def test_rows_that_hold_another_value_remain(tables: Tables) -> None:
    tables.run(*PEOPLE)
    values = {"email": None, "age": "0", "born": "1970-01-01"}
    task = task_of(tables.preview("people", Anonymise(values)), term("born"))
    batch = batch_of([("a", 1), ("b", 2), ("c", 3), ("z", 9)])
    assert SqlVerifier(tables.store()).remaining(task, batch) == ((("a", 1), ("c", 3)),)


def test_rows_that_refer_to_a_root_of_the_batch_remain(tables: Tables) -> None:
    tables.run(*PEOPLE)
    task = task_of(tables.preview("people", Delete((), ("notes",))), term("born"))
    batch = batch_of([("a", 1), ("b", 2)], [1, 2, 3, 4])
    roots, notes = SqlVerifier(tables.store()).remaining(task, batch)
    assert len(roots) == 2
    assert ids(notes) == [1]  # 4 refers to a row that is none of these

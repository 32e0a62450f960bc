"""What a rule comes to on given tables: steps, order, refusals and warnings."""

from __future__ import annotations

import pytest

from engine.estate.stores.schema import (
    ColumnShape,
    Reference,
    Referential,
    Server,
    Shapes,
    TableShape,
    Trigger,
    UniqueShape,
)
from engine.governance.change.closure import Preview, Word, in_words, preview
from engine.governance.change.effect import Action
from engine.governance.change.paths import paths
from engine.governance.policy.model import Anonymise, Delete


def table(
    name: str, *columns: str, uniques: tuple[UniqueShape, ...] = (), triggers: tuple[Trigger, ...] = (), key: str = "id"
) -> TableShape:
    """``x`` takes NULL, ``x!`` does not, ``x=`` is generated."""
    shapes = tuple(ColumnShape(one.strip("!="), "integer", "!" not in one, "=" in one) for one in (f"{key}!", *columns))
    return TableShape(name, shapes, (key,) if key == "id" else (), uniques, triggers)


def link(here: str, there: str, **options: object) -> Reference:
    """``orders.account`` to ``accounts.id``."""
    (child, column), (parent, target) = here.split("."), there.split(".")
    return Reference(f"{child}_{column}", child, (column,), parent, (target,), indexed=True, **options)  # type: ignore[arg-type]


def shapes(*tables: TableShape, links: tuple[Reference, ...] = (), server: Server = Server.POSTGRESQL) -> Shapes:
    return Shapes(server, {one.asset: one for one in tables}, links)


def words(found: Preview) -> list[tuple[Word, str]]:
    assert (not found.steps) == bool(found.refusals)
    return [(one.word, one.asset) for one in found.refusals]


SHOP = shapes(
    table("accounts", "email"),
    table("orders", "account!"),
    table("items", "ordered!"),
    table("notes", "account"),
    links=(
        link("orders.account", "accounts.id"),
        link("items.ordered", "orders.id"),
        link("notes.account", "accounts.id", on_delete=Referential.CASCADE),
    ),
)


def test_children_go_before_their_parents() -> None:
    found = preview(SHOP, "accounts", Delete(("items", "orders"), ("notes",)))
    assert [(step.asset, step.action, step.refers_to) for step in found.steps] == [
        ("accounts", Action.DELETE, -1),
        ("orders", Action.DELETE, 0),
        ("items", Action.DELETE, 1),
        ("notes", Action.DETACH, 0),
    ]
    assert [(one.kind, one.asset) for one in found.order] == [
        ("detach", "notes"),
        ("delete", "items"),
        ("delete", "orders"),
        ("delete", "accounts"),
    ]
    assert not found.warnings


def test_what_is_not_spoken_of_keeps_its_row_and_is_told() -> None:
    found = preview(SHOP, "accounts", Delete(("orders",)))
    assert [(one.word, one.asset) for one in found.warnings] == [(Word.KEEPS, "notes"), (Word.KEEPS, "items")]
    assert "ON DELETE CASCADE" in str(found.warnings[0])


def test_a_diamond_has_a_step_for_each_way() -> None:
    found = preview(
        shapes(
            table("a"),
            table("b", "a"),
            table("c", "a"),
            table("d", "b", "c"),
            links=(link("b.a", "a.id"), link("c.a", "a.id"), link("d.b", "b.id"), link("d.c", "c.id")),
        ),
        "a",
        Delete(("b", "c", "d")),
    )
    assert [(step.asset, step.through) for step in found.steps[3:]] == [("d", ("b",)), ("d", ("c",))]
    assert next(one.asset for one in found.order) == "d"
    assert [one.asset for one in found.order][-1] == "a"


def test_two_keys_to_one_table_are_two_steps() -> None:
    found = preview(
        shapes(table("a"), table("b", "x", "y"), links=(link("b.x", "a.id"), link("b.y", "a.id"))), "a", Delete(("b",))
    )
    assert [(step.through, step.refers_to) for step in found.steps[1:]] == [(("x",), 0), (("y",), 0)]


def ring(x: str, y: str, server: Server = Server.MYSQL, **options: object) -> Preview:
    links = (link("a.y", "b.id", **options), link("b.x", "a.id", **options))
    return preview(shapes(table("a", y), table("b", x), links=links, server=server), "a", Delete(("b",)))


def test_a_ring_is_cut_where_a_column_takes_null() -> None:
    assert [(one.kind, one.asset) for one in ring("x!", "y").order] == [
        ("release", "a"),
        ("delete", "b"),
        ("delete", "a"),
    ]


def test_a_ring_is_cut_where_a_key_can_wait() -> None:
    found = ring("x!", "y!", Server.POSTGRESQL, deferrable=True)
    assert [one.kind for one in found.order] == ["defer", "delete", "delete"]


def test_a_key_that_does_something_on_deletion_does_not_wait() -> None:
    assert words(ring("x!", "y!", Server.POSTGRESQL, deferrable=True, on_delete=Referential.CASCADE)) == [
        (Word.CYCLE, "a")
    ]


def test_a_ring_that_nothing_cuts_is_refused_with_its_tables() -> None:
    found = ring("x!", "y!")
    assert words(found) == [(Word.CYCLE, "a")]
    assert "a, b refer to one another" in str(found.refusals[0])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Delete(("nowhere",)), (Word.NO_TABLE, "nowhere")),
        (Delete(("notes",), ("notes",)), (Word.IN_BOTH, "notes")),
        (Delete(("items",)), (Word.NOT_REACHED, "items")),
        (Delete((), ("orders",)), (Word.NOT_NULLABLE, "orders")),
    ],
)
def test_rules_that_do_not_fit(rule: Delete, expected: tuple[Word, str]) -> None:
    assert expected in words(preview(SHOP, "accounts", rule))


def test_tables_whose_rows_cannot_be_named_or_changed() -> None:
    plain = shapes(
        table("a", key="x"),
        TableShape("m", (ColumnShape("id", "integer", nullable=False),), ("id",), transactional=False),
    )
    assert words(preview(plain, "a", Delete())) == [(Word.NO_PRIMARY_KEY, "a")]
    assert words(preview(plain, "m", Delete())) == [(Word.NOT_TRANSACTIONAL, "m")]
    rough = TableShape("r", (ColumnShape("id", "real", nullable=False, exact=False),), ("id",), versioned=True)
    assert set(words(preview(shapes(rough), "r", Delete()))) == {(Word.KEY_NOT_EXACT, "r"), (Word.VERSIONED, "r")}
    hidden = Shapes(Server.MYSQL, SHOP.tables, SHOP.references, frozenset({"accounts"}))
    assert (Word.REFERRED_FROM_ELSEWHERE, "accounts") in words(preview(hidden, "accounts", Delete()))
    untold = Shapes(Server.MYSQL, SHOP.tables, SHOP.references, frozenset(SHOP.tables), sees_referring=False)
    assert (Word.REFERRING_UNTOLD, "accounts") in words(preview(untold, "accounts", Delete()))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"email": None}, []),
        ({"nothing": "x"}, [Word.NO_COLUMN]),
        ({"id": "1"}, [Word.KEY_COLUMN]),
        ({"sum": "1"}, [Word.GENERATED]),
        ({"name": None}, [Word.NOT_NULLABLE]),
        ({"email": "x"}, [Word.UNIQUE_CONSTANT]),
        ({"code": None}, [Word.UNIQUE_CONSTANT]),
        ({"number": None}, [Word.REFERRED_COLUMN]),
        ({"boss": "1"}, [Word.REFERRING_COLUMN]),
        ({"boss": None}, []),
        ({}, [Word.NOTHING]),
        ({"name": "removed"}, []),
    ],
)
def test_what_can_be_anonymised(values: dict[str, str | None], expected: list[Word]) -> None:
    people = table(
        "people",
        *("name!", "email", "code", "number", "boss", "sum="),
        uniques=(UniqueShape(("email",)), UniqueShape(("code",), nulls_equal=True)),
        triggers=(Trigger("log", "update", "after"), Trigger("other", "delete", "after")),
    )
    notes = table("notes", "person")
    given = shapes(people, notes, links=(link("notes.person", "people.number"), link("people.boss", "people.id")))
    found = preview(given, "people", Anonymise(values))
    assert [word for word, _ in words(found)] == expected
    if not expected:
        assert [str(one) for one in found.warnings] == ["people has a trigger: log (after update)"]


def test_a_shared_column_is_not_released() -> None:
    columns = ("tenant", "account", "parent")
    both = Reference("one", "notes", ("tenant", "account"), "accounts", ("tenant", "id"))
    own = Reference("two", "notes", ("tenant", "parent"), "notes", ("tenant", "id"))
    given = shapes(table("accounts", "tenant"), table("notes", *columns), links=(both, own))
    found = preview(given, "accounts", Delete((), ("notes",)))
    assert dict(found.steps[1].values or {}) == {"account": None}


def test_all_columns_are_released_where_all_or_none_may_be_null() -> None:
    both = Reference("one", "notes", ("tenant", "account"), "accounts", ("tenant", "id"), full=True)
    given = shapes(table("accounts", "tenant"), table("notes", "tenant", "account"), links=(both,))
    assert dict(preview(given, "accounts", Delete((), ("notes",))).steps[1].values or {}) == {
        "tenant": None,
        "account": None,
    }


def test_a_column_that_others_refer_to_is_not_released() -> None:
    links = (link("notes.account", "accounts.id"), link("marks.note", "notes.account", on_update=Referential.CASCADE))
    given = shapes(table("accounts"), table("notes", "account"), table("marks", "note"), links=links)
    assert words(preview(given, "accounts", Delete((), ("notes",)))) == [(Word.NOT_NULLABLE, "notes")]


@pytest.mark.parametrize(
    ("server", "action", "target", "expected"),
    [
        (Server.MYSQL, Referential.CASCADE, "code", [(Word.UNSEEN, "a")]),
        (Server.MYSQL, Referential.SET_NULL, "code", [(Word.UNSEEN, "a")]),
        (Server.MYSQL, Referential.RESTRICT, "code", []),
        (Server.MYSQL, Referential.CASCADE, "id", []),
        (Server.POSTGRESQL, Referential.CASCADE, "code", []),
    ],
)
def test_keys_that_a_lock_does_not_guard(
    server: Server, action: Referential, target: str, expected: list[tuple[Word, str]]
) -> None:
    links = (link("b.x", f"a.{target}", on_delete=action),)
    given = shapes(table("a", "code"), table("b", "x"), links=links, server=server)
    assert words(preview(given, "a", Delete(("b",)))) == expected
    assert words(preview(given, "a", Delete())) == expected


def test_a_table_to_itself() -> None:
    given = shapes(table("a", "parent"), links=(link("a.parent", "a.id"),), server=Server.MYSQL)
    assert len(preview(given, "a", Delete()).steps) == 1
    dependents = preview(given, "a", Delete(("a",)))
    assert [(step.action, step.through, step.refers_to) for step in dependents.steps[1:]] == [
        (Action.DELETE, ("parent",), 0)
    ]
    assert dependents.order[-1].within == given.references
    assert preview(given, "a", Delete((), ("a",))).steps[1].action is Action.DETACH


def test_ways_to_another_table() -> None:
    given = shapes(
        table("accounts"),
        table("orders", "payer", "getter"),
        table("items", "ordered"),
        links=(
            link("orders.payer", "accounts.id"),
            link("orders.getter", "accounts.id"),
            link("items.ordered", "orders.id"),
        ),
    )
    assert [[one.name for one in path] for path in paths(given, "items", "accounts")] == [
        ["items_ordered", "orders_payer"],
        ["items_ordered", "orders_getter"],
    ]
    assert paths(given, "accounts", "items") == ()


def test_what_a_plan_warns_of_is_a_sentence() -> None:
    assert in_words("no_index", "notes", "person_id").startswith("no index of notes begins with person_id")
    assert in_words("of_another_version", "notes", "x") == "of another version on notes: x"

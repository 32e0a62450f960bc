"""In which order the rows of a closure can go: those that refer before those that are referred to, and cycles broken.

Pure. What breaks a cycle, in this order: a column that takes NULL, set before anything is deleted; a key that the server looks
at as late as COMMIT (PostgreSQL's DEFERRABLE, SQLite's PRAGMA defer_foreign_keys; MariaDB has none). Where neither is there,
there is no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.estate.stores.schema import Reference, Referential, Server, Shapes, TableShape
from engine.governance.change.effect import Action, Step


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that is done to rows.

    Attributes:
        kind: ``defer`` (a key is looked at as late as COMMIT), ``release`` (columns of rows that will go become NULL, so that
            they do not stand in each other's way), ``detach``, ``anonymise``, ``delete``.
        asset: of the rows.
        step: of ``detach`` and ``anonymise``: its number; else -1: the rows of all steps of the asset.
        columns: that are set.
        reference: of ``defer``: which key.
        within: of ``delete``: keys of the table to itself that the server looks at row by row, so that those that refer go first.
    """

    kind: Literal["defer", "release", "detach", "anonymise", "delete"]
    asset: str
    step: int = -1
    columns: tuple[str, ...] = ()
    reference: Reference | None = None
    within: tuple[Reference, ...] = ()


class Unordered(Exception):
    """No order works for these tables."""

    def __init__(self, assets: Sequence[str]) -> None:
        super().__init__()
        self.assets = tuple(assets)


def ordered(shapes: Shapes, steps: Sequence[Step]) -> tuple[Operation, ...]:
    """What has to be done to the rows of some steps, in an order that works.

    Raises:
        Unordered: there is none.
    """
    if steps[0].action is Action.ANONYMISE:
        return (Operation("anonymise", steps[0].asset, step=0, columns=tuple(steps[0].values or ())),)
    going = list(dict.fromkeys(step.asset for step in steps if step.action is Action.DELETE))
    between = [one for asset in going for one in shapes.of(asset) if one.target in going and one.target != asset]
    before: list[Operation] = []
    while knot := _knot(going, between):
        broken = _broken(shapes, knot)
        if broken is None:
            raise Unordered(sorted({one.asset for one in knot} | {one.target for one in knot}))
        before.append(broken[0])
        between = [one for one in between if one not in broken[1]]
    within = {asset: tuple(one for one in shapes.of(asset) if one.target == asset) for asset in going}
    before += [
        Operation("defer", asset, reference=one)
        for asset in going
        for one in within[asset]
        if shapes.server is Server.SQLITE and _waits(one)
    ]
    detached = [
        Operation("detach", step.asset, step=number, columns=tuple(step.values or ()))
        for number, step in enumerate(steps)
        if step.action is Action.DETACH
    ]
    deleted = [
        Operation("delete", asset, within=tuple(one for one in within[asset] if _row_by_row(shapes.server, one)))
        for asset in _sorted(going, between)
    ]
    return (*dict.fromkeys(before), *detached, *deleted)


def released_columns(shapes: Shapes, reference: Reference) -> tuple[str, ...]:
    """The columns to set to NULL so that a row refers to nothing over this key; none if it cannot be.

    Of a key of several columns those are left alone, where possible, that other keys share, as a column of the tenant. With MATCH
    FULL all of them have to be NULL.
    """
    table = shapes.tables[reference.asset]
    referred_to = {name for one in shapes.referring_to(reference.asset) for name in one.target_columns}
    free = [name for name in reference.columns if name not in referred_to and _takes_null(table, name)]
    if reference.full:
        return tuple(free) if len(free) == len(reference.columns) else ()
    shared = {name for one in shapes.of(reference.asset) if one != reference for name in one.columns}
    return tuple([name for name in free if name not in shared] or free)


def _takes_null(table: TableShape, name: str) -> bool:
    column = table.by_name[name]
    return column.nullable and not column.generated and name not in table.primary_key


def unseen(shapes: Shapes, asset: str) -> tuple[Reference, ...]:
    """Foreign keys by which a row can begin to refer to a locked one, to go or be changed with it when that goes.

    MariaDB's InnoDB looks at the index that is referred to. Where that is not the primary key, a lock on the row stops nobody.
    A key that does nothing on deletion fails then, and nothing is lost.
    """
    key = set(shapes.tables[asset].primary_key)
    harmless = (Referential.NO_ACTION, Referential.RESTRICT)
    return tuple(
        one
        for one in shapes.referring_to(asset)
        if shapes.server is Server.MYSQL and one.on_delete not in harmless and set(one.target_columns) != key
    )


def _waits(reference: Reference) -> bool:
    return reference.deferrable and reference.on_delete is Referential.NO_ACTION


def _row_by_row(server: Server, reference: Reference) -> bool:
    """Whether a key of a table to itself is looked at while a statement still runs. PostgreSQL looks after it."""
    return server is Server.MYSQL or (server is Server.SQLITE and not _waits(reference))


def _broken(shapes: Shapes, knot: Sequence[Reference]) -> tuple[Operation, list[Reference]] | None:
    """What unties one key of a cycle, and the keys that are out of the way then."""
    for one in knot:
        columns = released_columns(shapes, one)
        if columns:
            return Operation("release", one.asset, columns=columns, reference=one), [one]
    for one in knot:
        if _waits(one):
            return Operation("defer", one.asset, reference=one), [one]
    return None


def _knot(assets: Sequence[str], between: Sequence[Reference]) -> list[Reference]:
    """The keys to one another of the tables of one cycle, in a steady order; none if there is no cycle."""
    reach = _reach(assets, between)
    for asset in assets:
        tied = {other for other in reach[asset] if asset in reach[other]}
        if tied:
            return [one for one in between if one.asset in tied and one.target in tied]
    return []


def _reach(assets: Sequence[str], between: Sequence[Reference]) -> dict[str, set[str]]:
    """By table: the tables that its rows refer to, directly or not."""
    reach = {asset: {one.target for one in between if one.asset == asset} for asset in assets}
    grew = True
    while grew:
        grew = False
        for asset in assets:
            more = set().union(*(reach[one] for one in reach[asset])) - reach[asset]
            reach[asset] |= more
            grew = grew or bool(more)
    return reach


def _sorted(assets: Sequence[str], between: Sequence[Reference]) -> list[str]:
    """Those that refer before those that are referred to; else the last reached first."""
    left = list(reversed(assets))
    found: list[str] = []
    while left:
        free = next(asset for asset in left if not any(one.target == asset and one.asset in left for one in between))
        left.remove(free)
        found.append(free)
    return found

"""Random tables that refer to one another in every way, rows in them, and a plain model of what a plan leaves of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from engine.governance.policy.model import Delete
from tests.retention.databases import NEW, OLD, Tables

Key = tuple[int, ...]
Values = tuple[int | None, ...]
ACTIONS = ("NO ACTION", "RESTRICT", "CASCADE", "SET NULL")


@dataclass(frozen=True)
class Link:
    """A foreign key of a random schema. ``nullable``: of each of its columns."""

    number: int
    child: int
    parent: int
    nullable: tuple[bool, ...]
    action: str
    deferrable: bool

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"f{self.number}_{place}" for place in range(len(self.nullable)))


@dataclass(frozen=True)
class World:
    """Tables t0, t1, ... of which t0 has the roots, and their rows."""

    widths: tuple[int, ...]
    links: tuple[Link, ...]
    rows: Mapping[int, Mapping[Key, Mapping[int, Values]]]
    closed: Mapping[Key, str | None]
    rule: Delete
    held: frozenset[tuple[int, Key]] = frozenset()

    def key_columns(self, table: int) -> tuple[str, ...]:
        return ("id",) if self.widths[table] == 1 else ("a", "b")

    def links_of(self, table: int) -> list[Link]:
        return [link for link in self.links if link.child == table]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to four tables, six foreign keys and five rows a table."""
    count = draw(st.integers(1, 4))
    widths = tuple(draw(st.integers(1, 2)) for _ in range(count))
    links = tuple(draw(_link(number, widths)) for number in range(draw(st.integers(1, 6))))
    keys = {
        table: draw(st.lists(st.tuples(*[st.integers(1, 5)] * widths[table]), min_size=1, max_size=5, unique=True))
        for table in range(count)
    }
    rows: dict[int, dict[Key, dict[int, Values]]] = {}
    for table in range(count):
        own = [link for link in links if link.child == table]
        possible = all(keys[link.parent] or all(link.nullable) for link in own)
        rows[table] = {
            key: {link.number: draw(_values(link, keys[link.parent])) for link in own}
            for key in keys[table]
            if possible
        }
    _prune(rows, links)
    closed = {key: draw(st.sampled_from([OLD, OLD, OLD, NEW, None])) for key in rows[0]}
    others = [f"t{table}" for table in range(count)]
    roles = [draw(st.sampled_from(["go", "go", "go", "stay", "detach"])) for _ in others]
    dependents = tuple(name for name, role in zip(others, roles, strict=True) if role == "go" and name != "t0")
    if draw(st.booleans()) and draw(st.booleans()):
        dependents = ("t0", *dependents)
    detach = tuple(
        name for name, role in zip(others, roles, strict=True) if role == "detach" and name not in dependents
    )
    places = [(table, key) for table in rows for key in rows[table]]
    some = st.frozensets(st.sampled_from(places), max_size=2) if places else st.just(frozenset[tuple[int, Key]]())
    held = draw(st.one_of(st.just(frozenset[tuple[int, Key]]()), some))
    return World(widths, links, rows, closed, _reached(links, dependents, detach), held)


def _reached(links: tuple[Link, ...], dependents: tuple[str, ...], detach: tuple[str, ...]) -> Delete:
    """The rule without tables that refer to nothing that goes."""
    pairs = {(f"t{link.child}", f"t{link.parent}") for link in links}
    members: list[str] = ["t0"]
    for name in members:
        members += [child for child, parent in pairs if parent == name and child in dependents and child not in members]
    going = members if ("t0", "t0") in pairs or any((("t0", name) in pairs) for name in members) else members[1:]
    return Delete(
        tuple(name for name in dependents if name in going),
        tuple(name for name in detach if any((name, member) in pairs for member in members)),
    )


@st.composite
def _link(draw: st.DrawFn, number: int, widths: tuple[int, ...]) -> Link:
    child, parent = draw(st.integers(0, len(widths) - 1)), draw(st.integers(0, len(widths) - 1))
    nullable = tuple(draw(st.sampled_from([True, True, False])) for _ in range(widths[parent]))
    action = draw(st.sampled_from(ACTIONS[: 4 if all(nullable) else 3]))
    return Link(number, child, parent, nullable, action, draw(st.booleans()))


def _values(link: Link, keys: list[Key]) -> st.SearchStrategy[Values]:
    nothing: st.SearchStrategy[Values] = st.just((None,) * len(link.nullable))
    if not keys:
        return nothing
    some = st.sampled_from(keys)
    holes = st.tuples(*[st.booleans() if nullable else st.just(False) for nullable in link.nullable])
    partly = st.builds(lambda key, hole: tuple(None if no else v for v, no in zip(key, hole, strict=True)), some, holes)
    return st.one_of(some.map(lambda key: key), partly)


def _prune(rows: dict[int, dict[Key, dict[int, Values]]], links: tuple[Link, ...]) -> None:
    """Take out rows that refer to none: until all refer to rows that are there."""
    pruned = True
    while pruned:
        pruned = False
        for link in links:
            for key, cells in list(rows[link.child].items()):
                values = cells[link.number]
                if None not in values and values not in rows[link.parent]:
                    del rows[link.child][key]
                    pruned = True


def plant(tables: Tables, world: World) -> None:
    """Make the tables and fill them, in a database that is emptied first."""
    before, after = {
        "sqlite": (["PRAGMA foreign_keys = OFF"], []),
        "postgresql": (["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"], []),
        "mariadb": (["SET SESSION foreign_key_checks = 0"], ["SET SESSION foreign_key_checks = 1"]),
    }[tables.server]
    inline = tables.server == "sqlite"
    off = ["SET SESSION session_replication_role = replica"] if tables.server == "postgresql" else []
    old = [f"DROP TABLE IF EXISTS t{table}" for table in range(4)] if tables.server != "postgresql" else []
    made = [_table(world, table, inline=inline) for table in range(len(world.widths))]
    keys = [] if inline else [_constraint(world, link, tables.server) for link in world.links]
    with tables.engine.connect() as connection:
        for statement in [*before, *old, *made, *keys, *off, *_inserts(world), *after]:
            connection.exec_driver_sql(statement)
        connection.commit()


def _table(world: World, table: int, *, inline: bool) -> str:
    key = world.key_columns(table)
    parts = [f"{name} integer NOT NULL" for name in key] + ["closed date", f"PRIMARY KEY ({', '.join(key)})"]
    for link in world.links_of(table):
        for name, nullable in zip(link.columns, link.nullable, strict=True):
            parts.insert(0, f"{name} integer {'NULL' if nullable else 'NOT NULL'}")
    if inline:
        parts += [_references(world, link) for link in world.links_of(table)]
    return f"CREATE TABLE t{table} ({', '.join(parts)})"


def _references(world: World, link: Link) -> str:
    there = ", ".join(world.key_columns(link.parent))
    return f"FOREIGN KEY ({', '.join(link.columns)}) REFERENCES t{link.parent} ({there}) ON DELETE {link.action}"


def _constraint(world: World, link: Link, server: str) -> str:
    deferrable = " DEFERRABLE" if link.deferrable and server == "postgresql" else ""
    return f"ALTER TABLE t{link.child} ADD CONSTRAINT k{link.number} {_references(world, link)}{deferrable}"


def _inserts(world: World) -> Iterator[str]:
    for table, rows in world.rows.items():
        links = world.links_of(table)
        names = [*world.key_columns(table), "closed", *(name for link in links for name in link.columns)]
        for key, cells in rows.items():
            day = world.closed.get(key) if table == 0 else None
            values = [*map(str, key), "NULL" if day is None else f"'{day}'"]
            values += ["NULL" if v is None else str(v) for link in links for v in cells[link.number]]
            yield f"INSERT INTO t{table} ({', '.join(names)}) VALUES ({', '.join(values)})"


Contents = dict[int, dict[Key, dict[int, Values]]]


def contents(tables: Tables, world: World) -> Contents:
    """What is in the tables now."""
    found: Contents = {}
    for table in range(len(world.widths)):
        links, width = world.links_of(table), world.widths[table]
        names = [*world.key_columns(table), *(name for link in links for name in link.columns)]
        found[table] = {}
        for row in tables.rows(f"SELECT {', '.join(names)} FROM t{table}"):
            cells, at = {}, width
            for link in links:
                cells[link.number] = row[at : at + len(link.columns)]
                at += len(link.columns)
            found[table][row[:width]] = cells
    return found


Place = tuple[int, Key]


@dataclass(frozen=True)
class Model:
    """What a plan of all roots leaves, in the words of the rule alone."""

    world: World
    row_by_row: frozenset[int] = frozenset()
    """Keys of a table to itself over which rows that refer to one another in a ring cannot go."""
    itself: bool = False
    """Nor can rows that refer to themselves."""

    def edges(self) -> Iterator[tuple[Link, Place, Place]]:
        """Which row refers to which."""
        for link in self.world.links:
            for key, cells in self.world.rows[link.child].items():
                values = cells[link.number]
                if None not in values:
                    yield link, (link.child, key), (link.parent, tuple(v for v in values if v is not None))

    def going(self) -> set[Place]:
        """The rows that go."""
        rule, due = self.world.rule, self.world.closed
        go = {int(name[1:]) for name in rule.dependents}
        nodes: set[Place] = {(0, key) for key in self.world.rows[0]}
        edges = list(self.edges())
        grew = True
        while grew:
            more = {child for _, child, parent in edges if parent in nodes and child[0] in go} - nodes
            nodes |= more
            grew = bool(more)
        stays = {(0, key) for key, day in due.items() if day != OLD}
        stays |= nodes & self.world.held
        stays |= _rings(
            [edge[1:] for edge in edges if edge[0].number in self.row_by_row and edge[2] in nodes], itself=self.itself
        )
        changed = True
        while changed:
            found = set(stays)
            for _, child, parent in edges:
                found |= self._kept(child, parent, nodes, stays, go)
            changed = found != stays
            stays = found
        return nodes - stays

    def _kept(self, child: Place, parent: Place, nodes: set[Place], stays: set[Place], go: set[int]) -> set[Place]:
        if parent not in nodes or child == parent:
            return set()
        if child[0] in go:
            return {child, parent} if {child, parent} & stays else set()
        if f"t{child[0]}" in self.world.rule.detach and not (child[0] == 0 and child in nodes - stays):
            return {parent} if child in self.world.held else set()
        if child[0] == 0:
            return {parent} if child in stays else set()
        return {parent}

    def may_go(self, gone: set[Place]) -> bool:
        """Whether each of these rows is due, or hangs on one of them that is; and none is held."""
        due: set[Place] = {(0, key) for key, day in self.world.closed.items() if day == OLD}
        reached, grew = gone & due, True
        while grew:
            more = {child for _, child, parent in self.edges() if parent in reached and child in gone} - reached
            reached |= more
            grew = bool(more)
        return reached == gone and not gone & self.world.held and all(row in due for row in gone if row[0] == 0)

    def left(self, released: Mapping[int, tuple[str, ...]], going: set[Place] | None = None) -> Contents:
        """What is there afterwards.

        Args:
            released: the columns of each key of a detached table that become NULL.
            going: the rows that go; by default all that the rule says.
        """
        going = self.going() if going is None else going
        found: Contents = {}
        for table, rows in self.world.rows.items():
            found[table] = {key: dict(cells) for key, cells in rows.items() if (table, key) not in going}
        for link, child, parent in self.edges():
            if parent in going and child not in going and f"t{link.child}" in self.world.rule.detach:
                cells = found[link.child][child[1]]
                pairs = zip(link.columns, cells[link.number], strict=True)
                cells[link.number] = tuple(None if name in released[link.number] else v for name, v in pairs)
        return found


def _rings(edges: list[tuple[Place, Place]], *, itself: bool) -> set[Place]:
    """Rows from which one comes back to them, step by step along what refers to what."""
    onward: dict[Place, set[Place]] = {}
    for child, parent in edges:
        if itself or child != parent:
            onward.setdefault(child, set()).add(parent)
    found = set()
    for start in onward:
        reached, waiting = set(), [start]
        while waiting:
            for place in onward.get(waiting.pop(), ()):
                if place not in reached:
                    reached.add(place)
                    waiting.append(place)
        if start in reached:
            found.add(start)
    return found

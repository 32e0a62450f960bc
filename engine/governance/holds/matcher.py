"""Which rows of a store a legal hold covers. Pure: made from the holds over the store and from what it lists.

What cannot be told is ``unknown``, and such a row stays, as one that is held does:

- its identifier is NULL, empty, or of a kind that is not compared, or was not fetched;
- it hangs on the field's table on several ways, so that one fetched value would not tell of all of them; or it hangs on a row
  that is not held itself and hangs on others of its own table (a manager's manager), which are not looked at;
- it refers to a table that is not listed, or could not be read, and so may refer to anything;
- the store does not list the table or field of a hold any more (renamed, or dropped): then all rows of the store are unknown, as
  nobody knows where what was held is now; release the hold, or place another one;
- the hold was hashed with another key or other normal forms than are in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.base.ids import HoldId
from engine.estate.stores.store import AssetInfo, ForeignKey
from engine.governance.holds.forms import FORM_VERSION, HoldKey
from engine.governance.holds.paths import Graph, Nowhere, One, Several
from engine.governance.holds.scopes import CountingHold, HeldScope, ScopeKind
from engine.governance.holds.values import Cells, Compared, KeysOfRows, Subjects
from engine.governance.policy.model import Column

UNKNOWN = "unknown"
"""What ``held`` says of a row of which it cannot be told."""

Row = Mapping[Column, object]


@dataclass(frozen=True, slots=True)
class _Hop:
    """A table on a way. ``arrived``: columns of it that were referred to, none of the first; ``key``: that lead on."""

    arrived: tuple[Column, ...]
    key: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is compared of the rows of an asset for holds on one field, or one key.

    Attributes:
        cells: columns with what is compared; None where there are several ways, and nothing can be.
        values: what is held there.
        hops: the way there, in order.
        further: keys that may lead to something else that is held, which is not compared: all of them have to be NULL.
    """

    cells: tuple[Column, ...] | None
    values: Compared
    hops: tuple[_Hop, ...] = ()
    further: tuple[tuple[Column, ...], ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All that has to be fetched for it."""
        way = (one for hop in self.hops for one in (*hop.arrived, *hop.key))
        return (*way, *(one for key in self.further for one in key), *(self.cells or ()))

    def answers(self, rows: Sequence[Row]) -> list[str | None]:
        """Of each row: a hold, ``unknown`` or None."""
        out: list[str | None] = [UNKNOWN if self._hangs_further(row) else None for row in rows]
        cells = self.cells
        if cells is None:
            return out
        some = [place for place, row in enumerate(rows) if not self._hangs_on_nothing(row)]
        found = self.values.compare([tuple(rows[place].get(one) for one in cells) for place in some])
        for place, what in zip(some, found, strict=True):
            if what is not None:
                out[place] = UNKNOWN if what is Cells.UNKNOWN else str(what)
        for place in set(range(len(rows))).difference(some):
            out[place] = None
        return out

    def _hangs_on_nothing(self, row: Row) -> bool:
        """Whether the way ends at a key that is NULL, and not at a row that is not there although a key refers to it."""
        for hop in self.hops:
            if _is_null(row, hop.arrived):
                return False
            if _is_null(row, hop.key):
                return True
        return False

    def _hangs_further(self, row: Row) -> bool:
        """Whether it may hang on something that is not compared. A key that has a NULL refers to nothing (MATCH SIMPLE)."""
        return not all(_is_null(row, key) for key in self.further)


@dataclass(slots=True)
class HoldMatcher:
    """Tells of rows whether a hold covers them; see the module.

    Args:
        store: by name.
        holds: all that count over that store.
        assets: all that the store lists, with their foreign keys: what is left out of it counts as gone.
        key: the tenant's, for holds.
    """

    store: str
    holds: Sequence[CountingHold]
    assets: Iterable[AssetInfo]
    key: HoldKey
    _known: dict[str, AssetInfo] = field(init=False, repr=False)
    _graph: Graph = field(init=False, repr=False)
    _scopes: list[HeldScope] = field(init=False, repr=False)
    _questions: dict[str, tuple[_Question, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._known = {one.name: one for one in self.assets}
        self._graph = Graph(self._known)
        self._scopes = [scope for hold in self.holds for scope in hold.scopes if scope.store == self.store]

    def whole(self, asset: str) -> HoldId | None:
        """The hold that covers every row of an asset, if one does."""
        for scope in self._scopes:
            if scope.kind is ScopeKind.STORE or (scope.kind is ScopeKind.ASSET and scope.asset == asset):
                return scope.hold_id
        return None

    def columns(self, asset: str) -> tuple[Column, ...]:
        """What ``held`` compares of the rows of an asset: columns of it, and of tables that it refers to. Often nothing."""
        if self.whole(asset) is not None or self._cannot_tell(asset):
            return ()
        return tuple(dict.fromkeys(one for question in self._asked(asset) for one in question.columns))

    def held(self, asset: str, rows: Sequence[Row]) -> list[str | None]:
        """Of each row: the id of a hold that covers it, ``unknown`` where that cannot be told, or None.

        Args:
            asset: by name.
            rows: with the columns that ``columns`` names; where one is missing, it cannot be told.
        """
        covering = self.whole(asset)
        if covering is not None:
            return [str(covering)] * len(rows)
        out: list[str | None] = [UNKNOWN if self._cannot_tell(asset) else None] * len(rows)
        if UNKNOWN in out:
            return out
        for question in self._asked(asset):
            for place, word in enumerate(question.answers(rows)):
                if word is not None and out[place] in (None, UNKNOWN):
                    out[place] = word
        return out

    def _cannot_tell(self, asset: str) -> bool:
        """Whether of no row of an asset it can be told."""
        if any(self._is_lost(scope) for scope in self._scopes):
            return True
        info = self._known.get(asset)
        return any(scope.digests for scope in self._scopes) and (info is None or bool(info.problem))

    def _is_lost(self, scope: HeldScope) -> bool:
        if scope.kind is ScopeKind.STORE:
            return False
        info = self._known.get(scope.asset)
        if info is None or (info.types is not None and not set(scope.columns) <= info.types.keys()):
            return True
        like = (scope.key_generation, scope.form_version) == (self.key.generation, FORM_VERSION)
        return scope.kind is not ScopeKind.ASSET and not like

    def _asked(self, asset: str) -> tuple[_Question, ...]:
        """Made once an asset: holds on one field are asked about together."""
        if asset not in self._questions:
            groups: dict[tuple[ScopeKind, str, tuple[str, ...]], list[HeldScope]] = {}
            for scope in self._scopes:
                if scope.digests:
                    groups.setdefault((scope.kind, scope.asset, scope.columns), []).append(scope)
            self._questions[asset] = tuple(one for group in groups.values() for one in self._questions_of(asset, group))
        return self._questions[asset]

    def _questions_of(self, asset: str, scopes: Sequence[HeldScope]) -> Iterable[_Question]:
        first = scopes[0]
        kind = Subjects if first.kind is ScopeKind.SUBJECT else KeysOfRows
        values = kind([(scope.hold_id, digest) for scope in scopes for digest in scope.digests], self.key)
        match self._graph.way(asset, first.asset):
            case Nowhere():
                return
            case One(hops, onward):
                there = "" if asset == first.asset else first.asset
                cells = tuple(Column(name, there) for name in first.columns)
                yield _Question(
                    cells,
                    values,
                    tuple(_hops(hops)),
                    tuple(_fields(key, first.asset, asset) for key in onward),
                )
            case Several(keys):
                yield _Question(None, values, further=tuple(_fields(key, asset, asset) for key in keys))


def _hops(way: Sequence[tuple[str, ForeignKey]]) -> Iterable[_Hop]:
    before: ForeignKey | None = None
    for table, key in way:
        arrived = () if before is None else tuple(Column(name, table) for name in before.target_fields)
        yield _Hop(arrived, _fields(key, table, way[0][0]))
        before = key


def _fields(key: ForeignKey, table: str, asset: str) -> tuple[Column, ...]:
    return tuple(Column(name, "" if table == asset else table) for name in key.fields)


def _is_null(row: Row, columns: Sequence[Column]) -> bool:
    """Whether one of them is known to be NULL."""
    return any(one in row and row[one] is None for one in columns)

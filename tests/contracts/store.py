"""What every implementation of ``engine.estate.stores.store.Store`` keeps.

Run it on a store by inheriting::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def case(self, tmp_path: Path) -> Iterator[StoreCase]:
            ...  # plant known data
            yield StoreCase(store=..., cells={"people": expected_cells([{"name": "Ada", "age": 36}])}, ...)

Every asset that can be read is named in ``cells`` with all its values, every other one in ``unread``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget, Chunk, Cursor
from engine.estate.stores.store import AssetInfo, ObjectInfo, Store
from tests.contracts.format import Cell, Read, cell_text, cells_of, check_read

STORE_REASONS = frozenset(
    {
        "permission_denied",
        "not_found",
        "unreachable",
        "tls_refused",
        "timeout",
        "changed_while_read",
        "truncated",
        "not_parseable",
        "encrypted",
        "too_large",
        "store_error",
    }
)


@dataclass(frozen=True)
class StoreCase:
    """A store with planted data.

    Attributes:
        store: the store under test, opened with its read credential.
        cells: every readable asset by name, with the multiset of (field, text) of its values that are not null.
        unread: assets that are listed but not readable, by name with the expected ``skip`` or ``problem``.
        secret: a text that stands in the data and must not stand in any error; empty for none.
        absent: an asset and object that look right but do not exist.
    """

    store: Store
    cells: Mapping[str, Counter[Cell]]
    absent: tuple[AssetInfo, ObjectInfo]
    unread: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""


def expected_cells(records: Iterable[Mapping[str, object]]) -> Counter[Cell]:
    """The cells of flat records; None is no cell."""
    return Counter(
        (name, cell_text(value)) for record in records for name, value in record.items() if value is not None
    )


def read_of(store: Store, asset: AssetInfo, item: ObjectInfo) -> Read:
    """Opens the object anew for each read."""

    def read(start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        with store.open(asset, item) as reader:
            yield from reader.chunks(start, budget)

    return read


class StoreContract:
    """The tests; a subclass gives the fixture ``case``."""

    @pytest.fixture
    def case(self) -> StoreCase | Iterator[StoreCase]:
        raise NotImplementedError

    def test_the_listing_is_complete(self, case: StoreCase) -> None:
        names = [asset.name for asset in case.store.assets()]
        assert len(set(names)) == len(names)
        assert set(names) == set(case.cells) | set(case.unread)

    def test_each_asset_is_described(self, case: StoreCase) -> None:
        for asset in case.store.assets():
            assert asset.name
            assert asset.kind in {"table", "view", "file", "objects"}
            assert asset.format
            assert asset.objects, "an asset has at least one object"
            assert len({item.name for item in asset.objects}) == len(asset.objects)
            assert not asset.problem or asset.problem in STORE_REASONS
            assert all(item.bytes is None or item.bytes >= 0 for item in asset.objects)
            assert all(item.rows is None or item.rows >= 0 for item in asset.objects)

    def test_what_is_not_read_says_why(self, case: StoreCase) -> None:
        for asset in case.store.assets():
            reasons = {asset.problem, *(item.skip for item in asset.objects)} - {""}
            assert reasons == ({case.unread[asset.name]} if asset.name in case.unread else set()), asset.name

    def test_the_listing_is_the_same_again(self, case: StoreCase) -> None:
        # By name: what a table holds roughly may be told differently each time.
        first, second = list(case.store.assets()), list(case.store.assets())
        assert [asset.name for asset in first] == [asset.name for asset in second]
        for left, right in zip(first, second, strict=True):
            assert [(item.name, item.version) for item in left.objects] == [
                (item.name, item.version) for item in right.objects
            ]

    def test_every_value_is_read_however_it_is_cut(self, case: StoreCase) -> None:
        seen = 0
        for asset in self._readable(case):
            found: Counter[Cell] = Counter()
            for item in asset.objects:
                with case.store.open(asset, item) as reader:
                    resumable = reader.resumable
                found += cells_of(check_read(read_of(case.store, asset, item), resumable=resumable))
            assert found == case.cells[asset.name], asset.name
            seen += 1
        assert seen == len(case.cells)

    def test_reading_can_stop_anywhere(self, case: StoreCase) -> None:
        for asset in self._readable(case):
            for item in asset.objects:
                with case.store.open(asset, item) as reader:
                    chunks = reader.chunks(None, Budget(1, 1))
                    assert next(chunks).rows <= 1
                whole = list(read_of(case.store, asset, item)(None, Budget()))
                assert whole[-1].next is None

    def test_two_readers_do_not_disturb_each_other(self, case: StoreCase) -> None:
        for asset in self._readable(case):
            item, found = asset.objects[0], []
            with case.store.open(asset, item) as one, case.store.open(asset, item) as two:
                pairs = zip(one.chunks(None, Budget(2)), two.chunks(None, Budget(2)), strict=True)
                found = [(left.rows, right.rows) for left, right in pairs]
            assert all(left == right for left, right in found)

    def test_what_does_not_exist_cannot_be_read(self, case: StoreCase) -> None:
        with pytest.raises(StoreError) as caught:
            list(read_of(case.store, *case.absent)(None, Budget()))
        assert caught.value.reason in STORE_REASONS
        if case.secret:
            assert case.secret not in f"{caught.value} {caught.value.hint}"

    def test_it_has_a_name_and_a_kind(self, case: StoreCase) -> None:
        assert case.store.name
        assert case.store.kind in {"sql", "files", "s3"}

    @staticmethod
    def _readable(case: StoreCase) -> Iterator[AssetInfo]:
        return (asset for asset in case.store.assets() if asset.name in case.cells)

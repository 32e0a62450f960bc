"""A bucket keeps what every store keeps."""

from __future__ import annotations

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.estate.stores.s3 import ranged, store, transfer
from engine.estate.stores.store import AssetInfo, ObjectInfo
from tests.contracts.store import StoreCase, StoreContract, expected_cells
from tests.estate.stores.s3.planting import CSV, LINES, PEOPLE, Planted, many
from tests.seaweed import SCANNER


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(PEOPLE), out, row_group_size=7)
    return out.getvalue()


class TestS3Store(StoreContract):
    @pytest.fixture
    def case(self, planted: Planted) -> StoreCase:
        planted.put("people.csv")
        planted.put("exports/2024/03/part-0001.csv.gz", gzip.compress(CSV))
        planted.put("lake/dt=2024-03-01/people.jsonl", LINES)
        planted.put("people.json", json.dumps(PEOPLE).encode())
        planted.put("people.parquet", parquet())
        planted.put("empty.csv", b"")
        planted.put("odd\nname 😀.csv")
        planted.put("folder/", b"")
        planted.put("people.xyz", CSV)
        cells = expected_cells(PEOPLE)
        missing = ObjectInfo("nobody.csv")
        return StoreCase(
            store=planted.store(),
            cells={
                "people.csv": cells,
                "exports/*/*/part-*.csv.gz": cells,
                "lake/dt=*/people.jsonl": cells,
                "people.json": cells,
                "people.parquet": cells,
                "people.xyz": cells,
                "empty.csv": expected_cells([]),
                "odd\\nname 😀.csv": cells,
            },
            unread={"folder/": "folder_marker"},
            absent=(AssetInfo("nobody.csv", "objects", "csv", (missing,)), missing),
            secret=SCANNER.secret_key,
        )


class TestS3StoreInRanges(StoreContract):
    """The same for objects that are too large to be read at once."""

    @pytest.fixture
    def case(self, planted: Planted, monkeypatch: pytest.MonkeyPatch) -> StoreCase:
        rows = many(300)
        monkeypatch.setattr(transfer, "HEAD", 500)
        monkeypatch.setattr(store, "BUFFER", 256)
        for name, size in (("SMALL", 512), ("LARGE", 4096), ("TAIL", 300)):
            monkeypatch.setattr(ranged, name, size)
        planted.put("people.jsonl.gz", gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))
        out = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), out, row_group_size=90, compression="none", use_dictionary=False)
        planted.put("people.parquet", out.getvalue())
        missing = ObjectInfo("nobody.csv", bytes=1 << 30)
        return StoreCase(
            store=planted.store(whole=1),
            cells={"people.jsonl.gz": expected_cells(rows), "people.parquet": expected_cells(rows)},
            absent=(AssetInfo("nobody.csv", "objects", "csv", (missing,)), missing),
        )

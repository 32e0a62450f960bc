"""Fields whose names are longer than databases index: they are scanned, stay apart, and nothing else suffers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from classifiers.field_paths import LONGEST, bounded_path
from engine.base.state.database import Database
from engine.base.state.tables import FieldRow
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from tests.estate.scan.estate import coverage, scanner

LONG = "".join(random.Random(1).choices([chr(point) for point in range(0x4E00, 0x9000)], k=3_000))  # compresses badly


def test_overlong_names_are_fields_of_their_own(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    mails, counts = [f"u{n}@mail.example" for n in range(50)], list(range(50))
    pq.write_table(pa.table({f"{LONG}1": mails, f"{LONG}2": counts, "mail": mails}), folder / "long.parquet")
    (folder / "long.csv").write_text(f"{LONG},number\n" + "".join(f"{mail},1\n" for mail in mails), encoding="utf-8")
    deep: object = mails[0]
    for _ in range(30):
        deep = {"k" * 150: deep}
    (folder / "deep.json").write_text(json.dumps([deep] * 20), encoding="utf-8")
    result = scanner(database, [DeclaredStore(FilesStore("files", folder))]).run()
    assert result.status == "complete"
    assert {state for state, _, _ in coverage(database).values()} == {"full"}
    with database.snapshot() as session:
        fields = list(session.scalars(select(FieldRow)))
    assert max(len(one.path.encode()) for one in fields) <= LONGEST
    found = [{str(entity["entity"]) for entity in one.found} for one in fields]  # type: ignore[union-attr, call-overload, index]
    assert sum("EMAIL_ADDRESS" in one for one in found) == 4


@given(st.text(max_size=40), st.integers(0, 60))
def test_a_bounded_path_is_short_and_its_own(text: str, times: int) -> None:
    path = text * times
    bounded = bounded_path(path)
    assert len(bounded.encode("utf-8", "replace")) <= LONGEST
    assert bounded_path(bounded) == bounded
    assert bounded == path or bounded != bounded_path(f"{path}x")

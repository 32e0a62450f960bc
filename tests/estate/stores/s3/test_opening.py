"""From reeve.yaml to a bucket that is read."""

from __future__ import annotations

from pathlib import Path

from engine.base.settings import load_settings
from engine.estate.stores.opening import declared_stores
from engine.estate.stores.s3 import S3Store
from tests.contracts.store import expected_cells
from tests.estate.stores.s3.planting import PEOPLE, Planted, cells
from tests.seaweed import SCANNER

TEXT = """\
stores:
  lake:
    kind: s3
    bucket: {bucket}
    prefix: exports/
    endpoint_url: {url}
    access_key_id: ${{KEY_ID}}
    secret_access_key: ${{SECRET}}
    owner: Data platform
"""


def test_a_declared_bucket_is_read(planted: Planted, tmp_path: Path) -> None:
    planted.put("exports/people.csv")
    planted.put("other.csv")
    (tmp_path / "reeve.yaml").write_text(TEXT.format(bucket=planted.bucket, url=planted.server.url))
    environ = {"KEY_ID": SCANNER.access_key, "SECRET": SCANNER.secret_key}
    (declared,) = declared_stores(load_settings(folder=tmp_path, environ=environ))
    assert (declared.name, declared.owner, declared.store.kind) == ("lake", "Data platform", "s3")
    assert isinstance(declared.store, S3Store)
    (asset,) = declared.store.assets()
    assert asset.name == "people.csv"
    assert cells(declared.store, asset.objects[0]) == expected_cells(PEOPLE)


def test_nothing_is_connected_to_before_something_is_asked(tmp_path: Path) -> None:
    (tmp_path / "reeve.yaml").write_text(TEXT.format(bucket="nowhere", url="http://127.0.0.1:9"))
    assert declared_stores(load_settings(folder=tmp_path, environ={"KEY_ID": "k", "SECRET": "s"}))

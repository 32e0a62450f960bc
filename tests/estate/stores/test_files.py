"""A folder as a store: everything is listed, nothing is followed, and a file that changes is never half believed."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.files import FilesStore
from engine.estate.stores.names import real_path, shown_name
from engine.estate.stores.store import AssetInfo, ObjectInfo
from tests.contracts.format import cells_of
from tests.contracts.store import StoreCase, StoreContract, expected_cells

PEOPLE: list[dict[str, object]] = [{"id": str(number), "email": f"user{number}@example.org"} for number in range(30)]
CSV = b"id,email\n" + b"".join(f"{row['id']},{row['email']}\n".encode() for row in PEOPLE)
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in PEOPLE)


def absent(name: str) -> tuple[AssetInfo, ObjectInfo]:
    item = ObjectInfo(name)
    return AssetInfo(name, "file", "csv", (item,)), item


def asset_of(store: FilesStore, name: str) -> AssetInfo:
    (asset,) = [asset for asset in store.assets() if asset.name == name]
    return asset


class TestFilesStore(StoreContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> StoreCase:
        (tmp_path / "people.csv").write_bytes(CSV)
        (tmp_path / ".hidden").write_bytes(LINES)
        (tmp_path / "sub" / "deep").mkdir(parents=True)
        (tmp_path / "sub" / "deep" / "people.json").write_bytes(json.dumps(PEOPLE).encode())
        (tmp_path / "sub" / "people.csv.gz").write_bytes(gzip.compress(CSV))
        (tmp_path / "empty.csv").write_bytes(b"")
        (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        (tmp_path / "archive.zip").write_bytes(b"PK\x03\x04" + bytes(64))
        (tmp_path / "link.csv").symlink_to("people.csv")
        (tmp_path / "loop").symlink_to(".")
        os.mkfifo(tmp_path / "pipe")
        cells = expected_cells(PEOPLE)
        return StoreCase(
            store=FilesStore("folder", tmp_path),
            cells={
                ".hidden": cells,
                "people.csv": cells,
                "sub/deep/people.json": cells,
                "sub/people.csv.gz": cells,
                "empty.csv": expected_cells([]),
            },
            unread={
                "image.png": "binary_file",
                "archive.zip": "unsupported_format",
                "link.csv": "symbolic_link",
                "loop": "symbolic_link",
                "pipe": "special_file",
            },
            absent=absent("nobody.csv"),
            secret="nobody",
        )


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "quoted".csv',
        "two\nlines.csv",
        "😀 emoji.csv",
        "back\\slash\\xff.csv",
        " spaces .csv",
        "\u202etxt.csv",
        "-rf",
        "a;b|c.csv",
    ],
)
def test_odd_names_are_listed_printably_and_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CSV)
    (tmp_path / "plain.csv").write_bytes(CSV)
    store = FilesStore("odd", tmp_path)
    names = [asset.name for asset in store.assets()]
    assert len(set(names)) == 2
    assert all(found.isprintable() for found in names)
    for asset in store.assets():
        with store.open(asset, asset.objects[0]) as reader:
            assert cells_of(reader.chunks(None, Budget())) == expected_cells(PEOPLE)


def test_names_that_are_not_utf8_do_not_collide(tmp_path: Path) -> None:
    for raw in (b"a\xff.csv", b"a\\xff.csv", b"a\xfe.csv", "aÿ.csv".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw)).write_bytes(CSV)
    store = FilesStore("odd", tmp_path)
    assets = list(store.assets())
    assert len({asset.name for asset in assets}) == 4
    for asset in assets:
        with store.open(asset, asset.objects[0]) as reader:
            assert sum(chunk.rows for chunk in reader.chunks(None, Budget())) == 30


@given(st.binary(min_size=1, max_size=30).filter(lambda raw: b"\0" not in raw))
def test_every_name_comes_back(raw: bytes) -> None:
    name = shown_name(os.fsdecode(raw))
    assert name.isprintable()
    assert real_path(name) == raw


def as_nobody(code: str) -> str:
    """Run code as a user without rights, for the tests may run as root, whom no permission stops."""
    drop = "import os\nif os.getuid() == 0:\n    os.setgroups([])\n    os.setgid(65534)\n    os.setuid(65534)\n"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    imports = """
from engine.base.errors import StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.files import FilesStore
"""
    ran = subprocess.run(
        [sys.executable, "-c", imports + drop + code], capture_output=True, text=True, check=True, env=environment
    )
    return ran.stdout


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that every user may enter, with its parents."""
    changed = []
    for parent in [tmp_path, *tmp_path.parents]:
        mode = parent.stat().st_mode
        if parent.owner() and mode & 0o005 != 0o005 and os.access(parent, os.W_OK):
            changed.append((parent, mode))
            parent.chmod(mode | 0o005)
    yield tmp_path
    for parent, mode in changed:
        parent.chmod(mode)


def test_one_file_and_one_folder_without_permission(open_folder: Path) -> None:
    (open_folder / "a.csv").write_bytes(CSV)
    (open_folder / "b.csv").write_bytes(CSV)
    (open_folder / "secret").mkdir()
    (open_folder / "secret" / "c.csv").write_bytes(CSV)
    (open_folder / "z.csv").write_bytes(CSV)
    for path in open_folder.rglob("*.csv"):
        path.chmod(0o644)
    (open_folder / "b.csv").chmod(0)
    (open_folder / "secret").chmod(0)
    code = f"""
store = FilesStore("s", {str(open_folder)!r})
for asset in store.assets():
    try:
        with store.open(asset, asset.objects[0]) as reader:
            rows = sum(chunk.rows for chunk in reader.chunks(None, Budget()))
    except StoreError as error:
        rows = error.reason
    print(asset.name, asset.format, asset.problem or "-", rows)
"""
    try:
        shown = as_nobody(code)
    finally:
        (open_folder / "secret").chmod(0o755)
    assert shown.splitlines() == [
        "a.csv csv - 30",
        "b.csv unknown permission_denied permission_denied",
        "secret/ folder permission_denied store_error",
        "z.csv csv - 30",
    ]


def test_a_folder_that_cannot_be_listed(open_folder: Path) -> None:
    with pytest.raises(StoreError) as caught:
        list(FilesStore("s", open_folder / "nowhere").assets())
    assert caught.value.reason == "not_found"
    (open_folder / "closed").mkdir(mode=0o700)
    (open_folder / "closed").chmod(0)
    code = f"""
try:
    list(FilesStore("s", {str(open_folder / "closed")!r}).assets())
except StoreError as error:
    print(error.reason, error)
"""
    try:
        assert as_nobody(code).startswith("permission_denied The file or folder cannot be read (EACCES).")
    finally:
        (open_folder / "closed").chmod(0o755)


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def truncate(path: Path) -> None:
    os.truncate(path, 2_000_000)


def append(path: Path) -> None:
    with path.open("ab") as out:
        out.write(b"1,x@x.org\n")


def overwrite(path: Path) -> None:
    with path.open("r+b") as out:
        out.seek(3_000_000)
        out.write(b"changed@x.org")
    os.utime(path, ns=(0, 123_456_789))


@pytest.mark.parametrize("change", [replace, truncate, append, overwrite, Path.unlink])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_changed_while_it_is_read(tmp_path: Path, change: Callable[[Path], None], kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_bytes(b"id,email\n" + b"".join(b"%d,user%d@example.org\n" % (row, row) for row in range(200_000)))
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({"email": [f"user{row * 7919}@example.org" for row in range(400_000)]})
        pq.write_table(table, path, compression="none", use_dictionary=False, row_group_size=50_000)
    store = FilesStore("s", tmp_path)
    asset = asset_of(store, path.name)
    with store.open(asset, asset.objects[0]) as reader:
        chunks = reader.chunks(None, Budget(1000))
        assert next(chunks).rows == 1000
        change(path)
        with pytest.raises(StoreError) as caught:
            for _ in chunks:
                pass
    assert caught.value.reason == "changed_while_read"


def test_a_file_changed_since_it_was_listed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    store = FilesStore("s", tmp_path)
    asset = asset_of(store, "a.csv")
    append(tmp_path / "a.csv")
    with pytest.raises(StoreError) as caught, store.open(asset, asset.objects[0]):
        pass
    assert caught.value.reason == "changed_while_read"


def test_nothing_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.csv").write_bytes(CSV)
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (inside / "sub" / "a.csv").write_bytes(CSV)
    (inside / "b.csv").write_bytes(CSV)
    store = FilesStore("s", inside)
    listed = {asset.name: asset for asset in store.assets()}
    (inside / "sub" / "a.csv").unlink()
    (inside / "sub").rmdir()
    (inside / "sub").symlink_to(tmp_path / "outside")
    (inside / "b.csv").unlink()
    (inside / "b.csv").symlink_to(tmp_path / "outside" / "a.csv")
    for asset in listed.values():
        with pytest.raises(StoreError), store.open(asset, asset.objects[0]):
            pass
    for name in ("../outside/a.csv", "/etc/passwd", "sub/../b.csv", "", "."):
        with pytest.raises(StoreError), store.open(*absent(name)):
            pass


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").write_bytes(CSV)
    (tmp_path / "link").symlink_to("real")
    assert [asset.name for asset in FilesStore("s", tmp_path / "link").assets()] == ["a.csv"]


def test_no_file_stays_open(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.csv").write_bytes(CSV)
    store = FilesStore("s", tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for asset in store.assets():
        with store.open(asset, asset.objects[0]) as reader:
            next(reader.chunks(None, Budget(1)))
    listing = store.assets()
    next(listing)
    listing.close()  # type: ignore[attr-defined]
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_long_listing_streams(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number}.txt").write_bytes(b"x")
    tracemalloc.start()
    try:
        assert sum(1 for _ in FilesStore("s", tmp_path).assets()) == 1000
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()

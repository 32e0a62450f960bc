"""Which keys are one asset."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.estate.stores.s3.entries import Entry, parts, version_parts, version_text
from engine.estate.stores.s3.grouping import asset_of, extension_of, format_of
from engine.estate.stores.s3.naming import ALL_VERSIONS, named, object_name, shown_key

UUID = "3f2a77d0-9c1b-4c0e-8f1a-0123456789ab"
PIECES = st.sampled_from(
    ["a", "part-", "2024", "-03", "-01", "01-03-2024", "123", "1234", UUID, "deadbeef0123", "cafe", "=", "/", "//", "*", "..",
     ".csv", ".gz", ".parquet", ".c000", "T10:15:00Z", "_", " ", "\n", "😀", ".7z", "%20", "+", "x1y22z333", ".2024", "v1"]
)  # fmt: skip
KEYS = st.one_of(
    st.lists(PIECES, min_size=1, max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.text("abcdef0123456789-_./*=TZ", min_size=1, max_size=60),
)


@pytest.mark.parametrize(
    ("key", "asset"),
    [
        ("people.csv", "people.csv"),
        ("sales/2024/03/part-00017.csv.gz", "sales/*/*/part-*.csv.gz"),
        (f"lake/dt=2024-03-01/part-00000-{UUID}.c000.snappy.parquet", "lake/dt=*/part-*-*.c000.snappy.parquet"),
        ("lake/country=NO/city=/x.csv", "lake/country=*/city=*/x.csv"),
        ("a=b.csv", "a=b.csv"),
        (f"users/{UUID}/avatar.png", "users/*/avatar.png"),
        ("orders/order_123456/lines.csv", "orders/order_*/lines.csv"),
        ("logs/app-2024-03-01T10-15-00Z.log", "logs/app-*.log"),
        ("logs/app.20240301.json.gz", "logs/app.*.json.gz"),
        ("logs/app.log.1234", "logs/app.log.*"),
        ("report_2024_03.xlsx", "report_*.xlsx"),
        ("01-03-2024.csv", "*.csv"),
        ("2024-03-01/x.csv", "*/x.csv"),
        ("10:15/x.csv", "*/x.csv"),
        ("9f86d081884c7d659a2feaa0c55ad015.json", "*.json"),
        ("v2/table-12.csv", "v2/table-12.csv"),
        ("song.mp3", "song.mp3"),
        ("2024.gz", "*.gz"),
        ("part-148501-09d20a99-2465-3519-a8e5-5ff6a847be04.csv", "part-*-*.csv"),
        ("decade/facade/file.csv", "decade/facade/file.csv"),
        ("a//b", "a//b"),
        ("folder/", "folder/"),
        (".env", ".env"),
        ("../x.csv", "../x.csv"),
    ],
)
def test_the_rule(key: str, asset: str) -> None:
    assert asset_of(key) == asset


@given(KEYS)
def test_an_assets_name_is_its_own_asset(key: str) -> None:
    assert asset_of(asset_of(key)) == asset_of(key)


@given(KEYS)
def test_objects_of_an_asset_have_one_extension_and_depth(key: str) -> None:
    asset = asset_of(key)
    assert extension_of(asset) == extension_of(key)
    assert asset.count("/") == key.count("/")
    assert format_of(asset) == format_of(key)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.dates(), st.dates(), st.uuids(), st.uuids())
def test_what_counts_does_not_tell_assets_apart(
    one: int, other: int, day: object, night: object, left: object, right: object
) -> None:
    first = f"lake/dt={day}/{one}/{left}/part-{one:05}-{left}-{day}.csv.gz"
    second = f"lake/dt={night}/{other}/{right}/part-{other:05}-{right}-{night}.csv.gz"
    assert asset_of(first) == asset_of(second) == "lake/dt=*/*/*/part-*-*-*.csv.gz"


@given(st.text(string.ascii_letters + "_- ", min_size=1, max_size=11), st.sampled_from(["csv", "json"]))
def test_words_stay(word: str, extension: str) -> None:
    assert asset_of(f"{word}/{word}.{extension}") == f"{word}/{word}.{extension}"


@given(KEYS.filter(lambda key: "\0" not in key), st.sampled_from(["", "null", "a-b.c_~", "?versionId=x"]))
def test_every_name_comes_back(key: str, version: str) -> None:
    name = object_name(key, version)
    assert name.isprintable()
    assert named(name) == (key, version)


@given(st.lists(KEYS, unique=True, max_size=20))
def test_no_two_keys_share_a_name(keys: list[str]) -> None:
    keys += ["a?versionId=1", "a"]
    names = {object_name(key) for key in set(keys)} | {object_name("a", "1"), ALL_VERSIONS}
    assert len(names) == len(set(keys)) + 2
    assert all(shown_key(asset_of(key)) != ALL_VERSIONS for key in keys)


@given(st.lists(KEYS, unique=True, max_size=30), st.sampled_from(["", "lake/", "a"]))
def test_every_entry_is_in_exactly_one_part(keys: list[str], prefix: str) -> None:
    page = [Entry(prefix + key, 3, "e") for key in keys]
    found = [item.name for asset in parts(page, prefix, all_versions=False) for item in asset.objects]
    assert sorted(found) == sorted(object_name(prefix + key) for key in keys)


@given(st.text("abc-\"' ", max_size=8).filter(lambda etag: etag != "-"), st.sampled_from(["", "x-", "null", "--"]))
def test_versions_come_back(etag: str, version: str) -> None:
    assert version_parts(version_text(etag, 5, version)) == (etag, version)
    assert version_parts("") == ("", "")

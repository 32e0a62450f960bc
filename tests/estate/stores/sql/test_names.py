from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.estate.stores.sql.names import asset_name, field_paths, split_name

NAMES = st.text(alphabet='ab."', min_size=1, max_size=6)


@given(NAMES, NAMES, NAMES)
def test_an_assets_name_tells_its_table(schema: str, table: str, default: str) -> None:
    assert split_name(asset_name(schema, table, default), default) == (schema, table)


def test_names_as_users_write_them() -> None:
    assert asset_name("public", "people", "public") == "people"
    assert asset_name("hr", "people", "public") == "hr.people"
    assert asset_name("public", "a.b", "public") == '"a.b"'
    assert asset_name("a", "b", "public") == "a.b"


@given(st.lists(st.tuples(st.text(alphabet="a[] ()2", max_size=5), st.booleans()), max_size=8))
def test_paths_are_unique_and_tell_lists(columns: list[tuple[str, bool]]) -> None:
    paths = field_paths(columns)
    assert len(set(paths)) == len(columns)
    assert all(path for path in paths)
    assert [("[]" in path) for path in paths] == [is_list for _, is_list in columns]

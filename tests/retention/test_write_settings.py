"""The second credential of a store: where it is written, what is refused, and that scans do not see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.base.errors import ConfigError
from engine.base.settings import Settings, SqlStore, load_settings

STORE = "stores:\n  shop:\n    kind: sql\n    url: postgresql://reader@db/shop\n"


def load(folder: Path, text: str) -> Settings:
    (folder / "reeve.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder=folder, environ={"PASSWORD": "c4nary"})


def test_it_is_filled_in_and_hides_its_password(tmp_path: Path) -> None:
    store = load(tmp_path, STORE + "    write: {url: 'postgresql://eraser:${PASSWORD}@db/shop'}\n").store("shop")
    assert isinstance(store, SqlStore)
    assert store.write is not None
    assert (store.write.url.username, store.write.url.password) == ("eraser", "c4nary")
    assert store.write.url.drivername == "postgresql+psycopg"
    assert "c4nary" not in repr(store)


def test_what_a_scan_finds_does_not_depend_on_it(tmp_path: Path) -> None:
    without = load(tmp_path, STORE)
    assert (
        load(tmp_path, STORE + "    write: {url: 'postgresql://eraser@db/shop'}\n").config_hash == without.config_hash
    )


@pytest.mark.parametrize(
    ("write", "message"),
    [
        ("{url: 'postgresql://eraser:c4nary@db/shop'}", "a password stands here in clear"),
        ("{url: 'sqlite:///shop.db'}", "another kind of database"),
        ("{url: 'postgresql://eraser@db/other'}", "another kind of database"),
        ("{}", "needs `url`"),
        ("{url: 'postgresql://eraser@db/shop', user: x}", "there is no such key here"),
        ("eraser", "a set of keys belongs here"),
    ],
)
def test_what_is_refused(tmp_path: Path, write: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"{STORE}    write: {write}\n")
    assert message in caught.value.message
    assert "c4nary" not in caught.value.message + caught.value.hint

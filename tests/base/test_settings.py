"""reeve.yaml: what is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.base.errors import BadInput, ConfigError, NotFound
from engine.base.settings import FilesStore, S3Store, SqlStore, load_settings
from engine.base.settings.copies import CopySettings
from engine.base.settings.files import load_files
from engine.base.settings.schedules import LimitSettings
from engine.base.settings.template import template, write_template
from tests.base.settings import ENVIRON, S3, SQL, WHOLE, load


def test_the_whole(tmp_path: Path) -> None:
    read = load(tmp_path, WHOLE, **ENVIRON)
    assert read.tenant == "acme"
    assert read.state.render_as_string(hide_password=False) == "postgresql+psycopg://reeve:s3cr3t-state@db/reeve"
    assert read.keyring == tmp_path / "keys" / "ring.json"
    crm, uploads = read.store("crm"), read.store("uploads")
    assert isinstance(crm, SqlStore)
    assert crm.url.password == ENVIRON["CRM_PW"]
    assert (crm.url.drivername, crm.url.host, crm.url.port, crm.url.database) == (
        "postgresql+psycopg",
        "db.example",
        5432,
        "crm",
    )
    assert (crm.owner, crm.jurisdiction, crm.purpose) == ("sales@example.com", "NO", ("contract", "support"))
    assert isinstance(uploads, FilesStore)
    assert (uploads.path, uploads.purpose, uploads.owner) == (tmp_path / "data" / "uploads", ("support",), "")
    assert "s3cr3t" not in repr(read)
    assert "n@sty" not in repr(read)


@pytest.mark.parametrize("text", ["", "# nothing\n", "stores:\n", "tenant: null\n", "---\n{}\n", "\ufeffstores: {}\n"])
def test_defaults(tmp_path: Path, text: str) -> None:
    read = load(tmp_path, text)
    assert (read.tenant, dict(read.stores)) == ("default", {})
    assert read.state.database == str(tmp_path / ".reeve" / "state.db")
    assert read.keyring == tmp_path / ".reeve" / "keyring.json"


def test_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("c4nary-secret\n")
    text = S3 + (
        "prefix: exports/\n    endpoint_url: https://s3.example.com:9000\n    region: eu-central-1\n"
        "    versions: all\n    tags: true\n    inventory: s3://other/inv/manifest.json\n    purpose: support\n"
        "    access_key_id: ${KEY_ID}\n    secret_access_key: ${file:secret}\n"
    )
    store = load(tmp_path, text, KEY_ID="AKCANARY").store("a")
    assert isinstance(store, S3Store)
    assert (store.bucket, store.prefix, store.region) == ("acme-lake", "exports/", "eu-central-1")
    assert (store.endpoint_url, store.versions, store.tags) == ("https://s3.example.com:9000", "all", True)
    assert (store.inventory, store.purpose) == ("s3://other/inv/manifest.json", ("support",))
    assert (store.access_key_id, store.secret_access_key.get_secret_value()) == ("AKCANARY", "c4nary-secret")
    assert "CANARY" not in repr(store)
    assert "c4nary" not in repr(store)
    plain = load(tmp_path, S3).store("a")
    assert isinstance(plain, S3Store)
    assert (plain.versions, plain.tags, plain.endpoint_url, plain.inventory) == ("current", False, "", "")


def test_settings_are_frozen(tmp_path: Path) -> None:
    read = load(tmp_path, WHOLE, **ENVIRON)
    with pytest.raises(ValidationError):
        read.tenant = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        read.stores["x"] = read.store("crm")  # type: ignore[index]


def test_which_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("reeve", "named", "given"):
        (tmp_path / f"{name}.yaml").write_text(f"tenant: {name}")
    monkeypatch.chdir(tmp_path)
    assert load_settings().tenant == "reeve"
    monkeypatch.setenv("REEVE_CONFIG", "named.yaml")
    assert load_settings().tenant == "named"
    assert load_settings(Path("given.yaml")).tenant == "given"
    assert load_settings(Path("given.yaml")).file == tmp_path / "given.yaml"
    with pytest.raises(ConfigError, match="no such file") as caught:
        load_settings(Path("missing.yaml"))
    assert "reeve init" in caught.value.hint


def test_unknown_store(tmp_path: Path) -> None:
    read = load(tmp_path, WHOLE, **ENVIRON)
    with pytest.raises(NotFound) as caught:
        read.store("upload")
    assert caught.value.hint == "did you mean uploads?"
    with pytest.raises(NotFound) as caught:
        read.store("zzz")
    assert caught.value.hint == "stores there: crm, uploads"


def test_the_hash_is_of_what_is_written(tmp_path: Path) -> None:
    first = load(tmp_path, WHOLE, **ENVIRON).config_hash
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert load(tmp_path, WHOLE, STATE_PW="x", CRM_PW="y").config_hash == first
    assert (
        load(tmp_path, "# comment\n" + WHOLE.replace("purpose: support", "purpose: [support]"), **ENVIRON).config_hash
        == first
    )
    shuffled = yaml.safe_dump(yaml.safe_load(WHOLE.replace("NO", "'NO'")), sort_keys=True)
    assert load(tmp_path, shuffled, **ENVIRON).config_hash == first
    assert load(tmp_path, WHOLE.replace("contract", "contracts"), **ENVIRON).config_hash != first


def test_secrets_from_files_and_escapes(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("from-file\n")
    text = "stores: {a: {kind: sql, url: 'mysql://u:${file:pw}@${HOST}:${PORT}/d', owner: 'costs $5, $${X}, ${OWNER}'}}"
    store = load(tmp_path, text, HOST="h.example", PORT="3307", OWNER="o").store("a")
    assert isinstance(store, SqlStore)
    assert store.url.render_as_string(hide_password=False) == "mysql+pymysql://u:from-file@h.example:3307/d"
    assert store.owner == "costs $5, ${X}, o"


def test_files_of_tls_are_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    for text in ("postgresql://h/d?sslmode=verify-full&sslrootcert=ca.pem", "mariadb://h/d?ssl_ca=ca.pem"):
        store = load(tmp_path, SQL + text).stores["a"]
        assert isinstance(store, SqlStore)
        assert str(tmp_path / "ca.pem") in store.url.query.values()
    store = load(tmp_path, SQL + "postgresql://h/d?sslrootcert=system").stores["a"]
    assert isinstance(store, SqlStore)
    assert store.url.query["sslrootcert"] == "system"


def test_a_whole_url_can_be_a_secret(tmp_path: Path) -> None:
    store = load(tmp_path, "stores: {a: {kind: sql, url: '${URL}'}}", URL="mariadb://u:p%40w@h/d").store("a")
    assert isinstance(store, SqlStore)
    assert (store.url.password, store.url.drivername) == ("p@w", "mariadb+pymysql")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_password_arrives_as_it_is(tmp_path: Path, password: str) -> None:
    store = load(tmp_path, "stores: {a: {kind: sql, url: 'postgresql://u:${PW}@h/d'}}", PW=password).store("a")
    assert isinstance(store, SqlStore)
    assert (store.url.username, store.url.password, store.url.host, store.url.database) == ("u", password, "h", "d")


def test_policies_are_relative_to_the_file_and_do_not_change_what_a_scan_is(tmp_path: Path) -> None:
    plain = load(tmp_path, "stores: {a: {kind: files, path: x}}")
    one = load(tmp_path, "stores: {a: {kind: files, path: x}}\npolicies: rules")
    two = load(
        tmp_path, "stores: {a: {kind: files, path: x}}\npolicies: [rules/a.yaml, '${THERE}']", THERE="/srv/rules"
    )
    assert (plain.policies, one.policies) == ((), (tmp_path / "rules",))
    assert two.policies == (tmp_path / "rules" / "a.yaml", Path("/srv/rules"))
    assert plain.config_hash == one.config_hash == two.config_hash


def test_files_are_known_without_the_secrets_of_stores(tmp_path: Path) -> None:
    (tmp_path / "reeve.yaml").write_text(
        "stores: {a: {kind: sql, url: 'postgresql://u:${NOT_SET}@h/d'}}\npolicies: p\ndetectors: [d.yaml]",
        encoding="utf-8",
    )
    found = load_files(environ={}, folder=tmp_path)
    assert (found.policies, found.detectors) == ((tmp_path / "p",), (tmp_path / "d.yaml",))
    (tmp_path / "reeve.yaml").write_text("policies: [{a: b}]", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"reeve\.yaml:1: "):
        load_files(environ={}, folder=tmp_path)


def test_limits_and_schedules_do_not_change_what_a_scan_is(tmp_path: Path) -> None:
    plain = "stores:\n  a: {kind: files, path: x}"
    more = "limits: {rows_per_second: 9}, copies: [{kind: backup, until: P35D}]"
    paced = f"stores:\n  a: {{kind: files, path: x, {more}}}\nschedules:\n  s: {{cron: 0 2 * * *}}"
    first, second = load(tmp_path, plain), load(tmp_path, paced)
    assert first.config_hash == second.config_hash
    assert second.stores["a"].limits == LimitSettings(rows_per_second=9)
    assert second.stores["a"].copies == (CopySettings(kind="backup", until="P35D"),)
    assert second.schedules["s"].stores == ()
    assert load(tmp_path, plain.replace("path: x", "path: y")).config_hash != first.config_hash


def test_the_template_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "reeve.yaml"
    write_template(
        file,
        {
            "docs": {"kind": "files", "path": "my docs: #1", "purpose": ["a", "b"]},
            "crm": {"kind": "sql", "url": "postgresql://u:${PW}@h/d", "owner": "Zoë"},
        },
    )
    read = load_settings(file, environ={"PW": "x"})
    docs, crm = read.store("docs"), read.store("crm")
    assert isinstance(docs, FilesStore)
    assert (docs.path, docs.purpose) == (tmp_path / "my docs: #1", ("a", "b"))
    assert crm.owner == "Zoë"
    with pytest.raises(BadInput, match="not overwritten"):
        write_template(file, {})


def test_an_empty_template_and_its_examples_read_back(tmp_path: Path) -> None:
    text = template({})
    assert dict(load(tmp_path, text).stores) == {}
    with_examples = re.sub(r"^#(  )", r"\1", text, flags=re.MULTILINE)
    environ = {"CRM_PASSWORD": "x", "LAKE_KEY_ID": "k", "LAKE_SECRET": "s"}
    read = load(tmp_path, with_examples, **environ)
    assert set(read.stores) == {"crm", "uploads", "lake"}
    assert read.stores["crm"].limits == LimitSettings(connections=2, rows_per_second=20000)
    assert read.schedules["nightly"].quiet_hours() == [("07:00", "19:00")]

"""reeve.yaml: what is read, what is refused, and that no secret is ever repeated."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.base.errors import BadInput, ConfigError, NotFound
from engine.base.settings import FilesStore, S3Store, Settings, SqlStore, load_settings
from engine.base.settings_copies import CopySettings
from engine.base.settings_files import load_files
from engine.base.settings_schedules import LimitSettings
from engine.base.settings_template import template, write_template
from tests.properties import tries

WHOLE = """\
tenant: acme
state: postgresql://reeve:${STATE_PW}@db/reeve
keyring: keys/ring.json
stores:
  crm:
    kind: sql
    url: postgresql://reader:${CRM_PW}@db.example:5432/crm
    owner: sales@example.com
    jurisdiction: NO
    purpose: [contract, support]
  uploads:
    kind: files
    path: data/uploads
    purpose: support
"""
S3 = "stores:\n  a:\n    kind: s3\n    bucket: acme-lake\n    "
NIGHTLY = "schedules:\n\n  nightly:\n"
COPIES = "stores:\n  a:\n    kind: files\n    path: x\n    copies: "
LIMITS = "stores:\n  a:\n    kind: files\n    path: x\n    limits: "
SQL = "stores:\n  a:\n    kind: sql\n    url: "
ENVIRON = {"STATE_PW": "s3cr3t-state", "CRM_PW": "n@sty/pass:word%?#[]"}


def load(folder: Path, text: str | bytes, **environ: str) -> Settings:
    (folder / "reeve.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(folder=folder, environ=environ)


def refused(folder: Path, text: str | bytes, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    return caught.value


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


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("tenannt: x", 1, "no key `tenannt`", "did you mean `tenant`?"),
        ("\n\npolices: [a]", 3, "no key `polices`", "did you mean `policies`?"),
        ("policies: {a: b}", 1, "a text or a list of texts", ""),
        ("server:\n  prot: 1", 2, "no key `prot`", "did you mean `port`?"),
        ("server:\n  port: 70000", 2, "too large", ""),
        ("server:\n  tls_key: a.pem", 1, "belong together", ""),
        ("server:\n  trusted_proxies: [10.0.0.0/33]", 2, "networks of proxies", ""),
        ("server:\n  public_url: https://u@x", 2, "address of this server", ""),
        ("config_hash: x", 1, "no such key", "keys here"),
        ("file: x", 1, "no such key", "keys here"),
        ("stores:\n  a:\n    kind: sql\n    urll: x", 4, "no key `urll`", "did you mean `url`?"),
        ("stores:\n  a:\n    kind: files\n    path: x\n    write: y", 5, "`write` is not in this version", "path"),
        ("stores:\n  a:\n    path: x", 2, "needs `kind`", "sql, files"),
        ("stores:\n  a:", 2, "needs `kind`", "sql, files"),
        ("stores:\n  a: text", 2, "a set of keys", ""),
        ("stores: [a]", 1, "a set of keys", ""),
        ("stores:\n  a:\n    kind: sql", 2, "this store needs `url`", "kind, url"),
        ("stores:\n  a:\n    kind: s3", 2, "this store needs `bucket`", "kind, bucket, prefix"),
        ("stores:\n  a:\n    kind: s3\n    bucket: B", 4, "the name of a bucket", ""),
        ("stores:\n  a:\n    kind: s3\n    buckett: b", 4, "no key `buckett`", "did you mean `bucket`?"),
        (S3 + "endpoint_url: s3.example", 5, "the address of a server", ""),
        (S3 + "endpoint_url: https://u:${A}@s3.example", 5, "without user", ""),
        (S3 + "endpoint_url: https://s3.example/path", 5, "without user, path", ""),
        (S3 + "endpoint_url: https://[s3", 5, "the address of a server", ""),
        (S3 + "versions: some", 5, "`current` or `all`", ""),
        (S3 + "tags: perhaps", 5, "`true` or `false`", ""),
        (S3 + "inventory: s3://bucket", 5, "manifest.json", ""),
        (S3 + "access_key_id: AKIAEXAMPLE", 5, "in clear", "${NAME}"),
        (S3 + "secret_access_key: literal", 5, "in clear", "${NAME}"),
        (S3 + "secret_access_key: x${A}", 5, "in clear", "${NAME}"),
        (S3 + "secret_access_key: ${A}", 2, "belong together", ""),
        (S3 + "access_key_id: ${A}", 2, "belong together", ""),
        ("stores:\n  a:\n    kind: sqll", 3, "no such kind", "did you mean `sql`?"),
        ("stores:\n  a:\n    kind: [sql]", 3, "", ""),
        ("stores:\n  a/b:\n    kind: files\n    path: x", 2, "a name has 1 to 64 letters", ""),
        ("tenant: a b", 1, "a name has 1 to 64 letters", ""),
        ("tenant: [a]", 1, "text belongs here", ""),
        ("stores:\n  a:\n    kind: files\n    path: [x]", 4, "text belongs here", ""),
        ("stores:\n  a:\n    kind: sql\n    url: [x]", 4, "text belongs here", ""),
        (
            "stores:\n  a:\n    kind: files\n    path: x\n    purpose:\n      - ok\n      - [no]",
            7,
            "text belongs here",
            "",
        ),
        ("stores:\n  a:\n    kind: files\n    path: x\n    owner: ''", 5, "empty", ""),
        ("stores:\n  a:\n    kind: sql\n    url: nonsense", 4, "not the URL of a database", "postgresql://"),
        (
            "stores:\n  a:\n    kind: sql\n    url: postgresq://h/d",
            4,
            "kind of database",
            "did you mean `postgresql://`?",
        ),
        ("stores:\n  a:\n    kind: sql\n    url: orakle://h/d", 4, "kind of database", "sqlite:///"),
        ("stores:\n  a:\n    kind: sql\n    url: sqlite://", 4, "names a file", ""),
        ("stores:\n  a:\n    kind: sql\n    url: postgresql://u:literal@h/d", 4, "in clear", "${NAME}"),
        ("stores:\n  a:\n    kind: sql\n    url: postgresql://u:lit/eral@h/d", 4, "in clear", "${NAME}"),
        ("stores:\n  a:\n    kind: sql\n    url: postgresql://u:${A}x@h/d", 4, "in clear", "${NAME}"),
        (
            "stores:\n  a:\n    kind: sql\n    url: postgresql://h/d?password=${A}",
            4,
            "behind the `?`",
            "before the host",
        ),
        ("stores:\n  a:\n    kind: sql\n    url: postgresql://h:${A}/d", 4, "port", ""),
        (SQL + "postgresql://h/d?sslmod=require", 4, "no parameter", "did you mean `sslmode`?"),
        (SQL + "mariadb://h/d?ssl_verify=true", 4, "no parameter", "ssl_ca"),
        (SQL + "postgresql://h/d?sslmode=on", 4, "`sslmode`", "verify-full"),
        (SQL + "postgresql://h/d?sslrootcert=nowhere.pem", 4, "`sslrootcert`", ""),
        (SQL + "mariadb://h/d?ssl_ca=nowhere.pem", 4, "`ssl_ca` names cannot be read (FileNotFoundError)", ""),
        (SQL + "mariadb://h/d?ssl_ca=a&ssl_ca=b", 4, "more than once", ""),
        ("state: postgresql://h/d?ssl_ca=ca.pem", 1, "no parameter", "did you mean `sslrootcert`?"),
        (NIGHTLY + "    cron: every night", 4, "five fields", ""),
        (NIGHTLY + "    cron: 0 0 30 2 *", 4, "five fields", ""),
        (NIGHTLY + "    cron: 0 2 * * *\n    zone: Mars/Olympus", 5, "time zone", ""),
        (NIGHTLY + "    cron: 0 2 * * *\n    quiet: 22-6", 5, "quiet hours", ""),
        (NIGHTLY + "    cron: 0 2 * * *\n    quiet: 22:00-22:00", 5, "quiet hours", ""),
        (NIGHTLY + "    cron: 0 2 * * *\n    stores: [crm]", 5, "no store of that name", "stores there: none"),
        (NIGHTLY + "    cron: 0 2 * * *\n    sampel: 5", 5, "no key `sampel`", "did you mean `sample`?"),
        (NIGHTLY + "    cron: 0 2 * * *\n    sample: 5\n    full: true", 3, "exclude one another", ""),
        (NIGHTLY + "    run: sleep\n    cron: 0 2 * * *", 4, "`scan`", ""),
        (NIGHTLY + "    zone: UTC", 3, "this schedule needs `cron`", "run, cron"),
        (LIMITS + "{connections: 0}", 5, "too small", ""),
        (COPIES + "[{kind: backup, until: 30 days}]", 5, "a duration belongs here", ""),
        (COPIES + "[{kind: backup, until: P1DT2H}]", 5, "a duration belongs here", ""),
        (COPIES + "[{kind: backup, until: P0D}]", 5, "a duration belongs here", ""),
        (COPIES + "[{kind: tape}]", 5, "`backup`", ""),
        (COPIES + "[{kind: wal, till: P1D}]", 5, "no key `till`", "did you mean `until`?"),
        (LIMITS + "{rows_per_second: -1}", 5, "above 0", ""),
        (LIMITS + "{rows_per_seconds: 1}", 5, "no key `rows_per_seconds`", "did you mean `rows_per_second`?"),
        ("state: mysql://h/d", 1, "SQLite or in PostgreSQL", ""),
        ("tenant: ${MISSING}", 1, "variable MISSING is not set", ""),
        ("tenant: ${A", 1, "not closed", "$${"),
        ("tenant: ${a-b}", 1, "name of an environment variable", ""),
        ("tenant: ${file:nowhere}", 1, "cannot be read as text (FileNotFoundError)", ""),
        ("tenant: a\nstate: b\ntenant: c", 3, "given in line 1 already", ""),
        ("stores:\n  a: {kind: files, path: x}\n  a: {kind: files, path: y}", 3, "given in line 2 already", ""),
        ("tenant: a\n\tstate: b", 2, "not valid YAML", "by tabs"),
        ("tenant: 'a", 1, "not valid YAML", ""),
        ("tenant: *nope", 1, "not valid YAML", ""),
        ("a: 1\n---\nb: 2", 2, "not valid YAML", ""),
        ("- a", 1, "a set of keys", ""),
        ("text", 1, "a set of keys", ""),
        ("tenant: !!python/object:os.system x", 1, "tags", ""),
        ("a: &x {b: 1}\nc:\n  <<: *x", 3, "merge keys", ""),
        ("? [a]\n: b", 1, "a key is a plain word", ""),
        (b"tenant: a\n# \xff", 2, "not UTF-8", ""),
        (b"# " + b"x" * (300 << 10), 0, "at most 256 KiB", ""),
        ("tenant: " + "[" * 3000, 0, "", ""),
        ("tenant: " + "[" * 50 + "]" * 50, 1, "nested too deeply", ""),
        ("tenant: &a [*a]", 1, "nested too deeply", ""),
    ],
)
def test_errors_name_the_place_and_what_was_meant(
    tmp_path: Path, text: str | bytes, line: int, message: str, hint: str
) -> None:
    error = refused(tmp_path, text, A="value")
    assert (error.file, error.line) == (str(tmp_path / "reeve.yaml"), line)
    assert message in error.message
    assert hint in error.hint
    if line:
        assert str(error).startswith(f"{tmp_path}/reeve.yaml:{line}: ")


def test_several_problems_are_counted(tmp_path: Path) -> None:
    error = refused(tmp_path, "stores:\n  a: {kind: sql}\n  b: {kind: files}\n  c: {}")
    assert error.line == 2
    assert error.hint.endswith("2 more after this")


def test_a_yaml_bomb_stays_small(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "repeats itself too often" in refused(tmp_path, "\n".join(lines)).message


def test_an_unreadable_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "reeve.yaml").mkdir()
    with pytest.raises(ConfigError, match="IsADirectoryError"):
        load_settings(folder=tmp_path)


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


SECRETS = st.text(st.sampled_from("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"), min_size=12, max_size=24)
BREAKS = st.sampled_from(
    [
        ("url: postgresql", "url: postgresq"),
        ("url:", "urll:"),
        ("url:", "url"),
        ("url: ", "url:"),
        ("    url", "\turl"),
        ("    url", "  url"),
        ("reader:", "reader:literal"),
        ("kind: sql", "kind: "),
        ("kind: sql", "kind: s3"),
        ("5432", "port"),
        ("5432/", ""),
        ("://", ":/"),
        ("@db.example", ""),
        ("@db.example", "@@"),
        ("crm\n", "crm?password=SECRET\n"),
        ("sales@example.com", "[SECRET]"),
        ("sales@example.com", "{SECRET: SECRET}"),
        ("sales@example.com", "*SECRET"),
        ("sales@example.com", "!SECRET x"),
        ("sales@example.com", "'SECRET"),
        ("sales@example.com", "${file:SECRET}"),
        ("owner", "SECRET"),
        ("jurisdiction: NO", "SECRET"),
        ("kind: sql", "kind: SECRET"),
        ("kind: sql", "kind: [SECRET]"),
        ("tenant: acme", "tenant: 'x SECRET'"),
        ("tenant: acme", "SECRET: x"),
        ("tenant: acme", "SECRET: x\nSECRET: y"),
        ("tenant: acme", "<<: SECRET"),
        ("state: postgresql", "state: SECRET"),
        ("[contract, support]", "{SECRET}"),
        ("[contract, support]", "[[SECRET]]"),
        ("data/uploads", "[SECRET, '${CRM_PW}']"),
        ("  uploads", "  'SECRET /x'"),
        ("${CRM_PW}", "SECRET"),
        ("${CRM_PW}", "x${CRM_PW}"),
        ("${CRM_PW}@", "${CRM_PW"),
        ("reader:${CRM_PW}@", "${CRM_PW}:"),
        ("postgresql://reader:${CRM_PW}@db.example:5432/crm", "${CRM_PW}"),
        ("postgresql://reader:${CRM_PW}@db.example:5432/crm", "${CRM_PW}://${CRM_PW}:${CRM_PW}"),
    ]
)


@settings(max_examples=tries(300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=SECRETS, breaks=st.lists(BREAKS, min_size=1, max_size=3))
@example(secret="2" * 12, breaks=[("@db.example", "@@"), ("reader:${CRM_PW}@", "${CRM_PW}:")])
def test_no_error_ever_repeats_a_secret(tmp_path: Path, secret: str, breaks: list[tuple[str, str]]) -> None:
    """A secret stands in the environment, and, wrongly, in the file; whatever breaks, no text about it holds it."""
    text = WHOLE
    for old, new in breaks:
        text = text.replace(old, new.replace("SECRET", secret))
    try:
        shown = "".join(
            repr(store.url)
            for store in load(tmp_path, text, STATE_PW=secret, CRM_PW=secret).stores.values()
            if isinstance(store, SqlStore) and store.url.username != secret  # a user's name may come from outside, too
        )
    except ConfigError as error:
        shown = f"{error} {error.hint} {error!r} {''.join(traceback.format_exception(error))}"
    assert secret not in shown.replace(str(tmp_path), "")


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

"""reeve.yaml: what is refused, where it says the fault is, and that no secret is ever repeated."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.base.errors import ConfigError
from engine.base.settings import SqlStore, load_settings
from tests.base.settings import S3, SQL, WHOLE, load, refused
from tests.properties import tries

NIGHTLY = "schedules:\n\n  nightly:\n"
COPIES = "stores:\n  a:\n    kind: files\n    path: x\n    copies: "
LIMITS = "stores:\n  a:\n    kind: files\n    path: x\n    limits: "


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

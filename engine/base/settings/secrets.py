"""What stands for a secret in a configuration, and the URLs that need one.

``${NAME}`` is an environment variable and ``${file:PATH}`` the content of a file (its last line end left out; a relative path
is relative to the configuration). ``$${`` stands for ``${`` itself. In a URL, what is put in fills its part as it is: a password
with ``@`` or ``/`` needs no percent-encoding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from engine.base.errors import ConfigError
from engine.base.settings.parameters import checked_parameters

Refuse = Callable[[str, str], ConfigError]
"""Makes the error for the place that is being read, from a message and a hint."""

MAX_SECRET = 64 << 10  # bytes of a file named by ${file:...}
_PLACEHOLDER = re.compile(r"\$\$\{|\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_LITERAL = "write ${NAME} and set that variable, or ${file:PATH}: the configuration is no place for a secret"
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mysql+pymysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mariadb+pymysql": "mariadb+pymysql",
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
}


class Secrets:
    """Where ``${...}`` is looked up.

    Args:
        environ: the environment.
        folder: what relative paths are relative to.
    """

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = environ
        self._folder = folder

    def fill(self, text: str, refuse: Refuse) -> str:
        """``text`` with every placeholder replaced.

        Raises:
            ConfigError: as ``refuse`` makes it: an unset variable, an unreadable file, a placeholder that is none.
        """
        return _PLACEHOLDER.sub(lambda match: self._value(match, refuse), text)

    def url(self, text: str, refuse: Refuse) -> URL:
        """The database URL that ``text`` writes, with our driver; the path of an SQLite file is absolute.

        Raises:
            ConfigError: as ``refuse`` makes it: a literal password, not a URL, a kind of database that we do not read.
        """
        tokens: dict[str, str] = {}

        def tokenised(match: re.Match[str]) -> str:
            token = _token(text, len(tokens))
            tokens[token] = self._value(match, refuse)
            return token

        written = _PLACEHOLDER.sub(tokenised, text)
        token = re.compile("|".join(tokens) or r"(?!)")
        if written in tokens:  # the whole URL is a secret
            return self._finished(_parsed(tokens[written], refuse), refuse)
        for password in re.findall(r":([^:@/?]*)@", written):
            if token.sub("", password):
                raise refuse("a password stands here in clear", _NO_LITERAL)
        url = _parsed(written, refuse)
        if url.password and token.sub("", url.password):
            raise refuse("a password stands here in clear", _NO_LITERAL)
        return self._finished(
            _refilled(url, lambda part: token.sub(lambda match: tokens[match[0]], part), refuse), refuse
        )

    def _finished(self, url: URL, refuse: Refuse) -> URL:
        driver = _DRIVERS.get(url.drivername, url.drivername)
        if driver not in _DRIVERS.values() and not _is_known(url):
            near = get_close_matches(url.drivername, ["postgresql", "mysql", "mariadb", "sqlite"], 1)
            raise refuse(
                "this kind of database is not one that SQLAlchemy or a package installed here knows",
                f"did you mean `{near[0]}://`?" if near else "postgresql://, mysql://, mariadb:// or sqlite:///",
            )
        url = checked_parameters(url, self._folder, refuse)
        if driver == "sqlite":
            if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
                raise refuse("an SQLite URL names a file", "sqlite:///folder/file.db")
            url = url.set(database=str((self._folder / url.database).absolute()))
        return url.set(drivername=driver)

    def _value(self, match: re.Match[str], refuse: Refuse) -> str:
        if match[0] == "$${":
            return "${"
        if not match[0].endswith("}"):
            raise refuse("`${` is not closed by `}`", "for the two characters themselves write $${")
        inside = match[1]
        if inside.startswith("file:"):
            return self._file(inside.removeprefix("file:"), refuse)
        if not _NAME.fullmatch(inside):
            raise refuse("between `${` and `}` stands the name of an environment variable, or file:PATH", "")
        value = self._environ.get(inside)
        if value is None:
            raise refuse(f"the environment variable {inside} is not set", "set it, or take the line out")
        return value

    def _file(self, path: str, refuse: Refuse) -> str:
        try:
            with (self._folder / path).open("rb") as stream:
                content = stream.read(MAX_SECRET + 1)
            if len(content) > MAX_SECRET:
                raise refuse(f"the file named here has more than {MAX_SECRET >> 10} KiB", "it should hold one secret")
            return content.decode().removesuffix("\n").removesuffix("\r")
        except (OSError, ValueError) as exc:
            raise refuse(f"the file named here cannot be read as text ({type(exc).__name__})", "") from None


def _is_known(url: URL) -> bool:
    """Whether there is a dialect for it: databases beyond the tested ones are read by generic SQL."""
    try:
        url.get_dialect()
    except (NoSuchModuleError, ImportError):
        return False
    return True


def _token(text: str, index: int) -> str:
    """Nine digits that do not occur in ``text``: they may stand in every part of a URL, the port too."""
    base = 730_000_000
    while str(base)[:6] in text:
        base += 1000
    return str(base + index)


def _parsed(text: str, refuse: Refuse) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        hint = "postgresql://user:${NAME}@host:5432/database, or sqlite:///folder/file.db"
        raise refuse("this is not the URL of a database", hint) from None


def _refilled(url: URL, fill: Callable[[str], str], refuse: Refuse) -> URL:
    """``url`` with ``fill`` applied to each of its parts."""

    def maybe(part: str | None) -> str | None:
        return None if part is None else fill(part)

    port = fill(str(url.port)) if url.port is not None else None
    if port is not None and not re.fullmatch(r"[0-9]{1,5}", port):
        raise refuse("the port of this URL is not a number", "")
    query = {
        fill(name): fill(value) if isinstance(value, str) else tuple(map(fill, value))
        for name, value in url.query.items()
    }
    return URL.create(
        drivername=fill(url.drivername),
        username=maybe(url.username),
        password=maybe(url.password),
        host=maybe(url.host),
        port=int(port) if port is not None else None,
        database=maybe(url.database),
        query=query,
    )

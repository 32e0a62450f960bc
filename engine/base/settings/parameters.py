"""What may stand behind the ``?`` of a database's URL: how to connect, and with which TLS.

Files are relative to the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import URL

from engine.base.errors import ConfigError

Refuse = Callable[[str, str], ConfigError]
"""See secrets."""

FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_ca", "ssl_cert", "ssl_key", "passfile")
"""Parameters that name a file which must be readable."""

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_POSTGRESQL = (
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_min_protocol_version", "sslnegotiation"),
    *("channel_binding", "require_auth", "gssencmode", "krbsrvname", "passfile", "service"),
    *("host", "hostaddr", "port", "target_session_attrs", "load_balance_hosts", "application_name", "options"),
    *("connect_timeout", "tcp_user_timeout", "keepalives", "keepalives_idle", "keepalives_interval"),
    "keepalives_count",
)
_MYSQL = (
    *("ssl_ca", "ssl_capath", "ssl_cert", "ssl_key", "ssl_cipher", "ssl_check_hostname"),
    *("charset", "unix_socket", "bind_address", "connect_timeout", "read_timeout", "write_timeout"),
)
_KNOWN: Mapping[str, tuple[str, ...]] = {"postgresql": _POSTGRESQL, "mysql": _MYSQL, "mariadb": _MYSQL}
_SAME = {"ssl_ca": "sslrootcert", "ssl_cert": "sslcert", "ssl_key": "sslkey"}
"""What MariaDB's driver calls what PostgreSQL's calls otherwise."""
_SECRET = re.compile(r"pass(?!file)|pwd|secret|token", re.IGNORECASE)


def checked_parameters(url: URL, folder: Path, refuse: Refuse) -> URL:
    """The URL with absolute paths. What its driver would stumble over is found here, before anything is scanned.

    Raises:
        ConfigError: as ``refuse`` makes it: a secret, a parameter that is none, a mode that is none, a file that is not there.
    """
    known = _KNOWN.get(url.get_backend_name())
    for name in url.query:
        if _SECRET.search(name):
            raise refuse("a secret stands behind the `?` of this URL", "write it before the host: user:${NAME}@host")
        if known is not None and name not in known:
            raise refuse(
                "behind the `?` of this URL stands something that is no parameter of this kind of database",
                _meant(name, known),
            )
    if known is None:
        return url
    if url.query.get("sslmode", "prefer") not in SSL_MODES:
        raise refuse("`sslmode` has a value that is none", f"one of {', '.join(SSL_MODES)}")
    return url.update_query_dict({name: _file(url, name, folder, refuse) for name in FILES if name in url.query})


def _meant(name: str, known: tuple[str, ...]) -> str:
    others = {**_SAME, **{theirs: ours for ours, theirs in _SAME.items()}}
    near = [one for one in (others.get(name),) if one in known] or get_close_matches(name, known, 1, 0.8)
    return f"did you mean `{near[0]}`?" if near else f"for TLS: {', '.join(known[:4])}"


def _file(url: URL, name: str, folder: Path, refuse: Refuse) -> str:
    value = url.query[name]
    if value == "system" and name == "sslrootcert":  # the authorities that the machine trusts
        return value
    if not isinstance(value, str):
        raise refuse(f"`{name}` stands there more than once", "")
    path = (folder / value).absolute()
    try:
        path.open("rb").close()
    except (OSError, ValueError) as exc:
        raise refuse(f"the file that `{name}` names cannot be read ({type(exc).__name__})", "") from None
    return str(path)

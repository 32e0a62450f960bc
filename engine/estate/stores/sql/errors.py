"""What drivers raise, as StoreErrors: the reason from their code, never their text, which may hold values or secrets."""

from __future__ import annotations

from collections.abc import Mapping
from ssl import SSLError

from engine.base.errors import StoreError

POSTGRESQL: Mapping[str, str] = {
    "42501": "permission_denied",
    "28": "permission_denied",
    "3D000": "not_found",
    "3F000": "not_found",
    "42P01": "not_found",
    "42703": "changed_while_read",
    "57014": "timeout",
    "55P03": "timeout",
    "25P03": "timeout",
    "40": "timeout",  # of two sessions that waited for each other's locks, one was stopped
    "25P04": "timeout",
    "53300": "unreachable",
    "57P": "unreachable",
    "08": "unreachable",
    "22021": "not_parseable",
    "54": "too_large",
}
"""SQLSTATE, or how it begins."""

MYSQL: Mapping[int, str] = {
    **dict.fromkeys((1044, 1045, 1130, 1141, 1142, 1143, 1227, 1370, 1698), "permission_denied"),
    **dict.fromkeys((1049, 1051, 1109, 1146), "not_found"),
    **dict.fromkeys((1054, 1412), "changed_while_read"),
    **dict.fromkeys((1205, 1213, 1317, 1969, 3024), "timeout"),
    **dict.fromkeys((2026, 3159), "tls_refused"),
    **dict.fromkeys((1040, 1129, 1152, 1159, 1161, 1203, 1226, 2002, 2003, 2005, 2006, 2013), "unreachable"),
}
"""Number of the error."""

SQLITE: Mapping[int, str] = {
    3: "permission_denied",
    5: "timeout",  # SQLITE_BUSY: another process kept its lock for longer than we wait
    6: "timeout",
    9: "timeout",  # SQLITE_INTERRUPT: only our own deadline interrupts
    11: "not_parseable",
    14: "unreachable",
    17: "changed_while_read",
    18: "too_large",
    23: "permission_denied",
    26: "not_parseable",
}
"""Primary result code."""

HINTS: Mapping[str, str] = {
    "permission_denied": "Give the store's read user CONNECT, USAGE on the schema and SELECT on the table.",
    "unreachable": "Check the store's URL, and that the server runs and can be reached from here.",
    "tls_refused": "Make the store's URL and the server agree: `sslmode` and `sslrootcert` on PostgreSQL, `ssl_ca` on MariaDB.",
    "timeout": "The server took longer than the store's limit for one statement, or a lock was not given.",
    "not_found": "It may have been dropped or renamed since it was listed; scan again.",
    "changed_while_read": "Its columns were changed while it was read; scan again.",
}


def store_error(reason: str, label: str) -> StoreError:
    """The StoreError for a driver's error.

    Args:
        reason: as in StoreError.
        label: the driver's class and code.
    """
    return StoreError(f"The database refused or failed ({label}).", reason=reason, hint=HINTS.get(reason, ""))


def postgresql_error(exc: BaseException) -> StoreError:
    """From an error of psycopg."""
    state: str | None = getattr(exc, "sqlstate", None)
    if state is None:
        return store_error(_unanswered(str(exc)), type(exc).__name__)
    reason = next((POSTGRESQL[state[:size]] for size in (5, 3, 2) if state[:size] in POSTGRESQL), "store_error")
    return store_error(reason, f"{type(exc).__name__}, SQLSTATE {state}")


_ABOUT_TLS = (
    "no encryption",  # of pg_hba.conf: this user gets in with TLS only
    "SSL off",  # the same, of servers before version 14
    "SSL error",
    "not support SSL",
    "server certificate",
    "root certificate file",
)


def _unanswered(text: str) -> str:
    """Why there is no connection: libpq has no code for it, only a text."""
    if "authentication failed" in text or "no password supplied" in text:
        return "permission_denied"
    if any(words in text for words in _ABOUT_TLS):
        return "tls_refused"
    if "pg_hba.conf" in text:
        return "permission_denied"
    if "does not exist" in text:
        return "permission_denied" if " role " in text else "not_found"
    return "timeout" if "timeout expired" in text else "unreachable"


def mysql_error(exc: BaseException) -> StoreError:
    """From an error of PyMySQL."""
    number = exc.args[0] if exc.args and isinstance(exc.args[0], int) else 0
    if isinstance(exc, UnicodeDecodeError):
        return store_error("not_parseable", type(exc).__name__)
    reason = MYSQL.get(number, "store_error")
    if isinstance(getattr(exc, "original_exception", None), SSLError):
        reason = "tls_refused"
    if number == 2013 and "timed out" in str(exc):
        reason = "timeout"
    return store_error(reason, f"{type(exc).__name__}, errno {number}")


def sqlite_error(exc: BaseException) -> StoreError:
    """From an error of sqlite3."""
    code: int = getattr(exc, "sqlite_errorcode", 1)
    name: str = getattr(exc, "sqlite_errorname", "SQLITE_ERROR")
    return store_error(SQLITE.get(code & 0xFF, "store_error"), f"{type(exc).__name__}, {name}")


def other_error(exc: BaseException) -> StoreError:
    """From an error of a driver that we know nothing of."""
    return store_error("store_error", type(exc).__name__)

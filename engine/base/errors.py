"""Every error that Reeve raises on purpose, in one tree.

::

    ReeveError
    +-- BadInput              the caller or a configuration is wrong          exit 2
    |   +-- ConfigError       reeve.yaml or another file of users, with file and line
    |   +-- NotFound          a name that does not exist
    |   +-- AccessRefused     who asks may not, or did not show who they are
    +-- DependencyFailed      a server, disk or library did not deliver       exit 3
    |   +-- StoreError        reading a store: carries the reason for coverage
    |       +-- NotRead       by a stated rule, seen only on opening
    +-- Interrupted           the user pressed Ctrl-C                        exit 130
    +-- IntegrityViolated     a record does not fit what it claims            exit 4

Each class has a stable ``code``; ``hint`` says what to do. Neither message nor hint ever holds a value of the estate or a
secret, so both may be logged and shown: text that a driver wrote is not passed on, only its class and its code.
"""

from __future__ import annotations

from uuid import UUID


class ReeveError(Exception):
    """Base of all.

    Args:
        message: what happened, in one sentence.
        hint: what to do about it, or empty.
    """

    code = "error"
    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadInput(ReeveError):
    """What was asked for cannot be done as asked."""

    code = "bad_input"
    exit_code = 2


class ConfigError(BadInput):
    """A configuration file is wrong at ``file``, line ``line`` (1-based; 0 when unknown); ``what`` is, without these."""

    code = "config"

    def __init__(self, message: str, *, file: str = "", line: int = 0, hint: str = "") -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message, hint=hint)
        self.what = message
        self.file = file
        self.line = line


class NotFound(BadInput):
    """No such store, asset, field or actor."""

    code = "not_found"


class AccessRefused(BadInput):
    """Who asks did not show who they are, or may not do what they ask for.

    ``reason`` is a stable word for the trail; the message is the same for all reasons that an attacker could tell apart by it.
    ``actor_id`` is whose credential it was, where that is known: for the trail alone, too.
    """

    code = "access_refused"

    def __init__(self, message: str, *, reason: str, hint: str = "", actor_id: UUID | None = None) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.actor_id = actor_id


class DependencyFailed(ReeveError):
    """Something outside did not deliver; trying again later may help."""

    code = "dependency_failed"


class StoreError(DependencyFailed):
    """A store could not be read. ``reason`` is the stable word that coverage shows.

    Reasons: ``permission_denied``, ``not_found``, ``unreachable``, ``tls_refused``, ``timeout``, ``changed_while_read``,
    ``truncated``, ``not_parseable``, ``encrypted``, ``too_large``, ``store_error``. Coverage knows three more:
    ``records_lost`` and ``cells_cut`` (read to the end, but not all of it) and ``not_scanned`` (no finished scan has come to
    it).
    """

    code = "store"

    def __init__(self, message: str, *, reason: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class NotRead(StoreError):
    """What an object turned out to be on opening is not read, by a stated rule: ``reason`` is as in ``ObjectInfo.skip``.

    Coverage shows it as skipped, not as failed.
    """

    code = "not_read"


class Interrupted(ReeveError):
    """The user pressed Ctrl-C; what was recorded stays."""

    code = "interrupted"
    exit_code = 130


class IntegrityViolated(ReeveError):
    """A record, key or file is not what it claims to be."""

    code = "integrity"
    exit_code = 4

"""What ``reeve.yaml`` says once ``${...}`` is filled in, URLs are URLs, and paths are absolute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from engine.base.errors import ConfigError
from engine.base.settings.errors import STORE_DEPTH
from engine.base.settings.secrets import Secrets
from engine.base.settings.yaml import Source, Tree, Where

_SECRETS = ("access_key_id", "secret_access_key")
_FILES = frozenset({"detectors", "policies"})
_PATHS: tuple[Where, ...] = (("keyring",), ("ledger", "policy"), ("server", "tls_certificate"), ("server", "tls_key"))
_PLACEHOLDER = re.compile(r"\$\{[^}]+\}")


class Filler:
    """Puts in what ``${...}`` stands for, makes URLs of URLs and paths absolute."""

    def __init__(self, source: Source, secrets: Secrets) -> None:
        self._source = source
        self._secrets = secrets

    def mapping(self, tree: Mapping[str, Tree], where: Where) -> dict[str, object]:
        """What stands below a place, filled.

        Raises:
            ConfigError: nothing is known by some name, or a secret stands there in clear.
        """
        return {key: self._value(value, (*where, key)) for key, value in tree.items()}

    def _value(self, value: Tree, where: Where) -> object:
        match value:
            case None:
                return None
            case dict():
                return self.mapping(value, where)
            case list():
                return [self._value(item, (*where, index)) for index, item in enumerate(value)]
            case str() if where == ("state",) or _is(where, "url") or _is_write(where):
                return self._secrets.url(value, partial(self._refuse, where))
            case str() if where[0] in _FILES or where in _PATHS or _is(where, "path") or _in_target(where, "path"):
                return self._source.file.parent / self._secrets.fill(value, partial(self._refuse, where))
            case str() if any(
                _is(where, key) or _in_target(where, key) for key in _SECRETS
            ) and not _PLACEHOLDER.fullmatch(value):
                raise self._refuse(where, "a secret stands here in clear", "write ${NAME} or ${file:PATH}, and no more")
            case str():
                return self._secrets.fill(value, partial(self._refuse, where))

    def _refuse(self, where: Where, message: str, hint: str) -> ConfigError:
        return self._source.error(where, message, hint=hint)


def _is(where: Where, key: str) -> bool:
    """Whether this is ``stores.NAME.key``."""
    return len(where) == STORE_DEPTH + 1 and where[0] == "stores" and where[STORE_DEPTH] == key


def _is_write(where: Where) -> bool:
    """Whether this is ``stores.NAME.write.url``."""
    return len(where) == STORE_DEPTH + 2 and where[0] == "stores" and where[STORE_DEPTH:] == ("write", "url")


def _in_target(where: Where, key: str) -> bool:
    """Whether this is ``ledger.publish.INDEX.key``."""
    return len(where) == 4 and where[:2] == ("ledger", "publish") and where[3] == key

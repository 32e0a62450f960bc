"""The policies of a configuration as they are at each moment, for whoever works under them for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.base.errors import ConfigError
from engine.base.settings import Settings
from engine.governance.policy.configured import configured_policies
from engine.governance.policy.documents import policy_files

UNREADABLE = "unreadable"
"""Told in place of a hash while policies cannot be read: nothing was approved under such."""


class PoliciesNow:
    """Tells the hash of the policies that a configuration names, as often as it is called.

    Each time it hashes the bytes of all files that they come from, the configuration itself among them: their times and sizes may
    stay as they were. It reads policies anew only where these bytes are others than before.

    Args:
        settings: reads the configuration as it is now.

    Raises:
        ConfigError: it, or a policy, cannot be read when this begins. Afterwards that is told as ``UNREADABLE``.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._known, self._seen, self._hash = self._read()

    def __call__(self) -> str:
        """The hash, or ``UNREADABLE``."""
        try:
            if _content(self._known) != self._seen:
                self._known, self._seen, self._hash = self._read()
        except (ConfigError, OSError):
            self._seen = ""  # so that they are read once they can be
            return UNREADABLE
        return self._hash

    def _read(self) -> tuple[Settings, str, str]:
        settings = self._settings()
        seen = _content(settings)  # before they are read: what is changed meanwhile is seen the next time
        return settings, seen, configured_policies(settings).hash


def _content(settings: Settings) -> str:
    """A hash over the names and bytes of all files that the policies depend on."""
    hasher = hashlib.sha256()
    for file in _files(settings):
        data = file.read_bytes()
        hasher.update(f"{len(str(file))} {file} {len(data)} ".encode("utf-8", "surrogateescape"))
        hasher.update(data)
    return hasher.hexdigest()


def _files(settings: Settings) -> Iterator[Path]:
    yield settings.file
    yield from policy_files(settings.policies)
    yield from settings.detectors

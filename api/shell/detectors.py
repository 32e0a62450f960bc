"""The detectors of the configuration, loaded when they are first needed and again when they change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from classifiers.matching.matcher import Matcher
from engine.estate.scan.configured import Configured


class Detectors:
    """One matcher for all threads, for one at a time: it keeps what it works in.

    Args:
        file: the configuration, absolute.
    """

    def __init__(self, file: Path) -> None:
        self._configured = Configured(file)
        self._lock = threading.Lock()

    @contextmanager
    def matcher(self) -> Iterator[Matcher]:
        """The matcher, for the time of the block. Take it before a transaction is begun: loading takes seconds.

        Raises:
            ConfigError: the configuration is wrong by now.
        """
        with self._lock:
            yield self._configured.pack.matcher

"""The seam to an engine that runs named functions until they are done, whatever dies meanwhile.

What was done is known from our own tables, never from the engine: it only sees to it that a function is called. So it may
lose all that it knows, and the leader of the workers hands it what is not done again (:mod:`engine.base.work.leader`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from engine.base.errors import BadInput
from engine.base.state.canonical import JsonValue, canonical

Arguments = Mapping[str, JsonValue]
Function = Callable[[Arguments], JsonValue]
"""What is registered. It is called at least once for each key, so calling it again must change nothing."""

DurableState = Literal["queued", "running", "cancelled", "done", "failed"]

QUEUE = "work"
MAX_ARGUMENTS = 4096  # bytes of canonical JSON
_WORD = re.compile(r"[A-Za-z0-9_.:+/-]{0,256}")


@dataclass(frozen=True, slots=True)
class DurableStatus:
    """What the engine knows of a key.

    Attributes:
        state: ``cancelled`` may be resumed; ``done`` and ``failed`` stay.
        executor: who runs it or ran it last; empty before.
        outcome: what the function returned, or None.
        failure: the stable code of the error it raised, or the error's class if it is none of ours; empty for none.
    """

    state: DurableState
    executor: str = ""
    outcome: JsonValue = None
    failure: str = ""


class Durable(Protocol):
    """Runs named functions until they are done.

    All of ``register`` comes before ``launch``. One engine a process. A call that cannot reach the engine's records raises
    DependencyFailed; whether it had its effect is then unknown, and calling again is safe.
    """

    def register(self, name: str, function: Function) -> None:
        """Give a function its name, which stays the same over versions.

        Raises:
            BadInput: the name is taken, or the engine runs already.
        """
        ...

    def launch(self, executor_id: str) -> None:
        """Begin to run what is queued. What an executor of the same id left is run again.

        Raises:
            BadInput: an engine runs in this process already.
        """
        ...

    def shutdown(self) -> None:
        """Take nothing new, and let go. Functions that still run are not waited for; they run again elsewhere."""
        ...

    def dispatch(self, name: str, key: str, arguments: Arguments, queue: str = QUEUE) -> None:
        """Queue a call. A key that is known already changes nothing, whatever comes with it.

        Raises:
            BadInput: the arguments hold more than ids, numbers and stable words, or are too large.
        """
        ...

    def cancel(self, key: str) -> None:
        """Let it not be called, nor called again. A function that runs is not interrupted. What has ended stays so.

        To pause is to cancel and, later, to resume.
        """
        ...

    def resume(self, key: str) -> None:
        """Queue what was cancelled, or what a dead executor left, again. What has ended stays so.

        Raises:
            NotFound: there is no such key.
        """
        ...

    def adopt(self, executor_ids: Iterable[str]) -> list[str]:
        """Queue again what these executors, known to be dead, had begun; returns the keys."""
        ...

    def status(self, key: str) -> DurableStatus | None:
        """What is known of a key; None if nothing is."""
        ...

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Drop the records of at most ``limit`` keys that ended before an instant; returns how many."""
        ...


def check_arguments(arguments: Arguments) -> None:
    """Refuse arguments that could carry personal data into the engine's records.

    Raises:
        BadInput: a text with blanks or an ``@``, or longer than 256; or more than ``MAX_ARGUMENTS`` bytes in all.
    """
    for value in _leaves(dict(arguments)):
        if isinstance(value, str) and not _WORD.fullmatch(value):
            raise BadInput("arguments of durable work hold ids, numbers and stable words only")
    if len(canonical(dict(arguments))) > MAX_ARGUMENTS:
        raise BadInput(f"arguments of durable work are at most {MAX_ARGUMENTS} bytes; keep the rest in a row")


def _leaves(value: JsonValue) -> Iterable[JsonValue]:
    match value:
        case dict():
            for name, inner in value.items():
                yield name
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case _:
            yield value

"""What every engine of durable work must do. Subclass it in a test file and give the fixtures ``durable`` and ``spawn``."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from engine.base.durable import Arguments, Durable, DurableStatus
from engine.base.errors import BadInput, NotFound
from engine.base.state.canonical import JsonValue

CANARY = "maria.lopez@example.org"
DEADLINE = 240.0  # seconds until a test gives up waiting: how slow a loaded machine can be is not what is tested


def register_samples(durable: Durable, folder: Path) -> None:
    """Functions that leave a line in the file they are told, so that each call shows."""

    def mark(arguments: Arguments) -> JsonValue:
        note(folder / str(arguments["file"]), "called")
        return {"file": arguments["file"]}

    def hang(arguments: Arguments) -> JsonValue:
        note(folder / str(arguments["file"]), "begun")
        wait_for((folder / "go").exists)
        note(folder / str(arguments["file"]), "ended")
        return "through"

    def fail(arguments: Arguments) -> JsonValue:
        note(folder / str(arguments["file"]), "called")
        raise ValueError(CANARY)

    def refuse(arguments: Arguments) -> JsonValue:
        raise NotFound("there is no such thing")

    for name, function in {"mark": mark, "hang": hang, "fail": fail, "refuse": refuse}.items():
        durable.register(name, function)


def note(file: Path, line: str) -> None:
    with file.open("a") as stream:
        stream.write(f"{line}\n")


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def wait_for(condition: Callable[[], object]) -> None:
    """Poll until something can be seen to be so."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Child:
    """Another process that runs the sample functions on the same records."""

    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


Spawn = Callable[[str, dict[str, str]], Child]
"""Start a child with an executor id and more environment; it runs when this returns."""


class DurableContract:
    """The contract of :class:`engine.base.durable.Durable`. ``tmp_path`` is where the sample functions leave their lines."""

    def test_what_is_dispatched_is_done_once_and_says_so(self, durable: Durable, tmp_path: Path) -> None:
        durable.launch("one")
        assert durable.status("job/1") is None
        durable.dispatch("mark", "job/1", {"file": "a"})
        wait_for(lambda: _state(durable, "job/1") == "done")
        assert durable.status("job/1") == DurableStatus("done", "one", {"file": "a"})
        assert lines(tmp_path / "a") == ["called"]

    def test_a_known_key_changes_nothing(self, durable: Durable, tmp_path: Path) -> None:
        durable.launch("one")
        for file in ("a", "a", "b"):
            durable.dispatch("mark", "job/1", {"file": file})
        wait_for(lambda: _state(durable, "job/1") == "done")
        durable.dispatch("mark", "job/1", {"file": "c"})
        durable.dispatch("mark", "job/2", {"file": "d"})
        wait_for(lambda: _state(durable, "job/2") == "done")
        assert lines(tmp_path / "a") == ["called"]
        assert not (tmp_path / "b").exists()
        assert not (tmp_path / "c").exists()

    def test_an_error_ends_in_a_failure_without_its_text(
        self, durable: Durable, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        durable.launch("one")
        for name in ("fail", "refuse", "nobody-knows"):
            durable.dispatch(name, name, {"file": "a"})
        for name, failure in (("fail", "ValueError"), ("refuse", "not_found"), ("nobody-knows", "unknown_function")):
            wait_for(partial(_failed, durable, name))
            assert durable.status(name) == DurableStatus("failed", "one", failure=failure)
        assert lines(tmp_path / "a") == ["called"]
        seen = caplog.text + "".join(capfd.readouterr())
        assert CANARY not in seen
        assert "Traceback" not in seen

    def test_cancelled_work_does_not_start_and_resumed_work_does(self, durable: Durable, tmp_path: Path) -> None:
        durable.launch("one")
        durable.dispatch("hang", "first", {"file": "first"})
        wait_for(lambda: lines(tmp_path / "first"))  # the one place is taken
        durable.dispatch("mark", "second", {"file": "second"})
        durable.cancel("second")
        (tmp_path / "go").touch()
        wait_for(lambda: _state(durable, "first") == "done")
        assert _state(durable, "second") == "cancelled"
        durable.dispatch("mark", "third", {"file": "third"})
        wait_for(lambda: _state(durable, "third") == "done")
        assert not (tmp_path / "second").exists()
        durable.resume("second")
        wait_for(lambda: _state(durable, "second") == "done")
        durable.cancel("second")
        durable.resume("second")
        assert _state(durable, "second") == "done"
        assert lines(tmp_path / "second") == ["called"]
        with pytest.raises(NotFound):
            durable.resume("unknown")

    def test_killed_work_runs_again_under_the_same_executor(
        self, durable: Durable, spawn: Spawn, tmp_path: Path
    ) -> None:
        child = spawn("one", {"REEVE_TEST_DISPATCH": "job/1"})
        wait_for(lambda: lines(tmp_path / "job"))
        child.kill()
        assert lines(tmp_path / "job") == ["begun"]
        (tmp_path / "go").touch()
        durable.launch("one")
        wait_for(lambda: _state(durable, "job/1") == "done")
        assert lines(tmp_path / "job") == ["begun", "begun", "ended"]

    def test_another_executor_adopts_what_a_killed_one_left(
        self, durable: Durable, spawn: Spawn, tmp_path: Path
    ) -> None:
        child = spawn("one", {"REEVE_TEST_DISPATCH": "job/1"})
        wait_for(lambda: lines(tmp_path / "job"))
        child.kill()
        durable.launch("two")
        (tmp_path / "go").touch()
        durable.dispatch("mark", "other", {"file": "other"})
        wait_for(lambda: _state(durable, "other") == "done")
        assert durable.status("job/1") == DurableStatus("running", "one")  # nobody takes it by itself
        assert durable.adopt([]) == []
        assert durable.adopt(["nobody"]) == []
        assert durable.adopt(["one"]) == ["job/1"]
        wait_for(lambda: _state(durable, "job/1") == "done")
        assert durable.status("job/1") == DurableStatus("done", "two", "through")
        assert durable.adopt(["one"]) == []
        assert lines(tmp_path / "job") == ["begun", "begun", "ended"]
        with pytest.raises(BadInput):
            durable.adopt(["two"])

    def test_another_version_of_the_program_strands_nothing(
        self, durable: Durable, spawn: Spawn, tmp_path: Path
    ) -> None:
        child = spawn("one", {"REEVE_TEST_DISPATCH": "job/1", "DBOS__APPVERSION": "old", "REEVE_TEST_MORE": "more"})
        wait_for(lambda: lines(tmp_path / "job"))
        child.kill()
        (tmp_path / "go").touch()
        durable.register("newer", lambda _arguments: None)
        durable.launch("two")
        assert durable.adopt(["one"]) == ["job/1"]
        wait_for(lambda: _state(durable, "job/1") == "done")

    def test_what_ended_is_forgotten(self, durable: Durable, tmp_path: Path) -> None:
        durable.launch("one")
        durable.dispatch("mark", "job/1", {"file": "a"})
        wait_for(lambda: _state(durable, "job/1") == "done")
        now = datetime.now(UTC)
        assert durable.forget(now - timedelta(hours=1)) == 0
        assert durable.forget(now + timedelta(hours=1)) == 1
        assert durable.status("job/1") is None

    def test_arguments_carry_no_data(self, durable: Durable) -> None:
        durable.launch("one")
        values: list[JsonValue] = [CANARY, "Maria Lopez", ["fine", {"deep": CANARY}], "x" * 300, ["word"] * 2000]
        for value in values:
            with pytest.raises(BadInput) as caught:
                durable.dispatch("mark", "job/1", {"value": value})
            assert CANARY not in str(caught.value)
        with pytest.raises(BadInput):
            durable.dispatch("mark", "job/1", {CANARY: 1})
        with pytest.raises(BadInput):
            durable.dispatch("mark", "job/1", {}, "no-such-queue")
        assert durable.status("job/1") is None

    def test_misuse_is_refused(self, durable: Durable) -> None:
        with pytest.raises(BadInput):
            durable.dispatch("mark", "job/1", {})
        with pytest.raises(BadInput):
            durable.register("mark", lambda _arguments: None)
        durable.launch("one")
        with pytest.raises(BadInput):
            durable.register("late", lambda _arguments: None)
        with pytest.raises(BadInput):
            durable.launch("two")

    def test_it_can_be_launched_again(self, durable: Durable, tmp_path: Path) -> None:
        durable.launch("one")
        durable.dispatch("mark", "job/1", {"file": "a"})
        wait_for(lambda: _state(durable, "job/1") == "done")
        durable.shutdown()
        durable.shutdown()
        durable.launch("two")
        assert _state(durable, "job/1") == "done"
        durable.dispatch("mark", "job/2", {"file": "a"})
        wait_for(lambda: _state(durable, "job/2") == "done")


def _state(durable: Durable, key: str) -> str | None:
    found = durable.status(key)
    return found.state if found else None


def _failed(durable: Durable, key: str) -> bool:
    return _state(durable, key) == "failed"


def dispatch_for_test(durable: Durable) -> None:
    """What a child dispatches when its environment says so."""
    key = os.environ.get("REEVE_TEST_DISPATCH")
    if key:
        durable.dispatch("hang", key, {"file": key.partition("/")[0]})

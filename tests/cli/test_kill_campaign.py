"""Campaign (``make test-long``): scans killed at random moments, again and again, end as if nothing had happened."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.opening import open_state
from tests.cli.test_scan_command import CONFIG
from tests.estate.scan.estate import build, coverage, sketches

ROUNDS, KILLS = 6, 8


@pytest.mark.long
def test_random_kills_change_no_byte(tmp_path: Path) -> None:
    folder = build(tmp_path / "home", people=900)
    (folder / "reeve.yaml").write_text(CONFIG)
    command = [sys.executable, "-m", "tests.estate.scan.estate", str(folder / "reeve.yaml"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    database = open_state(load_settings(folder / "reeve.yaml"), SystemClock())
    undisturbed, states = sketches(database), coverage(database)
    rng = random.Random(11)
    for _ in range(ROUNDS):
        for _ in range(KILLS):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                for _ in range(rng.randrange(3)):
                    process.stdout.readline()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=rng.random() * 0.05)  # a random moment within the next chunk
                process.send_signal(signal.SIGKILL)
        subprocess.run(command, check=True, capture_output=True)
        assert sketches(database) == undisturbed
        assert coverage(database) == states
    database.close()

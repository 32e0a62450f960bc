"""Schedules that run ``evidence``: what they may say, and that what a worker reads anew is on record before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.clock import SystemClock
from engine.base.errors import ConfigError
from engine.base.settings import load_settings
from engine.base.state.opening import open_state
from engine.base.state.tables import OutboxRow
from engine.estate.scan.configured import Configured, declared_schedules

STORES = "stores:\n  files: {kind: files, path: files}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "reeve.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_schedule_of_evidence_is_declared_without_what_scans_have(tmp_path: Path) -> None:
    path = written(tmp_path, STORES + 'schedules:\n  monthly: {run: evidence, cron: "0 4 1 * *"}\n')
    (one,) = declared_schedules(load_settings(path))
    assert (one.kind, one.arguments, one.cron) == ("evidence", {}, "0 4 1 * *")


@pytest.mark.parametrize("more", ["stores: files", "full: true", "sample: 10", "until_bound: 0.1"])
def test_what_only_scans_have_is_refused(tmp_path: Path, more: str) -> None:
    path = written(tmp_path, STORES + f'schedules:\n  monthly: {{run: evidence, cron: "0 4 1 * *", {more}}}\n')
    with pytest.raises(ConfigError, match="belong to schedules that run `scan`") as refused:
        load_settings(path)
    assert refused.value.line == 4


def test_what_is_run_is_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`scan`, `sweep` or `evidence` belongs here"):
        load_settings(written(tmp_path, STORES + 'schedules:\n  x: {run: sleep, cron: "0 4 1 * *"}\n'))


def test_a_configuration_that_a_running_worker_reads_anew_is_recorded_before_its_scan(tmp_path: Path) -> None:
    path = written(tmp_path, STORES)
    database = open_state(load_settings(path), SystemClock())
    configured = Configured(path)
    written(tmp_path, STORES.replace("path: files", "path: others"))
    scanner = configured.scanner(database)
    with database.snapshot() as session:
        told = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == "configuration.loaded")).all()
    database.close()
    assert len(told) == 2
    assert scanner.config_hash in told[1]

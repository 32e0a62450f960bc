"""What a command works on: the configuration, the state and the detector pack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.base.clock import SystemClock
from engine.base.settings import Settings, load_settings
from engine.base.state.database import Database
from engine.base.state.opening import open_state


@dataclass(frozen=True, slots=True)
class Home:
    """Settings, and the state bound to tenant and actor."""

    settings: Settings
    database: Database


def open_home(config: Path | None) -> Home:
    """Read the configuration and open the state; state and keyring are made on first use.

    Raises:
        ConfigError: the configuration is missing or wrong.
        DependencyFailed: the state cannot be opened.
    """
    settings = load_settings(config)
    return Home(settings, open_state(settings, SystemClock()))

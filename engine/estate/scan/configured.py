"""Scans by the configuration and the detectors as they are now: what commands and workers have in common."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy.orm import Session

from engine.base.durable import Arguments
from engine.base.errors import ReeveError
from engine.base.settings import Settings, load_settings
from engine.base.settings.schedules import ScheduleSettings, SweepLimitSettings
from engine.base.state.database import Database
from engine.base.state.opening import note_configuration
from engine.base.work.cron import Quiet
from engine.base.work.schedules import DeclaredSchedule, sync_schedules
from engine.estate.detectors.own import Own, configured_own
from engine.estate.detectors.pack import Pack, load_pack, wanted_names
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Progress, Silent
from engine.estate.scan.run import Scanner
from engine.estate.scan.work import SCAN, scan_arguments
from engine.estate.stores.opening import declared_stores

_log = logging.getLogger("reeve.work")


class Configured:
    """What one process scans by. The file is read anew for each scan, so a worker need not be started again after a change.

    Args:
        file: the configuration, absolute.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._synced: tuple[int, int] | None = None
        self._own = Own()
        self._names: bool | None = None
        self._pack: Pack | None = None

    @property
    def pack(self) -> Pack:
        """The detectors: loaded again only when what users bring or exclude, or whether names are looked for, has changed."""
        settings = load_settings(self._file)
        own = configured_own(settings)
        if self._pack is None or (own, settings.names) != (self._own, self._names):
            self._pack = load_pack(own.detectors, own.exclusions, wanted_names(settings.names))
            self._own, self._names = own, settings.names
        return self._pack

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the files of detectors that were loaded last has no effect, a sentence each."""
        return self._own.notes

    def scanner(
        self,
        database: Database,
        stores: tuple[str, ...] = (),
        asked: Asked | None = None,
        *,
        progress: Progress | None = None,
    ) -> Scanner:
        """A scanner of these stores; of all if none is named. The configuration is recorded when it is a new one.

        Raises:
            ConfigError: the configuration is wrong by now.
            NotFound: one of the stores is not in it.
        """
        settings = load_settings(self._file)
        with database.transaction() as session:  # before the scan: what is in scope changes with a trace only
            note_configuration(session, settings)
        return Scanner(
            database=database,
            stores=declared_stores(settings, stores),
            configured=frozenset(settings.stores),
            pack=self.pack,
            config_hash=settings.config_hash,
            progress=progress or Silent(),
            asked=asked or Asked(),
        )

    def sync(self, session: Session) -> None:
        """Bring the table of schedules up to the file, if that changed since. A chore of the leader.

        A file that cannot be read changes nothing: what was declared last goes on.
        """
        try:
            found = self._file.stat()
            seen = (found.st_mtime_ns, found.st_size)
            if seen == self._synced:
                return
            sync_schedules(session, declared_schedules(load_settings(self._file)))
        except (ReeveError, OSError) as exc:
            _log.warning("the configuration cannot be read; schedules stay as they are (%s)", type(exc).__name__)
            return
        self._synced = seen

    def made_by(self, database: Database, stores: tuple[str, ...], asked: Asked) -> Scanner:
        """``scanner`` as a worker calls it."""
        return self.scanner(database, stores, asked)


def declared_schedules(settings: Settings) -> list[DeclaredSchedule]:
    """The schedules of a configuration."""
    return [_declared(name, one) for name, one in sorted(settings.schedules.items())]


def _declared(name: str, one: ScheduleSettings) -> DeclaredSchedule:
    quiet = tuple(Quiet.parse(*hours) for hours in one.quiet_hours())
    arguments: Arguments = {}
    if one.run == SCAN:
        arguments = scan_arguments(one.stores, Asked(one.full, one.sample, one.until_bound, one.blocks))
    elif one.run == "sweep":
        limits = one.limits or SweepLimitSettings()
        arguments = {"stores": sorted(one.stores), "limits": limits.model_dump()}
    return DeclaredSchedule(name, one.run, one.cron, one.zone, arguments, quiet, one.enabled)

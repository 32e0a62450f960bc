"""The chores of certificates as a worker has them, with what the configuration tells of stores."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy.orm import Session

from engine.base.errors import ReeveError
from engine.base.ids import PlanId
from engine.base.settings import Settings, SqlStore, load_settings
from retention.certificate.gathering import Installation
from retention.certificate.issuing import issue_due, lacking

_log = logging.getLogger("reeve.certificates")


class Certifier:
    """Issues what is due, by the configuration as it is then.

    Args:
        file: the configuration, absolute.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._failed: set[PlanId] = set()

    def issue(self, session: Session) -> None:
        """Issue certificates of plans that lack one. A configuration that cannot be read is no reason not to."""
        if lacking(session, 1, self._failed):
            try:
                installation = installation_of(load_settings(self._file))
            except (ReeveError, OSError) as exc:
                _log.warning("the configuration cannot be read; certificates do not name it (%s)", type(exc).__name__)
                installation = Installation()
            issue_due(session, installation, self._failed)


def installation_of(settings: Settings) -> Installation:
    """What a configuration tells of its stores. No store is asked."""
    servers = {name: one.url.get_backend_name() for name, one in settings.stores.items() if isinstance(one, SqlStore)}
    return Installation(settings.config_hash, servers)

"""Migrations of the state, run from the installed package: no alembic.ini, nothing in the working folder.

``versions/`` holds one numbered file a change; each adds before anything is taken away, so that the version before can
still run on the new tables. ``python -m engine.base.state.migrations`` writes the first one anew from the tables, which is
right only until the first release.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.base.errors import BadInput, IntegrityViolated

_FOLDER = Path(__file__).parent
_LOCK = 0x7265657665  # "reeve": PostgreSQL's advisory lock while tables change


class StateTooNew(BadInput):
    """The state was written by a newer version of Reeve; this one would not understand it, so it does not touch it."""

    code = "state_too_new"


class StateTooOld(BadInput):
    """The state was written by an older version and not brought up to this one yet."""

    code = "state_too_old"


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made in code."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Bring the tables up to this version, inside the connection's transaction: all of it or nothing.

    Raises:
        StateTooNew: see the class.
        IntegrityViolated: a reference between rows broke on the way (SQLite only, where they are not checked meanwhile).
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    _refuse_newer(connection)
    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise IntegrityViolated("the state's rows no longer refer to each other as they should; nothing was changed")


def check(connection: Connection) -> None:
    """Nothing when the tables are of this version.

    Raises:
        StateTooNew, StateTooOld: see the classes.
    """
    _refuse_newer(connection)
    heads = set(ScriptDirectory.from_config(config()).get_heads())
    if set(MigrationContext.configure(connection).get_current_heads()) != heads:
        raise StateTooOld("the state has not been brought up to this version of Reeve", hint="run the migration first")


def _refuse_newer(connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise StateTooNew(
            f"the state was written by a newer version of Reeve (its tables are at {', '.join(sorted(unknown))})",
            hint="run that version, or restore a backup from before the upgrade",
        )

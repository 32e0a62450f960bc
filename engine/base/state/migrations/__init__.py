"""Migrations of the state, run from the installed package: no alembic.ini, nothing in the working folder.

``versions/`` holds one numbered file a change; each adds before anything is taken away, so that the version before can
still run on the new tables. ``python -m engine.base.state.migrations`` writes the first one anew from the tables, which is
right only until the first release.

Alembic is imported only when something is to be changed: looking at the version, which every command does, costs one query.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from engine.base.errors import BadInput, IntegrityViolated

if TYPE_CHECKING:
    from alembic.config import Config

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
    from alembic.config import Config

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
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    is_current(connection)  # again behind the lock: refuses newer tables
    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise IntegrityViolated("the state's rows no longer refer to each other as they should; nothing was changed")


def check(connection: Connection) -> None:
    """Nothing when the tables are of this version.

    Raises:
        StateTooNew, StateTooOld: see the classes.
    """
    if not is_current(connection):
        raise StateTooOld("the state has not been brought up to this version of Reeve", hint="run the migration first")


def is_current(connection: Connection) -> bool:
    """Whether the tables are of this version; older ones, or none at all, are not.

    Raises:
        StateTooNew: see the class.
    """
    known = revisions()
    found = _revisions_in(connection)
    if unknown := found - set(known):
        raise StateTooNew(
            f"the state was written by a newer version of Reeve (its tables are at {', '.join(sorted(unknown))})",
            hint="run that version, or restore a backup from before the upgrade",
        )
    return found == {known[-1]}


def revisions() -> list[str]:
    """The revisions this version knows, oldest first: they are numbered, and lead the names of their files."""
    return sorted(path.name.split("_", 1)[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def _revisions_in(connection: Connection) -> set[str]:
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return {str(row[0]) for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")}

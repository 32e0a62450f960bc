"""Databases as stores: SQLite, PostgreSQL, MariaDB and MySQL, and others as far as SQLAlchemy's inspector reaches."""

from __future__ import annotations

from engine.estate.stores.sql.session import Limits
from engine.estate.stores.sql.store import SqlStore

__all__ = ["Limits", "SqlStore"]

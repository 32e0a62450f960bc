"""The configuration: what it may say, where secrets and defaults come from, and errors that name file, line and key."""

from engine.base.settings.configuration import (
    KEYS,
    AnyStore,
    FilesStore,
    S3Store,
    Settings,
    SqlStore,
    configuration_file,
    load_settings,
    written_keys,
)

__all__ = [
    "KEYS",
    "AnyStore",
    "FilesStore",
    "S3Store",
    "Settings",
    "SqlStore",
    "configuration_file",
    "load_settings",
    "written_keys",
]

"""The ``reeve.yaml`` that ``reeve init`` writes: complete, commented, and read back by its own test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from engine.base.errors import BadInput

StoreDraft = Mapping[str, str | Sequence[str]]
"""Keys of one store as they will be written: ``{"kind": "files", "path": "data"}``. A secret in it is written ``${NAME}``."""

_HEAD = """\
# What Reeve looks after, and where it keeps its own records.
# Relative paths are relative to this file. Secrets never stand here: write ${NAME} for an environment variable,
# or ${file:PATH} for the content of a file.

# Whose estate this is.
tenant: default

# Reeve's own records: SQLite in one folder, or PostgreSQL when several machines work.
# state: postgresql://reeve:${REEVE_STATE_PASSWORD}@db.example/reeve

# The keys that seal what Reeve remembers. Back it up apart from the state.
keyring: .reeve/keyring.json

# Each store is read with a credential that can only read. Say who answers for it, whose law it is under and what its
# data may be used for: the inventory and its report show it beside what was found.
"""
_EXAMPLES = """\
#  crm:
#    kind: sql
#    url: postgresql://reader:${CRM_PASSWORD}@db.example:5432/crm    # or mysql://, mariadb://, sqlite:///
#    owner: sales@example.com
#    jurisdiction: EU
#    purpose: [contract, support]
#    limits: {connections: 2, rows_per_second: 20000}    # of all workers together
#  uploads:
#    kind: files
#    path: /srv/uploads
#  lake:
#    kind: s3
#    bucket: acme-lake
#    prefix: exports/
#    region: eu-central-1    # or endpoint_url: https://s3.example.com, for a server that is not AWS
#    access_key_id: ${LAKE_KEY_ID}    # leave both out to use what boto3 finds: environment, profile, role
#    secret_access_key: ${LAKE_SECRET}
"""


_NAMES = """\

# Whether names of people, places and organisations are looked for in free text, by the name model of the extra `names`:
# where it is installed, unless this says true (it must be) or false (never).
"""
_POLICIES = """\

# What must hold of the data: files and folders with policies. `reeve policy starter` prints one to begin with.
# policies: policies
"""
_SCHEDULES = """\

# What `reeve worker` does by itself. Times are those of the zone's wall clock.
schedules:
#  nightly:
#    run: scan
#    cron: "30 2 * * *"    # minute, hour, day, month, weekday
#    zone: Europe/Berlin
#    quiet: 07:00-19:00    # nothing starts then, and what runs pauses
"""


def template(stores: Mapping[str, StoreDraft], *, names: bool | None = None) -> str:
    """The text of a new configuration with these stores, and examples of others as comments."""
    drafts = {name: {key: _plain(value) for key, value in store.items()} for name, store in stores.items()}
    body = (
        yaml.safe_dump({"stores": drafts}, sort_keys=False, allow_unicode=True, width=1000) if drafts else "stores:\n"
    )
    looked_for = "# names: true\n" if names is None else f"names: {str(names).lower()}\n"
    return f"{_HEAD}{body}{_EXAMPLES}{_NAMES}{looked_for}{_POLICIES}{_SCHEDULES}"


def write_template(file: Path, stores: Mapping[str, StoreDraft], *, names: bool | None = None) -> None:
    """Write a new configuration.

    Raises:
        BadInput: ``file`` exists; it is left as it is.
    """
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(template(stores, names=names))
    except FileExistsError:
        raise BadInput(f"{file} exists already and is not overwritten") from None


def _plain(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)

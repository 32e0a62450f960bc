"""``reeve.yaml``: what Reeve looks after, and where it keeps its own records.

Errors name file and line, and what was probably meant. They never repeat what stands in the file, since a secret may stand
where it should not.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy import URL

from engine.base.errors import NotFound
from engine.base.settings.copies import CopySettings
from engine.base.settings.errors import explained, unknown_key
from engine.base.settings.filling import Filler
from engine.base.settings.ledger import LedgerSettings, bucket_name, server_address
from engine.base.settings.schedules import LimitSettings, Model, Name, ScheduleSettings, listed
from engine.base.settings.secrets import Secrets
from engine.base.settings.server import ServerSettings
from engine.base.settings.yaml import Source, Tree, read_yaml
from engine.base.state.canonical import canonical

FILE_NAME = "reeve.yaml"
ENVIRONMENT_VARIABLE = "REEVE_CONFIG"
KEYS = (
    *("tenant", "state", "keyring", "stores", "detectors", "exclude", "names", "policies", "schedules", "ledger"),
    "server",
)
_NOT_HASHED = frozenset({"policies", "schedules", "ledger", "server"})
_SHORT = StringConstraints(min_length=1, max_length=200)


_Named = Annotated[str, StringConstraints(min_length=1, max_length=512)]


def _no_marks() -> Mapping[str, str]:
    return MappingProxyType({})


class _Store(Model):
    """What is declared of a store of any kind.

    Attributes:
        owner: who answers for it, or empty.
        jurisdiction: whose law it is under, or empty.
        purpose: what its data may be used for; empty when not declared.
        limits: how fast it may be read.
        copies: that remain elsewhere when rows of it are gone.
    """

    owner: Annotated[str, _SHORT] = ""
    jurisdiction: Annotated[str, _SHORT] = ""
    purpose: Annotated[tuple[Annotated[str, _SHORT], ...], BeforeValidator(listed)] = ()
    limits: LimitSettings | None = None
    copies: tuple[CopySettings, ...] = ()


class WriteSettings(Model):
    """How a database is opened to be changed. Only what carries out approved plans looks at it.

    Attributes:
        url: holds the write credential; its ``repr`` hides the password.
    """

    url: InstanceOf[URL]


class SqlStore(_Store):
    """A database.

    Attributes:
        url: holds the read credential; its ``repr`` hides the password.
        write: where changes are wanted; None: nothing is ever changed.
        high_water: by table, named as in the inventory, the column at whose top its new rows come in.
    """

    kind: Literal["sql"]
    url: InstanceOf[URL]
    write: WriteSettings | None = None
    high_water: Annotated[Mapping[_Named, _Named], AfterValidator(MappingProxyType)] = Field(default_factory=_no_marks)


class FilesStore(_Store):
    """A folder. ``path`` is absolute."""

    kind: Literal["files"]
    path: Path


def _manifest(place: str) -> str:
    if not re.fullmatch(r"s3://[a-z0-9.-]{3,63}/.+|(?!s3://).+", place, re.DOTALL):
        raise PydanticCustomError("inventory", "not the place of a manifest")
    return place


class S3Store(_Store):
    """A bucket, on AWS or on another server that speaks S3.

    Attributes:
        bucket: its name.
        prefix: of the keys that belong to the store; empty for all.
        endpoint_url: of a server that is not AWS; empty for AWS.
        region: empty for what boto3 finds.
        versions: whether noncurrent versions are read too; they are listed in any case.
        access_key_id: with ``secret_access_key`` the read credential; both empty for boto3's own chain.
        secret_access_key: its ``repr`` hides it.
        tags: whether the keys of tags are read with each object.
        inventory: an S3 Inventory in place of listing: the key of its manifest.json, or ``s3://bucket/key``; or empty.
    """

    kind: Literal["s3"]
    bucket: Annotated[str, AfterValidator(bucket_name), StringConstraints(min_length=3)]
    prefix: Annotated[str, StringConstraints(max_length=1024)] = ""
    endpoint_url: Annotated[str, AfterValidator(server_address)] = ""
    region: Annotated[str, _SHORT] = ""
    versions: Literal["current", "all"] = "current"
    access_key_id: Annotated[str, _SHORT] = Field("", repr=False)
    secret_access_key: SecretStr = SecretStr("")
    tags: bool = False
    inventory: Annotated[str, AfterValidator(_manifest)] = ""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.access_key_id) != bool(self.secret_access_key.get_secret_value()):
            raise PydanticCustomError("half_credential", "one half of a credential")
        return self


AnyStore = SqlStore | FilesStore | S3Store
"""What is declared of a store of any kind."""
StoreSettings = Annotated[AnyStore, Field(discriminator="kind")]


def _no_stores() -> Mapping[str, AnyStore]:
    return MappingProxyType({})


def _no_schedules() -> Mapping[str, ScheduleSettings]:
    return MappingProxyType({})


class Settings(Model):
    """A configuration, complete and checked.

    Attributes:
        file: where it was read from, absolute.
        tenant: whose estate this is.
        state: where our own records are: SQLite or PostgreSQL.
        keyring: the file of the local keyring, absolute.
        stores: by name.
        detectors: files with detectors of one's own, absolute.
        exclude: the file again, with nothing but what is written under ``exclude``, for whoever knows what it means; or None.
        names: whether names are looked for in free text; None where a name model is installed.
        policies: files and folders with policies, absolute.
        schedules: what is done again and again, by name.
        ledger: how the trail is named, published and witnessed.
        server: how the API and the console are served.
        config_hash: SHA-256 (hexadecimal) of the canonical form of what is written: equal for two files that say the same in
            another order or with other comments. Not in it: values of ``${...}``, limits, copies and write credentials of
            stores, policies, schedules and the settings of ledger and server, none of which change what a scan finds.
    """

    file: Path
    tenant: Name = "default"
    state: InstanceOf[URL]
    keyring: Path
    stores: Annotated[Mapping[Name, StoreSettings], AfterValidator(MappingProxyType)] = Field(
        default_factory=_no_stores
    )
    detectors: Annotated[tuple[Path, ...], BeforeValidator(listed)] = ()
    exclude: Source | None = Field(None, repr=False)
    names: bool | None = None
    policies: Annotated[tuple[Path, ...], BeforeValidator(listed)] = ()
    schedules: Annotated[Mapping[Name, ScheduleSettings], AfterValidator(MappingProxyType)] = Field(
        default_factory=_no_schedules
    )
    server: ServerSettings = ServerSettings()
    ledger: LedgerSettings = LedgerSettings()
    config_hash: str

    def store(self, name: str) -> AnyStore:
        """The store of that name.

        Raises:
            NotFound: there is none; the message says which there are.
        """
        if name in self.stores:
            return self.stores[name]
        near = get_close_matches(name, self.stores, 1)
        known = ", ".join(sorted(self.stores)) or "none"
        raise NotFound(
            f"there is no store of that name in {self.file}",
            hint=f"did you mean {near[0]}?" if near else f"stores there: {known}",
        )


def configuration_file(
    file: Path | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Path:
    """Where the configuration is, absolute; there may be no such file. Arguments as for ``load_settings``."""
    environ = os.environ if environ is None else environ
    return ((folder or Path.cwd()) / (file or environ.get(ENVIRONMENT_VARIABLE) or FILE_NAME)).absolute()


def load_settings(
    file: Path | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """Read the configuration.

    Args:
        file: which; by default the one that REEVE_CONFIG names, else ``reeve.yaml`` in ``folder``.
        environ: where ``${NAME}`` and REEVE_CONFIG are looked up; by default the process's environment.
        folder: by default the working folder.

    Raises:
        ConfigError: whatever is wrong, with file and line.
    """
    environ = os.environ if environ is None else environ
    file = configuration_file(file, environ=environ, folder=folder)
    source = read_yaml(file)
    written = _normal(source)
    filled = {key: value for key, value in written.items() if key != "exclude"}  # expressions there may hold `${`
    values = Filler(source, Secrets(environ, file.parent)).mapping(filled, ())
    try:
        settings = Settings.model_validate(
            {
                "state": URL.create("sqlite", database=str(file.parent / ".reeve/state.db")),
                "keyring": file.parent / ".reeve/keyring.json",
                **values,
                "exclude": _only(source, "exclude") if "exclude" in written else None,
                "file": file,
                "config_hash": hashlib.sha256(canonical(_hashed(written))).hexdigest(),
            }
        )
    except ValidationError as exc:
        raise explained(source, exc) from None
    for name, schedule in settings.schedules.items():
        for index, store in enumerate(schedule.stores):
            if store not in settings.stores:
                raise source.error(
                    ("schedules", name, "stores", index),
                    "there is no store of that name in this file",
                    hint=f"stores there: {', '.join(sorted(settings.stores)) or 'none'}",
                )
    for place, found in settings.stores.items():
        if isinstance(found, SqlStore) and found.write is not None and not _same_kind(found.url, found.write.url):
            raise source.error(
                ("stores", place, "write", "url"),
                "`write` is of another database, or another kind of database, than `url`",
                hint="write the URL of the same database with another user",
            )
    if settings.state.get_backend_name() not in ("sqlite", "postgresql"):
        raise source.error(("state",), "the state can be kept in SQLite or in PostgreSQL")
    return settings


def _same_kind(one: URL, other: URL) -> bool:
    """Whether they can be URLs of one database."""
    names = [url.get_backend_name().replace("mariadb", "mysql") for url in (one, other)]
    return names[0] == names[1] and one.database == other.database


def _only(source: Source, key: str) -> Source:
    return Source(source.file, {key: source.tree[key]}, source.lines)


def written_keys(source: Source) -> dict[str, Tree]:
    """What stands under the keys of a configuration; absent instead of null.

    Raises:
        ConfigError: a key that is none.
    """
    top: dict[str, Tree] = {key: value for key, value in source.tree.items() if value is not None}
    for key in top:
        if key not in KEYS:
            raise unknown_key(source, (key,), KEYS)
    return top


def _normal(source: Source) -> dict[str, Tree]:
    """What is written, in the form that is hashed: absent instead of null, and purposes as lists.

    Raises:
        ConfigError: a key that is none.
    """
    top = written_keys(source)
    stores = top.get("stores")
    if isinstance(stores, dict):
        top["stores"] = {name: _normal_store(store) for name, store in stores.items()}
    return top


def _hashed(written: Mapping[str, Tree]) -> dict[str, Tree]:
    """What decides what a scan finds."""
    stores = written.get("stores")
    kept = {key: value for key, value in written.items() if key not in _NOT_HASHED}
    if isinstance(stores, dict):
        kept["stores"] = {
            name: {key: value for key, value in store.items() if key not in ("limits", "write", "copies")}
            if isinstance(store, dict)
            else store
            for name, store in stores.items()
        }
    return kept


def _normal_store(store: Tree) -> Tree:
    if not isinstance(store, dict):
        return {} if store is None else store
    kept: dict[str, Tree] = {key: value for key, value in store.items() if value is not None}
    if isinstance(kept.get("purpose"), str):
        kept["purpose"] = [kept["purpose"]]
    return kept

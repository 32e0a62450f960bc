"""What ``reeve.yaml`` says of the ledger: its name, where checkpoints go, and who has to see them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from engine.base.settings.schedules import Model

_SHORT = StringConstraints(max_length=200)
_ORIGIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/[A-Za-z0-9._~-]+)*")


def bucket_name(name: str) -> str:
    """The name of a bucket, if it can be one."""
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name):
        raise PydanticCustomError("bucket", "not the name of a bucket")
    return name


def server_address(url: str) -> str:
    """The address of a server, or empty: scheme, host and port, nothing else."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        plain = False
    if url and (not plain or "@" in url or parts.path.strip("/") or parts.query or parts.fragment):
        raise PydanticCustomError("endpoint", "not the address of a server")
    return url


def _page(url: str) -> str:
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        plain = False
    if url and (not plain or "@" in url or parts.query or parts.fragment):
        raise PydanticCustomError("page", "not an address")
    return url


def _origin(name: str) -> str:
    if name and (len(name) > 200 or not _ORIGIN.fullmatch(name)):
        raise PydanticCustomError("origin", "not a name for a log")
    return name


class TargetSettings(Model):
    """Where checkpoints, tiles and entries are published: a folder or a bucket.

    Attributes:
        path: a folder, absolute; or None.
        bucket: or a bucket, with prefix, endpoint_url, region, access_key_id and secret_access_key as those of a store.
        lock_days: how long a bucket with Object Lock has to keep each checkpoint (mode COMPLIANCE); None for its own default.
    """

    path: Path | None = None
    bucket: Annotated[str, AfterValidator(bucket_name)] = ""
    prefix: Annotated[str, StringConstraints(max_length=512)] = ""
    endpoint_url: Annotated[str, AfterValidator(server_address)] = ""
    region: Annotated[str, _SHORT] = ""
    access_key_id: Annotated[str, _SHORT] = Field("", repr=False)
    secret_access_key: SecretStr = SecretStr("")
    lock_days: Annotated[int, Field(ge=1, le=36_500)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.path is None) == (not self.bucket):
            raise PydanticCustomError("target", "a folder or a bucket")
        if bool(self.access_key_id) != bool(self.secret_access_key.get_secret_value()):
            raise PydanticCustomError("half_credential", "one half of a credential")
        return self


class LedgerSettings(Model):
    """The ledger.

    Attributes:
        origin: the base of its logs' names (C2SP tlog-checkpoint: a URL without its scheme); empty for ``reeve.local/`` and the
            tenant's id. A shard's label is added. What was begun under another name goes on under it until the next shard.
        heartbeat: minutes after which an entry is written although nothing happened, so that silence shows.
        publish: where to.
        policy: a C2SP policy file, absolute: witnesses that cosign each checkpoint, and the quorum; or None.
        timestamps: the address of a time stamping authority (RFC 3161), or empty.
    """

    origin: Annotated[str, AfterValidator(_origin)] = ""
    heartbeat: Annotated[int, Field(ge=1, le=10_080)] = 60
    publish: tuple[TargetSettings, ...] = ()
    policy: Path | None = None
    timestamps: Annotated[str, AfterValidator(_page)] = ""

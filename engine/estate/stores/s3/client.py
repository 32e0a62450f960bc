"""The way to a bucket: one client a store, made when it is first needed, shared by threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError

from engine.estate.stores.s3.errors import store_error

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

POOL = 16  # connections kept open
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Access:
    """Where a bucket is, and with which credential it is read.

    Attributes:
        bucket: its name.
        endpoint_url: of a server that is not AWS; empty for AWS.
        region: empty for what boto3 finds, or ``us-east-1``.
        access_key_id: with ``secret_access_key``; both empty for boto3's own chain (environment, profile, role).
        connect_timeout: seconds.
        read_timeout: seconds without a byte.
        attempts: at one request, with pauses between, when the server is busy or not reached.
    """

    bucket: str
    endpoint_url: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    connect_timeout: float = 10
    read_timeout: float = 60
    attempts: int = 6


class Connection:
    """The client for one bucket.

    Args:
        access: how to reach it.
    """

    def __init__(self, access: Access) -> None:
        self.bucket = access.bucket
        self._access = access
        self._lock = Lock()
        self._client: S3Client | None = None

    def client(self) -> S3Client:
        """The client; the same one for every thread.

        Raises:
            StoreError: the configuration of boto3 itself is wrong, such as a profile that does not exist.
        """
        with self._lock:  # making a client is not safe in several threads, using it is
            if self._client is None:
                try:
                    self._client = _made(self._access)
                except (BotoCoreError, ValueError) as error:
                    raise store_error(error) from None
            return self._client


def _made(access: Access) -> S3Client:
    import boto3
    from botocore.config import Config
    from botocore.session import get_session

    botocore = get_session()
    botocore.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_parsed_time)
    session = boto3.session.Session(
        botocore_session=botocore,
        aws_access_key_id=access.access_key_id or None,
        aws_secret_access_key=access.secret_access_key or None,
        region_name=access.region or None,
    )
    config = Config(
        signature_version="s3v4",
        connect_timeout=access.connect_timeout,
        read_timeout=access.read_timeout,
        retries={"mode": "standard", "total_max_attempts": access.attempts},
        max_pool_connections=POOL,
        s3={"addressing_style": "path" if access.endpoint_url else "auto"},
        # asked for by hand where an object is read whole: the checksum of a whole object does not fit a range of it
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return session.client(
        "s3",
        endpoint_url=access.endpoint_url or None,
        region_name=session.region_name or DEFAULT_REGION,
        config=config,
    )


def _parsed_time(text: str) -> datetime:
    """A time of an answer. Parsing any form of time is a third of what a listing costs, so the common one comes first."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        from botocore.utils import parse_timestamp

        return parse_timestamp(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)

"""What ``reeve.yaml`` says of the server: where it listens, how others reach it, and how much one of them may ask."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from engine.base.settings.schedules import Model, listed

SERVER_KEYS = (
    *("host", "port", "public_url", "tls_certificate", "tls_key", "trusted_proxies"),
    *("requests_per_minute", "address_requests_per_minute"),
)
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
Network = IPv4Network | IPv6Network


def _public(url: str) -> str:
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        plain = False
    if not plain or "@" in url or parts.path.strip("/") or parts.query or parts.fragment:
        raise PydanticCustomError("public_url", "not the address of a server")
    return url.rstrip("/")


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    for one in given:
        try:
            ip_network(one, strict=False)
        except ValueError:
            raise PydanticCustomError("network", "no network") from None
    return given


class ServerSettings(Model):
    """How ``reeve serve`` serves.

    Attributes:
        host, port: where it listens; a host that others can reach needs TLS, or a proxy that has it.
        public_url: how browsers and services reach it, such as ``https://reeve.example.com``; empty for where it listens.
        tls_certificate, tls_key: PEM files, absolute; both or neither.
        trusted_proxies: addresses or networks whose word on a client's address and scheme is taken.
        requests_per_minute: that one credential may make, with bursts of as many.
        address_requests_per_minute: that one address may make, with or without a credential.
    """

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: Annotated[str, AfterValidator(_public)] = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=64)], ...], BeforeValidator(listed), AfterValidator(_networks)
    ] = ()
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    address_requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 1200

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise PydanticCustomError("half_tls", "one half of a certificate")
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach where it listens."""
        if self.host in LOOPBACK_NAMES:
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def has_tls(self) -> bool:
        """Whether it speaks TLS itself."""
        return self.tls_certificate is not None

    def proxies(self) -> tuple[Network, ...]:
        """The networks of trusted proxies."""
        return tuple(ip_network(one, strict=False) for one in self.trusted_proxies)

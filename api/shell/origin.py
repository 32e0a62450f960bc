"""Where a request comes from and under which name it was asked: what proxies say counts only if they are trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from engine.base.settings.server import LOOPBACK_NAMES, Network, ServerSettings

_MOST_HOPS = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one request.

    Attributes:
        address: of the client, as text; ``unknown`` where the server was not told.
        scheme: ``http`` or ``https``, as the client used it.
        host: name and port that the client asked for, in small letters.
    """

    address: str
    scheme: str
    host: str

    @property
    def own(self) -> str:
        """What a browser sends as Origin from our own pages."""
        return f"{self.scheme}://{self.host}"


def origin_of(scope: Scope, proxies: Sequence[Network]) -> Origin:
    """Client, scheme and name of a request of HTTP.

    Of ``X-Forwarded-For`` the rightmost address that is no trusted proxy counts; all to its left anyone could have written.
    """
    headers = Headers(scope=scope)
    peer = scope["client"][0] if scope.get("client") else "unknown"
    scheme, host = str(scope.get("scheme", "http")), headers.get("host", "").lower()
    if not _trusted(peer, proxies):
        return Origin(_short(peer), scheme, host)
    hops = [one.strip() for one in headers.get("x-forwarded-for", "").split(",") if one.strip()][-_MOST_HOPS:]
    client = next((one for one in reversed(hops) if not _trusted(one, proxies)), hops[0] if hops else peer)
    told = headers.get("x-forwarded-proto", "").strip().lower()
    return Origin(_short(client), told if told in ("http", "https") else scheme, host)


def allowed_host(host: str, server: ServerSettings) -> bool:
    """Whether a request under that name is for us: a page that rebinds its own name to our address is not."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    public = urlsplit(server.public_url).hostname if server.public_url else None
    return name in LOOPBACK_NAMES or name in (public, server.host.lower())


def _trusted(address: str, proxies: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in one for one in proxies)


def _short(address: str) -> str:
    """An address as it is counted by: of IPv6 the network of 64 bits, which one household or host has whole."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped) if mapped is not None else f"{ip_address(int(found) >> 64 << 64)}/64"

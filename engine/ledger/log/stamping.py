"""Time stamps (RFC 3161): an authority signs that a checkpoint existed at a time, so that nobody has to trust our clock."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request, urlopen

from engine.base.errors import ConfigError, DependencyFailed

TIMEOUT = 20.0  # seconds
_LARGEST = 1 << 20


def stamp(url: str, data: bytes) -> bytes:
    """A time stamp response (DER) over the SHA-512 of ``data``; that it is over these data was checked, its signer was not.

    Raises:
        ConfigError: the extra ``timestamps`` is not installed.
        DependencyFailed: the authority does not answer, or refuses.
    """
    try:
        from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response
    except ImportError:
        raise ConfigError(
            "`ledger: timestamps:` needs the extra `timestamps`", hint="pip install 'reeve[timestamps]'"
        ) from None
    asked = TimestampRequestBuilder().data(data).nonce(nonce=True).build()
    request = Request(  # noqa: S310 - the configuration takes http and https only
        url, data=asked.as_bytes(), headers={"Content-Type": "application/timestamp-query"}, method="POST"
    )
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            token: bytes = answer.read(_LARGEST)
        told = decode_timestamp_response(token).tst_info  # a refusal has none
    except (URLError, HTTPException, OSError, ValueError) as exc:
        raise DependencyFailed(f"the time stamping authority did not do its part ({type(exc).__name__})") from None
    if told.message_imprint.message != asked.message_imprint.message or told.nonce != asked.nonce:
        raise DependencyFailed("the time stamping authority stamped something else")
    return token

"""Random tokens: made once, shown once, kept as a hash.

Each has 256 random bits, so SHA-256 without a salt is enough to keep it by (design, section 6): nobody can try them all, and a
slow hash would only slow down those who ask.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import zlib
from uuid import UUID

TOKEN_BYTES = 32
_BITS = r"[A-Za-z0-9_-]{43}"
_TOKEN = re.compile(_BITS)
_API_KEY = re.compile(rf"reeve_([0-9a-f]{{32}})_({_BITS})([A-Za-z0-9_-]{{6}})")
MAX_TOKEN = 88  # characters of an API key: 6 + 32 + 1 + 43 + 6


def new_token() -> str:
    """256 random bits as 43 characters of base64url (RFC 4648 section 5, without padding)."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the one form that ``new_token`` gives."""
    return _TOKEN.fullmatch(text) is not None and _is_whole(text)


def token_hash(token: str) -> bytes:
    """What is kept of a token: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def new_api_key(key_id: UUID) -> str:
    """``reeve_<id, 32 hex>_<secret, 43 base64url><CRC-32 of all before, 6 base64url>``.

    Programs that look for secrets in repositories find it by its form alone, and tell a real one by its check characters.
    """
    return _with_check(f"reeve_{key_id.hex}_{new_token()}")


def parse_api_key(token: str) -> UUID | None:
    """The id in an API key, or None for what is none: another form, a wrong check, or another spelling of the same bits."""
    found = _API_KEY.fullmatch(token) if len(token) <= MAX_TOKEN else None
    if found is None or not _is_whole(found[2]) or _with_check(token[:-6]) != token:
        return None
    return UUID(hex=found[1])


def _with_check(head: str) -> str:
    check = zlib.crc32(head.encode()).to_bytes(4, "big")
    return head + base64.urlsafe_b64encode(check).decode().rstrip("=")


def _is_whole(secret: str) -> bool:
    """43 characters carry two bits more than 32 bytes; a second spelling of the same bytes is refused."""
    try:
        plain = base64.urlsafe_b64decode(secret + "=")
    except (binascii.Error, ValueError):
        return False
    return base64.urlsafe_b64encode(plain).decode().rstrip("=") == secret

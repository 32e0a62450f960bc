"""What can keep a certificate from being issued."""

from __future__ import annotations

from engine.base.errors import BadInput


class CertificateRefused(BadInput):
    """What a plan did cannot be certified. ``reason`` is a stable word: ``not_ended``, ``nothing_done``, ``not_verified``."""

    code = "certificate_refused"

    def __init__(self, message: str, *, reason: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason

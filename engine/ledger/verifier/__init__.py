"""Verifiers of an export that know nothing of Reeve: one file for Python, one page for a browser.

Nothing here is imported by Reeve or imports it; the files go into every export (``verifier_files``) and are read by auditors.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

NAMES = ("verify_reeve_log.py", "verify.html")


def verifier_files() -> Mapping[str, bytes]:
    """The files by name, as they stand in an export beside the log."""
    here = files(__name__)
    return {name: here.joinpath(name).read_bytes() for name in NAMES}

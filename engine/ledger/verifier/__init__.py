"""Verifiers of an export that know nothing of Reeve: one file for Python, one page for a browser.

Neither shares a line with Reeve's own verification, and Reeve runs neither: they go into every export, for auditors.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from engine.base.render.html import asset, environment, write_page

FILE, PAGE = "verify_reeve_log.py", "verify.html"
_SCRIPTS = ("bytes.js", "ed25519.js", "notes.js", "shard.js", "ledger.js", "screen.js")


@cache
def verifier_files() -> Mapping[str, bytes]:
    """The files by name, as they stand in an export beside the log. The page is put together from the parts in ``page/``."""
    style = asset("verify.css", __name__, "page")
    script = "".join(asset(name, __name__, "page") for name in _SCRIPTS)
    stream = io.BytesIO()
    write_page(stream, environment(__name__, "page"), PAGE, style=style, script=script)
    return {FILE: files(__name__).joinpath(FILE).read_bytes(), PAGE: stream.getvalue()}

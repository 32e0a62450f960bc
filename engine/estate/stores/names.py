r"""Names of files as printable text, and back.

A name on disk is any bytes but ``/`` and NUL. In a listing each has one printable name: a backslash is doubled, and what
does not print (control characters, line ends, marks that turn the direction of text, bytes that are not UTF-8) is written
as ``\n``, ``\xff`` or ``\u202e``. So no two files share a name and no name can forge a line of a report.
"""

from __future__ import annotations

import os
import re

_SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONG = {escape: plain for plain, escape in _SHORT.items()}
_ESCAPE = re.compile(r"\\(?:[\\nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_BYTE_MARK = 0xDC00  # surrogateescape (PEP 383) holds byte 0xNN as U+DCNN
_LAST_BYTE_MARK = 0xDCFF


def shown_name(path: str) -> str:
    """The printable name of a path as ``os.fsdecode`` gives it."""
    if path.isprintable() and "\\" not in path:
        return path
    return "".join(map(_shown, path))


def _shown(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    if _BYTE_MARK <= code <= _LAST_BYTE_MARK:
        return f"\\x{code - _BYTE_MARK:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def real_path(name: str) -> bytes:
    """The path on disk of a printable name, the reverse of ``shown_name``."""
    return os.fsencode(_ESCAPE.sub(lambda found: _real(found.group()), name))


def _real(escape: str) -> str:
    if escape in _LONG:
        return _LONG[escape]
    code = int.from_bytes(bytes.fromhex(escape[2:]))
    return chr(code + _BYTE_MARK) if escape[1] == "x" else chr(code)

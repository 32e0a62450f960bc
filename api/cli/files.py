"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from engine.base.errors import BadInput


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the file and put it in place, so that a reader never sees half of it.

    Raises:
        BadInput: it cannot be written.
    """
    staged = path.with_name(f".{path.name}.part")
    try:
        staged.write_bytes(data)
        staged.replace(path)
    except OSError as exc:
        staged.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {exc.strerror}") from None

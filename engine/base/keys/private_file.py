"""Files that hold secrets: readable by their owner only, written whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from engine.base.errors import BadInput, DependencyFailed

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_MAX_BYTES = 1 << 20  # a larger file is not one of ours


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and its missing parents; what is made is for the owner only, what exists stays as it is."""
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def read_private(path: Path) -> bytes:
    """The content of a file that nobody else may read.

    Raises:
        BadInput: missing, not a plain file, or open to group or others.
        DependencyFailed: the disk did not deliver.
    """
    while True:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH)  # whoever replaced it waits with overwriting the old bytes
                status = os.fstat(descriptor)
                if status.st_ino != path.stat().st_ino:
                    continue  # replaced between opening and locking
                _require_private(path, status)
                with os.fdopen(descriptor, "rb", closefd=False) as file:
                    content = file.read(_MAX_BYTES + 1)
                break
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            raise BadInput(f"{path} does not exist", hint="`reeve init` makes it") from None
        except OSError as exc:
            raise DependencyFailed(f"{path} cannot be read ({type(exc).__name__})") from None
    if len(content) > _MAX_BYTES:
        raise BadInput(f"{path} is larger than {_MAX_BYTES} bytes: not a file of ours")
    return content


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise BadInput(f"{path} is not a plain file")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = stat.S_IMODE(status.st_mode)
        raise BadInput(f"{path} holds secrets and is open to others (mode {mode:04o})", hint=f"chmod 600 {path}")


def create_private(path: Path, content: bytes) -> None:
    """Write a new file, durable when this returns. A crash leaves either nothing at ``path`` or all of it.

    Raises:
        BadInput: ``path`` exists already; it is left as it is.
        DependencyFailed: the disk did not take it.
    """
    with _staged(path, content) as staged:
        try:
            os.link(staged, path)  # unlike rename, this never replaces
        except FileExistsError:
            raise BadInput(f"{path} exists already and is not overwritten") from None
    _sync_folder(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of a file, durable when this returns; a crash leaves the old or the new, never a mix.

    The old bytes are then overwritten where they lie. That is the best a program can do: a copying file system, a snapshot
    or a backup may still hold them.

    Raises:
        DependencyFailed: the disk did not take it; the old file is still there.
    """
    try:
        with path.open("r+b") as old:
            with _staged(path, content) as staged:
                staged.replace(path)
            _sync_folder(path.parent)
            fcntl.flock(old, fcntl.LOCK_EX)  # once nobody reads the old file any more
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())
    except OSError as exc:
        raise DependencyFailed(f"{path} cannot be replaced ({type(exc).__name__})") from None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock beside ``path`` (``path`` + ``.lock``), so that one process at a time reads, changes and writes it."""
    lock = path.with_name(path.name + ".lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _staged(path: Path, content: bytes) -> Iterator[Path]:
    """``content`` in a synced file beside ``path``, for the caller to link or rename; never left behind but by a kill."""
    staged = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        make_private_folder(path.parent)
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield staged
        finally:
            staged.unlink(missing_ok=True)
    except OSError as exc:
        raise DependencyFailed(f"{path} cannot be written ({type(exc).__name__})") from None


def _sync_folder(folder: Path) -> None:
    """Make a name given in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

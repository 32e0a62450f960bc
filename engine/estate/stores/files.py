"""A folder of files as a store: each file is one asset of one object.

Nothing is followed out of the folder: symbolic links are listed as skipped, and files are opened component by component
without following any. What cannot be read is listed with its reason, never left out.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from engine.base.errors import NotRead, StoreError
from engine.estate.formats.detect import Detection, detect
from engine.estate.formats.format import Budget, Chunk, Cursor, Format, Source
from engine.estate.formats.registry import open_detected
from engine.estate.stores.blocks import CheckedBlocks
from engine.estate.stores.names import real_path, shown_name
from engine.estate.stores.store import AssetInfo, ObjectInfo

FOLDER = "folder"
"""The ``format`` of an asset that stands for a folder whose files cannot be listed."""
UNKNOWN = "unknown"
"""The ``format`` of a file that is not read."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe that took a file's place must not block
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_REASONS = {
    errno.EACCES: "permission_denied",
    errno.EPERM: "permission_denied",
    errno.ENOENT: "not_found",
    errno.ENOTDIR: "not_found",
    errno.ELOOP: "not_found",
    errno.ETIMEDOUT: "timeout",
    errno.ESTALE: "changed_while_read",
    errno.EHOSTDOWN: "unreachable",
    errno.ENOTCONN: "unreachable",
}


def reason_of(error: OSError) -> str:
    """The stable reason for an error of the operating system."""
    return _REASONS.get(error.errno or 0, "store_error")


def _store_error(error: OSError) -> StoreError:
    word = errno.errorcode.get(error.errno or 0, "unknown")
    return StoreError(f"The file or folder cannot be read ({word}).", reason=reason_of(error))


def _version(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"


class FilesStore:
    """The files below a folder.

    Args:
        name: of the store.
        path: of the folder; itself it may be a symbolic link.
    """

    kind = "files"

    def __init__(self, name: str, path: Path | str) -> None:
        self.name = name
        self._root = os.fsencode(path)

    def assets(self) -> Iterator[AssetInfo]:
        """See ``Store.assets``: sorted by folder and name; hidden files too.

        Raises:
            StoreError: the folder itself cannot be listed.
        """
        try:
            root = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise _store_error(error) from error
        try:
            entries = _entries(root)
        except OSError as error:
            os.close(root)
            raise _store_error(error) from error
        try:
            yield from _walk(root, b"", entries)
        finally:
            os.close(root)

    @contextmanager
    def open(self, asset: AssetInfo, item: ObjectInfo) -> Iterator[FileReader]:
        """See ``Store.open``.

        Raises:
            StoreError: with ``changed_while_read`` when it is not the file that was listed any more.
        """
        if item.skip or asset.format == FOLDER:
            raise StoreError("This object is not read, as its listing says.", reason="store_error")
        with ExitStack() as stack:
            try:
                opened = _open_file(self._root, real_path(item.name), stack)
            except OSError as error:
                raise _store_error(error) from error
            if item.version and item.version != _version(opened.status):
                raise _changed()
            try:
                detection = detect(opened.raw, item.name, opened.status.st_size)
            except OSError as error:
                raise _store_error(error) from error
            opened.check()
            if detection.skip:
                raise NotRead("The file is of no format that is read.", reason=detection.skip)
            yield FileReader(opened, detection)


class FileReader:
    """One open file; see ``Reader``."""

    resumable = True
    facts: Mapping[str, str] = MappingProxyType({})
    total: int | None = None

    def __init__(self, opened: _Opened, detection: Detection) -> None:
        self._opened = opened
        self._detection = detection

    def chunks(self, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Reader.chunks``: the file is compared with the one that was opened before and after each chunk."""
        self._opened.check()
        form, source = self._open()
        yield from self._checked(form.chunks(source, start, budget))

    def _checked(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        while True:
            try:
                chunk = next(chunks, None)
            except StoreError:
                self._opened.check()  # that it was altered explains why it cannot be parsed
                raise
            except OSError as error:
                raise _store_error(error) from error
            self._opened.check()
            if chunk is None:
                return
            yield chunk
            self._opened.check()

    def sample(self, rows: int, budget: Budget) -> None:
        """See ``Reader.sample``: a file is read whole."""

    def blocks(self) -> CheckedBlocks | None:
        """See ``Reader.blocks``."""
        return CheckedBlocks.of(*self._open(), self._checked)

    def _open(self) -> tuple[Format, Source]:
        try:
            return open_detected(self._opened.raw, self._detection)
        except OSError as error:
            raise _store_error(error) from error


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file held open, and how it stood at that moment."""

    raw: BinaryIO
    status: os.stat_result
    folder: int
    name: bytes

    def check(self) -> None:
        """The file has the same content and its name still leads to it.

        Raises:
            StoreError: with reason ``changed_while_read``.
        """
        try:
            now = os.fstat(self.raw.fileno())
            named = os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except OSError as error:
            raise _changed() from error
        if _state(now) != _state(self.status) or (named.st_dev, named.st_ino) != (now.st_dev, now.st_ino):
            raise _changed()


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _changed() -> StoreError:
    return StoreError("The file is not the one that was listed or opened any more.", reason="changed_while_read")


def _open_file(root: bytes, path: bytes, stack: ExitStack) -> _Opened:
    """Open a file below a folder, following no link on the way."""
    parts = path.split(b"/")
    if any(part in (b"", b".", b"..") for part in parts):
        raise FileNotFoundError(errno.ENOENT, "no such file")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, folder)
    for part in parts[:-1]:
        folder = os.open(part, _FOLDER, dir_fd=folder)
        stack.callback(os.close, folder)
    raw = stack.enter_context(os.fdopen(os.open(parts[-1], _READ, dir_fd=folder), "rb"))
    status = os.fstat(raw.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(errno.ENOENT, "no such file")
    return _Opened(raw, status, folder, parts[-1])


def _entries(folder: int) -> list[bytes]:
    return sorted(map(os.fsencode, os.listdir(folder)))


def _walk(folder: int, prefix: bytes, entries: list[bytes]) -> Iterator[AssetInfo]:
    for entry in entries:
        path = prefix + entry
        try:
            status = os.stat(entry, dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            yield _unread(path, problem=reason_of(error))
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _walk_into(folder, entry, path)
        elif stat.S_ISLNK(status.st_mode):
            yield _unread(path, status, skip="symbolic_link")
        elif not stat.S_ISREG(status.st_mode):
            yield _unread(path, status, skip="special_file")
        else:
            yield _describe(folder, entry, path, status)


def _walk_into(folder: int, entry: bytes, path: bytes) -> Iterator[AssetInfo]:
    try:
        inner = os.open(entry, _FOLDER, dir_fd=folder)
    except OSError as error:
        yield _unread(path + b"/", problem=reason_of(error), kind=FOLDER)
        return
    try:
        try:
            entries = _entries(inner)
        except OSError as error:
            yield _unread(path + b"/", problem=reason_of(error), kind=FOLDER)
            return
        yield from _walk(inner, path + b"/", entries)
    finally:
        os.close(inner)


def _describe(folder: int, entry: bytes, path: bytes, status: os.stat_result) -> AssetInfo:
    name = shown_name(os.fsdecode(path))
    try:
        with os.fdopen(os.open(entry, _READ, dir_fd=folder), "rb") as raw:
            found = detect(raw, name, status.st_size)
    except OSError as error:
        return _unread(path, status, problem=reason_of(error))
    item = ObjectInfo(name, bytes=status.st_size, version=_version(status), skip=found.skip)
    return AssetInfo(name, "file", found.format, (item,))


def _unread(
    path: bytes, status: os.stat_result | None = None, *, skip: str = "", problem: str = "", kind: str = UNKNOWN
) -> AssetInfo:
    name = shown_name(os.fsdecode(path))
    size = status.st_size if status is not None and stat.S_ISREG(status.st_mode) else None
    version = _version(status) if status is not None else ""
    return AssetInfo(name, "file", kind, (ObjectInfo(name, bytes=size, version=version, skip=skip),), problem=problem)

"""The local keyring: the contract, its file, and crashes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from engine.base.errors import BadInput, DependencyFailed, IntegrityViolated
from engine.base.keys.keyring import KEY_BYTES, KeyDestroyed
from engine.base.keys.local import LocalKeyring
from engine.base.keys.private_file import create_private, read_private, replace_private
from tests.contracts.keyring import KeyringContract


class TestLocalKeyring(KeyringContract):
    """The contract, on the file."""


def test_the_file_and_its_new_folders_are_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "keyring.json"
    keyring = LocalKeyring.create(path)
    keyring.rotate()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in (tmp_path / "a", path.parent)] == [0o700, 0o700]
    assert sorted(item.name for item in path.parent.iterdir()) == ["keyring.json", "keyring.json.lock"]


def test_create_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    LocalKeyring.create(path)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="exists already"):
        LocalKeyring.create(path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["keyring.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601, 0o644])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keyring.json"
    LocalKeyring.create(path)
    path.chmod(mode)
    with pytest.raises(BadInput, match="open to others") as caught:
        LocalKeyring(path)
    assert caught.value.hint == f"chmod 600 {path}"


def test_tighter_modes_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    LocalKeyring.create(path)
    path.chmod(0o400)
    assert LocalKeyring(path).epoch == 1


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        LocalKeyring(tmp_path / "keyring.json")
    with pytest.raises((BadInput, DependencyFailed)):
        LocalKeyring(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"reeve_keyring": 2, "epoch": 1, "roots": {}, "destroyed": []}',
        b'{"reeve_keyring": 1, "epoch": 1, "roots": {}, "destroyed": []}',
        b'{"reeve_keyring": 1, "epoch": 1, "roots": {}, "destroyed": [1]}',
        b'{"reeve_keyring": 1, "epoch": 1, "roots": {"1": "AAAA"}, "destroyed": []}',
        b'{"reeve_keyring": 1, "epoch": 2, "roots": {"2": "' + b"A" * 43 + b'="}, "destroyed": []}',
        b"[" * 100_000,
        b"x" * (2 << 20),
    ],
)
def test_what_is_no_keyring_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keyring.json"
    create_private(path, content[: 1 << 20])
    if len(content) > 1 << 20:
        path.write_bytes(content)
    with pytest.raises((IntegrityViolated, BadInput)):
        LocalKeyring(path)


def test_roots_show_in_no_repr(tmp_path: Path) -> None:
    keyring = LocalKeyring.create(tmp_path / "keyring.json")
    keyring.wrap(b"k" * KEY_BYTES, b"")
    assert repr(keyring) == f"LocalKeyring('{tmp_path}/keyring.json')"
    assert "roots" not in repr(keyring._content)


def test_what_one_process_does_the_others_see(tmp_path: Path) -> None:
    one = LocalKeyring.create(tmp_path / "keyring.json")
    other = LocalKeyring(one.path)
    old = other.wrap(b"k" * KEY_BYTES, b"place")
    assert one.rotate() == 2
    new = one.wrap(b"n" * KEY_BYTES, b"place")
    assert other.unwrap(new, b"place") == b"n" * KEY_BYTES
    assert other.wrap(b"k" * KEY_BYTES, b"place").epoch == 2
    one.destroy(1)
    with pytest.raises(KeyDestroyed):
        other.unwrap(old, b"place")


def test_processes_that_rotate_at_once_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    LocalKeyring.create(path)
    epochs: list[int] = []
    threads = [Thread(target=lambda: epochs.extend(LocalKeyring(path).rotate() for _ in range(10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(epochs) == list(range(2, 42))


def test_a_destroyed_root_is_not_left_in_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    keyring = LocalKeyring.create(path)
    keyring.rotate()
    with path.open("rb") as old:
        root = old.read().split(b'"1": "')[1].split(b'"')[0]
        keyring.destroy(1)
        old.seek(0)
        assert not old.read().strip(b"\0")
    assert root not in path.read_bytes()


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    create_private(path, b"old")
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from engine.base.keys.private_file import replace_private\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "replace_private(Path(sys.argv[1]), b'x' * 1000)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=False, text=True)
    assert "DependencyFailed" in done.stderr
    assert read_private(path) == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["keyring.json"]


def test_replace_is_whole_or_not_at_all_under_kills(tmp_path: Path) -> None:
    """Killed in the middle of rotating, again and again: the file always opens, and old epochs still unwrap."""
    path = tmp_path / "keyring.json"
    keyring = LocalKeyring.create(path)
    wrapped = keyring.wrap(b"k" * KEY_BYTES, b"place")
    program = (
        "import sys; from pathlib import Path; from engine.base.keys.local import LocalKeyring\n"
        "ring = LocalKeyring(Path(sys.argv[1])); print('ready', flush=True)\n"
        "while True: ring.rotate(); ring.destroy(ring.rotate() - 1)"
    )
    last = 1
    for turn in range(8):
        child = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.01 + 0.007 * turn)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        after = LocalKeyring(path)
        assert after.epoch >= last
        assert after.unwrap(wrapped, b"place") == b"k" * KEY_BYTES
        assert path.stat().st_mode & 0o777 == 0o600
        last = after.epoch
    assert last > 1


def test_replacing_what_is_not_there_fails_clearly(tmp_path: Path) -> None:
    with pytest.raises(DependencyFailed, match="cannot be replaced"):
        replace_private(tmp_path / "none", b"x")


def test_who_reads_while_others_replace_sees_the_old_or_the_new(tmp_path: Path) -> None:
    """The old bytes are overwritten after a replacement: never under the eyes of a reader."""
    path = tmp_path / "keyring.json"
    create_private(path, b"1" * 500)
    seen: set[bytes] = set()
    done = Event()

    def read() -> None:
        while not done.is_set():
            seen.add(read_private(path))

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        replace_private(path, str(turn % 10).encode() * 500)
    done.set()
    for reader in readers:
        reader.join()
    assert seen <= {str(digit).encode() * 500 for digit in range(10)}

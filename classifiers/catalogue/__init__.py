"""The detectors that Reeve ships, one file a family: data, with the checks they name.

The order of the pack is fixed (family by family, country by country), so that a matcher made of it is always the same.
"""

from __future__ import annotations

from functools import cache

from classifiers.detector import Detector


@cache
def catalogue() -> tuple[Detector, ...]:
    """All detectors, in their fixed order; keys are unique."""
    from classifiers.catalogue import address, contact, finance, network, passwords, people, traits
    from classifiers.catalogue.countries import au, be, br, ca, ch, de, es, fi, fr, gb, in_, it, nl, pl, se, us
    from classifiers.catalogue.secrets import families as secrets

    families = (
        *(contact, address, people, traits, finance, network, secrets, passwords),
        *(us, gb, de, fr, es, it, nl, be, pl, se, fi, ch, in_, ca, au, br),
    )
    detectors: tuple[Detector, ...] = tuple(one for family in families for one in family.DETECTORS)
    keys = [detector.key for detector in detectors]
    if len(set(keys)) < len(keys):
        raise AssertionError("two detectors share a key")
    return detectors

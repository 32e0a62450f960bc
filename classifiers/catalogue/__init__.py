"""The detectors that Reeve ships, one file a family: data, with the checks they name.

The order of the pack is fixed (family by family, country by country), so that a matcher made of it is always the same.
"""

from __future__ import annotations

from functools import cache

from classifiers.detector import Detector


@cache
def catalogue() -> tuple[Detector, ...]:
    """All detectors, in their fixed order; keys are unique."""
    from classifiers.catalogue import address, contact, finance, network, passwords, people, secrets, traits
    from classifiers.catalogue.countries import (
        ad,
        al,
        ar,
        at,
        au,
        az,
        be,
        bg,
        br,
        by,
        ca,
        ch,
        cl,
        cn,
        co,
        cr,
        cu,
        cy,
        cz,
        de,
        de_business,
        dk,
        do,
        dz,
        ec,
        ee,
        eg,
        es,
        eu,
        fi,
        fo,
        fr,
        gb,
        gh,
        gn,
        gr,
        gt,
        in_,
        it,
        nl,
        pl,
        se,
        us,
    )

    families = (
        *(contact, address, people, traits, finance, network, secrets, passwords),
        *(us, gb, de, de_business, fr, es, it, nl, be, pl, se, fi, ch, in_, ca, au, br),
        *(ad, al, ar, at, az, bg, by, cl, cn, co, cr, cu, cy, cz, dk, do, dz, ec, ee, eg, eu, fo, gh, gn, gr, gt),
    )
    detectors: tuple[Detector, ...] = tuple(one for family in families for one in family.DETECTORS)
    keys = [detector.key for detector in detectors]
    if len(set(keys)) < len(keys):
        raise AssertionError("two detectors share a key")
    return detectors

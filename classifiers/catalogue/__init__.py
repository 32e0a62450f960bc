"""The detectors that Reeve ships, one file a family: data, with the checks they name.

The order of the pack is fixed (family by family, country by country), so that a matcher made of it is always the same.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module

from classifiers.detector import Detector
from classifiers.rules.cases import either_case

_COUNTRIES = (
    *"us us_health gb de de_business fr es it nl be pl se fi ch in_ ca au br".split(),
    *"ad al ar at az bg by cl cn co cr cu cy cz dk do dz ec ee eg eu fo gh gn gr gt".split(),
    *"hr hu id ie il is_ jp ke kr lt lu lv ma mc md me mk mt mu mx my mz ng no".split(),
    *"nz pe ph pk pt py ro rs ru sg si sk sn sv th tn tr tw ua uy ve vn za".split(),
)
"""Modules of countries, by the codes of ISO 3166: a second one where one would be too long."""


_SMALL = frozenset(
    (
        *("CA_POSTAL_CODE", "DE_HANDELSREGISTER", "DE_ID_CARD", "DE_PASSPORT", "DE_VAT_ID", "ES_NIE", "ES_NIF"),
        *("IN_PAN", "MEDICAL_LICENSE", "SG_NRIC_FIN", "UK_DRIVING_LICENCE", "UK_NINO"),
        *("UK_POSTCODE", "UK_VEHICLE_REGISTRATION", "US_MBI"),
    )
)
"""Detectors of numbers with capital letters that people often type in small ones."""


@cache
def catalogue() -> tuple[Detector, ...]:
    """All detectors, in their fixed order; keys are unique."""
    from classifiers.catalogue import (
        address,
        classifications,
        contact,
        dates,
        devices,
        finance,
        genetics,
        health,
        markings,
        network,
        online,
        organizations,
        passwords,
        payments,
        people,
        places,
        plates,
        securities,
        special,
        traits,
        wallets,
    )
    from classifiers.catalogue.secrets import families as secrets

    families = (
        *(contact, address, people, organizations, traits, finance, network, secrets, passwords),
        *(import_module(f"classifiers.catalogue.countries.{country}") for country in _COUNTRIES),
        *(devices, securities, wallets, payments, online, places, plates),
        *(health, genetics, special, markings, classifications, dates),
    )
    detectors = tuple(_as_typed(one) for family in families for one in family.DETECTORS)
    keys = [detector.key for detector in detectors]
    if len(set(keys)) < len(keys):
        raise AssertionError("two detectors share a key")
    return detectors


def _as_typed(one: Detector) -> Detector:
    return replace(one, patterns=either_case(*one.patterns)) if one.key in _SMALL else one

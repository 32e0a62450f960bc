"""Nigeria: identification number and vehicle registration."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.registers import ng_identification_number
from classifiers.checks.sampled import Each
from classifiers.detector import Sensitivity, digits

NG_NIN = national(
    "NG_NIN",
    "A national identification number of Nigeria.",
    "National Identity Management Commission Act 2007: eleven digits, Verhoeff check digit",
    (digits("99999999999"),),
    Each(ng_identification_number),
    chance=0.1,
    context=("nin", "nimc", "national identification number", "national identity number"),
    columns=("nin", "nimc", "national identification number", "nin number", "national identity number"),
)

NG_VEHICLE_REGISTRATION = national(
    "NG_VEHICLE_REGISTRATION",
    "A registration mark of a vehicle in Nigeria.",
    "Federal Road Safety Corps, National Vehicle Identification Scheme: local government, three digits, two letters",
    (digits("AAA-999AA", 0.2), digits("AAA 999AA", 0.2), digits("AAA-999-AA", 0.2), digits("AAA999AA", 0.1)),
    None,
    chance=0.7,
    context=("plate", "plate number", "number plate", "license plate", "vehicle registration", "vehicle"),
    columns=(
        *("plate number", "number plate", "license plate", "vehicle registration number", "plate no"),
        *("vehicle plate number",),
    ),
    category="user.government_id.vehicle_registration",
    sensitivity=Sensitivity.CONFIDENTIAL,
    needs_column=True,
)

DETECTORS = (NG_NIN, NG_VEHICLE_REGISTRATION)

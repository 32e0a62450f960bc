"""Plates of vehicles, and the numbers of the vehicles. What a word or the name of a field must introduce says so.

Plates of Germany, India, Nigeria, South Africa, Turkey and the United Kingdom stand with their country.
"""

from __future__ import annotations

from classifiers.catalogue.countries import VEHICLE
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each
from classifiers.checks.words import has_letters_and_digits, vin
from classifiers.detector import Detector, Pattern, Sensitivity

_SAID = (
    r"licen[cs]e plate(?: number| no\.?)?|number plate|plate (?:number|no\.?)|registration (?:number|plate|mark)|Kennzeichen|"
    r"immatriculation|plaque|matr[ií]cula|targa|kenteken|nummerplaat|placa|Kontrollschild|registreringsnummer|"
    r"numer rejestracyjny"
)

LICENSE_PLATE = Detector(
    entity="LICENSE_PLATE",
    title="A plate of a vehicle, of sixteen countries more, behind a word for plates or in a field named so.",
    category=VEHICLE,
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="registers of AT, AU, BE, BR, CA, CH, DK, ES, FI, FR, IT, NL, NO, PL, PT, SE",
    patterns=(
        Pattern(
            regex=(
                rf"(?<![\w-])(?:{_SAID})(?:(?: is| ist| est| es| è)? |: ?)"
                r"(?-i:(?=[A-Z -]{0,8}[0-9])(?=[0-9 -]{0,8}[A-Z])[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,6}){1,3})(?![\w-])"
            ),
            form=(
                r"(?:licen[cs]e plate|number plate|plate (?:number|no)|registration (?:number|plate|mark)|Kennzeichen|"
                r"immatriculation|plaque|matr[i_]cula|targa|kenteken|nummerplaat|placa|Kontrollschild|registreringsnummer|"
                r"numer rejestracyjny)[^\w]"
            ),
            score=0.6,
            width=64,
            ignore_case=True,
        ),
    ),
    chance=0.3,
    columns=(
        *("license plate", "licence plate", "number plate", "plate number", "plate no", "vehicle plate", "kennzeichen"),
        *("immatriculation", "plaque immatriculation", "matricula", "matrícula", "targa", "kenteken", "nummerplaat"),
        *("placa", "kontrollschild", "registreringsnummer", "numer rejestracyjny", "kfz kennzeichen"),
    ),
    not_columns=("state", "country", "type", "expiry", "count"),
    shapes=r"(?=.{0,10}9)(?=.{0,10}A)[A9][A9 -]{2,11}",
)

_VIN_WORDS = (
    *("vin", "vehicle identification number", "chassis", "chassis number", "fahrgestellnummer", "fin", "bastidor"),
    "telaio",
)

VIN = Detector(
    entity="VIN",
    title="A vehicle identification number with its check digit, as North America and China demand.",
    category=VEHICLE,
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ISO 3779; 49 CFR 565.15",
    patterns=(token(r"[A-HJ-NPR-Z0-9]{13}[0-9]{4}", 17, score=0.2),),
    check=Each(vin),
    chance=0.1,
    context=_VIN_WORDS,
    columns=("vin", "vin number", "vehicle identification number", "vin code", "vehicle vin"),
    not_columns=("type", "year", "count", "status"),
)

VIN_WITHOUT_CHECK = Detector(
    entity="VIN",
    subtype="NO_CHECK_DIGIT",
    title="A vehicle identification number without a check digit, as in Europe, called so.",
    category=VEHICLE,
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ISO 3779: seventeen letters and digits, none of I, O and Q; the last four are digits",
    patterns=(token(r"[A-HJ-NPR-Z0-9]{13}[0-9]{4}", 17, score=0.1),),
    check=Each(has_letters_and_digits),
    chance=0.9,
    context=_VIN_WORDS,
    columns=(
        *("fahrgestellnummer", "chassis number", "fahrzeugidentifikationsnummer", "numero de serie vehicule"),
        *("numero de bastidor", "bastidor", "numero di telaio", "telaio", "chassisnummer", "vin eu"),
    ),
    not_columns=VIN.not_columns,
    needs_column=True,
)

DETECTORS = (LICENSE_PLATE, VIN, VIN_WITHOUT_CHECK)

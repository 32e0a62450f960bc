"""Plates of vehicles, and the numbers of the vehicles. What a word or the name of a field must introduce says so.

Plates of Germany, India, Nigeria, South Africa, Turkey and the United Kingdom stand with their country.
"""

from __future__ import annotations

from classifiers.catalogue.countries import VEHICLE
from classifiers.catalogue.secrets import token
from classifiers.checks_sampled import Each
from classifiers.checks_words import has_letters_and_digits, vin
from classifiers.detector import Detector, Pattern, Sensitivity

_WORDS = (
    *("license plate", "licence plate", "number plate", "plate", "registration", "vehicle", "car", "kennzeichen", "auto"),
    *("immatriculation", "plaque", "matrícula", "matricula", "targa", "kenteken", "nummernschild", "placa"),
)
_COLUMNS = ("license plate", "licence plate", "number plate", "plate number", "plate no", "vehicle plate", "kennzeichen")


def _plate(
    country: str, name: str, source: str, *patterns: Pattern, columns: tuple[str, ...] = (), chance: float = 0.7
) -> Detector:
    """Plates of one country; every country's are found in fields named for plates, and under its own word for them."""
    return Detector(
        entity=f"{country}_LICENSE_PLATE",
        title=f"A plate of a vehicle of {name}.",
        category=VEHICLE,
        sensitivity=Sensitivity.CONFIDENTIAL,
        source=source,
        patterns=patterns,
        chance=chance,
        context=_WORDS,
        columns=(f"{country.lower()} license plate", f"license plate {country.lower()}", *_COLUMNS, *columns),
        not_columns=("state", "country", "type", "expiry", "count"),
        needs_column=True,
    )


_CANTONS = "AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH"
_NL = "[BDFGHJKLNPRSTVXZ]"

PLATES = (
    _plate(
        *("FR", "France, since 2009", "Arrêté du 9 février 2009: two letters, three digits, two letters"),
        token(r"[A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}", 9, score=0.4),
        columns=("immatriculation", "plaque immatriculation", "numero immatriculation"),
    ),
    _plate(
        *("IT", "Italy, since 1994", "D.P.R. 495/1992: two letters, three digits, two letters"),
        token(r"[A-HJ-NPR-TV-Z]{2} [0-9]{3} [A-HJ-NPR-TV-Z]{2}", 9, score=0.3),
        token(r"[A-HJ-NPR-TV-Z]{2}[0-9]{3}[A-HJ-NPR-TV-Z]{2}", 7, score=0.1),
        columns=("targa", "targa veicolo", "numero targa"),
    ),
    _plate(
        *("ES", "Spain, since 2000", "Orden de 15 de septiembre de 2000: four digits, three consonants"),
        token(r"[0-9]{4} [BCDFGHJ-NPRSTV-Z]{3}", 8, score=0.1),
        token(r"[0-9]{4}-?[BCDFGHJ-NPRSTV-Z]{3}", 8, least=r"[0-9]{4}-?[BCDFGHJ-NPRSTV-Z]{3}[^\w-]", score=0.1),
        columns=("matricula", "matrícula", "matricula coche"),
    ),
    _plate(
        *("NL", "the Netherlands", "RDW, side codes 4 to 10: three groups of letters and digits"),
        token(rf"{_NL}{{2}}-[0-9]{{3}}-{_NL}", 8, score=0.4),
        token(rf"{_NL}-[0-9]{{3}}-{_NL}{{2}}", 8, score=0.4),
        token(rf"[0-9]{{2}}-{_NL}{{3}}-[0-9]", 8, score=0.4),
        token(rf"[0-9]-{_NL}{{3}}-[0-9]{{2}}", 8, score=0.4),
        token(rf"(?:[0-9]{{2}}-{_NL}{{2}}-{_NL}{{2}}|{_NL}{{2}}-[0-9]{{2}}-{_NL}{{2}}|{_NL}{{2}}-{_NL}{{2}}-[0-9]{{2}})", 8, score=0.4),
        columns=("kenteken", "kentekennummer", "kenteken auto"),
    ),
    _plate(
        *("BE", "Belgium, since 2010", "Arrêté royal du 20 juillet 2001: an index digit, three letters, three digits"),
        token(r"[1-9]-[A-HJ-NPR-Z]{3}-[0-9]{3}", 9, score=0.5),
        columns=("nummerplaat", "plaque belge"),
    ),
    _plate(
        *("CH", "Switzerland", "VZV Anhang 2: canton, up to six digits"),
        Pattern(
            regex=rf"(?<![\w-])(?:{_CANTONS})[ -]?[1-9][0-9]{{2,5}}(?![\w-])",
            form=rf"[^\w-](?:{_CANTONS})[ -]?[1-9][0-9]{{2,5}}[^\w-]",
            score=0.1,
            width=9,
        ),
        columns=("kontrollschild", "autonummer", "schildnummer"),
    ),
    _plate(
        *("BR", "Brazil", "CONTRAN 969/2022: Mercosul, and the older three letters and four digits"),
        token(r"[A-Z]{3}[0-9][A-J][0-9]{2}", 7, score=0.1),
        token(r"[A-Z]{3}-[0-9]{4}", 8, score=0.05),
        columns=("placa", "placa veiculo", "placa do veiculo"),
    ),
    _plate(
        *("SE", "Sweden", "Transportstyrelsen: three letters, two digits, a digit or letter"),
        token(r"[A-HJ-PR-UW-Z]{3} [0-9]{2}[0-9A-HJ-NPR-UW-Z]", 7, score=0.1),
        token(r"[A-HJ-PR-UW-Z]{3}[0-9]{2}[0-9A-HJ-NPR-UW-Z]", 6, score=0.05),
        columns=("registreringsnummer", "regnummer bil", "bilnummer"),
    ),
    _plate(
        *("AT", "Austria", "KFG § 48: district, then digits and letters"),
        Pattern(
            regex=r"(?<![\w-])[A-Z]{1,2}[ -][1-9][0-9]{0,4} ?[A-Z]{1,3}(?![\w-])",
            form=r"[^\w-][A-Z]{1,2}[ -][1-9][0-9]{0,4} ?[A-Z]{1,3}[^\w-]",
            score=0.1,
            width=12,
        ),
        columns=("at kennzeichen", "kfz kennzeichen at"),
    ),
    _plate(
        *("PL", "Poland", "Rozporządzenie of 31 August 2022: district, then four or five letters and digits"),
        Pattern(
            regex=r"(?<![\w-])[A-Z]{2,3} (?=[A-Z]{0,2}[0-9])[0-9A-Z]{4,5}(?![\w-])",
            form=r"[^\w-][A-Z]{2,3} [A-Z]{0,2}[0-9][0-9A-Z]{1,4}[^\w-]",
            score=0.05,
            width=9,
        ),
        columns=("tablica rejestracyjna", "numer rejestracyjny", "nr rejestracyjny"),
    ),
)

_VIN_WORDS = ("vin", "vehicle identification number", "chassis", "chassis number", "fahrgestellnummer", "fin", "bastidor", "telaio")

VIN = Detector(
    entity="VIN",
    title="A vehicle identification number with its check digit, as North America and China demand.",
    category=VEHICLE,
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ISO 3779; 49 CFR 565.15",
    patterns=(token(r"[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{4}[0-9]{4}", 17, score=0.2),),
    check=Each(vin),
    chance=0.1,
    context=_VIN_WORDS,
    columns=(
        *("vin", "vin number", "vehicle identification number", "vin code", "vehicle vin", "chassis number"),
        *("fahrgestellnummer", "numero de serie vehicule", "numero de bastidor", "bastidor", "numero di telaio", "telaio"),
        *("chassisnummer",),
    ),
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
    columns=VIN.columns,
    not_columns=VIN.not_columns,
    needs_column=True,
)

DETECTORS = (*PLATES, VIN, VIN_WITHOUT_CHECK)

"""What few words or an identity document tell about a person, by the name and the look of the field."""

from __future__ import annotations

from classifiers.detector import Detector, Sensitivity

GENDER = Detector(
    entity="GENDER",
    title="Sex or gender.",
    category="user.demographic.gender",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ISO/IEC 5218 and usual words, by the name of the field",
    columns=(
        *(
            "gender",
            "gender identity",
            "sex",
            "gender code",
            "sex code",
            "geschlecht",
            "sexe",
            "genre",
            "sexo",
            "genero",
        ),
        *("género", "sesso", "geslacht", "anrede", "salutation", "pronoun"),
    ),
    not_columns=("movie", "music", "film", "book", "game", "id", "count", "product"),
    needs_column=True,
    small_domain=True,
    chance=0.3,
    shapes=r"[aAx][aAx /.-]{0,24}|9",
)

NATIONALITY = Detector(
    entity="NATIONALITY",
    title="Nationality or citizenship.",
    category="user.demographic",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ISO 3166-1 and usual words, by the name of the field",
    columns=(
        *(
            "nationality",
            "citizenship",
            "country of citizenship",
            "nationalitaet",
            "nationalität",
            "staatsangehoerigkeit",
        ),
        *("staatsangehörigkeit", "staatsbürgerschaft", "nationalite", "nationalité", "nacionalidad", "ciudadania"),
        *("nazionalita", "nazionalità", "cittadinanza", "nationaliteit", "nacionalidade"),
    ),
    not_columns=("id", "count"),
    needs_column=True,
    small_domain=True,
    chance=0.3,
    shapes=r"[aAx][aAx .,'()-]{0,40}",
)

MARITAL_STATUS = Detector(
    entity="MARITAL_STATUS",
    title="Marital status.",
    category="user.demographic.marital_status",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="usual words, by the name of the field",
    columns=(
        *("marital status", "marital", "civil status", "married", "familienstand", "etat civil", "état civil"),
        *("estado civil", "stato civile", "burgerlijke staat"),
    ),
    not_columns=("id", "count"),
    needs_column=True,
    small_domain=True,
    chance=0.3,
    shapes=r"[aAx][aAx /()-]{0,30}|9",
)

PASSPORT = Detector(
    entity="PASSPORT",
    title="A passport number, of any country.",
    category="user.government_id.passport_number",
    sensitivity=Sensitivity.RESTRICTED,
    source="ICAO Doc 9303-4: up to nine letters and digits; only the name of the field tells",
    columns=(
        *("passport", "passport number", "passport no", "passport num", "passnummer", "reisepass", "reisepassnummer"),
        *("passeport", "numero passeport", "numero de passeport", "pasaporte", "numero de pasaporte", "passaporto"),
        *("numero passaporto", "paspoort", "paspoortnummer", "passaporte"),
    ),
    not_columns=("expiry", "expires", "expiration", "issue", "issued", "country", "type", "verified", "date", "valid"),
    needs_column=True,
    chance=0.2,
    shapes=r"(?=.{0,9}9)(?=.{5,12}\Z)[A9][A9 ]{3,11}|A9{5,9}",
)

DRIVER_LICENSE = Detector(
    entity="DRIVER_LICENSE",
    title="The number of a driving licence, of any country.",
    category="user.government_id.drivers_license_number",
    sensitivity=Sensitivity.RESTRICTED,
    source="formats of the issuing authorities; only the name of the field tells",
    columns=(
        *(
            "driver license",
            "drivers license",
            "driver licence",
            "drivers licence",
            "driving license",
            "driving licence",
        ),
        *("driver license number", "driving licence number", "license number driver", "dl number", "dl no", "dln"),
        *("fuehrerschein", "führerschein", "fuehrerscheinnummer", "führerscheinnummer", "permis de conduire"),
        *("numero permis", "permiso de conducir", "licencia de conducir", "patente di guida", "rijbewijs"),
        *("rijbewijsnummer", "carta de conducao", "cnh"),
    ),
    not_columns=("expiry", "expires", "expiration", "issue", "issued", "state", "class", "type", "verified", "date"),
    needs_column=True,
    chance=0.2,
    shapes=r"(?=.{0,20}9)[A9][A9 /*-]{3,24}",
)

DETECTORS = (GENDER, NATIONALITY, MARITAL_STATUS, PASSPORT, DRIVER_LICENSE)

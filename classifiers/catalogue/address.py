"""Where a person lives: postal addresses and their parts, told by the name and the look of the field."""

from __future__ import annotations

from classifiers.detector import Detector, Sensitivity
from classifiers.gazetteers.checks import LookedUp

_PLACE_NOT = (
    *(
        "email",
        "mail",
        "ip",
        "mac",
        "url",
        "web",
        "website",
        "wallet",
        "bitcoin",
        "crypto",
        "contract",
        "memory",
        "host",
    ),
    *(
        "server",
        "network",
        "remote",
        "type",
        "id",
        "count",
        "status",
        "hash",
        "verified",
        "code",
        "latitude",
        "longitude",
    ),
    *("population", "capital", "warehouse", "product"),
)

STREET = Detector(
    entity="LOCATION",
    subtype="STREET_ADDRESS",
    title="Street and house number of a postal address.",
    category="user.contact.address.street",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="UPU S42 (components of postal addresses): thoroughfare and premises",
    columns=(
        *("street", "street address", "street name", "address", "address line", "addr", "home address", "residence"),
        *("residential address", "billing street", "shipping street", "mailing street", "delivery street"),
        *("strasse", "straße", "str", "anschrift", "adresse", "rue", "voie", "direccion", "dirección", "calle"),
        *(
            "domicilio",
            "indirizzo",
            "adres",
            "straat",
            "straatnaam",
            "endereco",
            "endereço",
            "rua",
            "logradouro",
            "morada",
        ),
    ),
    not_columns=_PLACE_NOT,
    check=LookedUp("street"),
    chance=0.03,
    shapes=r"(?=[^9]{0,63}9)(?=[^aAx]{0,63}[aAx])(?!.{0,63}@)[aAx9][aAx9 .'#/-]{1,63}(?:, ?[aAx9][aAx9 .'#/-]{0,63})?",
)

ADDRESS = Detector(
    entity="LOCATION",
    title="A whole postal address in one cell.",
    category="user.contact.address",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="UPU S42 (components of postal addresses)",
    columns=(
        *(
            "address",
            "full address",
            "ship to",
            "bill to",
            "deliver to",
            "complete address",
            "postal address",
            "mailing address",
            "shipping address",
        ),
        *("billing address", "delivery address", "home address", "residential address", "work address", "location"),
        *("anschrift", "postanschrift", "lieferadresse", "rechnungsadresse", "adresse", "adresse postale"),
        *(
            "adresse complete",
            "adresse complète",
            "direccion",
            "dirección",
            "domicilio",
            "indirizzo",
            "adres",
            "endereco",
        ),
        *("endereço", "morada"),
    ),
    not_columns=_PLACE_NOT,
    needs_column=True,
    chance=0.1,
    shapes=r"(?=.{0,63}9)(?!.{0,63}@)[aAx9][aAx9 .'#/-]{1,63}(?:[,;|\n] ?[aAx9][aAx9 .'#/-]{0,63}){2,8}|"
    r"[aAx9][aAx9 .,'#/-]{4,48}, A 9{5}(?:-9{4})?|"
    r"(?!.{0,63}@)[aAx][aAx .'-]{1,40} 9{1,5}[aAx]?, ?9{4,5} [aAx][aAx '.-]{0,40}|"
    r"9{1,5}[aAx]?,? [aAx][aAx '.-]{2,40},? 9{5} [aAx][aAx '.-]{0,40}|"
    r"[aAx][aAx '.-]{2,40} 9{1,4}[aAx/]{0,2},? 9{5} [aAx][aAx '.-]{0,40}",
)

CITY = Detector(
    entity="LOCATION",
    subtype="CITY",
    title="The town of a postal address.",
    category="user.contact.address.city",
    sensitivity=Sensitivity.INTERNAL,
    source="UPU S42 (components of postal addresses): town; towns of GeoNames",
    columns=(
        *(
            "city",
            "city name",
            "town",
            "municipality",
            "locality",
            "suburb",
            "place of birth",
            "birth place",
            "birthplace",
        ),
        *(
            "billing city",
            "shipping city",
            "home town",
            "hometown",
            "stadt",
            "ort",
            "wohnort",
            "geburtsort",
            "gemeinde",
        ),
        *(
            "ville",
            "commune",
            "lieu de naissance",
            "ciudad",
            "localidad",
            "municipio",
            "poblacion",
            "población",
            "citta",
        ),
        *("città", "comune", "luogo di nascita", "stad", "woonplaats", "plaats", "gemeente", "cidade", "localidade"),
    ),
    not_columns=_PLACE_NOT,
    check=LookedUp("town"),
    chance=0.1,
    shapes=r"[aAx][aAx .'()/-]{0,63}",
)

POSTCODE = Detector(
    entity="LOCATION",
    subtype="POSTCODE",
    title="The postcode of an address, of any country.",
    category="user.contact.address.postal_code",
    sensitivity=Sensitivity.INTERNAL,
    source="UPU S42; formats of the national posts",
    columns=(
        *("postcode", "post code", "postal code", "postalcode", "zip", "zip code", "zipcode", "zip plus", "pin code"),
        *("pincode", "eircode", "plz", "postleitzahl", "code postal", "codepostal", "codigo postal", "código postal"),
        *("cap", "codice postale", "postnummer", "cep", "postcode huisnummer"),
    ),
    not_columns=("file", "archive", "size", "path", "url", "id", "count", "market"),
    needs_column=True,
    chance=0.1,
    shapes=(
        r"9{3,7}|9{5}-9{4}|9{5}-9{3}|9{4}-9{3}|9{3} 9{2,3}|9{2}-9{3}|9{4} ?[aAx]{1,2}|[aAx]9{1,2} ?9[aAx]|[aAx]9[aAx] ?9[aAx]9?|"
        r"A9[A9]{1,2} [aAx9]{4}|A-9{4,5}|[aAx]{1,2}-?9{4,5}"
    ),
)

COUNTRY = Detector(
    entity="LOCATION",
    subtype="COUNTRY",
    title="The country of an address, by name or code.",
    category="user.contact.address.country",
    sensitivity=Sensitivity.INTERNAL,
    source="ISO 3166-1",
    columns=(
        *("country", "country name", "country of residence", "country of birth", "birth country", "billing country"),
        *("shipping country", "land", "pays", "pais", "país", "paese", "herkunftsland", "geburtsland"),
    ),
    not_columns=("code", "id", "count", "population", "currency", "language", "region", "dial", "product", "server"),
    needs_column=True,
    small_domain=True,
    chance=0.3,
    shapes=r"[aAx][aAx .,'()&-]{0,63}",
)

DETECTORS = (ADDRESS, STREET, CITY, POSTCODE, COUNTRY)

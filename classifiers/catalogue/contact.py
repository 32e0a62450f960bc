"""How a person is reached: e-mail, telephone, postal address."""

from __future__ import annotations

from classifiers.checks_sampled import Each, phone
from classifiers.detector import Detector, Pattern, Sensitivity, digits

_FILE_ENDINGS = (
    "png|jpe?g|gif|svg|webp|bmp|tiff?|ico|css|js|mjs|ts|tsx|jsx|json|html?|txt|pdf|csv|xml|ya?ml|exe|dll|gz|tgz|bz2|"
    "log|conf|ini|lock|service|socket|timer|mount|target"
)

EMAIL = Detector(
    entity="EMAIL_ADDRESS",
    title="An e-mail address.",
    category="user.contact.email",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="RFC 5321, RFC 6531; endings of files (image@2x.png) and git remotes (git@host:path) excluded",
    patterns=(
        Pattern(
            regex=(
                r"(?<![\w.+%-])(?!git@)\w[\w.%+'&-]{0,63}(?<!\.)@(?:[^\W_][\w-]{0,62}\.){1,6}"
                rf"(?!(?i:{_FILE_ENDINGS})(?![\w-]))(?:xn--[A-Za-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})(?![\w@-])"
            ),
            form=r"[\w%+'&-]@\w",
            score=0.95,
            width=64 + 1 + 6 * 64 + 63,
        ),
    ),
    chance=0.001,
    context=("email", "e-mail", "mail", "contact", "courriel", "correo"),
    columns=(
        *("email", "e mail", "mail", "email address", "mail address", "e mail address", "contact email", "work email"),
        *("user email", "customer email", "primary email", "recipient email", "reply to"),
        *("courriel", "adresse email", "adresse mail", "mél", "correo", "correo electronico", "correo electrónico"),
        *("posta elettronica", "indirizzo email", "emailadres", "mailadresse", "email adresse", "endereco email"),
    ),
    not_columns=(
        *("verified", "confirmed", "opt in", "opted", "sent", "count", "template", "subject", "status", "type", "id"),
        *("hash", "domain", "provider", "bounced", "enabled", "frequency", "body", "campaign", "date", "at"),
    ),
)

_SEPARATED = r"[ \u00a0().\-/]"
_EXTENSION = r"(?: ?(?:x|X|ext\.?|#) ?[0-9]{1,6})?"
_TRUNK_FORM = r"[^\w.+/-]\(?0(?:[ ().\-/]{0,3}[0-9]){8}"
_PHONE_COLUMNS = (
    *("phone", "phone number", "phone no", "telephone", "telephone number", "tel", "tel no", "mobile", "mobile number"),
    *("mobile phone", "cell", "cell phone", "cellphone", "cell number", "home phone", "work phone", "contact number"),
    *("contact phone", "msisdn", "fax", "fax number", "whatsapp", "phonenumber", "sms number", "callback number"),
    *(
        "caller number",
        "emergency phone",
        "telefon",
        "telefonnummer",
        "rufnummer",
        "handy",
        "handynummer",
        "mobilnummer",
    ),
    *("mobiltelefon", "telephone portable", "téléphone", "portable", "numero de telephone", "numéro de téléphone"),
    *("telefono", "teléfono", "movil", "móvil", "celular", "numero de telefono", "cellulare", "recapito telefonico"),
    *("telefoon", "telefoonnummer", "mobiel", "telefone", "telemovel", "telemóvel"),
)
_PHONE_NOT = (
    *("model", "type", "verified", "confirmed", "status", "id", "brand", "os", "count", "version", "manufacturer"),
    *("name", "price", "plan", "provider", "carrier", "country", "code", "hash", "enabled", "opt in", "phase", "body"),
)

PHONE = Detector(
    entity="PHONE_NUMBER",
    title="A telephone number written as such: with + or 00, a trunk prefix, brackets or the usual groups.",
    category="user.contact.phone_number",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ITU-T E.164 and national plans, through Google's libphonenumber (phonenumbers)",
    patterns=(
        Pattern(
            regex=rf"(?<![\w.+/-])\+[1-9](?:{_SEPARATED}{{0,3}}[0-9]){{6,14}}{_EXTENSION}(?!\w)",
            form=r"[^\w.+/-]\+[1-9](?:[ ().\-/]{0,3}[0-9]){6}",
            score=0.5,
            width=2 + 14 * 4 + 12,
        ),
        Pattern(
            regex=rf"(?<![\w.+/-])00[1-9](?:{_SEPARATED}{{0,3}}[0-9]){{6,14}}{_EXTENSION}(?!\w)",
            form=_TRUNK_FORM,
            score=0.4,
            width=3 + 14 * 4 + 12,
        ),
        Pattern(
            regex=(
                r"(?<![\w.+/-])(?!0\.|[0-9]{2}([./-])[0-9]{2}\1[0-9]{4}(?![0-9]))(?=\(?[0-9]{1,7}[ \u00a0()/.\-])"
                rf"\(?0(?!0[ \-]?[1-9])(?:{_SEPARATED}{{0,3}}[0-9]){{8,12}}{_EXTENSION}(?!\w)"
            ),
            form=_TRUNK_FORM,
            score=0.3,
            width=2 + 12 * 4 + 12,
        ),
        *(
            digits(shape, 0.3)
            for shape in (
                *("(999) 999-9999", "(999)999-9999", "(999) 999 9999", "999-999-9999", "999.999.9999", "999 999 9999"),
                *("9-999-999-9999", "9 999 999 9999", "999 99 99 99", "999 999 999", "99999 99999", "99999-99999"),
                "999 9999999",
            )
        ),
        Pattern(
            regex=(
                r"(?<![\w.+/-])(?:1[-. ])?(?:\([0-9]{3}\) ?|[0-9]{3}[-. ]?)[0-9]{3}[-. ]?[0-9]{4}"
                r" ?(?:x|X|ext\.?|#) ?[0-9]{1,6}(?!\w)"
            ),
            form=r"[0-9]{3}\)?[-. ]?[0-9]{3}[-. ]?[0-9]{4} ?(?:x|X|ext|#)",
            score=0.5,
            width=32,
        ),
    ),
    check=Each(phone),
    chance=0.4,
    context=("phone", "telephone", "tel", "mobile", "cell", "call", "fax", "ring", "dial", "telefon", "téléphone"),
    columns=_PHONE_COLUMNS,
    not_columns=_PHONE_NOT,
)

PHONE_BARE = Detector(
    entity="PHONE_NUMBER",
    subtype="UNFORMATTED",
    title="A telephone number written as nine to eleven digits only, like many other numbers.",
    category="user.contact.phone_number",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="national plans, through Google's libphonenumber (phonenumbers)",
    patterns=(digits("999999999", 0.02), digits("9999999999"), digits("99999999999")),
    check=Each(phone),
    chance=0.75,
    context=PHONE.context,
    columns=_PHONE_COLUMNS,
    not_columns=_PHONE_NOT,
)

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
    needs_column=True,
    chance=0.2,
    shapes=r"(?=[^9]{0,63}9)(?=[^aA]{0,63}[aA])(?!.{0,63}@)[aA9][aA9 .'#/-]{2,63}(?:, ?[aA9][aA9 .'#/-]{0,63})?",
)

ADDRESS = Detector(
    entity="LOCATION",
    title="A whole postal address in one cell.",
    category="user.contact.address",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="UPU S42 (components of postal addresses)",
    columns=(
        *("address", "full address", "complete address", "postal address", "mailing address", "shipping address"),
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
    shapes=r"(?=.{0,63}9)(?!.{0,63}@)[aA9][aA9 .'#/-]{1,63}(?:[,;|\n] ?[aA9][aA9 .'#/-]{0,63}){2,8}|"
    r"(?!.{0,63}@)[aA][aA .'-]{1,40} 9{1,5}[aA]?, ?9{4,5} [aA][aA '.-]{0,40}",
)

CITY = Detector(
    entity="LOCATION",
    subtype="CITY",
    title="The town of a postal address.",
    category="user.contact.address.city",
    sensitivity=Sensitivity.INTERNAL,
    source="UPU S42 (components of postal addresses): town",
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
    needs_column=True,
    chance=0.3,
    shapes=r"[aA][aA .'()/-]{0,63}",
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
        r"9{3,7}|9{5}-9{4}|9{5}-9{3}|9{4}-9{3}|9{3} 9{2,3}|9{2}-9{3}|9{4} ?[aA]{1,2}|[aA]9{1,2} ?9[aA]|[aA]9[aA] ?9[aA]9?|"
        r"A9[A9]{1,2} [aA9]{4}|A-9{4,5}|[aA]{1,2}-?9{4,5}"
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
    shapes=r"[aA][aA .,'()&-]{0,63}",
)

DETECTORS = (EMAIL, PHONE, PHONE_BARE, ADDRESS, STREET, CITY, POSTCODE, COUNTRY)

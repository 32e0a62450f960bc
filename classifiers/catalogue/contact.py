"""How a person is reached: e-mail and telephone."""

from __future__ import annotations

from classifiers.catalogue.telephone_words import TELEPHONE_WORDS
from classifiers.checks.sampled import Each, phone, telephone_digits
from classifiers.detector import Detector, Pattern, Sensitivity, digits

_FILE_ENDINGS = (
    "png|jpe?g|gif|svg|webp|bmp|tiff?|ico|css|js|mjs|ts|tsx|jsx|json|html?|txt|pdf|csv|xml|ya?ml|exe|dll|gz|tgz|bz[0-9]|"
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
        *("email id", "mail id", "e mail id"),
        *("courriel", "adresse email", "adresse mail", "mél", "correo", "correo electronico", "correo electrónico"),
        *("posta elettronica", "indirizzo email", "emailadres", "mailadresse", "email adresse", "endereco email"),
    ),
    not_columns=(
        *("verified", "confirmed", "opt in", "opted", "sent", "count", "template", "subject", "status", "type"),
        *("hash", "domain", "provider", "bounced", "enabled", "frequency", "body", "campaign", "date", "at"),
        # ids of messages, parts and events are made to look so (RFC 5322, RFC 5545)
        *("message id", "msg id", "content id", "thread id", "event id", "event uid", "ical uid"),
    ),
)

_SEPARATED = r"[ \u00a0().\-/]"
_EXTENSION = r"(?: ?(?:x|X|ext\.?|#) ?[0-9]{1,6})?"
_PLUS_FORM = r"[^\w.+/-]\+[0-9](?:[ ().\-/]{0,3}[0-9]){6}"
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
            regex=rf"(?<![\w.+/-])\+[0-9](?:{_SEPARATED}{{0,3}}[0-9]){{6,14}}{_EXTENSION}(?!\w)",
            form=_PLUS_FORM,
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
                r"(?<![\w.+/-])(?<![0-9]{4} )(?!0\.|[0-9]{2}([./-])[0-9]{2}\1[0-9]{4}(?![0-9]))(?=\(?[0-9]{1,7}[ \u00a0()/.\-])"
                rf"\(?0(?!0[ \-]?[1-9])(?:{_SEPARATED}{{0,3}}[0-9]){{8,12}}{_EXTENSION}(?!\w|-[0-9]| [1-9][0-9]{{3}}(?![0-9]))"
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
    context=TELEPHONE_WORDS,
    columns=_PHONE_COLUMNS,
    not_columns=tuple(one for one in _PHONE_NOT if one != "id"),  # accounts go by numbers that are written as such
)

PHONE_BARE = Detector(
    entity="PHONE_NUMBER",
    subtype="UNFORMATTED",
    title="A telephone number written as nine to eleven digits only, like many other numbers.",
    category="user.contact.phone_number",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="national plans, through Google's libphonenumber (phonenumbers)",
    patterns=(digits("999999999", 0.03), digits("9999999999", 0.03), digits("99999999999", 0.03)),
    check=Each(phone),
    chance=0.75,
    context=PHONE.context,
    columns=_PHONE_COLUMNS,
    not_columns=_PHONE_NOT,
)

PHONE_SAID_TO_BE_ONE = Detector(
    entity="PHONE_NUMBER",
    subtype="UNALLOCATED",
    title="A number that is called a telephone number, though no national plan has it: local, internal, made up, or new.",
    category="user.contact.phone_number",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ITU-T E.164: at most 15 digits; with +, or a leading 0, or grouped by blanks, hyphens, dots or brackets",
    patterns=(
        Pattern(
            regex=(
                r"(?<![\w.+/-])(?=(?:[^0-9]{0,2}[0-9]){7})(?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{1,5}\)[ .-]?|[0-9][ .-])?[0-9]{2,6}"
                r"(?:[ .-][0-9]{2,6}){1,5}(?: ?(?:x|ext\.?) ?[0-9]{1,5})?(?![\w/-])"
            ),
            form=r"[^\w.+/-](?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{1,5}\)[ .-]?|[0-9][ .-])?[0-9]{2,6}[ .-][0-9]{2}",
            score=0.06,
            width=72,
        ),
        Pattern(
            regex=rf"(?<![\w.+/-])\+[0-9](?:{_SEPARATED}{{0,3}}[0-9]){{6,14}}{_EXTENSION}(?!\w)",
            form=_PLUS_FORM,
            score=0.3,
            width=2 + 14 * 4 + 12,
        ),
        Pattern(
            regex=r"(?<![\w.+/-])\([0-9]{2,5}\)[ -]?[0-9]{5,10}(?![\w/-])",
            form=r"[^\w.+/-]\([0-9]{2,5}\)[ -]?[0-9]{5}",
            score=0.1,
            width=18,
        ),
        Pattern(
            regex=r"(?<![\w.+/-])0[0-9]{7,11}(?![\w/-])",
            form=r"[^\w.+/-]0[0-9]{7,11}[^\w/-]",
            score=0.04,
            width=12,
        ),
    ),
    check=Each(telephone_digits),
    chance=0.9,
    context=(*TELEPHONE_WORDS, "desk", "office"),
    columns=_PHONE_COLUMNS,
    not_columns=_PHONE_NOT,
    needs_column=True,
)

DETECTORS = (EMAIL, PHONE, PHONE_BARE, PHONE_SAID_TO_BE_ONE)

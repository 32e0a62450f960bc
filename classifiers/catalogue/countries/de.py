"""Germany: numbers of persons, their documents, vehicles and postcodes."""

from __future__ import annotations

from classifiers.catalogue.countries import PASSPORT, POSTCODE, VEHICLE, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import de_health_insurance, de_pension_insurance
from classifiers.detector import Pattern, Sensitivity, digits

DE_TAX_ID = national(
    "DE_TAX_ID",
    "A tax identification number of Germany (Steuer-IdNr.).",
    "section 139b AO and the Bundeszentralamt's description: one digit repeats, check digit ISO 7064 mod 11,10",
    (digits("99999999999"), digits("99 999 999 999", 0.05)),
    Stdnum("de.idnr"),
    chance=0.004,
    context=(
        *("steuer", "steuerid", "idnr", "identifikationsnummer", "steueridentifikationsnummer"),
        *("finanzamt", "tax", "steuernummer", "bzst"),
    ),
    columns=(
        *(
            "steuer id",
            "steuer id nr",
            "id nr",
            "steuerid",
            "steuer idnr",
            "steuer identifikationsnummer",
            "steueridentifikationsnummer",
            "idnr",
        ),
        *("identifikationsnummer", "steuerliche identifikationsnummer", "tax id", "tax number", "tin", "german tax id"),
    ),
)

DE_TAX_NUMBER = national(
    "DE_TAX_NUMBER",
    "A tax number given by a tax office of Germany (Steuernummer).",
    "section 139a AO and the ELSTER interface: office, district, serial and check digit, by state",
    (
        *(digits("999/999/99999", 0.3), digits("99/999/99999", 0.3), digits("999/9999/9999", 0.3)),
        *(digits("999/9999/999", 0.03), digits("999 999 99999", 0.03), digits("999 9999 9999", 0.03)),
        *(digits("9999999999999", 0.03), digits("99999999999", 0.03), digits("9999999999", 0.03)),
        digits("999/999/9999 9", 0.3),
    ),
    Stdnum("de.stnr"),
    chance=0.7,
    context=(
        *("steuernummer", "st.-nr", "st-nr", "steuer-nr", "steuernr", "finanzamt", "steuerbescheid"),
        *("steuer nr", "umsatzsteuer", "einkommensteuer", "körperschaftsteuer", "gewerbesteuer"),
        *("steuerveranlagung",),
    ),
    columns=("steuernummer", "steuer nr", "steuernr", "st nr", "steuer nummer", "german tax number"),
    needs_column=True,
)

DE_SOCIAL_SECURITY = national(
    "DE_SOCIAL_SECURITY",
    "A pension insurance number of Germany (Rentenversicherungsnummer, Sozialversicherungsnummer).",
    "section 147 SGB VI and section 4 VKVV: area, date of birth, letter of the name, serial, check digit",
    (
        token(r"[0-9]{8}[A-Z][0-9]{3}", 12, score=0.08),
        token(r"[0-9]{2} [0-9]{6} [A-Z] [0-9]{3}", 15, score=0.5),
    ),
    Each(de_pension_insurance),
    chance=0.1,
    context=(
        *("rentenversicherungsnummer", "sozialversicherungsnummer", "versicherungsnummer", "rvnr"),
        *("svnr", "sv-nummer", "rentenversicherung", "sozialversicherungsausweis", "rente", "drv"),
        *("sozialversicherung", "rentenausweis"),
    ),
    columns=(
        *("rentenversicherungsnummer", "rvnr", "rv nummer", "sozialversicherungsnummer de", "rentenversicherung"),
        *("sozialversicherungsnummer", "sv nummer de"),
    ),
)

DE_HEALTH_INSURANCE = national(
    "DE_HEALTH_INSURANCE",
    "A number of a person in statutory health insurance of Germany (KVNR).",
    "section 290 SGB V: a letter, eight digits, check digit modulo 10",
    (token(r"[A-Z][0-9]{9}", 10, score=0.07),),
    Each(de_health_insurance),
    chance=0.1,
    category="user.health_and_medical.insurance_beneficiary_id",
    context=(
        *("krankenversicherungsnummer", "krankenversichertennummer", "versichertennummer", "kvnr"),
        *("krankenkasse", "krankenversicherung", "gesundheitskarte", "egk", "gkv", "versichertenkarte"),
        *("aok", "barmer", "dak", "versichertenausweis", "krankenversicherungsausweis", "tkk"),
    ),
    columns=(
        *("kvnr", "krankenversicherungsnummer", "versichertennummer", "versicherten nr", "kv nummer", "egk nummer"),
        *("krankenversichertennummer", "krankenkassennummer"),
    ),
)

_CHAR = "[CFGHJKLMNPRTVWXYZ0-9]"
_DOCUMENT = tuple(
    token(rf"[CFGHJKLMNPRTVWXYZ](?=[A-Z]{{0,8}}[0-9]){rest}", width, least=rf"[CFGHJ-NPRTV-Z]{rest}[^\w-]", score=0.06)
    for rest, width in ((rf"{_CHAR}{{8}}", 9), (rf"{_CHAR}{{8}}[0-9]", 10))
)
_DOCUMENT_SOURCE = "PAuswG section 5 and PassV: nine characters without vowels; the check digit of ICAO 9303 may follow"
_DOCUMENT_CHANCE = 0.8

DE_ID_CARD = national(
    "DE_ID_CARD",
    "A number of an identity card of Germany (Personalausweis).",
    _DOCUMENT_SOURCE,
    _DOCUMENT,
    None,
    chance=_DOCUMENT_CHANCE,
    context=(
        *("personalausweis", "ausweis", "personalausweisnummer", "ausweisnummer", "ausweis-nr"),
        *("seriennummer", "bundespersonalausweis", "ausweisdokument", "dokumentennummer", "npa"),
        *("identity card", "national id", "pauswg"),
    ),
    columns=(
        *("personalausweis", "personalausweisnummer", "ausweisnummer", "ausweis nr", "personalausweis nr", "perso nr"),
        *("german id card",),
    ),
    needs_column=True,
)

DE_PASSPORT = national(
    "DE_PASSPORT",
    "A number of a passport of Germany (Reisepass).",
    _DOCUMENT_SOURCE,
    _DOCUMENT,
    None,
    chance=_DOCUMENT_CHANCE,
    category=PASSPORT,
    context=(
        *("reisepass", "reisepassnummer", "passnummer", "pass-nr", "passport", "pass nr", "mrz"),
        *("dokumentennummer", "ausweisdokument"),
    ),
    columns=("reisepass nr", "reisepassnummer", "reisepass", "passnummer", "pass nr", "german passport"),
    needs_column=True,
)

DE_FUEHRERSCHEIN = national(
    "DE_FUEHRERSCHEIN",
    "A number of a driving licence of Germany, as in field 5 of the card.",
    "FeV Anlage 8 and Directive 2006/126/EC: authority, serial, check character, issue",
    (
        token(r"[A-Z]{2}[0-9]{8}[A-Z0-9]", 11, score=0.15),
        token(r"[A-Z][0-9]{2}[0-9A-Z][0-9A-Z]{5}[0-9][0-9A-Z]", 11, score=0.08),
    ),
    None,
    chance=0.7,
    category="user.government_id.drivers_license_number",
    context=(
        *("führerscheinnummer", "führerschein", "führerschein-nr", "fahrerlaubnis"),
        *("fahrerlaubnisnummer", "driving licence", "driving license", "driver's license"),
        *("fahrerlaubnisklasse", "führerscheininhaber", "licence number", "license number"),
        *("kraftfahrt-bundesamt", "fev", "kba", "feld 5"),
    ),
    columns=(
        "fuehrerscheinnummer",
        "führerscheinnummer",
        "fuehrerschein nr",
        "fahrerlaubnisnummer",
        "fuehrerschein nummer",
    ),
    needs_column=True,
)

DE_KFZ = national(
    "DE_KFZ",
    "A number plate of a vehicle registered in Germany.",
    "FZV section 9 and Anlage 1: district, one or two letters, up to four digits, E or H",
    (
        Pattern(
            regex=r"(?<![\w-])[A-ZÄÖÜ]{1,3}(?:-[A-Z]{1,2}[ -]| [A-Z]{1,2} )[0-9]{1,4}[EH]?(?![\w-])",
            form=r"[^\w-][A-Z_]{1,3}(?:-[A-Z]{1,2}[ -]| [A-Z]{1,2} )[0-9]{1,4}[EH]?[^\w-]",
            score=0.15,
            width=12,
        ),
    ),
    None,
    chance=0.7,
    category=VEHICLE,
    context=(
        *("kennzeichen", "kfz-kennzeichen", "kfz", "nummernschild", "fahrzeugkennzeichen", "pkw", "lkw"),
        *("fahrzeug", "amtliches kennzeichen", "zulassungsbescheinigung", "fahrzeugschein"),
        *("kraftfahrzeugkennzeichen", "fahrzeugbrief", "zulassung"),
    ),
    columns=(
        "kfz kennzeichen",
        "kennzeichen",
        "kfzkennzeichen",
        "amtliches kennzeichen",
        "fahrzeugkennzeichen",
        "nummernschild",
    ),
    not_columns=("laender", "länder", "kfz steuer"),
    needs_column=True,
)

DE_PLZ = national(
    "DE_PLZ",
    "A postcode of Germany; one of any country is LOCATION/POSTCODE.",
    "Deutsche Post: five digits, 01001 to 99998",
    (token(r"(?!01000|99999)(?:0[1-9][0-9]{3}|[1-9][0-9]{4})", 5, least="[0-9]{5}[^\\w-]", score=0.05),),
    None,
    chance=0.7,
    category=POSTCODE,
    sensitivity=Sensitivity.INTERNAL,
    context=(
        *("plz", "postleitzahl", "postanschrift", "anschrift", "wohnort", "straße"),
        *("lieferadresse", "wohnanschrift", "rechnungsadresse", "strasse", "hausnummer", "postfach"),
    ),
    columns=("deutsche postleitzahl", "german postcode", "plz deutschland", "deutsche plz", "german postal code"),
    needs_column=True,
)

DETECTORS = (
    *(DE_TAX_ID, DE_TAX_NUMBER, DE_SOCIAL_SECURITY, DE_HEALTH_INSURANCE, DE_ID_CARD, DE_PASSPORT, DE_FUEHRERSCHEIN),
    *(DE_KFZ, DE_PLZ),
)

"""Germany: tax, insurance and document numbers of persons; companies, physicians, plates, postcodes."""

from __future__ import annotations

from classifiers.catalogue.countries import PASSPORT, POSTCODE, VEHICLE, company, national
from classifiers.catalogue.secrets import token
from classifiers.checks_sampled import Each, Stdnum
from classifiers.checks_state_numbers import (
    de_health_insurance,
    de_pension_insurance,
    de_physician,
    travel_document,
)
from classifiers.detector import Pattern, Sensitivity, digits

DE_TAX_ID = national(
    "DE_TAX_ID",
    "A tax identification number of Germany (Steuer-IdNr.).",
    "section 139b AO and the Bundeszentralamt's description: one digit repeats, check digit ISO 7064 mod 11,10",
    (digits("99999999999"), digits("99 999 999 999", 0.05)),
    Stdnum("de.idnr"),
    chance=0.004,
    context=("steuer", "steuerid", "idnr", "identifikationsnummer", "steueridentifikationsnummer", "finanzamt", "tax"),
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
    context=("steuernummer", "st.-nr", "st-nr", "steuer-nr", "steuernr", "finanzamt", "steuerbescheid"),
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
        *("rentenversicherungsnummer", "sozialversicherungsnummer", "versicherungsnummer", "rvnr", "svnr", "sv-nummer"),
        *("rentenversicherung", "sozialversicherungsausweis"),
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
        *("krankenversicherungsnummer", "krankenversichertennummer", "versichertennummer", "kvnr", "krankenkasse"),
        *("krankenversicherung", "gesundheitskarte", "egk", "gkv", "versichertenkarte", "aok", "barmer", "dak"),
    ),
    columns=(
        *("kvnr", "krankenversicherungsnummer", "versichertennummer", "versicherten nr", "kv nummer", "egk nummer"),
        *("krankenversichertennummer", "krankenkassennummer"),
    ),
)

_ICAO = "[CFGHJKLMNPRTVWXYZ]"
_DOCUMENT = (
    token(rf"{_ICAO}[CFGHJKLMNPRTVWXYZ0-9]{{7}}[0-9CFGHJKLMNPRTVWXYZ]", 9, score=0.06),
    token(rf"{_ICAO}[CFGHJKLMNPRTVWXYZ0-9]{{8}}[0-9]", 10, score=0.06),
)
_DOCUMENT_SOURCE = "PAuswG section 5, PassV and ICAO 9303: nine characters without vowels, then the check digit"

DE_ID_CARD = national(
    "DE_ID_CARD",
    "A number of an identity card of Germany (Personalausweis).",
    _DOCUMENT_SOURCE,
    _DOCUMENT,
    Each(travel_document),
    chance=0.5,
    context=(
        *("personalausweis", "ausweis", "personalausweisnummer", "ausweisnummer", "ausweis-nr", "seriennummer"),
        *("bundespersonalausweis", "ausweisdokument", "dokumentennummer", "npa", "identity card"),
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
    Each(travel_document),
    chance=0.5,
    category=PASSPORT,
    context=("reisepass", "reisepassnummer", "passnummer", "pass-nr", "passport", "pass"),
    columns=("reisepassnummer", "reisepass", "passnummer", "reisepass nr", "pass nr", "german passport"),
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
        *("führerscheinnummer", "führerschein", "führerschein-nr", "fahrerlaubnis", "fahrerlaubnisnummer"),
        *("driving licence", "driving license", "driver's license"),
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

DE_VAT_ID = company(
    "DE_VAT_ID",
    "A VAT number of Germany; freelancers have one too.",
    "section 27a UStG: DE, eight digits, check digit of ISO 7064 mod 11,10",
    (
        token(r"DE[0-9]{9}", 11, score=0.4),
        token(r"DE[ .-]?[0-9]{3}[ .,-]?[0-9]{3}[ .-]?[0-9]{3}", 14, least=r"DE[ .-]?[0-9]{3}", score=0.4),
    ),
    Stdnum("de.vat"),
    chance=0.16,  # a tenth by the check digit; above that of VAT_NUMBER, which so wins unless a German word is there
    context=("ustid", "ustidnr", "ust-id", "ust-idnr", "ust-id-nr", "umsatzsteuer-identifikationsnummer", "bzst"),
    columns=(
        *("umsatzsteueridentifikationsnummer", "german vat id", "de vat id", "umsatzsteuer identifikationsnummer"),
        *("ustidnr de", "ust id de"),
    ),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DE_HANDELSREGISTER = company(
    "DE_HANDELSREGISTER",
    "A number in a register of companies, cooperatives, partnerships or associations of Germany.",
    "sections 9 and 14 HGB, HRV: HRA, HRB, GnR, PR or VR, up to six digits, at times letters of the court",
    (
        token(r"HR[AB] {0,2}[0-9]{1,6}(?: B)?", 13, least=r"HR[AB] {0,2}[0-9]", score=0.9),
        token(r"(?:GnR|PR|VR) [0-9]{1,6}", 10, least=r"(?:GnR|PR|VR) [0-9]", score=0.1),
    ),
    None,
    chance=0.05,
    context=("handelsregister", "amtsgericht", "registergericht", "vereinsregister", "genossenschaftsregister"),
    columns=(
        "handelsregister",
        "handelsregisternummer",
        "hrb",
        "hra",
        "hrb nummer",
        "handelsregister nr",
        "registernummer",
    ),
)

DE_LEITWEG_ID = company(
    "DE_LEITWEG_ID",
    "An address of a public buyer in Germany for electronic invoices (Leitweg-ID).",
    "KoSIT, Formatspezifikation Leitweg-ID: state, buyer, check digits of ISO 7064 mod 97-10",
    (
        token(
            r"(?:0[1-9]|1[0-6]|99)[0-9]{0,10}-[0-9A-Z]{4,30}-[0-9]{2}",
            46,
            least=r"(?:0[1-9]|1[0-6]|99)[0-9]{0,10}-[0-9A-Z]{4,30}-[0-9]{2}[^\w-]",
            score=0.005,
        ),
    ),
    Stdnum("de.leitweg"),
    chance=0.011,
    context=("leitweg-id", "leitweg", "leitwegs-id", "xrechnung", "zre", "buyer reference"),
    columns=("leitweg id", "leitwegid", "leitweg", "xrechnung leitweg id", "leitweg kennung"),
)

DE_LANR = national(
    "DE_LANR",
    "A number of a physician in statutory health insurance of Germany (lebenslange Arztnummer).",
    "section 75 (7) SGB V, KBV-Richtlinie: six digits, check digit modulo 10, code of the specialty",
    (digits("999999999"),),
    Each(de_physician),
    chance=0.1,
    category="user.workplace",
    sensitivity=Sensitivity.CONFIDENTIAL,
    context=("lanr", "arztnummer", "arzt-nr", "arzt-nummer", "vertragsarzt", "kassenarzt", "verordnender arzt"),
    columns=("lanr", "arztnummer", "arzt nr", "lebenslange arztnummer", "lanr arzt", "arzt nummer"),
)

DE_BSNR = national(
    "DE_BSNR",
    "A number of a practice in statutory health insurance of Germany (Betriebsstättennummer).",
    "section 75 (7) SGB V, KBV-Richtlinie: region, seven digits",
    (digits("999999999", 0.05),),
    None,
    chance=0.7,
    category="user.workplace",
    sensitivity=Sensitivity.INTERNAL,
    context=("bsnr", "betriebsstättennummer", "betriebsstätten-nummer", "betriebsstätte", "praxisnummer", "arztpraxis"),
    columns=("bsnr", "betriebsstaettennummer", "betriebsstättennummer", "bsnr praxis", "praxisnummer", "nbsnr"),
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
        *("kennzeichen", "kfz-kennzeichen", "kfz", "nummernschild", "fahrzeugkennzeichen", "pkw", "lkw", "fahrzeug"),
        *("amtliches kennzeichen", "zulassungsbescheinigung", "fahrzeugschein"),
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
    context=("plz", "postleitzahl", "postanschrift", "anschrift", "adresse", "wohnort", "straße", "lieferadresse"),
    columns=("deutsche postleitzahl", "german postcode", "plz deutschland", "deutsche plz", "german postal code"),
    needs_column=True,
)

DETECTORS = (
    *(DE_TAX_ID, DE_TAX_NUMBER, DE_SOCIAL_SECURITY, DE_HEALTH_INSURANCE, DE_ID_CARD, DE_PASSPORT, DE_FUEHRERSCHEIN),
    *(DE_VAT_ID, DE_HANDELSREGISTER, DE_LEITWEG_ID, DE_LANR, DE_BSNR, DE_KFZ, DE_PLZ),
)

"""Belgium: national register, identity card and enterprise numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import BANK_ACCOUNT, company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum, be_national_number
from classifiers.checks.state_numbers import be_bis_number
from classifiers.detector import digits

BE_NN = national(
    "BE_NN",
    "A national register number of Belgium (rijksregisternummer, numéro national).",
    "Royal decree of 3 April 1984: date of birth, serial, check number modulo 97",
    (
        *(digits("99999999999", 0.022), digits("99.99.99-999.99", 0.7), digits("99.99.99-999-99", 0.6)),
        *(digits("99.99.99 999 99", 0.5), digits("99 99 99 999 99", 0.1)),
    ),
    Each(be_national_number),
    chance=0.02,  # of numbers that begin like a date, or with zeros where it is unknown
    context=("rijksregisternummer", "rijksregister", "insz", "niss", "national", "rrn", "registre"),
    columns=(
        *("rijksregisternummer", "rijksregister", "rijksregister nummer", "insz", "niss", "numero national", "rrn"),
        *(
            "numéro national",
            "numero registre national",
            "registre national",
            "national register number",
            "nationaal nummer",
        ),
    ),
)

BE_BIS = national(
    "BE_BIS",
    "A number of a person in Belgium who is not in the national register (BIS).",
    "Royal decree of 8 February 1991: as the national number, with 20 or 40 added to the month",
    (
        *(digits("99999999999", 0.002), digits("99.99.99-999.99", 0.6), digits("99.99.99-999-99", 0.5)),
        *(digits("99.99.99 999 99", 0.4), digits("99 99 99 999 99", 0.1)),
    ),
    Each(be_bis_number),
    chance=0.003,
    context=("bis", "bisnummer", "insz", "niss", "ssin", "numéro bis"),
    columns=("bisnummer", "bis nummer", "numero bis", "bis number", "numéro bis"),
)

BE_EID = national(
    "BE_EID",
    "A number of an identity card of Belgium.",
    "FOD Binnenlandse Zaken: ten digits and two check digits modulo 97",
    (digits("999-9999999-99", 0.4), digits("999999999999")),
    Stdnum("be.eid"),
    chance=0.0105,
    context=("identiteitskaart", "kaartnummer", "carte d'identité", "eid", "identity card"),
    columns=(
        *("eid number", "identiteitskaart", "identiteitskaartnummer", "identiteitskaart nummer", "eid nummer"),
        *("numero carte identite", "numero de carte d identite"),
    ),
)

BE_IBAN = national(
    "IBAN_CODE",
    "An IBAN of Belgium with its national number in groups.",
    "ISO 13616 and the check digits modulo 97 of the national number",
    (token(r"BE[0-9]{2} ?[0-9]{3}-[0-9]{7}-[0-9]{2}", 19, least=r"BE[0-9]{2} ?[0-9]{3}-", score=0.9),),
    Stdnum("be.iban"),
    subtype="BE_GROUPED",
    chance=0.011,
    category=BANK_ACCOUNT,
    context=("iban", "rekening", "rekeningnummer", "compte"),
    columns=("iban be", "iban rekening", "rekening iban", "iban belgie", "iban belgië"),
)

BE_VAT = company(
    "BE_VAT",
    "An enterprise number of Belgium, which is its VAT number too.",
    "Wetboek van economisch recht art. III.17: 0 or 1, seven digits, two check digits modulo 97",
    (
        token(r"[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}", 12, score=0.3),
        token(r"BE[ .-]?[01]?[0-9]{3}[ .]?[0-9]{3}[ .][0-9]{3}", 15, least=r"BE[ .-]?[01]?[0-9]{3}", score=0.9),
        token(r"BE [01]?[0-9]{9}", 13, least=r"BE [01]?[0-9]{9}", score=0.9),
        digits("9999999999"),
        digits("999999999", 0.003),
    ),
    Stdnum("be.vat"),
    chance=0.0105,
    context=("ondernemingsnummer", "kbo", "bce", "numéro d'entreprise", "btw-nummer", "btw"),
    columns=(
        *("ondernemingsnummer", "kbo nummer", "numero entreprise", "numero d entreprise", "bce", "kbo"),
        *("enterprise number", "numéro d'entreprise"),
    ),
)

DETECTORS = (BE_NN, BE_BIS, BE_EID, BE_IBAN, BE_VAT)

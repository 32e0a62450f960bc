"""European Union: numbers of companies that its own registers or rules give."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity

_STATES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK"
_SEPA = _STATES.replace("EL", "GR") + "|AD|CH|GB|GI|IS|LI|MC|NO|SM|VA"

EU_AT_02 = company(
    "EU_AT_02",
    "A creditor identifier of SEPA direct debits; persons have one too.",
    "European Payments Council, EPC262-08: country, check digits of ISO 7064 mod 97-10, business code, national number",
    (
        token(rf"(?:{_SEPA})[0-9]{{2}}ZZZ[0-9A-Z]{{4,28}}", 35, least=r"[A-Z]{2}[0-9]{2}ZZZ", score=0.9),
        token(rf"(?:{_SEPA}) [0-9]{{2}} ZZZ [0-9A-Z]{{4,28}}", 38, least=r"[A-Z]{2} [0-9]{2} ZZZ", score=0.9),
        token(
            rf"(?:{_SEPA})[0-9]{{2}}[0-9A-Z]{{3}}[0-9A-Z]{{6,12}}",
            19,
            least=rf"(?:{_SEPA})[0-9]{{2}}[0-9A-Z]{{9,15}}[^\w-]",
            score=0.005,
        ),
    ),
    Stdnum("eu.at_02"),
    chance=0.011,
    context=(
        *("creditor identifier", "gläubiger-id", "gläubiger-identifikationsnummer", "gläubigeridentifikationsnummer"),
        *("identificador del acreedor", "identifiant créancier", "ics", "sepa"),
    ),
    columns=(
        *("creditor identifier", "creditor id", "glaeubiger id", "gläubiger id", "sepa creditor id"),
        *("identifiant creancier", "identificador acreedor"),
    ),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

EU_EIC = company(
    "EU_EIC",
    "An energy identification code of a party, an area or a point of metering.",
    "ENTSO-E, Energy Identification Code reference manual: office, type, twelve characters, check character modulo 37",
    (
        token(r"[0-9]{2}[XYZVWT][0-9A-Z-]{12}[0-9A-Z]", 16, score=0.1),
        token(r"[0-9]{2}A[0-9A-Z-]{12}[0-9A-Z]", 16, score=0.01),
    ),
    Stdnum("eu.eic"),
    chance=0.03,
    context=("eic", "energy identification code", "entso-e", "eic code"),
    columns=("eic", "eic code", "energy identification code", "eic number", "eiccode"),
)

EU_EXCISE = company(
    "EU_EXCISE",
    "An excise number of a trader in the European Union.",
    "Regulation (EU) 389/2012 (SEED): country, eleven letters and digits",
    (
        token(
            rf"(?:{_STATES})(?=[A-Z]{{0,10}}[0-9])[0-9A-Z]{{11}}", 13, least=r"[A-Z]{2}[0-9A-Z]{11}[^\w-]", score=0.05
        ),
        token(
            rf"(?:{_STATES}) (?=[A-Z]{{0,5}}[0-9])[0-9A-Z]{{6,11}}",
            14,
            least=r"[A-Z]{2} [0-9A-Z]{6,11}[^\w-]",
            score=0.05,
        ),
    ),
    Stdnum("eu.excise"),
    chance=0.7,
    context=("excise", "excise number", "seed number", "verbrauchsteuernummer", "accijns", "accises"),
    columns=("excise number", "excise no", "seed number", "excise id", "verbrauchsteuernummer"),
    needs_column=True,
)

EU_OSS = company(
    "EU_OSS",
    "A VAT number of the one stop shop of the European Union (OSS, IOSS).",
    "Regulation (EU) 2020/194: EU or IM, the number of a member state, serial",
    (
        token(r"EU ?[0-9]{9}", 12, least=r"EU ?[0-9]{9}[^\w-]", score=0.3),
        token(r"IM ?[0-9]{10}", 13, least=r"IM ?[0-9]{10}[^\w-]", score=0.3),
    ),
    Stdnum("eu.oss"),
    chance=0.03,
    context=("oss", "ioss", "moss", "one stop shop", "vat"),
    columns=("ioss", "ioss number", "oss number", "moss number", "oss vat number"),
)

DETECTORS = (EU_AT_02, EU_EIC, EU_EXCISE, EU_OSS)

"""France: social security, tax and company numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import fr_register_of_companies
from classifiers.detector import Pattern, digits

FR_NIR = national(
    "FR_NIR",
    "A social security number of France (NIR).",
    "INSEE, numero d'inscription au repertoire: sex, year, month, department, commune, serial, key modulo 97",
    (
        digits("999999999999999"),
        digits("9 99 99 99 999 999 99", 0.6),
        Pattern(
            regex=r"(?<![\w-])[1-478][0-9]{4}2[AB][0-9]{8}(?![\w-])",
            form=r"[^\w-][1-478][0-9]{4}2[AB][0-9]{8}[^\w-]",
            score=0.5,
            width=15,
            fixed=True,
        ),
    ),
    Stdnum("fr.nir"),
    chance=0.015,
    context=("nir", "insee", "securite", "sécurité", "sociale", "secu", "sécu", "vitale"),
    columns=(
        *(
            "nir",
            "numero securite sociale",
            "numéro sécurité sociale",
            "securite sociale",
            "sécurité sociale",
            "num secu",
        ),
        *(
            "numero de securite sociale",
            "numéro de sécurité sociale",
            "insee",
            "numero insee",
            "no secu",
            "numero secu",
        ),
        *("social security number", "ssn"),
    ),
)

FR_NIF = national(
    "FR_NIF",
    "A tax number of a person in France (numéro fiscal, SPI).",
    "OECD, tax identification numbers of France: thirteen digits, the first 0 to 3, the last three modulo 511",
    (digits("99 99 999 999 999", 0.3), digits("9999999999999", 0.0015)),
    Stdnum("fr.nif"),
    chance=0.002,
    context=("numéro fiscal", "numero fiscal", "spi", "nif", "impôts", "avis d'imposition"),
    columns=("numero fiscal", "numéro fiscal", "spi", "numero spi", "num fiscal", "identifiant fiscal"),
)

FR_SIREN = company(
    "FR_SIREN",
    "A number of a company in France (SIREN).",
    "Code de commerce art. R123-221: nine digits, Luhn digit",
    (digits("999 999 999", 0.02), digits("999999999"), digits("999.999.999", 0.02)),
    Stdnum("fr.siren"),
    chance=0.1,
    context=("siren", "rcs", "numéro siren", "insee", "sirene"),
    columns=("siren", "numero siren", "siren number", "no siren", "numéro siren"),
)

FR_SIRET = company(
    "FR_SIRET",
    "A number of an establishment of a company in France (SIRET).",
    "Code de commerce art. R123-221: SIREN, five digits, Luhn digit over all",
    (digits("99999999999999"), digits("999 999 999 99999", 0.3), digits("999 999 999 999 99", 0.2)),
    Stdnum("fr.siret"),
    chance=0.011,
    context=("siret", "numéro siret", "établissement", "sirene"),
    columns=("siret", "numero siret", "siret number", "no siret", "numéro siret"),
)

FR_TVA = company(
    "FR_TVA",
    "A VAT number of France without its country prefix, or set off in groups.",
    "CGI art. 286 ter: key of two characters, SIREN",
    (
        token(
            r"FR ?[A-HJ-NP-Z0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}",
            17,
            least=r"FR ?[A-HJ-NP-Z0-9]{2} [0-9]{3} ",
            score=0.95,
        ),
        digits("99 999 999 999", 0.002),
        digits("99999999999", 0.002),
        token(r"(?:[A-HJ-NP-Z][0-9A-HJ-NP-Z]|[0-9][A-HJ-NP-Z])[0-9]{9}", 11, score=0.008),
    ),
    Stdnum("fr.tva"),
    chance=0.01,
    context=("tva", "tva intracommunautaire", "n° tva", "numéro de tva"),
    columns=("numero tva fr", "tva fr", "no tva intracom", "tva intracom", "numero tva intracom"),
    not_columns=("taux", "montant", "rate", "amount"),
)

FR_RCS = company(
    "FR_RCS",
    "A mention of the register of companies of France (RCS).",
    "Code de commerce art. R123-237: RCS, the town of the court, A or B, SIREN",
    (
        Pattern(
            regex=(
                r"(?<!\w)RCS [^\W\d_][\w'.-]{1,30}(?: [^\W\d_][\w'.-]{1,30}){0,3}"
                r" (?:[AB] ?)?[0-9]{3} ?[0-9]{3} ?[0-9]{3}(?!\w)"
            ),
            form=r"[^\w]RCS [A-Za-z_]",
            score=0.95,
            width=4 + 4 * 32 + 4 + 11,
        ),
    ),
    Each(fr_register_of_companies),
    chance=0.1,
    context=("immatriculée", "registre du commerce", "greffe", "société"),
    columns=("rcs", "numero rcs", "numéro rcs", "rcs number", "registre du commerce"),
)

FR_ACCISE = company(
    "FR_ACCISE",
    "A number of a holder of excise goods in France (numéro d'accise).",
    "Code des impositions sur les biens et services: FR0, region, office, kind of operator, serial",
    (token(r"FR0[0-9]{5}[ENCB][0-9]{4}", 13, score=0.9),),
    None,
    chance=0.001,
    context=("accise", "accises", "entrepositaire", "douane"),
    columns=("numero accise", "accise", "numero d accise", "no accise", "numéro d'accise"),
)

DETECTORS = (FR_NIR, FR_NIF, FR_SIREN, FR_SIRET, FR_TVA, FR_RCS, FR_ACCISE)

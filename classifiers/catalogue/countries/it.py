"""Italy: fiscal code, VAT number, documents."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Pattern, Sensitivity, digits

_DIGIT = "[0-9LMNP-V]"

IT_FISCAL_CODE = national(
    "IT_FISCAL_CODE",
    "A fiscal code of a person in Italy (codice fiscale).",
    "DM 23 dicembre 1976: letters of the name, date, municipality, check character; digits may stand as letters",
    (
        Pattern(
            regex=rf"(?<![\w-])[A-Z]{{6}}{_DIGIT}{{2}}[A-EHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z](?![\w-])",
            form=rf"[^\w-][A-Z]{{6}}{_DIGIT}{{2}}[A-EHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z][^\w-]",
            score=0.6,
            width=16,
            fixed=True,
            ignore_case=True,
        ),
    ),
    Stdnum("it.codicefiscale"),
    chance=0.02,
    context=("codice", "fiscale", "cf", "cod", "fisc"),
    columns=("codice fiscale", "codicefiscale", "cod fiscale", "cod fisc", "codfisc", "fiscal code", "cf", "tax code"),
)

IT_VAT_CODE = national(
    "IT_VAT_CODE",
    "A VAT number of Italy without its country prefix (partita IVA); sole traders have one too.",
    "DPR 633/1972 art. 35: seven digits, province, Luhn digit",
    (digits("99999999999"),),
    Stdnum("it.iva"),
    chance=0.012,
    context=("partita iva", "p.iva", "p. iva", "piva", "p.i"),
    columns=("partita iva", "p iva", "piva", "partitaiva", "numero partita iva"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

IT_DRIVER_LICENSE = national(
    "IT_DRIVER_LICENSE",
    "A number of a driving licence of Italy (patente di guida).",
    "DM 40T of 2003: two letters, seven digits, a letter; U1 and eight characters where the ministry issues it",
    (token(r"[A-Z]{2}[0-9]{7}[A-Z]", 10, score=0.1), token(r"U1[B-HJ-NPR-Z0-9]{7}[A-Z]", 10, score=0.3)),
    None,
    chance=0.7,
    context=("patente", "patente di guida", "licenza di guida"),
    columns=("patente", "patente di guida", "numero patente", "patente guida", "patente numero"),
    category="user.government_id.drivers_license_number",
    needs_column=True,
)

IT_IDENTITY_CARD = national(
    "IT_IDENTITY_CARD",
    "A number of an identity card of Italy, on paper or electronic.",
    "DM 23 dicembre 2015: two letters, five digits and two letters; older cards have seven digits and two letters",
    (digits("AA99999AA", 0.1), digits("AA9999999", 0.05), digits("AA 9999999", 0.05), digits("9999999AA", 0.05)),
    None,
    chance=0.7,
    context=("carta d'identità", "carta di identità", "carta d'identita", "carta identità", "identità", "cie"),
    columns=(
        *("carta identita", "carta d identita", "carta di identita", "numero carta identita", "numero cie"),
        *("carta d'identità",),
    ),
    needs_column=True,
)

IT_PASSPORT = national(
    "IT_PASSPORT",
    "A number of a passport of Italy.",
    "Legge 1185/1967; two letters and seven digits",
    (digits("AA9999999", 0.05),),
    None,
    chance=0.7,
    context=("passaporto", "passaporto numero"),
    columns=("passaporto", "numero passaporto", "passaporto numero", "italian passport", "num passaporto"),
    category="user.government_id.passport_number",
    needs_column=True,
)

DETECTORS = (IT_FISCAL_CODE, IT_VAT_CODE, IT_DRIVER_LICENSE, IT_IDENTITY_CARD, IT_PASSPORT)

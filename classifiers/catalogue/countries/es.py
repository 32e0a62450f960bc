"""Spain: numbers of citizens, foreigners and companies, bank accounts, meter points, land."""

from __future__ import annotations

from classifiers.catalogue.countries import BANK_ACCOUNT, PASSPORT, company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import es_tax_number
from classifiers.detector import Pattern, Sensitivity, digits

ES_NIF = national(
    "ES_NIF",
    "A tax number of Spain (NIF, DNI): eight digits and a letter.",
    "Real Decreto 1065/2007 art. 19: the letter is the number modulo 23",
    (
        Pattern(
            regex=r"(?<![\w-])(?:[0-9]|[KLM]-?)[0-9]{7}-?[A-HJ-NP-TV-Z](?![\w-])",
            form=r"[^\w-](?:[0-9]|[KLM]-?)[0-9]{7}-?[A-HJ-NP-TV-Z][^\w-]",
            score=0.3,
            width=11,
        ),
        token(r"[0-9]{7}-?[A-HJ-NP-TV-Z]", 9, least=r"[0-9]{7}-?[A-HJ-NP-TV-Z][^\w-]", score=0.02),
    ),
    Each(es_tax_number),
    chance=0.045,
    context=("nif", "dni", "documento", "identidad", "identificacion", "identificación", "hacienda"),
    columns=(
        "nif",
        "dni",
        "dni nif",
        "nif nie",
        "documento identidad",
        "documento nacional de identidad",
        "num dni",
        "cif nif",
    ),
)

ES_NIE = national(
    "ES_NIE",
    "A number of a foreigner in Spain (NIE).",
    "Real Decreto 557/2011 art. 206: X, Y or Z, seven digits, the letter modulo 23",
    (
        Pattern(
            regex=r"(?<![\w-])[XYZ]-?[0-9]{7}-?[A-HJ-NP-TV-Z](?![\w-])",
            form=r"[^\w-][XYZ]-?[0-9]{7}-?[A-HJ-NP-TV-Z][^\w-]",
            score=0.4,
            width=11,
            ignore_case=True,
        ),
    ),
    Stdnum("es.nie"),
    chance=0.01,
    context=("nie", "extranjero", "extranjeria", "identidad", "foreigner"),
    columns=("nie", "numero nie", "nif nie", "numero de identidad de extranjero", "identificacion extranjero"),
)

ES_PASSPORT = national(
    "ES_PASSPORT",
    "A number of a passport of Spain.",
    "Real Decreto 896/2003: three letters, six digits",
    (token(r"[A-Z]{3}[0-9]{6}", 9, score=0.08, ignore_case=True),),
    None,
    chance=0.7,
    category=PASSPORT,
    context=("pasaporte", "número de pasaporte", "passport", "passport number"),
    columns=("pasaporte", "numero pasaporte", "numero de pasaporte", "número de pasaporte", "spanish passport"),
    needs_column=True,
)

ES_CIF = company(
    "ES_CIF",
    "A tax number of a company in Spain (CIF).",
    "Real Decreto 1065/2007, Orden EHA/451/2008: letter of the kind, seven digits, check digit or letter",
    (
        token(r"[A-HJNP-SUVW][0-9]{7}[0-9A-J]", 9, score=0.08),
        token(r"[A-HJNP-SUVW]-[0-9]{7}-?[0-9A-J]", 11, least="[A-HJNP-W]-[0-9]{7}", score=0.08),
        token(r"ES ?[A-HJNP-SUVW]-[0-9]{7}-?[0-9A-J]", 14, least="ES ?[A-HJNP-W]-[0-9]{7}", score=0.8),
        token(r"[A-HJNP-SUVW][0-9]{2} [0-9]{3} [0-9]{2}[0-9A-J]", 11, score=0.2),
        token(r"[A-HJNP-SUVW] [0-9]{2} [0-9]{3} [0-9]{2}[0-9A-J]", 12, score=0.2),
    ),
    Stdnum("es.nif"),
    chance=0.11,
    context=("cif", "nif", "razón social", "sociedad", "empresa"),
    columns=("cif", "cif empresa", "numero cif", "codigo identificacion fiscal", "código de identificación fiscal"),
    sensitivity=Sensitivity.INTERNAL,
)

ES_CCC = national(
    "ES_CCC",
    "A bank account number of Spain as it was before the IBAN (CCC).",
    "Banco de España, Circular 15/1992: bank, branch, two check digits modulo 11, account",
    (
        *(digits("9999 9999 99 9999999999", 0.3), digits("9999-9999-99-9999999999", 0.3)),
        *(digits("9999-9999-99 9999999999", 0.3), digits("9999 9999 99 99999 99999", 0.3), digits("9" * 20)),
    ),
    Stdnum("es.ccc"),
    chance=0.011,
    category=BANK_ACCOUNT,
    context=("ccc", "cuenta", "código cuenta cliente", "domiciliación", "banco"),
    columns=("ccc", "codigo cuenta cliente", "código cuenta cliente", "cuenta ccc", "codigo cuenta corriente"),
)

ES_IBAN = national(
    "IBAN_CODE",
    "An IBAN of Spain with its national number in groups.",
    "ISO 13616 and the check digits of the national number",
    (
        token(
            r"ES[0-9]{2} ?[0-9]{4}-[0-9]{4}-[0-9]{2}[ -][0-9]{10}",
            28,
            least=r"ES[0-9]{2} ?[0-9]{4}-[0-9]{4}",
            score=0.9,
        ),
    ),
    Stdnum("es.iban"),
    subtype="ES_GROUPED",
    chance=0.011,
    category=BANK_ACCOUNT,
    context=("iban", "cuenta", "ccc"),
    columns=("iban es", "iban cuenta", "cuenta iban", "iban españa", "iban espana"),
)

ES_CUPS = national(
    "ES_CUPS",
    "A supply point of electricity or gas in Spain (CUPS), which leads to a household.",
    "Real Decreto 1435/2002: ES, distributor, twelve digits, two check letters modulo 529",
    (
        token(r"ES[0-9]{16}[A-Z]{2}(?:[0-9][FPRCXYZ])?", 22, least=r"ES[0-9]{16}[A-Z]", score=0.9),
        token(
            r"ES [0-9]{4}[ -][0-9]{4} ?[0-9]{4} ?[0-9]{4}[ -][A-Z]{2}(?: ?[0-9][FPRCXYZ])?",
            28,
            least=r"ES [0-9]{4}[ -][0-9]{4} ?[0-9]{4}",
            score=0.9,
        ),
    ),
    Stdnum("es.cups"),
    chance=0.002,
    category="user.unique_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    context=("cups", "punto de suministro", "contador", "electricidad"),
    columns=("cups", "codigo cups", "cups suministro", "punto de suministro", "numero cups"),
)

ES_CAE = company(
    "ES_CAE",
    "A code of an establishment with excise goods in Spain (CAE).",
    "Orden HAC/1271/2019: ES, 000, office, key of the activity, serial, check letter",
    (token(r"ES000[0-9]{2}[A-Z][A-Z0-9][0-9]{3}[A-Z]", 13, score=0.9),),
    Stdnum("es.cae"),
    chance=0.1,
    context=("cae", "impuestos especiales", "establecimiento"),
    columns=("codigo cae", "cae establecimiento", "codigo actividad establecimiento", "numero cae", "cae code"),
)

ES_REFERENCIA_CATASTRAL = national(
    "ES_REFERENCIA_CATASTRAL",
    "A reference of real estate in the land register of Spain, which leads to its owner.",
    "Real Decreto Legislativo 1/2004 art. 6: parcel, sheet, unit, two check letters modulo 23",
    (
        token(
            r"[0-9][0-9A-Z]{6}[ -]?[0-9A-Z]{7}[ -]?[0-9]{4}[ -]?[A-Z]{2}",
            23,
            least=r"[0-9][0-9A-Z]{6}[ -]?[0-9A-Z]{7}[ -]?[0-9]{4}[ -]?[A-Z]{2}[^\w-]",
            score=0.1,
        ),
    ),
    Stdnum("es.referenciacatastral"),
    chance=0.002,
    category="user.contact.address",
    sensitivity=Sensitivity.CONFIDENTIAL,
    context=("catastral", "referencia catastral", "catastro", "inmueble"),
    columns=("referencia catastral", "ref catastral", "refcatastral", "catastro", "numero catastral"),
)

DETECTORS = (ES_NIF, ES_NIE, ES_PASSPORT, ES_CIF, ES_CCC, ES_IBAN, ES_CUPS, ES_CAE, ES_REFERENCIA_CATASTRAL)

"""Mexico: population and taxpayer registers."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.registers import mx_taxpayer_number
from classifiers.checks.sampled import Each, Stdnum
from classifiers.detector import Pattern

MX_CURP = national(
    "MX_CURP",
    "A key of a person in the population register of Mexico (CURP).",
    "Instructivo normativo para la asignacion de la CURP: letters of the name, date, sex, state, check digit",
    (token(r"[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[0-9A-Z][0-9]", 18, score=0.8),),
    Stdnum("mx.curp"),
    chance=0.001,
    context=("curp", "clave única", "clave unica"),
    columns=("curp", "clave curp", "curp number", "clave unica de registro de poblacion", "curp empleado"),
)

MX_RFC = national(
    "MX_RFC",
    "A number of a taxpayer in Mexico (RFC).",
    "Codigo Fiscal de la Federacion art. 27: letters of the name, date, two characters, check digit modulo 11",
    (
        Pattern(
            regex=r"(?<![\w&-])[A-Z&]{4}[ -]?[0-9]{6}[ -]?[0-9A-Z]{3}(?![\w-])",
            form=r"[^\w-][A-Z&]{4}[ -]?[0-9]{6}[ -]?[0-9A-Z]{3}",
            score=0.15,
            width=15,
        ),
        Pattern(
            regex=r"(?<![\w&-])[A-Z&]{3}[ -]?[0-9]{6}[ -]?[0-9A-Z]{3}(?![\w-])",
            form=r"[^\w-][A-Z&]{3}[ -]?[0-9]{6}[ -]?[0-9A-Z]{3}",
            score=0.03,
            width=14,
        ),
    ),
    Each(mx_taxpayer_number),
    chance=0.1,
    context=("rfc", "registro federal de contribuyentes"),
    columns=("rfc", "rfc cliente", "registro federal de contribuyentes", "rfc number", "rfc emisor"),
)

DETECTORS = (MX_CURP, MX_RFC)

"""Dominican Republic: identity card and taxpayer numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

DO_CEDULA = national(
    "DO_CEDULA",
    "A number of an identity card of the Dominican Republic (cédula).",
    "Junta Central Electoral, Ley 8-92: municipality, serial, Luhn digit",
    (digits("999-9999999-9", 0.3), digits("99999999999")),
    Stdnum("do.cedula"),
    chance=0.1,
    context=("cédula", "cedula", "cédula de identidad", "jce"),
    columns=("cedula", "cédula", "numero cedula", "cedula number", "cedula identidad electoral", "no cedula"),
    not_columns=("juridica", "jurídica", "fisica", "física", "residencia"),
)

DO_RNC = company(
    "DO_RNC",
    "A taxpayer number of the Dominican Republic (RNC).",
    "DGII, Ley 53 of 1970: nine digits, the last modulo 11",
    (digits("9-99-99999-9", 0.4), digits("999-99999-9", 0.1), digits("999999999")),
    Stdnum("do.rnc"),
    chance=0.12,
    context=("rnc", "registro nacional del contribuyente", "dgii"),
    columns=("rnc", "numero rnc", "rnc empresa", "registro nacional contribuyente", "rnc number"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (DO_CEDULA, DO_RNC)

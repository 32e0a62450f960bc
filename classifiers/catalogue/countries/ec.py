"""Ecuador: identity card and taxpayer numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

EC_CI = national(
    "EC_CI",
    "A number of an identity card of Ecuador (cédula de identidad).",
    "Registro Civil: province, kind of holder, serial, Luhn digit",
    (digits("999999999-9", 0.1), digits("9999999999")),
    Stdnum("ec.ci"),
    chance=0.1,
    context=("cédula", "cedula", "cédula de identidad", "cédula de ciudadanía", "c.i"),
    columns=("cedula ecuador", "ci ecuador", "cedula ciudadania", "cédula de ciudadanía", "cedula de ciudadania"),
)

EC_RUC = national(
    "EC_RUC",
    "A taxpayer number of a person or company in Ecuador (RUC).",
    "SRI, Ley del RUC: identity card or company number with its check digit, then the establishment",
    (digits("9999999999-999", 0.1), digits("9999999999999")),
    Stdnum("ec.ruc"),
    chance=0.1,
    category="user.financial",
    context=("ruc", "registro único de contribuyentes", "sri"),
    columns=("ruc", "numero ruc", "ruc empresa", "nro ruc", "ruc number", "registro unico de contribuyentes"),
)

DETECTORS = (EC_CI, EC_RUC)

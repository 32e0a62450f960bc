"""Spain: numbers of citizens, residents and foreigners."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Pattern

ES_NIF = national(
    "ES_NIF",
    "A tax number of Spain (NIF, DNI): eight digits and a letter.",
    "Real Decreto 1065/2007 art. 19: the letter is the number modulo 23",
    (
        Pattern(
            regex=r"(?<![\w-])[0-9KLM][0-9]{7}-?[A-HJ-NP-TV-Z](?![\w-])",
            form=r"[^\w-][0-9KLM][0-9]{7}-?[A-HJ-NP-TV-Z][^\w-]",
            score=0.3,
            width=10,
        ),
    ),
    Stdnum("es.nif"),
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
        ),
    ),
    Stdnum("es.nie"),
    chance=0.01,
    context=("nie", "extranjero", "extranjeria", "identidad", "foreigner"),
    columns=("nie", "numero nie", "nif nie", "numero de identidad de extranjero", "identificacion extranjero"),
)

DETECTORS = (ES_NIF, ES_NIE)

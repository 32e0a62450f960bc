"""Italy: fiscal code."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Pattern

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

DETECTORS = (IT_FISCAL_CODE,)

"""Finland: personal identity code."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Each, fi_personal_code
from classifiers.detector import Pattern

FI_PERSONAL_IDENTITY_CODE = national(
    "FI_PERSONAL_IDENTITY_CODE",
    "A personal identity code of Finland (henkilotunnus).",
    "Valtioneuvoston asetus 128/2010: date of birth, sign of the century, serial, check character modulo 31",
    (
        Pattern(
            regex=r"(?<![\w-])[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y](?![\w-])",
            form=r"[^\w-][0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y][^\w-]",
            score=0.6,
            width=11,
            fixed=True,
        ),
    ),
    Each(fi_personal_code),
    chance=0.002,
    context=("hetu", "henkilotunnus", "henkilötunnus", "personbeteckning", "sotu"),
    columns=(
        "hetu",
        "henkilotunnus",
        "henkilötunnus",
        "personbeteckning",
        "sosiaaliturvatunnus",
        "personal identity code",
    ),
)

DETECTORS = (FI_PERSONAL_IDENTITY_CODE,)

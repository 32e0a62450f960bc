"""Sweden: personal number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Each, se_personal_number
from classifiers.detector import Pattern, digits

SE_PERSONNUMMER = national(
    "SE_PERSONNUMMER",
    "A personal number of Sweden (personnummer).",
    "Folkbokforingslagen (1991:481) section 18, SKV 704: date of birth, serial, Luhn digit",
    (
        *(
            digits("999999-9999", 0.4),
            digits("99999999-9999", 0.5),
            digits("999999999999", 0.1),
            digits("9999999999"),
        ),
        Pattern(
            regex=r"(?<![\w.+/-])[0-9]{6}\+[0-9]{4}(?![\w/-])",
            form=r"[^\w.+/-][0-9]{6}\+[0-9]{4}[^\w/-]",
            score=0.3,
            width=11,
            fixed=True,
        ),
    ),
    Each(se_personal_number),
    chance=0.005,
    context=("personnummer", "personnr", "pnr", "svensk", "skatteverket"),
    columns=("personnummer", "person nummer", "personnr", "pnr", "swedish personal number", "personal identity number"),
)

DETECTORS = (SE_PERSONNUMMER,)

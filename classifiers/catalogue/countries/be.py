"""Belgium: national register number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Each, be_national_number
from classifiers.detector import digits

BE_NN = national(
    "BE_NN",
    "A national register number of Belgium (rijksregisternummer, numéro national).",
    "Royal decree of 3 April 1984: date of birth, serial, check number modulo 97",
    (
        *(digits("99999999999"), digits("99.99.99-999.99", 0.7), digits("99.99.99-999-99", 0.6)),
        *(digits("99.99.99 999 99", 0.5), digits("99 99 99 999 99", 0.1)),
    ),
    Each(be_national_number),
    chance=0.002,
    context=("rijksregisternummer", "rijksregister", "insz", "niss", "national", "rrn", "registre"),
    columns=(
        *("rijksregisternummer", "rijksregister", "rijksregister nummer", "insz", "niss", "numero national", "rrn"),
        *(
            "numéro national",
            "numero registre national",
            "registre national",
            "national register number",
            "nationaal nummer",
        ),
    ),
)

DETECTORS = (BE_NN,)

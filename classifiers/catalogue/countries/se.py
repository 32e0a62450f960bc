"""Sweden: personal number and number of an organisation."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum, se_personal_number
from classifiers.detector import Pattern, Sensitivity, digits

SE_PERSONNUMMER = national(
    "SE_PERSONNUMMER",
    "A personal number (personnummer) or coordination number of Sweden.",
    "Folkbokforingslagen (1991:481) section 18, SKV 704, SKV 707: date of birth (day + 60 in the latter), serial, Luhn digit",
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
    chance=0.1,  # of numbers that begin with a date
    context=("personnummer", "personnr", "pnr", "svensk", "svenskt", "svenska", "skatteverket"),
    columns=("personnummer", "person nummer", "personnr", "pnr", "swedish personal number", "personal identity number"),
)

SE_ORGANISATIONSNUMMER = national(
    "SE_ORGANISATIONSNUMMER",
    "A number of an organisation in Sweden (organisationsnummer).",
    "Lag (1974:174) om identitetsbeteckning for juridiska personer: ten digits, the third 2 or more, Luhn digit",
    (
        token(r"[1-9][0-9][2-9][0-9]{3}-[0-9]{4}", 11, score=0.08),
        token(r"(?:1[0-4]|[2-9][0-9])[2-9][0-9]{7}", 10, score=0.005),
    ),
    Stdnum("se.orgnr"),
    chance=0.1,
    context=("organisationsnummer", "orgnr", "org.nr", "org nr", "org. nr", "företagsnummer"),
    columns=("organisationsnummer", "orgnr", "org nr", "organisations nummer", "foretagsnummer", "organisationsnr"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (SE_PERSONNUMMER, SE_ORGANISATIONSNUMMER)

"""Finland: personal identity code, tax number of workers, company and association numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum, fi_personal_code
from classifiers.detector import Pattern, digits

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

FI_YTUNNUS = company(
    "FI_YTUNNUS",
    "A business number of Finland (Y-tunnus).",
    "Yritys- ja yhteisötietolaki 244/2001: seven digits, check digit modulo 11",
    (digits("9999999-9", 0.08),),
    Stdnum("fi.ytunnus"),
    chance=0.09,
    context=("y-tunnus", "ytunnus", "fo-nummer", "business id", "ly-tunnus"),
    columns=("y tunnus", "ytunnus", "ly tunnus", "fo nummer", "business id fi"),
)

FI_ALV = company(
    "FI_ALV",
    "A VAT number of Finland (ALV-numero) without its country prefix or set off from it.",
    "Arvonlisäverolaki 1501/1993: the business number without its hyphen",
    (token(r"FI[ -][0-9]{8}", 11, score=0.9), digits("99999999")),
    Stdnum("fi.alv"),
    chance=0.09,
    context=("alv", "alv-numero", "alv nro", "arvonlisävero", "arvonlisäveronumero"),
    columns=("alv numero", "alv nro", "alvnumero", "arvonlisaveronumero", "arvonlisäveronumero"),
)

FI_VERONUMERO = national(
    "FI_VERONUMERO",
    "A tax number of a worker on building sites in Finland (veronumero).",
    "Laki veronumerosta ja rakennusalan veronumerorekisteristä 1231/2011: twelve digits",
    (digits("999999999999", 0.04), digits("9999 9999 9999", 0.04)),
    Stdnum("fi.veronumero"),
    chance=0.7,
    context=("veronumero", "veronumeron", "skattenummer", "individual tax number"),
    columns=("veronumero", "vero numero", "finnish tax number", "veronro", "individual tax number"),
    needs_column=True,
)

FI_ASSOCIATION_ID = company(
    "FI_ASSOCIATION_ID",
    "A number of an association in the register of Finland.",
    "Yhdistyslaki 503/1989: up to six digits, in groups of three",
    (digits("999.999", 0.05), digits("99.999", 0.05), digits("9.999", 0.05), digits("999999", 0.04)),
    Stdnum("fi.associationid"),
    chance=0.7,
    context=("yhdistysrekisteri", "yhdistysrekisterinumero", "rekisterinumero", "föreningsregister"),
    columns=(
        *("yhdistysrekisterinumero", "yhdistysrekisteri numero", "yhdistys rekisterinumero", "yhdistysrekisteri nro"),
        *("association register number",),
    ),
    needs_column=True,
)

DETECTORS = (FI_PERSONAL_IDENTITY_CODE, FI_YTUNNUS, FI_ALV, FI_VERONUMERO, FI_ASSOCIATION_ID)

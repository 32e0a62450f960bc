"""Ukraine: numbers of taxpayers and enterprises."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

UA_EDRPOU = national(
    "UA_EDRPOU",
    "A number of an enterprise in the state register of Ukraine (EDRPOU).",
    "Cabinet resolution 118 of 1996: seven digits, check digit modulo 11",
    (digits("99999999"),),
    Stdnum("ua.edrpou"),
    chance=0.1,
    context=("єдрпоу", "код єдрпоу", "edrpou"),
    columns=("edrpou", "єдрпоу", "kod edrpou", "edrpou code", "код єдрпоу"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

UA_RNTRC = national(
    "UA_RNTRC",
    "A number of a taxpayer in Ukraine (RNOKPP).",
    "Tax Code art. 70: days since 1899, serial, sex, check digit modulo 11",
    (digits("9999999999"),),
    Stdnum("ua.rntrc"),
    chance=0.1,
    context=("рнокпп", "іпн", "ідентифікаційний номер", "rnokpp"),
    columns=("rnokpp", "рнокпп", "ipn", "іпн", "rntrc"),
    not_columns=("stavka",),
)

DETECTORS = (UA_EDRPOU, UA_RNTRC)

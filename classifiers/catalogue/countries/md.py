"""Moldova: number of a company."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity

MD_IDNO = national(
    "MD_IDNO",
    "A number of a company in Moldova (IDNO), which is its fiscal code.",
    "Government decision 272/2002: 1, year, office, serial, check digit with the weights 7, 3, 1",
    (token(r"1[0-9]{12}", 13, score=0.005),),
    Stdnum("md.idno"),
    chance=0.1,
    context=("idno", "cod fiscal", "codul fiscal"),
    columns=("idno", "cod idno", "idno number", "numar idno", "codul fiscal"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (MD_IDNO,)

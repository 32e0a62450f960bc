"""Thailand: numbers of persons and companies."""

from __future__ import annotations

from classifiers.catalogue.countries import national, unspaced
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

TH_TNIN = national(
    "TH_TNIN",
    "An identity number of a person in Thailand.",
    "Civil Registration Act B.E. 2534: kind of person 1 to 8, office, serial, check digit modulo 11",
    (
        unspaced(digits("9-9999-99999-99-9", 0.6)),
        unspaced(digits("9 9999 99999 99 9", 0.4)),
        unspaced(digits("9999999999999")),
    ),
    Stdnum("th.pin"),
    chance=0.1,
    context=("เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "บัตรประชาชน", "thai id", "thai national id", "tnin"),
    columns=("thai id", "thai national id", "เลขประจำตัวประชาชน", "tnin", "thai citizen id", "thai id number"),
)

TH_MOA = national(
    "TH_MOA",
    "A number of a company in Thailand, which is its tax number.",
    "Department of Business Development: 0, office, kind, year, serial, check digit modulo 11",
    (unspaced(digits("9-99-9-999-99999-9", 0.6)), unspaced(token(r"0[0-9]{12}", 13, score=0.005))),
    Stdnum("th.moa"),
    chance=0.1,
    context=("เลขทะเบียนนิติบุคคล", "นิติบุคคล", "เลขประจำตัวผู้เสียภาษี"),
    columns=("thai company number", "เลขทะเบียนนิติบุคคล", "juristic person number", "moa number", "thai tax id"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (TH_TNIN, TH_MOA)

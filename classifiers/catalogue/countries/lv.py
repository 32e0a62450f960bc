"""Latvia: personal code and VAT number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity

LV_PERSONAL_CODE = national(
    "LV_PERSONAL_CODE",
    "A personal code of Latvia (personas kods).",
    "Law on the register of natural persons: date of birth, century, serial, check digit; from 32 on without a date since 2017",
    (token(r"[0-3][0-9]{5}-[0-9]{5}", 12, score=0.3), token(r"[0-3][0-9]{10}", 11, score=0.005)),
    Stdnum("lv.pvn"),
    chance=0.1,
    context=("personas kods", "personas kodu", "p.k"),
    columns=(
        *("personas kods", "personaskods", "personas koda numurs", "latvian personal code", "klienta personas kods"),
    ),
)

LV_PVN = national(
    "LV_PVN",
    "A VAT number of a company in Latvia, which is its registration number.",
    "State Revenue Service: eleven digits, the first above 3, weighted sum modulo 11",
    (token(r"[4-9][0-9]{10}", 11, score=0.005), token(r"[4-9][0-9]{3} [0-9]{4} [0-9]{3}", 13, score=0.05)),
    Stdnum("lv.pvn"),
    chance=0.1,
    context=("pvn", "reģistrācijas numurs", "reģ. nr", "reg. nr"),
    columns=("pvn numurs", "pvn", "pvn reg nr", "registracijas numurs", "reģistrācijas numurs"),
    not_columns=("summa", "likme"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (LV_PERSONAL_CODE, LV_PVN)

"""Lithuania: personal code and VAT number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity

LT_ASMENS = national(
    "LT_ASMENS",
    "A personal code of Lithuania (asmens kodas).",
    "Law on the population register I-2237: sex and century, date of birth, serial, check digit modulo 11",
    (token(r"[1-6][0-9]{10}", 11, score=0.002),),
    Stdnum("lt.asmens"),
    chance=0.004,
    context=("asmens kodas", "asmens kodo", "a.k"),
    columns=("asmens kodas", "asmenskodas", "asmens kodo numeris", "lithuanian personal code", "kliento asmens kodas"),
)

LT_PVM = national(
    "LT_PVM",
    "A VAT number of Lithuania without its country prefix.",
    "State Tax Inspectorate: nine or twelve digits, the last but one 1, check digit modulo 11",
    (token(r"[0-9]{7}1[0-9]", 9, score=0.005), token(r"[0-9]{10}1[0-9]", 12, score=0.005)),
    Stdnum("lt.pvm"),
    chance=0.1,
    context=("pvm", "pvm kodas", "pvm mokėtojo kodas"),
    columns=("pvm kodas", "pvm moketojo kodas", "pvm", "pvm mokėtojo kodas", "lt pvm"),
    not_columns=("suma", "tarifas", "tarifo"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (LT_ASMENS, LT_PVM)

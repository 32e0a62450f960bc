"""Japan: individual number and corporate number."""

from __future__ import annotations

from classifiers.catalogue.countries import national, unspaced
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

JP_MY_NUMBER = national(
    "JP_MY_NUMBER",
    "An individual number of Japan (kojin bango, My Number).",
    "My Number Act (Act 27 of 2013) and ordinance 85 of 2014: eleven digits, check digit modulo 11",
    (
        unspaced(digits("999999999999")),
        unspaced(digits("9999 9999 9999", 0.02)),
        unspaced(digits("9999-9999-9999", 0.02)),
    ),
    Stdnum("jp.in_"),
    chance=0.1,
    context=("マイナンバー", "個人番号", "kojin bango", "mynumber"),
    columns=("my number", "mynumber", "kojin bango", "個人番号", "マイナンバー", "individual number"),
)

JP_CORPORATE_NUMBER = national(
    "JP_CORPORATE_NUMBER",
    "A corporate number of Japan (hojin bango).",
    "My Number Act art. 39 and ordinance of the Ministry of Finance 70 of 2014: check digit modulo 9, twelve digits",
    (unspaced(digits("9999999999999")), unspaced(digits("9-9999-9999-9999", 0.6))),
    Stdnum("jp.cn"),
    chance=0.12,
    context=("法人番号", "hojin bango", "houjin bangou", "corporate number"),
    columns=("corporate number", "hojin bango", "houjin bangou", "法人番号", "corporate no"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (JP_MY_NUMBER, JP_CORPORATE_NUMBER)

"""China: identity card number of residents, social credit code of organisations."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import cn_resident
from classifiers.detector import digits

CN_RIC = national(
    "CN_RIC",
    "A number of an identity card of a resident of China (居民身份证).",
    "GB 11643-1999: place, date of birth, serial, check character modulo 11",
    (digits("9" * 18), token(r"[0-9]{17}X", 18, score=0.2)),
    Each(cn_resident),
    chance=0.0004,
    context=("身份证", "身份证号", "身份证号码", "公民身份号码", "resident identity card", "id card"),
    columns=("身份证号码", "身份证号", "身份证", "shenfenzheng", "resident identity card", "chinese id number", "ric"),
)

CN_USCC = company(
    "CN_USCC",
    "A unified social credit code of an organisation in China (统一社会信用代码).",
    "GB 32100-2015: register, kind, region, nine characters, check character modulo 31",
    (
        token(
            r"(?=[0-9]{8,17}[A-Y])(?:9[1-3]|[15][1239])[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}",
            18,
            least=r"(?:9[1-3]|[15][1239])[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}[^\w-]",
            score=0.2,
        ),
        digits("9" * 18),
    ),
    Stdnum("cn.uscc"),
    chance=0.033,
    context=("统一社会信用代码", "社会信用代码", "信用代码", "uscc", "social credit code"),
    columns=("统一社会信用代码", "uscc", "social credit code", "unified social credit code", "uscc code", "信用代码"),
)

DETECTORS = (CN_RIC, CN_USCC)

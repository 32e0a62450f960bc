"""Egypt: tax registration number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.detector import Pattern, Sensitivity, digits

EG_TN = company(
    "EG_TN",
    "A tax registration number of Egypt, in Latin or Arabic digits.",
    "Egyptian Tax Authority: nine digits",
    (
        Pattern(
            regex=r"(?<![\w.+/-])\d{3}-\d{3}-\d{3}(?![\w/-])",
            form=r"[^\w.+/-][0-9]{3}-[0-9]{3}-[0-9]{3}[^\w/-]",
            score=0.05,
            width=11,
        ),
        digits("999 999 999", 0.04),
        digits("999999999", 0.04),
    ),
    None,
    chance=0.7,
    context=("الرقم الضريبي", "رقم التسجيل الضريبي", "egypt", "tax registration number", "مصر"),
    columns=("الرقم الضريبي", "egypt tax number", "tax registration number egypt", "eg tax number", "eg tn"),
    sensitivity=Sensitivity.CONFIDENTIAL,
    needs_column=True,
)

DETECTORS = (EG_TN,)

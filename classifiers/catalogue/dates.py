"""Dates in text in digits and short names of months, as Presidio finds them; and UUIDs, which are as unspecific.

A date tells nothing by itself, so a column of dates is none of these unless it is named like a date of a person's life: its
chance is one. What is named a birth is :data:`classifiers.catalogue.people.DATE_OF_BIRTH`.
"""

from __future__ import annotations

from classifiers.checks.dates import calendar_date
from classifiers.checks.sampled import Each
from classifiers.checks.words import random_uuid
from classifiers.detector import Detector, Pattern, Sensitivity, digits

_BEFORE, _AFTER = r"(?<![\w.+])(?<![0-9][/-])", r"(?!\w)(?![./-][0-9])"
_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_TWO, _TWO_DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01])"
_SHORT = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"


def _date(body: str, form: str, width: int, score: float = 0.6) -> Pattern:
    return Pattern(
        regex=f"{_BEFORE}(?:{body}){_AFTER}", form=form, score=score, width=width + 2, ignore_case="[A-Z]" in body
    )


DATE = Detector(
    entity="DATE_TIME",
    title="A date in text, with the time where ISO 8601 writes both.",
    category="user",
    sensitivity=Sensitivity.INTERNAL,
    source="ISO 8601 and the usual national orders; HIPAA 45 CFR 164.514(b)(2)(i)(C) for those of a person's life",
    patterns=(
        Pattern(
            regex=(
                rf"{_BEFORE}[0-9]{{4}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-9]):[0-5][0-9]"
                r"(?::[0-5][0-9](?:\.[0-9]{1,30})?)?(?:Z|[+-][0-2][0-9]:[0-5][0-9])?(?!\w)"
            ),
            form=r"[^\w][0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}",
            score=0.8,
            width=56,
            ignore_case=True,
        ),
        *(digits(shape, 0.6) for shape in ("9999-99-99", "9999/99/99", "99/99/9999", "99.99.9999", "99-99-9999")),
        _date(
            rf"[0-9]{{4}}-(?:[1-9]-{_DAY}|{_TWO}-[1-9])|(?:[1-9]-{_DAY}|{_TWO_DAY}-[1-9])-[0-9]{{4}}",
            r"[^\w](?:[0-9]{4}-(?:[0-9]-[0-9]{1,2}|[0-9]{2}-[0-9])|(?:[0-9]-[0-9]{1,2}|[0-9]{2}-[0-9])-[0-9]{4})[^\w]",
            10,
        ),
        _date(
            rf"[0-9]{{4}}/(?:[1-9]/{_DAY}|{_TWO}/[1-9])|(?:[1-9]/{_DAY}|{_TWO_DAY}/[1-9])/[0-9]{{4}}|{_DAY}/{_DAY}/[0-9]{{2}}",
            r"[^\w](?:[0-9]{4}/(?:[0-9]/[0-9]{1,2}|[0-9]{2}/[0-9])|(?:[0-9]/[0-9]{1,2}|[0-9]{2}/[0-9])/[0-9]{4}|"
            r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2})[^\w]",
            10,
        ),
        _date(
            rf"(?:[1-9]\.{_MONTH}|{_TWO_DAY}\.[1-9])\.[0-9]{{4}}|{_DAY}\.{_MONTH}\.[0-9]{{2}}",
            r"[^\w.](?:(?:[0-9]\.[0-9]{1,2}|[0-9]{2}\.[0-9])\.[0-9]{4}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2})[^\w]",
            10,
        ),
        Pattern(
            regex=(
                rf"{_BEFORE}(?:{_DAY}-{_SHORT}(?:-(?:[0-9]{{4}}|[0-9]{{2}}))?|(?<![0-9]-){_SHORT}-(?:[0-9]{{4}}|[0-9]{{2}}))"
                rf"{_AFTER}"
            ),
            form=rf"[^\w](?:[0-9]{{1,2}}-{_SHORT}[^\w]|{_SHORT}-[0-9]{{2}})",
            score=0.6,
            width=13,
            ignore_case=True,
        ),
    ),
    check=Each(calendar_date),
    chance=1.0,
    columns=(
        *(
            "date of death",
            "deceased date",
            "admission date",
            "date of admission",
            "discharge date",
            "appointment date",
        ),
        *(
            "wedding date",
            "marriage date",
            "visit date",
            "treatment date",
            "sterbedatum",
            "todesdatum",
            "aufnahmedatum",
        ),
        *(
            "entlassungsdatum",
            "date de deces",
            "date de décès",
            "date d admission",
            "fecha de defuncion",
            "fecha de ingreso",
        ),
        *("data di morte", "data di ricovero", "overlijdensdatum", "opnamedatum"),
    ),
    not_columns=("product", "place", "count", "id"),
)

MONTH = Detector(
    entity="DATE_TIME",
    subtype="MONTH",
    title="A month and year in digits, called a date.",
    category="user",
    sensitivity=Sensitivity.INTERNAL,
    source="usual national orders",
    patterns=(
        Pattern(
            regex=rf"(?<![\w.+/-]){_MONTH}/[12][0-9]{{3}}(?![\w/-])",
            form=r"[^\w.+/-][01]?[0-9]/[12][0-9]{3}[^\w/-]",
            score=0.2,
            width=7,
        ),
        Pattern(
            regex=rf"(?<![\w.+/-]){_MONTH}/[0-9]{{2}}(?![\w/-])",
            form=r"[^\w.+/-][01]?[0-9]/[0-9]{2}[^\w/-]",
            score=0.1,
            width=5,
        ),
    ),
    chance=1.0,
    context=("date", "birthday"),
    columns=("graduation month", "birth month year", "month of birth", "month of admission", "month of death"),
    not_columns=("count", "id"),
    needs_column=True,
)

UUID = Detector(
    entity="UUID",
    title="A UUID in text, or in a field named like that of a person or device.",
    category="user.unique_id.pseudonymous",
    sensitivity=Sensitivity.INTERNAL,
    source="RFC 9562: versions 1 to 8 of its variant",
    patterns=(
        Pattern(
            regex=r"(?<!\w)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?!\w)",
            form=r"[^\w][0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}[^\w]",
            score=0.5,
            width=36,
            fixed=True,
        ),
    ),
    check=Each(random_uuid),
    chance=1.0,
    columns=("user uuid", "user guid", "customer uuid", "customer guid", "person uuid", "patient uuid", "device uuid"),
    not_columns=("count", "type"),
)

DETECTORS = (DATE, MONTH, UUID)

"""National numbers, one file a country: what a state, its health service or its tax office gives a person.

Formats and check digits are python-stdnum's unless the file says otherwise. Most numbers without separators look alike, so a
column of them is told by how many values pass the check, and by its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from classifiers.detector import Check, Detector, Pattern, Sensitivity

GOVERNMENT_ID = "user.government_id.national_identification_number"
PASSPORT = "user.government_id.passport_number"
POSTCODE = "user.contact.address.postal_code"
BANK_ACCOUNT = "user.financial.bank_account"
VEHICLE = "user.government_id.vehicle_registration"


def national(  # noqa: PLR0913 - the attributes of a detector
    entity: str,
    title: str,
    source: str,
    patterns: Iterable[Pattern],
    check: Check | None,
    *,
    chance: float,
    context: tuple[str, ...],
    columns: tuple[str, ...],
    category: str = GOVERNMENT_ID,
    sensitivity: Sensitivity = Sensitivity.RESTRICTED,
    not_columns: tuple[str, ...] = (),
    needs_column: bool = False,
    subtype: str = "",
) -> Detector:
    """A detector of one national number; the parameters are those of :class:`Detector`."""
    return Detector(
        entity=entity,
        subtype=subtype,
        title=title,
        category=category,
        sensitivity=sensitivity,
        source=source,
        patterns=tuple(patterns),
        check=check,
        chance=chance,
        context=context,
        columns=columns,
        not_columns=("type", "verified", "status", "count", "expiry", "issued", "country", *not_columns),
        needs_column=needs_column,
    )


def company(  # noqa: PLR0913 - the attributes of a detector
    entity: str,
    title: str,
    source: str,
    patterns: Iterable[Pattern],
    check: Check | None,
    *,
    chance: float,
    context: tuple[str, ...],
    columns: tuple[str, ...],
    sensitivity: Sensitivity = Sensitivity.INTERNAL,
    not_columns: tuple[str, ...] = (),
    needs_column: bool = False,
) -> Detector:
    """A detector of a number of companies; confidential where sole traders have one that leads to the person."""
    return national(
        entity,
        title,
        source,
        patterns,
        check,
        chance=chance,
        context=context,
        columns=columns,
        category="user.financial",
        sensitivity=sensitivity,
        not_columns=not_columns,
        needs_column=needs_column,
    )


def unspaced(pattern: Pattern) -> Pattern:
    """The same pattern for scripts without blanks between words: Chinese, Japanese, Korean, Thai.

    Only letters and digits of ASCII, and what folds to them, make a longer token of a match there.
    """
    return replace(
        pattern,
        regex=pattern.regex.replace(r"[\w", r"[\dA-Za-z_\u0130\u0131\u017f\u212a"),
        form=pattern.form.replace(r"[^\w", "[^0-9A-Za-z"),
        fixed=False,
    )

"""Malaysia: identity card number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

MY_NRIC = national(
    "MY_NRIC",
    "A number of an identity card of Malaysia (MyKad).",
    "National Registration Regulations 1990: date of birth, place of birth, serial",
    (digits("999999-99-9999", 0.3),),
    Stdnum("my.nric"),
    chance=0.04,
    context=("nric", "mykad", "kad pengenalan", "no. kp", "no kp", "ic no", "ic number"),
    columns=("mykad", "nric", "no kad pengenalan", "kad pengenalan", "ic number", "no ic", "nric no"),
)

MY_NRIC_UNFORMATTED = national(
    "MY_NRIC",
    "A number of an identity card of Malaysia without its hyphens, like a time to the second.",
    "National Registration Regulations 1990: date of birth, place of birth, serial",
    (digits("999999999999", 0.04),),
    Stdnum("my.nric"),
    chance=0.8,
    context=("nric", "mykad", "kad pengenalan", "no. kp", "no kp", "ic no", "ic number"),
    columns=("mykad", "nric", "no kad pengenalan", "kad pengenalan", "ic number", "no ic", "nric no"),
    needs_column=True,
    subtype="UNFORMATTED",
)

DETECTORS = (MY_NRIC, MY_NRIC_UNFORMATTED)

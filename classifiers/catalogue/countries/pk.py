"""Pakistan: identity card number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

PK_CNIC = national(
    "PK_CNIC",
    "A number of a computerised national identity card of Pakistan (CNIC).",
    "NADRA Ordinance 2000: province 1 to 7, place, family, sex",
    (digits("99999-9999999-9", 0.5), digits("9999999999999", 0.03)),
    Stdnum("pk.cnic"),
    chance=0.65,
    context=("cnic", "nadra", "nicop", "شناختی کارڈ", "shanakhti card"),
    columns=("cnic", "cnic no", "cnic number", "nic number", "shanakhti card", "cnic nicop"),
)

DETECTORS = (PK_CNIC,)

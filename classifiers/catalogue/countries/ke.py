"""Kenya: taxpayer number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

KE_PIN = national(
    "KE_PIN",
    "A taxpayer number of Kenya (KRA PIN).",
    "Kenya Revenue Authority: A for persons or P for others, nine digits, a letter",
    (token(r"[AP][0-9]{9}[A-Z]", 11, score=0.06),),
    Stdnum("ke.pin"),
    chance=0.08,
    context=("kra", "pin", "kra pin", "kra pin number"),
    columns=("kra pin", "kra pin number", "kra number", "kra pin no", "kra tax pin"),
    needs_column=True,
)

DETECTORS = (KE_PIN,)

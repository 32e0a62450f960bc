"""Hungary: tax number of a business."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.registers import hu_tax_number
from classifiers.checks.sampled import Each
from classifiers.detector import Sensitivity, digits

HU_ANUM = national(
    "HU_ANUM",
    "A tax number of a business in Hungary (adószám).",
    "Act CL of 2017 on the rules of taxation: eight digits with a check digit, kind of taxation, county",
    (digits("99999999-9-99", 0.5), digits("99999999")),
    Each(hu_tax_number),
    chance=0.1,
    context=("adószám", "adoszam", "adószáma", "közösségi adószám"),
    columns=("adoszam", "adószám", "adoszama", "kozossegi adoszam", "hungarian tax number"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (HU_ANUM,)

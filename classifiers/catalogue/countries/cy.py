"""Cyprus: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import company
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity

CY_VAT = company(
    "CY_VAT",
    "A tax and VAT number of Cyprus without its country prefix or set off from it.",
    "Tax Department of Cyprus: eight digits and a check letter modulo 26",
    (
        token(r"CY[- ][0-9]{8}[A-Z]", 12, score=0.95),
        token(r"[0-9]{8}[A-Z]", 9, score=0.03),
    ),
    Stdnum("cy.vat"),
    chance=0.04,
    context=("φπα", "αφτ", "cyprus", "κύπρος", "tic"),
    columns=("cy vat", "cyprus vat number", "cyprus tax number", "cyprus tic", "αριθμός φπα"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DETECTORS = (CY_VAT,)

"""Monaco: VAT number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity

MC_TVA = national(
    "MC_TVA",
    "A VAT number of Monaco: French, with three zeros where the number of a French company begins.",
    "Franco-Monegasque convention of 1963: two check digits modulo 97, 000, six digits",
    (
        token(r"FR[0-9]{2}000[0-9]{6}", 13, score=0.5),
        token(r"[0-9]{2} 000[0-9] [0-9]{5}", 13, score=0.3),
        token(r"FR [0-9]{2} 000 [0-9]{3} [0-9]{3}", 17, score=0.6),
        token(r"[0-9]{2} 000 [0-9]{3} [0-9]{3}", 14, score=0.3),
    ),
    Stdnum("mc.tva"),
    chance=0.012,
    context=("tva", "monaco", "numéro tva", "numéro de tva", "monégasque"),
    columns=("numero tva monaco", "tva monaco", "monaco vat", "monaco vat number", "tva intracommunautaire monaco"),
    not_columns=("taux", "montant"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (MC_TVA,)

"""Tunisia: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum

TN_MF = national(
    "TN_MF",
    "A tax number of Tunisia (matricule fiscal), with its codes of VAT, category and establishment.",
    "Code de l'IRPP et de l'IS art. 56: seven digits, key letter, two code letters, three digits",
    (
        token(r"[0-9]{7}/[A-HJ-NP-TV-Z]/[ABDNP]/[CEMNP]/[0-9]{3}", 17, score=0.9),
        token(
            r"[0-9]{7} ?[A-HJ-NP-TV-Z] [ABDNP] [CEMNP] [0-9]{3}",
            17,
            score=0.5,
            least=r"[0-9]{7} ?[A-Z] [ABDNP] [CEMNP]",
        ),
        token(r"[0-9]{7}[A-HJ-NP-TV-Z][ABDNP][CEMNP][0-9]{3}", 13, score=0.3),
    ),
    Stdnum("tn.mf"),
    chance=0.25,
    context=("matricule fiscal", "matricule fiscale", "identifiant fiscal"),
    columns=(
        *("matricule fiscal", "matricule fiscale", "num matricule fiscal", "identifiant fiscal"),
        *("matricule fiscal client",),
    ),
)

DETECTORS = (TN_MF,)

"""Germany: tax identification number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks_sampled import Stdnum
from classifiers.detector import digits

DE_TAX_ID = national(
    "DE_TAX_ID",
    "A tax identification number of Germany (Steuer-IdNr.).",
    "section 139b AO and the Bundeszentralamt's description: one digit repeats, check digit ISO 7064 mod 11,10",
    (digits("99999999999"), digits("99 999 999 999", 0.05)),
    Stdnum("de.idnr"),
    chance=0.004,
    context=("steuer", "steuerid", "idnr", "identifikationsnummer", "steueridentifikationsnummer", "finanzamt", "tax"),
    columns=(
        *(
            "steuer id",
            "steuer id nr",
            "id nr",
            "steuerid",
            "steuer idnr",
            "steuer identifikationsnummer",
            "steueridentifikationsnummer",
            "idnr",
        ),
        *("identifikationsnummer", "steuerliche identifikationsnummer", "tax id", "tax number", "tin", "german tax id"),
    ),
)

DETECTORS = (DE_TAX_ID,)

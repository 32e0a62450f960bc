"""Companies and other organisations that people work for, told by the name of the field or by their legal forms."""

from __future__ import annotations

from classifiers.detector import Detector, Sensitivity
from classifiers.gazetteers.checks import LookedUp

ORGANIZATION = Detector(
    entity="ORGANIZATION",
    title="The name of a company or another organisation.",
    category="user.workplace",
    sensitivity=Sensitivity.INTERNAL,
    source="the name of the field, and legal forms of companies of some thirty countries (ISO 20275)",
    columns=(
        *("company", "company name", "employer", "employer name", "organization", "organisation", "organization name"),
        *(
            "organisation name",
            "business name",
            "legal entity",
            "corporation",
            "account company",
            "firma",
            "firmenname",
        ),
        *("arbeitgeber", "unternehmen", "societe", "société", "entreprise", "employeur", "raison sociale", "empresa"),
        *("razon social", "razón social", "empleador", "azienda", "ragione sociale", "datore di lavoro", "bedrijf"),
        *("bedrijfsnaam", "werkgever", "razao social", "razão social", "empregador"),
    ),
    not_columns=(
        "id",
        "number",
        "no",
        "code",
        "type",
        "size",
        "count",
        "status",
        "domain",
        "url",
        "email",
        "phone",
        "date",
    ),
    check=LookedUp("company"),
    chance=0.02,
    shapes=r"(?=.{0,63}[Aax])(?!.{0,63}@)[Aax9][Aax9 .,'&+/()-]{1,63}",
)

DETECTORS = (ORGANIZATION,)

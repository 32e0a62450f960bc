"""Health: conditions, codes of diagnoses, tests and drugs, blood groups, records and cards, in any country.

Numbers that one country gives stand with that country. Codes look like many other things, so a word must introduce them in
text, or the name of the field; only codes with a point (``E11.9``) and a word nearby are found without.
"""

from __future__ import annotations

from classifiers.catalogue.health_words import CONDITIONS
from classifiers.catalogue.secrets import token
from classifiers.catalogue.special import special
from classifiers.catalogue.wording import any_of, as_form, whole_cell
from classifiers.checks.health import ehic, loinc, snomed
from classifiers.checks.sampled import Each
from classifiers.checks.words import not_all_zero
from classifiers.detector import Check, Detector, Pattern, Sensitivity, digits

_HEALTH = "user.health_and_medical"
_RECORD = "user.health_and_medical.record_id"
_FEW = r"(?:[\w-]{1,20} ){0,3}"

_SUFFERING = (
    *("suffers from", "suffering from", "suffered from", "treated for", "hospitalised for", "hospitalized for"),
    *(
        "a history of",
        "tested positive for",
        "living with",
        "lives with",
        "admitted with",
        "has been ill with",
        "died of",
    ),
    *("leidet an", "leidet unter", "litt an", "erkrankt an", "erkrankte an", "behandelt wegen", "souffre de"),
    *("souffre d'un", "souffre d'une", "atteint de", "atteinte de", "atteint d'un", "traité pour", "traitée pour"),
    *("padece de", "padece", "sufre de", "enfermo de", "enferma de", "tratado por", "tratada por", "soffre di"),
    *("affetto da", "affetta da", "malato di", "malata di", "lijdt aan", "behandeld voor", "ziek door"),
)
_DIAGNOSED = (
    *("diagnosed with", "was diagnosed as having", "diagnosis of", "diagnostiziert mit", "die diagnose"),
    *("diagnostiqué avec", "diagnostiquée avec", "diagnostic de", "diagnosticado con", "diagnosticada con"),
    *("diagnosticado de", "diagnosticato", "diagnosticata", "diagnosi di", "gediagnosticeerd met", "diagnose"),
)
_BY_NAME = "diagnosis|diagnoses|diagnose|diagnostic|diagnostico|diagnóstico|diagnosi"

MEDICAL_CONDITION = special(
    "MEDICAL_CONDITION",
    "A disease, disorder or disability of a person.",
    _HEALTH,
    "GDPR Art. 4(15) and 9(1); names of frequent conditions in six languages",
    (
        whole_cell(*CONDITIONS),
        Pattern(
            regex=rf"(?<![\w-])(?:{any_of((*_SUFFERING, *_DIAGNOSED))}) {_FEW}(?:{any_of(CONDITIONS)})(?![\w-])",
            form=rf"[^\w-](?:{as_form(any_of((*_SUFFERING, *_DIAGNOSED)))}) [\w-]",
            score=0.8,
            width=24 + 64 + 40,
            ignore_case=True,
        ),
        Pattern(
            regex=rf"(?<![\w-])(?:{_BY_NAME}): ?{_FEW}(?:{any_of(CONDITIONS)})(?![\w-])",
            form=rf"[^\w-](?:{as_form(_BY_NAME)}): ?[\w-]",
            score=0.8,
            width=20 + 64 + 40,
            ignore_case=True,
        ),
        Pattern(
            regex=(
                r"(?<![\w-])(?:(?:is|was|am|ist|est|es|è|being) (?:HIV[ -]positi(?:ve|v|f|vo|ef)|séropositi(?:f|ve)|"
                r"seropositiv[oa]|sieropositiv[oa]|(?:\d{1,2} (?:weeks|months) )?pregnant|schwanger|enceinte|embarazada|incinta|"
                r"zwanger|disabled|schwerbehindert)|HIV[ -]positive|HIV[ -]positiv)(?![\w-])"
            ),
            form=(
                r"(?:HIV[ -]positi|[^\w-](?:is|was|am|ist|est|es|_|being) (?:s_ropositi|seropositiv|sieropositiv|"
                r"(?:[0-9]{1,2} (?:weeks|months) )?pregnant|schwanger|enceinte|embarazada|incinta|zwanger|disabled|"
                r"schwerbehindert))"
            ),
            score=0.7,
            width=36,
            ignore_case=True,
        ),
    ),
    (
        *(
            "diagnosis",
            "medical condition",
            "condition",
            "disease",
            "illness",
            "disorder",
            "disability",
            "primary diagnosis",
        ),
        *(
            "medical history",
            "allergy",
            "symptom",
            "comorbidity",
            "chief complaint",
            "diagnosis description",
            "diagnose",
        ),
        *(
            "krankheit",
            "erkrankung",
            "behinderung",
            "allergie",
            "diagnostic",
            "maladie",
            "handicap",
            "antecedents medicaux",
        ),
        *("diagnostico", "diagnóstico", "enfermedad", "discapacidad", "alergia", "diagnosi", "malattia", "patologia"),
        *("disabilita", "disabilità", "ziekte", "aandoening", "beperking"),
    ),
    context=("diagnosis", "condition", "disease", "patient", "diagnose", "diagnostic", "diagnostico", "diagnosi"),
    not_columns=(
        *(
            "code",
            "item",
            "product",
            "weather",
            "car",
            "vehicle",
            "network",
            "system",
            "payment",
            "terms",
            "and",
            "road",
        ),
        *("where", "sql", "rule", "trigger"),
    ),
    shapes=r"[aAx9][aAx9 ,/&'().-]{1,62}",
)

MEDICATION = special(
    "MEDICATION",
    "A drug that a person takes, often with its dose.",
    _HEALTH,
    "GDPR Art. 4(15); doses as in prescriptions",
    (
        Pattern(
            regex=(
                r"(?<![\w-])(?:prescribed|takes|taking|was given|is on|started on|verordnet|prend|toma|assume|slikt) "
                r"(?:\w{1,12} ){0,1}[A-Za-z]{4,24},? [0-9]{1,4}(?:[.,][0-9]{1,2})? ?(?:mg|mcg|µg|g|ml|IU|IE|UI)(?![\w-])"
            ),
            form=r"[a-z],? [0-9]{1,4}(?:[.,][0-9]{1,2})? ?(?:mg|mcg|.g|g|ml|IU|IE|UI)[^\w-]",
            score=0.8,
            width=72,
            ignore_case=True,
        ),
    ),
    (
        *(
            "medication",
            "medications",
            "drug name",
            "prescribed drug",
            "prescription",
            "current medication",
            "medicament",
        ),
        *("medikament", "medikation", "arzneimittel", "médicament", "traitement medical", "medicamento", "medicacion"),
        *("farmaco", "terapia farmacologica", "medicijn", "medicatie"),
    ),
    not_columns=("price", "code", "no", "stock"),
    shapes=r"[aAx][aAx9 ,/&'().%-]{1,62}",
)

BLOOD_TYPE = special(
    "BLOOD_TYPE",
    "A blood group with its Rhesus factor.",
    _HEALTH,
    "ISBT 128: groups of AB0 and RhD",
    (
        Pattern(
            regex=(
                r"(?<![\w-])(?:blood (?:type|group)|Blutgruppe|groupe sanguin|grupo sanguíneo|grupo sanguineo|gruppo sanguigno|"
                r"bloedgroep)(?:\s?[:=]|\s(?:is|ist|est|es|è))? ?(?:AB|A|B|O|0) ?(?:Rh(?:D|esus)? ?)?"
                r"(?:[+\u2212-]|positi(?:ve|v|f|vo|ef)|negati(?:ve|v|f|vo|ef)|pos|neg)(?![\w+])"
            ),
            form=(
                r"[^\w-](?:blood (?:type|group)|Blutgruppe|groupe sanguin|grupo sangu[i_]neo|gruppo sanguigno|"
                r"bloedgroep)"
            ),
            score=0.9,
            width=54,
            ignore_case=True,
        ),
    ),
    (
        *("blood type", "blood group", "bloodtype", "abo rh", "blood rh", "blutgruppe", "groupe sanguin"),
        *("grupo sanguineo", "grupo sanguíneo", "gruppo sanguigno", "bloedgroep"),
    ),
    not_columns=("pressure", "sugar"),
    shapes=r"[Aa9]{1,2} ?(?:[+-]|x|[aA]{1,2}[+-]?|A?a? ?[+-]|Aa [aA])",
)


def _code(  # noqa: PLR0913 - the attributes of a detector
    entity: str,
    title: str,
    source: str,
    patterns: tuple[Pattern, ...],
    check: Check | None,
    chance: float,
    context: tuple[str, ...],
    columns: tuple[str, ...],
    *,
    category: str = _HEALTH,
    sensitivity: Sensitivity = Sensitivity.RESTRICTED,
    not_columns: tuple[str, ...] = (),
    needs_column: bool = True,
    shapes: str | None = None,
) -> Detector:
    return Detector(
        entity=entity,
        title=title,
        category=category,
        sensitivity=sensitivity,
        source=source,
        patterns=patterns,
        check=check,
        chance=chance,
        context=context,
        columns=columns,
        not_columns=("type", "status", "count", "date", "version", *not_columns),
        needs_column=needs_column,
        shapes=shapes,
    )


ICD_CODE = _code(
    "ICD_CODE",
    "A code of a diagnosis (ICD-10 and its national modifications).",
    "WHO ICD-10; CDC ICD-10-CM tabular list: letter, digit, digit or A B, up to four further places",
    (
        Pattern(
            regex=r"(?<![\w.-])[A-Z][0-9][0-9AB]\.[0-9A-Z]{1,4}(?![\w-])",
            form=r"[^\w.-][A-Z][0-9][0-9AB]\.[0-9A-Z]{1,4}[^\w-]",
            score=0.1,
            width=9,
        ),
        Pattern(
            regex=(
                r"(?<![\w-])ICD(?:-?10(?:-?(?:CM|GM|SE))?)?(?: code)?[ :]{1,2}[A-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?"
                r"(?![\w.-]\w)(?!\w)"
            ),
            form=r"[^\w-]ICD(?:-?10(?:-?(?:CM|GM|SE))?)?(?: code)?[ :]{1,2}[A-Z][0-9][0-9AB]",
            score=0.9,
            width=31,
        ),
    ),
    None,
    0.7,
    ("icd", "diagnosis", "diagnoses", "dx", "diagnose", "diagnostic", "diagnostico", "diagnosi", "icd10"),
    (
        *("icd code", "icd", "icd cm", "icd diagnosis code", "diagnosis code", "dx code", "primary dx", "dx", "icd gm"),
        *("diagnosecode", "diagnoseschluessel", "diagnoseschlüssel", "code diagnostic", "codigo diagnostico", "cie"),
        *("codice diagnosi",),
    ),
    needs_column=False,
    shapes=r"A9[9A](?:\.?[A9]{1,5})?",
)

DRUG_CODE = _code(
    "US_NDC",
    "A code of a drug in the United States (NDC).",
    "FDA 21 CFR 207.33: labeler, product, package in 4-4-2, 5-3-2, 5-4-1 or 5-4-2 digits",
    tuple(digits(shape, 0.05) for shape in ("9999-9999-99", "99999-999-99", "99999-9999-9", "99999-9999-99")),
    Each(not_all_zero),
    0.99,
    ("ndc", "national drug code", "drug code", "drug"),
    ("ndc", "ndc code", "national drug code", "drug code", "ndc number", "product ndc"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

LOINC = _code(
    "LOINC_CODE",
    "A code of a laboratory test or measurement (LOINC).",
    "Regenstrief Institute, LOINC users' guide: digits, hyphen, check digit modulo 10",
    (
        Pattern(
            regex=r"(?<![^\n])[0-9]{3,5}-[0-9](?![^\n])",
            form=r"\n[0-9]{3,5}-[0-9]\n",
            score=0.05,
            width=7,
        ),
        Pattern(
            regex=r"(?<![\w-])LOINC(?: code)?[ :=#]{1,2}[0-9]{1,5}-[0-9](?![\w-])",
            form=r"[^\w-]LOINC(?: code)?[ :=#]{1,2}[0-9]{1,5}-[0-9]",
            score=0.9,
            width=19,
            ignore_case=True,
        ),
    ),
    Each(loinc),
    0.1,
    ("loinc",),
    ("loinc", "loinc code", "loinc num", "loinc number", "test loinc", "observation loinc"),
    sensitivity=Sensitivity.CONFIDENTIAL,
    needs_column=False,
)

SNOMED = _code(
    "SNOMED_CODE",
    "A code of a clinical term (SNOMED CT).",
    "SNOMED International, RF2: identifiers of 6 to 18 digits with partition and Verhoeff's check digit",
    (
        Pattern(
            regex=r"(?<![\w-])(?:SNOMED(?:[ -]?CT)?|SCTID)(?: code| id)?[ :=#|]{1,2}[1-9][0-9]{5,17}(?![\w-])",
            form=r"[^\w-](?:SNOMED(?:[ -]?CT)?|SCTID)(?: code| id)?[ :=#|]{1,2}[1-9][0-9]{5}",
            score=0.9,
            width=36,
            ignore_case=True,
        ),
    ),
    Each(snomed),
    0.05,
    ("snomed", "sctid"),
    ("snomed code", "snomed", "snomed ct", "sctid", "snomed id", "snomed concept id"),
    needs_column=False,
    shapes=r"9{6,18}",
)

MEDICAL_RECORD_NUMBER = _code(
    "MEDICAL_RECORD_NUMBER",
    "A number of a patient's record in one hospital or practice.",
    "HIPAA 45 CFR 164.514(b)(2)(i)(H); formats of the institutions: a word must introduce it",
    (
        Pattern(
            regex=(
                r"(?<![\w-])(?:MRN|Medical Record(?: (?:Number|No\.?|#))?|Patient (?:ID|No\.?|Number)|Chart (?:No\.?|Number|#)|"
                r"Patientennummer|Patienten-ID|Fallnummer|numéro de patient|NHC|historia clínica|cartella clinica|"
                r"patiëntnummer)(?:[ :=#.]{1,3}|\sis\s|\sn\.?º?\s?)(?=[A-Z-]{0,6}[0-9])[A-Z0-9-]{4,15}(?![\w-])"
            ),
            form=(
                r"[^\w-](?:MRN|Medical Record|Patient (?:ID|No|Number)|Chart (?:No|Number|#)|"
                r"Patientennummer|Patienten-ID|Fallnummer|num_ro de patient|NHC|historia cl_nica|cartella clinica|"
                r"pati_ntnummer)"
            ),
            score=0.8,
            width=48,
            ignore_case=True,
        ),
    ),
    None,
    0.05,
    (),
    (
        *("mrn", "medical record number", "medical record no", "patient id", "patient number", "chart number"),
        *(
            "hospital number",
            "patientennummer",
            "patienten id",
            "fallnummer",
            "numero de patient",
            "numero dossier patient",
        ),
        *("numero de historia clinica", "nhc", "numero cartella clinica", "patientnummer", "patiëntnummer"),
    ),
    category=_RECORD,
    needs_column=False,
    shapes=r"(?=.{0,14}9)[A9][A9-]{3,15}|9{4,15}",
)

EHIC = _code(
    "EU_EHIC",
    "A number of a European health insurance card.",
    "Decision S2 of the Administrative Commission (2009); EN 1867: 80, country, institution, serial",
    (token(r"80[0-9]{18}", 20, score=0.2), token(r"80[0-9]{3} [0-9]{5} [0-9]{10}", 22, score=0.4)),
    Each(ehic),
    0.02,
    ("ehic", "health insurance card", "krankenversicherungskarte", "ceam", "tse", "team", "tessera sanitaria", "ezvk"),
    (
        *("ehic", "ehic number", "european health insurance card", "ehic card number", "numero ceam", "numero tse"),
        *("ekvk nummer", "kennnummer der karte"),
    ),
    category="user.health_and_medical.insurance_beneficiary_id",
    needs_column=False,
)

DISABILITY_DEGREE = special(
    "DISABILITY_DEGREE",
    "A degree of disability.",
    _HEALTH,
    "SGB IX § 152 (Germany), and like rules elsewhere; only the name of the field tells",
    (),
    (
        *("disability degree", "degree of disability", "disability percentage", "disability rating", "gdb"),
        *("grad der behinderung", "taux d incapacite", "taux de handicap", "grado de discapacidad"),
        *("grado di invalidita", "percentuale di invalidita", "mate van arbeidsongeschiktheid"),
    ),
    shapes=r"9{1,3}(?:[.,]9{1,2})?(?: ?%)?",
)

DETECTORS = (
    *(MEDICAL_CONDITION, MEDICATION, BLOOD_TYPE, DISABILITY_DEGREE, ICD_CODE, DRUG_CODE, LOINC, SNOMED),
    *(MEDICAL_RECORD_NUMBER, EHIC),
)

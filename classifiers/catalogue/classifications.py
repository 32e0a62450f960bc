"""Banners of classified papers of states and alliances.

Levels that are words of the language (*secret*, *geheim*) count alone in a line, all others wherever they stand in capitals.
"""

from __future__ import annotations

from classifiers.catalogue.wording import any_of, whole_cell, written
from classifiers.detector import Detector, Pattern, Sensitivity


def _banner(
    subtype: str, title: str, source: str, *patterns: Pattern, chance: float = 0.001, columns: tuple[str, ...] = ()
) -> Detector:
    return Detector(
        entity="CLASSIFICATION_MARKING",
        subtype=subtype,
        title=title,
        category="system",
        sensitivity=Sensitivity.RESTRICTED,
        source=source,
        patterns=patterns,
        chance=chance,
        columns=columns,
        not_columns=("id", "count", "date", "version") if columns else (),
    )


def _alone(*words: str) -> Pattern:
    """Words in capitals alone in a line, between asterisks, hyphens or equals signs at most."""
    return Pattern(
        regex=rf"(?<![^\n])(?:[*=#-]{{1,10}} ?)?(?:{any_of(words)})(?: ?[*=#-]{{1,10}})?(?![^\n])",
        form=rf"\n(?:[*=#-]{{1,10}} ?)?(?:{any_of(words)})(?: ?[*=#-]{{1,10}})?\n",
        score=0.6,
        width=max(map(len, words)) + 22,
    )


ANY_STATE = _banner(
    "",
    "A banner with a level that several states have: secret or top secret.",
    "Executive Order 13526 section 1.2; UK Government Security Classifications; national rules",
    written("TOP SECRET", "TOP-SECRET", "STRICTLY SECRET"),
    _alone("SECRET", "MOST SECRET", "SECRETO", "SEGRETO", "RESERVADO"),
    whole_cell("top secret", score=0.6),
    chance=0.005,
    columns=(
        *("security classification", "security level", "classification level", "classification marking"),
        *("national classification", "geheimhaltungsgrad", "verschlusssachengrad", "niveau de classification"),
    ),
)

_US_LEVEL = r"TOP SECRET|SECRET|CONFIDENTIAL|UNCLASSIFIED|CONTROLLED|CUI"
_US_CONTROL = (
    r"(?:NOFORN|NF|FOUO|SI|TK|HCS|REL|ORCON|OC|IMCON|PROPIN|PR|FISA|RD|FRD|SAR|SP|LES|SBU|FGI|RELIDO|DL|FED|NOCON|DEA|PRVCY|"
    r"CTI|BASIC)"
)

US_BANNER = _banner(
    "US",
    "A banner or portion mark of the United States: a level, then its controls; or controlled unclassified information.",
    "ISOO 32 CFR 2001.23 and 32 CFR 2002.20 (CUI), IC markings of ICD 710",
    Pattern(
        regex=(
            rf"(?<![\w/-])(?:(?:{_US_LEVEL})//(?:[A-Z][A-Z0-9]{{1,15}}[A-Z0-9 ,/-]{{0,60}})?[A-Z0-9]|"
            rf"(?:TS|S|C|U)//{_US_CONTROL}(?:[ ,/-][A-Z0-9 ,/-]{{0,40}}[A-Z0-9])?)(?![\w/-])"
        ),
        form=rf"(?:(?:SECRET|CONFIDENTIAL|UNCLASSIFIED|CONTROLLED|CUI)//[A-Z0-9]|[^\w/-](?:TS|S|C|U)//{_US_CONTROL})",
        score=0.9,
        width=100,
    ),
    written(
        "FOR OFFICIAL USE ONLY", "For Official Use Only", "SENSITIVE BUT UNCLASSIFIED", "LAW ENFORCEMENT SENSITIVE"
    ),
    written("CONTROLLED UNCLASSIFIED INFORMATION", "Controlled Unclassified Information"),
    _alone("CUI", "CONTROLLED"),
)

UK_BANNER = _banner(
    "UK",
    "A banner of the United Kingdom.",
    "Cabinet Office, Government Security Classifications (2023): OFFICIAL-SENSITIVE, UK SECRET, UK TOP SECRET, UK EYES ONLY",
    Pattern(
        regex=(
            r"(?<![\w-])(?:OFFICIAL ?[:\u2013-] ?SENSITIVE|OFFICIAL SENSITIVE|UK (?:TOP )?SECRET|"
            r"(?:(?:TOP )?SECRET )?(?:[\u2013-] ?)?UK EYES ONLY)(?: ?[\u2013-] ?(?:COMMERCIAL|PERSONAL|LOCSEN))?(?![\w-])"
        ),
        form=r"(?:OFFICIAL ?[:\x01-] ?SENSITIVE|OFFICIAL SENSITIVE|UK (?:TOP )?SECRET|UK EYES ONLY)",
        score=0.9,
        width=48,
    ),
    whole_cell("official-sensitive", "official sensitive", score=0.8),
)

NATO_BANNER = _banner(
    "NATO",
    "A banner of NATO.",
    "NATO C-M(2002)49: NATO UNCLASSIFIED to COSMIC TOP SECRET, ATOMAL",
    written(
        *("NATO UNCLASSIFIED", "NATO RESTRICTED", "NATO CONFIDENTIAL", "NATO SECRET", "COSMIC TOP SECRET"),
        *("NATO SANS CLASSIFICATION", "NATO DIFFUSION RESTREINTE", "NATO CONFIDENTIEL", "COSMIC TRÈS SECRET"),
        *("COSMIC TOP SECRET ATOMAL", "NATO SECRET ATOMAL", "NATO CONFIDENTIAL ATOMAL"),
        score=0.9,
    ),
)

EU_BANNER = _banner(
    "EU",
    "A banner of the European Union.",
    "Council Decision 2013/488/EU: RESTREINT UE to TRÈS SECRET UE; Commission Decision 2015/443: SENSITIVE",
    written(
        *("RESTREINT UE", "RESTREINT UE/EU RESTRICTED", "EU RESTRICTED", "CONFIDENTIEL UE", "EU CONFIDENTIAL"),
        *("CONFIDENTIEL UE/EU CONFIDENTIAL", "SECRET UE", "SECRET UE/EU SECRET", "EU SECRET", "EU TOP SECRET"),
        *("TRÈS SECRET UE", "TRÈS SECRET UE/EU TOP SECRET", "TRES SECRET UE/EU TOP SECRET", "EU SENSITIVE"),
        score=0.9,
    ),
)

DE_BANNER = _banner(
    "DE",
    "A banner of Germany.",
    "Verschlusssachenanweisung (VSA) of the Federation, § 4",
    written(
        *(
            "VS-NfD",
            "VS-NUR FÜR DEN DIENSTGEBRAUCH",
            "VS-Nur für den Dienstgebrauch",
            "VS - NUR FÜR DEN DIENSTGEBRAUCH",
        ),
        *("VS-NUR FUER DEN DIENSTGEBRAUCH", "VS-VERTRAULICH", "VS-Vertraulich", "VS-VERTR", "STRENG GEHEIM"),
        *("amtlich geheim gehalten", "amtlich geheimgehalten", "VS-GEHEIM", "VERSCHLUSSSACHE"),
        score=0.9,
    ),
    _alone("GEHEIM"),
)

FR_BANNER = _banner(
    "FR",
    "A banner of France.",
    "Code de la défense, art. R2311-2 and R2311-3; Instruction générale interministérielle 1300",
    written(
        *("DIFFUSION RESTREINTE", "SECRET DÉFENSE", "SECRET DEFENSE", "TRÈS SECRET DÉFENSE", "TRES SECRET DEFENSE"),
        *("CONFIDENTIEL DÉFENSE", "CONFIDENTIEL DEFENSE", "SPÉCIAL FRANCE", "SPECIAL FRANCE", "TRÈS SECRET"),
        *("Diffusion Restreinte", "Secret Défense", "Confidentiel Défense"),
        score=0.9,
    ),
)

OTHER_BANNERS = _banner(
    "ES_IT_NL",
    "A banner of Spain, Italy or the Netherlands.",
    "Ley 9/1968 (ES); DPCM 12 giugno 2009 n. 7 (IT); VIRBI 2012 (NL)",
    written(
        *("DIFUSIÓN LIMITADA", "DIFUSION LIMITADA", "Difusión Limitada", "RISERVATISSIMO", "SEGRETISSIMO"),
        *("DEPARTEMENTAAL VERTROUWELIJK", "Departementaal Vertrouwelijk", "STG. CONFIDENTIEEL", "STG. GEHEIM"),
        *("STG. ZEER GEHEIM", "STAATSGEHEIM"),
        score=0.9,
    ),
)

DETECTORS = (ANY_STATE, US_BANNER, UK_BANNER, NATO_BANNER, EU_BANNER, DE_BANNER, FR_BANNER, OTHER_BANNERS)

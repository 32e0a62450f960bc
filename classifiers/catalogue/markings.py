"""Markings that say who may read a paper: confidential, internal, privileged, not for distribution, and TLP.

The words stand in prose too (*a confidential conversation*). They count in capitals, as a line or a cell of their own, at the
edge of a line as headers and footers have them, and in phrases that nobody uses but to mark.
"""

from __future__ import annotations

from classifiers.catalogue.wording import at_edge, whole_cell, written
from classifiers.detector import Detector, Pattern, Sensitivity


def _marking(
    subtype: str, title: str, sensitivity: Sensitivity, *patterns: Pattern, columns: tuple[str, ...] = ()
) -> Detector:
    return Detector(
        entity="CONFIDENTIALITY_MARKING",
        subtype=subtype,
        title=title,
        category="system",
        sensitivity=sensitivity,
        source="ISO/IEC 27002:2022, 5.13 (labelling of information), and markings in use",
        patterns=patterns,
        chance=0.02,
        columns=columns,
        not_columns=("id", "count", "version") if columns else (),
    )


_SINGLE = (
    *("confidential", "vertraulich", "confidentiel", "confidentielle", "confidencial", "riservato", "confidenziale"),
    *("vertrouwelijk", "company confidential", "business confidential", "commercial in confidence"),
    *("commercial-in-confidence", "firmenvertraulich", "bedrijfsvertrouwelijk"),
)

CONFIDENTIAL = _marking(
    "",
    "A marking as confidential, in six languages.",
    Sensitivity.CONFIDENTIAL,
    Pattern(
        regex=(
            r"(?<![\w-])(?<!NOT )(?<!NON )(?:CONFIDENTIAL|VERTRAULICH|CONFIDENTIELLE?|CONFIDENCIAL|CONFIDENZIALE|"
            r"VERTROUWELIJK|COMMERCIAL[ -]IN[ -]CONFIDENCE)(?![\w-])"
        ),
        form=(
            r"[^\w-](?:CONFIDENTIAL|VERTRAULICH|CONFIDENTIELLE?|CONFIDENCIAL|CONFIDENZIALE|VERTROUWELIJK|"
            r"COMMERCIAL[ -]IN[ -]CONFIDENCE)[^\w-]"
        ),
        score=0.6,
        width=24,
    ),
    at_edge(*(word.capitalize() for word in _SINGLE), "Company Confidential", "Business Confidential"),
    at_edge("RISERVATO", "Commercial in Confidence", "Commercial-in-Confidence"),
    whole_cell(*_SINGLE, score=0.6),
    columns=(
        *("confidentiality", "confidentiality level", "confidentiality class", "document classification"),
        *("data classification", "information classification", "sensitivity label", "protective marking"),
        *("vertraulichkeit", "vertraulichkeitsstufe", "niveau de confidentialite", "niveau de confidentialité"),
        *("nivel de confidencialidad", "livello di riservatezza", "vertrouwelijkheid"),
    ),
)

STRICTLY_CONFIDENTIAL = _marking(
    "STRICTLY_CONFIDENTIAL",
    "A marking as strictly or highly confidential, in six languages.",
    Sensitivity.RESTRICTED,
    written(
        *("STRICTLY CONFIDENTIAL", "HIGHLY CONFIDENTIAL", "STRENG VERTRAULICH", "STRICTEMENT CONFIDENTIEL"),
        *("ESTRICTAMENTE CONFIDENCIAL", "STRETTAMENTE CONFIDENZIALE", "STRETTAMENTE RISERVATO"),
        *("STRIKT VERTROUWELIJK", "Strictly Confidential", "Highly Confidential", "Streng Vertraulich"),
        *("Strictement Confidentiel", "Estrictamente Confidencial", "Strikt Vertrouwelijk"),
        *("Private & Confidential", "Private and Confidential", "PRIVATE & CONFIDENTIAL", "PRIVATE AND CONFIDENTIAL"),
    ),
    at_edge("Strictly confidential", "Highly confidential", "Streng vertraulich", "Strictement confidentiel"),
    at_edge("Estrictamente confidencial", "Strettamente confidenziale", "Strikt vertrouwelijk"),
    whole_cell(
        *("strictly confidential", "highly confidential", "streng vertraulich", "strictement confidentiel"),
        *("estrictamente confidencial", "strettamente confidenziale", "strettamente riservato"),
        *("strikt vertrouwelijk", "private and confidential", "private & confidential"),
        score=0.6,
    ),
)

RESTRICTED = _marking(
    "RESTRICTED",
    "A marking as restricted, at the edge of a line or alone in it.",
    Sensitivity.RESTRICTED,
    at_edge("RESTRICTED", "Restricted", "Restricted distribution", "Restricted Distribution"),
    written("RESTRICTED DISTRIBUTION", "RESTRICTED CIRCULATION", "RESTRICTED INFORMATION"),
    whole_cell("restricted", "restricted distribution", "highly restricted", score=0.6),
)

INTERNAL = _marking(
    "INTERNAL",
    "A marking for internal use only, in six languages.",
    Sensitivity.INTERNAL,
    written(
        *(
            "internal use only",
            "for internal use only",
            "for internal use",
            "internal only",
            "for internal distribution only",
        ),
        *("nur für den internen gebrauch", "nur fuer den internen gebrauch", "nur zum internen gebrauch"),
        *("nur für internen gebrauch", "usage interne uniquement", "à usage interne", "réservé à un usage interne"),
        *(
            "solo para uso interno",
            "uso interno exclusivamente",
            "solo per uso interno",
            "esclusivamente per uso interno",
        ),
        *("alleen voor intern gebruik", "uitsluitend voor intern gebruik"),
        score=0.6,
        ignore_case=True,
    ),
    at_edge("INTERNAL", "Uso interno", "USO INTERNO", "Usage interne", "USAGE INTERNE", "Intern gebruik"),
)

PROPRIETARY = _marking(
    "PROPRIETARY",
    "A marking as the property of a company.",
    Sensitivity.CONFIDENTIAL,
    written(
        *("proprietary and confidential", "proprietary & confidential", "confidential and proprietary"),
        *("confidential & proprietary", "company proprietary", "proprietary information of"),
        score=0.6,
        ignore_case=True,
    ),
    at_edge("PROPRIETARY", "Proprietary"),
)

TRADE_SECRET = _marking(
    "TRADE_SECRET",
    "A marking as a trade secret, in six languages.",
    Sensitivity.RESTRICTED,
    written(
        *("TRADE SECRET", "TRADE SECRETS", "GESCHÄFTSGEHEIMNIS", "BETRIEBSGEHEIMNIS", "SECRET DES AFFAIRES"),
        *("SECRETO COMERCIAL", "SECRETO INDUSTRIAL", "SEGRETO COMMERCIALE", "SEGRETO INDUSTRIALE", "BEDRIJFSGEHEIM"),
        *("Contains trade secrets", "contains trade secrets of", "Contains Trade Secrets"),
    ),
    at_edge("Trade secret", "Trade Secret", "Geschäftsgeheimnis", "Betriebsgeheimnis", "Secret des affaires"),
    at_edge("Secreto comercial", "Segreto commerciale", "Bedrijfsgeheim"),
)

PRIVILEGED = _marking(
    "PRIVILEGED",
    "A marking of what a lawyer and a client say or write to one another, or made for a lawsuit.",
    Sensitivity.RESTRICTED,
    written(
        *("attorney-client privileged", "attorney client privileged", "attorney-client communication"),
        *("attorney-client privileged communication", "solicitor-client privileged", "privileged and confidential"),
        *(
            "privileged & confidential",
            "confidential and privileged",
            "confidential & privileged",
            "attorney work product",
        ),
        *("attorney-work-product", "prepared in anticipation of litigation", "without prejudice and confidential"),
        *("anwaltlich privilegiert", "couvert par le secret professionnel", "vertraulich - anwaltskorrespondenz"),
        *("vertraulich und anwaltlich privilegiert", "amparado por el secreto profesional"),
        *("coperto da segreto professionale", "beschermd door het verschoningsrecht"),
        score=0.6,
        ignore_case=True,
    ),
    written("LEGALLY PRIVILEGED", "LEGAL PRIVILEGE", "PRIVILEGED COMMUNICATION", "ATTORNEY-CLIENT PRIVILEGE"),
    written("Attorney-Client Privilege", "Attorney Work-Product", "Legally Privileged"),
)

NON_DISCLOSURE = _marking(
    "NON_DISCLOSURE",
    "A marking as covered by an agreement not to disclose.",
    Sensitivity.CONFIDENTIAL,
    written(
        *(
            "under NDA",
            "Under NDA",
            "UNDER NDA",
            "subject to NDA",
            "Subject to NDA",
            "SUBJECT TO NDA",
            "covered by NDA",
        ),
        *("Covered by NDA", "NDA required", "NDA REQUIRED", "NDA Required", "NDA protected", "unter NDA", "sous NDA"),
        *("bajo NDA", "sotto NDA", "onder NDA", "subject to an NDA", "covered by an NDA", "NDA CONFIDENTIAL"),
    ),
)

NOT_FOR_DISTRIBUTION = _marking(
    "NOT_FOR_DISTRIBUTION",
    "A marking against passing a paper on, such as on drafts, in six languages.",
    Sensitivity.CONFIDENTIAL,
    written(
        *("not for distribution", "not for further distribution", "not for onward distribution", "not for circulation"),
        *("draft - not for distribution", "draft, not for distribution", "draft not for distribution"),
        *("not for public release", "not for publication", "do not distribute", "do not circulate"),
        *("nicht zur weitergabe", "nicht zur veröffentlichung", "nicht zur weitergabe bestimmt", "ne pas diffuser"),
        *("ne pas divulguer", "no distribuir", "no divulgar", "non distribuire", "non divulgare", "niet verspreiden"),
        *("niet voor verspreiding",),
        score=0.6,
        ignore_case=True,
    ),
)


def _traffic_light(colour: str, body: str, title: str, sensitivity: Sensitivity) -> Detector:
    return Detector(
        entity="TLP_MARKING",
        subtype=colour,
        title=title,
        category="system",
        sensitivity=sensitivity,
        source="FIRST, Traffic Light Protocol 2.0 (2022), and 1.0 for WHITE",
        patterns=(
            Pattern(
                regex=rf"(?<![\w-])TLP[:-] ?(?:{body})(?![\w+])",
                form=rf"[^\w-]TLP[:-] ?(?:{body})",
                score=0.9,
                width=18,
                ignore_case=True,
            ),
        ),
        chance=0.001,
        columns=("tlp", "tlp marking", "tlp level", "traffic light protocol") if colour == "RED" else (),
        not_columns=("count", "id") if colour == "RED" else (),
    )


TRAFFIC_LIGHTS = (
    _traffic_light("RED", "RED", "A marking TLP:RED: for those named, nobody else.", Sensitivity.RESTRICTED),
    _traffic_light(
        *("AMBER", r"AMBER(?:\+STRICT)?", "A marking TLP:AMBER: for an organisation (STRICT) and its clients."),
        Sensitivity.CONFIDENTIAL,
    ),
    _traffic_light("GREEN", "GREEN", "A marking TLP:GREEN: for a community.", Sensitivity.INTERNAL),
    _traffic_light("CLEAR", "CLEAR|WHITE", "A marking TLP:CLEAR, once WHITE: for everybody.", Sensitivity.PUBLIC),
)

DETECTORS = (
    *(CONFIDENTIAL, STRICTLY_CONFIDENTIAL, RESTRICTED, INTERNAL, PROPRIETARY, TRADE_SECRET, PRIVILEGED),
    *(NON_DISCLOSURE, NOT_FOR_DISTRIBUTION, *TRAFFIC_LIGHTS),
)

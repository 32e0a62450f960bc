"""Special categories of personal data (GDPR Art. 9) but health, and criminal convictions (Art. 10), by vocabulary and name.

One word is no personal data: *Catholic* may stand before *school*. So in text a phrase must speak of a person; as a column,
cells hold the word and nothing else, or the field is named so. Words that mean other things as often (white, asian, green,
conservative, straight) are left to the name of the field.
"""

from __future__ import annotations

from classifiers.catalogue.special_words import (
    ETHNIC_GROUPS,
    FAITHS,
    ORIENTATIONS,
    PARTIES,
    PARTY_NAMES,
    PEOPLE_OF_FAITH,
    UNION_NAMES,
    UNIONS,
)
from classifiers.catalogue.wording import any_of, as_form, whole_cell
from classifiers.detector import Detector, Pattern, Sensitivity

ANY_WORDS = r"[aAx][aAx ,/&'().-]{0,60}"
"""The shape of a few words."""

_NOT = ("id", "count", "date", "at", "number", "total", "url", "email", "verified")


def special(  # noqa: PLR0913 - the attributes of a detector
    entity: str,
    title: str,
    category: str,
    source: str,
    patterns: tuple[Pattern, ...],
    columns: tuple[str, ...],
    *,
    not_columns: tuple[str, ...] = (),
    subtype: str = "",
    context: tuple[str, ...] = (),
    shapes: str | None = ANY_WORDS,
    chance: float = 0.05,
) -> Detector:
    """A detector of data of a special category; the parameters are those of :class:`Detector`."""
    return Detector(
        entity=entity,
        subtype=subtype,
        title=title,
        category=category,
        sensitivity=Sensitivity.RESTRICTED,
        source=source,
        patterns=patterns,
        chance=chance,
        context=context,
        columns=columns,
        not_columns=(*_NOT, *not_columns),
        shapes=shapes,
        small_domain=True,
    )


_ENDS = (
    r"(?=(?: ?[.,;:!?)\"'\n]| -|\Z| (?:and|but|who|by|since|und|aber|seit|et|mais|y|pero|ma|en|maar)[^\w]|"
    r" (?:man|woman|person|couple|family)[^\w]))"
)
"""Where a word ends that speaks of a person: *is a Catholic.*, not *is a Catholic school*."""


def said(
    before: str, between: str, words: tuple[str, ...], *, ends: str = r"(?![\w-])", names: bool = False
) -> Pattern:
    """A phrase: one of ``before``, then ``between``, then one of ``words``; in either case, but for ``names``."""
    longest = (
        max(map(len, before.split("|"))) + len(between) + max(map(len, words))
    )  # the form looks for the words: they are rare
    return Pattern(
        regex=rf"(?<![\w-])(?i:{before}){between}(?:{any_of(words)}){ends}",
        form=rf"[ :=](?:{as_form(any_of(words))})[^\w-]",
        score=0.8,
        width=longest + 10,
        ignore_case=not names,
    )


ETHNIC_ORIGIN = special(
    "ETHNIC_ORIGIN",
    "Racial or ethnic origin.",
    "user.demographic.race_ethnicity",
    "GDPR Art. 9(1); US OMB Statistical Policy Directive 15 (2024), ONS ethnic groups 2021",
    (
        whole_cell(*ETHNIC_GROUPS),
        said(
            r"is of|was of|are of|identifies as|identified as|self-identifies as|ethnicity is|ethnicity:|ethnic origin:",
            " ",
            ETHNIC_GROUPS,
        ),
    ),
    (
        *("ethnicity", "ethnic origin", "ethnic group", "race", "racial origin", "race ethnicity", "ethnic background"),
        *("ethnie", "ethnische herkunft", "ethnische zugehoerigkeit", "ethnische zugehörigkeit", "origine ethnique"),
        *("origen etnico", "origen étnico", "etnia", "raza", "origine etnica", "etnische afkomst", "etniciteit"),
    ),
    context=("ethnicity", "ethnic", "race", "origin", "ethnie", "herkunft"),
    not_columns=("time", "track", "distance", "result", "car", "horse", "winner", "condition"),
)

POLITICAL_OPINION = special(
    "POLITICAL_OPINION",
    "A political opinion, or the party a person belongs to or votes for.",
    "user.demographic.political_opinion",
    "GDPR Art. 9(1); names of parties in parliaments of six countries",
    (
        whole_cell(*PARTIES, *PARTY_NAMES),
        said(
            r"member of|supporter of|votes for|voted for|registered as|affiliated with|mitglied der|mitglied von|"
            r"wählt|membre de|membre du|adhérent de|encarté à|vote pour|afiliado al|afiliada al|miembro del|miembro de|"
            r"iscritto a|iscritta a|iscritto al|lid van|stemt op",
            r" (?:the |a |la |le |les |el |il |de |het |den )?",
            PARTY_NAMES,
            names=True,
        ),
        Pattern(
            regex=r"(?<![\w-])registered (?:Republican|Democrat|Libertarian)s?(?![\w-])",
            form=r"[^\w-]registered (?:Republican|Democrat|Libertarian)",
            score=0.8,
            width=24,
        ),
    ),
    (
        *("political opinion", "political view", "political party", "political affiliation", "party affiliation"),
        *("party membership", "political orientation", "voting intention", "voter registration party"),
        *("politische meinung", "partei", "parteizugehoerigkeit", "parteizugehörigkeit", "parteimitgliedschaft"),
        *("opinion politique", "parti politique", "opinion politica", "opinión política", "partido politico"),
        *("partido político", "afiliacion politica", "orientamento politico", "partito politico", "partito"),
        *("politieke voorkeur", "politieke partij", "politieke overtuiging"),
    ),
    context=("party", "political", "politics", "partei", "parti", "partido", "partito", "partij"),
)

_CONVERTED = (
    *(
        "Islam",
        "Judaism",
        "Christianity",
        "Catholicism",
        "Buddhism",
        "Hinduism",
        "Sikhism",
        "Orthodoxy",
        "Protestantism",
    ),
    *("Mormonism", "the Catholic faith", "the Muslim faith", "the Jewish faith"),
)

RELIGIOUS_BELIEF = special(
    "RELIGIOUS_BELIEF",
    "A religious or philosophical belief.",
    "user.demographic.religious_belief",
    "GDPR Art. 9(1); denominations as in national censuses",
    (
        whole_cell(*FAITHS, *PEOPLE_OF_FAITH),
        said(
            r"is a|is an|was a|am a|am an|raised|is a practising|is a practicing|am a practising|am a practicing|is a devout|"
            r"is an observant|ist|ist gläubiger|ist gläubige|est|es|es de religión|è|is",
            r" (?:practising |practicing |devout |observant )?",
            PEOPLE_OF_FAITH,
            ends=_ENDS,
        ),
        said("converted to|convert to|conversion to", " ", _CONVERTED),
        said(
            r"religion|religious affiliation|faith|konfession|religionszugehörigkeit|religionszugehoerigkeit|religión|religione|"
            r"godsdienst|geloof",
            r"(?: is |: ?| ?= ?)",
            (*FAITHS, *PEOPLE_OF_FAITH),
        ),
    ),
    (
        *("religion", "religious belief", "religious affiliation", "faith", "denomination", "creed", "belief"),
        *(
            "philosophical belief",
            "konfession",
            "religionszugehoerigkeit",
            "religionszugehörigkeit",
            "kirchensteuermerkmal",
        ),
        *("glaubensbekenntnis", "confession religieuse", "religión", "creencia religiosa", "confesion religiosa"),
        *("religione", "fede religiosa", "confessione religiosa", "godsdienst", "geloof", "geloofsovertuiging"),
    ),
    context=("religion", "religious", "faith", "denomination", "konfession", "religione", "confession"),
    not_columns=("coin", "currency", "note", "value", "product"),
)

TRADE_UNION_MEMBERSHIP = special(
    "TRADE_UNION_MEMBERSHIP",
    "Membership of a trade union.",
    "user.workplace",
    "GDPR Art. 9(1); names of trade unions in six countries",
    (
        whole_cell(*UNIONS),
        Pattern(
            regex=(
                r"(?<![\w-])(?:trade[ -]union member(?:ship)?|labou?r union member(?:ship)?|member of (?:a|the|his|her|their) "
                r"(?:trade|labou?r) union|Gewerkschaftsmitglied(?:schaft)?|Mitglied (?:der|einer) Gewerkschaft|"
                r"membre (?:du|d'un) syndicat|adhérente? (?:du|au) syndicat|syndiquée? à la|"
                r"(?:miembro|afiliad[oa]) (?:del|al|a un) sindicato|iscritt[oa] (?:al|a un) sindacato|lid van (?:de|een) vakbond|"
                r"vakbondslid)(?![\w-])"
            ),
            form=(
                r"[^\w-](?:trade[ -]union member|labou?r union member|member of (?:a|the|his|her|their) (?:trade|labou?r) union|"
                r"Gewerkschaftsmitglied|Mitglied (?:der|einer) Gewerkschaft|membre (?:du|d'un) syndicat|"
                r"adh_rente? (?:du|au) syndicat|syndiqu_e? _ la|(?:miembro|afiliad[oa]) (?:del|al|a un) sindicato|"
                r"iscritt[oa] (?:al|a un) sindacato|lid van (?:de|een) vakbond|vakbondslid)"
            ),
            score=0.8,
            width=48,
            ignore_case=True,
        ),
        said(
            r"member of|belongs to|joined|mitglied der|mitglied von|mitglied bei|membre de la|adhérent à la|afiliado a|"
            r"afiliada a|"
            r"miembro de|iscritto alla|iscritta alla|lid van",
            " (?:the )?",
            UNION_NAMES,
            names=True,
        ),
    ),
    (
        *("trade union", "trade union membership", "union membership", "union member", "labor union", "labour union"),
        *("union name", "union dues", "gewerkschaft", "gewerkschaftszugehoerigkeit", "gewerkschaftszugehörigkeit"),
        *("gewerkschaftsmitglied", "syndicat", "appartenance syndicale", "sindicato", "afiliacion sindical"),
        *("sindacato", "iscrizione sindacale", "vakbond", "vakbondslidmaatschap"),
    ),
    context=("trade union", "union", "unions", "gewerkschaft", "syndicat", "sindicato", "sindacato", "vakbond"),
    not_columns=("credit", "european"),
)

SEXUAL_ORIENTATION = special(
    "SEXUAL_ORIENTATION",
    "Sexual orientation.",
    "user.demographic.sexual_orientation",
    "GDPR Art. 9(1); ONS sexual orientation harmonised standard",
    (
        whole_cell(*ORIENTATIONS),
        said(
            r"identifies as|identified as|came out as|is openly|is|am|was outed as|sexual orientation:|orientation:|sexuelle "
            r"orientierung:|ist|est|es|è",
            " ",
            ORIENTATIONS,
            ends=_ENDS,
        ),
    ),
    (
        *("sexual orientation", "sexuality", "sexual preference", "sexuelle orientierung", "sexuelle ausrichtung"),
        *("orientation sexuelle", "orientacion sexual", "orientación sexual", "orientamento sessuale"),
        *("seksuele geaardheid", "seksuele voorkeur", "seksuele orientatie"),
    ),
    context=("orientation", "sexuality", "sexual", "orientierung", "orientacion", "orientamento", "geaardheid"),
)

SEX_LIFE = special(
    "SEX_LIFE",
    "What concerns a person's sex life.",
    "user.health_and_medical",
    "GDPR Art. 9(1); HL7 FHIR sexual history; only the name of the field tells",
    (),
    (
        *(
            "sex life",
            "sexual activity",
            "sexual history",
            "sexually active",
            "sexual partners",
            "number of sexual partners",
        ),
        *("contraception", "contraceptive method", "sexualleben", "verhuetung", "verhütung", "vie sexuelle"),
        *("vida sexual", "vita sessuale", "anticonceptie", "seksleven"),
    ),
    shapes=rf"{ANY_WORDS}|9{{1,2}}",
)

_OFFENCES = (
    r"(?:[\w-]{1,20} ){0,3}(?:theft|burglary|robbery|assault|fraud|murder|manslaughter|rape|arson|embezzlement|perjury|bribery|"
    r"shoplifting|stalking|battery|forgery|kidnapping|trafficking|drunk driving|drink driving|drug possession|possession|"
    r"tax evasion|money laundering|harassment|vandalism|abuse|a felony|a misdemeanou?r|a crime|an offence)"
)

CRIMINAL_RECORD = special(
    "CRIMINAL_RECORD",
    "A criminal conviction or offence of a person.",
    "user.criminal_history",
    "GDPR Art. 10; offences and phrases of courts in six languages",
    (
        Pattern(
            regex=(
                rf"(?<![\w-])(?:convicted of|found guilty of|pleaded guilty to|pled guilty to|"
                rf"charged with) {_OFFENCES}(?![\w-])"
            ),
            form=r"[^\w-](?:convicted of|found guilty of|plead?ed guilty to|pled guilty to|charged with) [\w-]",
            score=0.8,
            width=110,
            ignore_case=True,
        ),
        Pattern(
            regex=(
                r"(?<![\w-])(?:sentenced to (?:\w{1,12} ){1,2}(?:years?|months?|days?)(?: in (?:prison|jail))?|"
                r"sentenced to (?:life|"
                r"death)|has a criminal record|(?:mehrfach |einschlägig )?vorbestraft|verurteilt wegen \w{3,30}|"
                r"rechtskräftig verurteilt|condamnée? pour \w{3,30}|condenad[oa] por \w{3,30}|condannat[oa] per \w{3,30}|"
                r"veroordeeld (?:voor|wegens) \w{3,30}|antecedentes penales por|casier judiciaire chargé)(?![\w-])"
            ),
            form=(
                r"[^\w-](?:sentenced to \w|has a criminal record|vorbestraft|verurteilt wegen \w|rechtskr_ftig verurteilt|"
                r"condamn_e? pour \w|condenad[oa] por \w|condannat[oa] per \w|veroordeeld (?:voor|wegens) \w|"
                r"antecedentes penales por|casier judiciaire charg_)"
            ),
            score=0.7,
            width=64,
            ignore_case=True,
        ),
    ),
    (
        *("criminal record", "criminal history", "criminal conviction", "conviction", "offence", "criminal offence"),
        *("criminal offense", "felony", "prior conviction", "arrest record", "dbs check", "background check result"),
        *("vorstrafe", "vorstrafen", "strafregister", "fuehrungszeugnis", "führungszeugnis", "casier judiciaire"),
        *("condamnation", "antecedentes penales", "casellario giudiziale", "precedenti penali", "strafblad"),
        *("strafrechtelijk verleden",),
    ),
    shapes=r"[aAx9][aAx9 ,/&'().-]{0,60}",
)

DETECTORS = (
    *(ETHNIC_ORIGIN, POLITICAL_OPINION, RELIGIOUS_BELIEF, TRADE_UNION_MEMBERSHIP, SEXUAL_ORIENTATION, SEX_LIFE),
    CRIMINAL_RECORD,
)

"""Germany: numbers of companies, public buyers, physicians and practices."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.state_numbers import de_physician
from classifiers.detector import Sensitivity, digits

DE_VAT_ID = company(
    "DE_VAT_ID",
    "A VAT number of Germany; freelancers have one too.",
    "section 27a UStG: DE, eight digits, check digit of ISO 7064 mod 11,10",
    (
        token(r"DE[0-9]{9}", 11, score=0.4),
        token(
            r"DE[ .-]?[0-9]{3}[ .,-]?[0-9]{3}[ .-]?[0-9]{3}",
            14,
            least=r"DE[ .-]?[0-9]{3}[ .,-]?[0-9]{3}[ .-]?[0-9]{3}[^\w-]",
            score=0.4,
        ),
    ),
    Stdnum("de.vat"),
    chance=0.16,  # a tenth by the check digit; above that of VAT_NUMBER, which so wins unless a German word is there
    context=(
        *("ustid", "ustidnr", "ust-id", "ust-idnr", "ust-id-nr", "umsatzsteuer-identifikationsnummer"),
        *("bzst", "umsatzsteueridentifikationsnummer", "umsatzsteuer-id", "bundeszentralamt für steuern"),
        *("mehrwertsteuer",),
    ),
    columns=(
        *("umsatzsteueridentifikationsnummer", "german vat id", "de vat id", "umsatzsteuer identifikationsnummer"),
        *("ustidnr de", "ust id de"),
    ),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

DE_HANDELSREGISTER = company(
    "DE_HANDELSREGISTER",
    "A number in a register of companies, cooperatives, partnerships or associations of Germany.",
    "sections 9 and 14 HGB, HRV: HRA, HRB, GnR, PR or VR, up to six digits, at times letters of the court",
    (
        token(r"HR[AB] {0,2}[0-9]{1,6}(?: B)?", 13, least=r"HR[AB] {0,2}[0-9]", score=0.9),
        token(r"(?:GnR|PR|VR) [0-9]{1,6}", 10, least=r"(?:GnR|PR|VR) [0-9]", score=0.1),
    ),
    None,
    chance=0.05,
    context=(
        *("handelsregister", "amtsgericht", "registergericht", "vereinsregister"),
        *("genossenschaftsregister", "handelsregisternummer", "handelsregistereintrag", "registerauszug"),
    ),
    columns=(
        "handelsregister",
        "handelsregisternummer",
        "hrb",
        "hra",
        "hrb nummer",
        "handelsregister nr",
        "registernummer",
    ),
)

DE_LEITWEG_ID = company(
    "DE_LEITWEG_ID",
    "An address of a public buyer in Germany for electronic invoices (Leitweg-ID).",
    "KoSIT, Formatspezifikation Leitweg-ID: state, buyer, check digits of ISO 7064 mod 97-10",
    (
        token(
            r"(?:0[1-9]|1[0-6]|99)[0-9]{0,10}-[0-9A-Z]{4,30}-[0-9]{2}",
            46,
            least=r"(?:0[1-9]|1[0-6]|99)[0-9]{0,10}-[0-9A-Z]{4,30}-[0-9]{2}[^\w-]",
            score=0.005,
        ),
    ),
    Stdnum("de.leitweg"),
    chance=0.011,
    context=("leitweg-id", "leitweg", "leitwegs-id", "xrechnung", "zre", "buyer reference"),
    columns=("leitweg id", "leitwegid", "leitweg", "xrechnung leitweg id", "leitweg kennung"),
)

DE_LANR = national(
    "DE_LANR",
    "A number of a physician in statutory health insurance of Germany (lebenslange Arztnummer).",
    "section 75 (7) SGB V, KBV-Richtlinie: six digits, check digit modulo 10, code of the specialty",
    (digits("999999999"),),
    Each(de_physician),
    chance=0.1,
    category="user.workplace",
    sensitivity=Sensitivity.CONFIDENTIAL,
    context=(
        *("lanr", "arztnummer", "arzt-nr", "arzt-nummer", "vertragsarzt", "kassenarzt"),
        *("verordnender arzt", "kbv", "kassenärztliche vereinigung", "hausarzt", "facharzt"),
        *("behandelnder arzt", "arzt nr", "rezept"),
    ),
    columns=("lanr", "arztnummer", "arzt nr", "lebenslange arztnummer", "lanr arzt", "arzt nummer"),
)

DE_BSNR = national(
    "DE_BSNR",
    "A number of a practice in statutory health insurance of Germany (Betriebsstättennummer).",
    "section 75 (7) SGB V, KBV-Richtlinie: region, seven digits",
    (digits("999999999", 0.05),),
    None,
    chance=0.7,
    category="user.workplace",
    sensitivity=Sensitivity.INTERNAL,
    context=(
        *("bsnr", "betriebsstättennummer", "betriebsstätten-nummer", "betriebsstätte", "praxisnummer"),
        *("arztpraxis", "kv-nummer", "kassenärztliche vereinigung", "nebenbetriebsstätte"),
        *("hauptbetriebsstätte", "vertragsarztpraxis", "praxisadresse", "praxisstandort"),
        *("behandlungsort",),
    ),
    columns=("bsnr", "betriebsstaettennummer", "betriebsstättennummer", "bsnr praxis", "praxisnummer", "nbsnr"),
    needs_column=True,
)

DETECTORS = (DE_VAT_ID, DE_HANDELSREGISTER, DE_LEITWEG_ID, DE_LANR, DE_BSNR)

"""Netherlands: numbers of citizens, businesses and pupils, documents."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

NL_BSN = national(
    "NL_BSN",
    "A citizen service number of the Netherlands (burgerservicenummer).",
    "Wet algemene bepalingen burgerservicenummer; the eleven test of RvIG",
    (digits("999999999"), digits("9999.99.999", 0.4)),
    Stdnum("nl.bsn"),
    chance=0.1,
    context=("bsn", "burgerservicenummer", "sofi", "sofinummer"),
    columns=("bsn", "burgerservicenummer", "burger service nummer", "sofinummer", "sofi nummer", "bsn nummer", "sofi"),
)

NL_BTW = national(
    "NL_BTW",
    "A VAT number of the Netherlands without its prefix; until 2019 it held a sole trader's citizen service number.",
    "Uitvoeringsbesluit omzetbelasting 1968: nine digits, B, two digits; eleven test or ISO 7064 mod 97-10",
    (token(r"[0-9]{9}B[0-9]{2}", 12, score=0.6),),
    Stdnum("nl.btw"),
    chance=0.11,
    context=("btw", "omzetbelasting", "btw-nummer"),
    columns=("btw nummer", "btw nr", "btw id", "omzetbelastingnummer", "btw identificatienummer", "btwnr"),
    not_columns=("tarief", "bedrag", "percentage"),
)

NL_PASSPORT = national(
    "NL_PASSPORT",
    "A number of a passport or identity card of the Netherlands.",
    "Paspoortuitvoeringsregeling Nederland 2001: two letters, six letters or digits, a digit; never the letter O",
    (token(r"[A-NP-Z]{2}[0-9A-NP-Z]{6}[0-9]", 9, score=0.1),),
    Stdnum("nl.identiteitskaartnummer"),
    chance=0.7,
    context=("paspoort", "paspoortnummer", "identiteitskaart", "identiteitsbewijs", "identiteitskaartnummer"),
    columns=(
        *("paspoortnummer", "paspoort nummer", "identiteitskaartnummer", "nummer identiteitskaart"),
        *("identiteitsbewijs nummer",),
    ),
    category="user.government_id.passport_number",
    needs_column=True,
)

NL_ONDERWIJSNUMMER = national(
    "NL_ONDERWIJSNUMMER",
    "A number of a pupil in the Netherlands without a citizen service number.",
    "Wet register onderwijsdeelnemers: nine digits from 10 on, eleven test with remainder 5",
    (token(r"10[0-9]{7}", 9, score=0.005), token(r"10[0-9]{2}\.[0-9]{2}\.[0-9]{3}", 11, score=0.2)),
    Stdnum("nl.onderwijsnummer"),
    chance=0.1,
    context=("onderwijsnummer", "persoonsgebonden nummer"),
    columns=("onderwijsnummer", "onderwijs nummer", "onderwijsnr", "persoonsgebonden nummer", "pgn"),
)

DETECTORS = (NL_BSN, NL_BTW, NL_PASSPORT, NL_ONDERWIJSNUMMER)

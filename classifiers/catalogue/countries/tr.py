"""Turkey: numbers of citizens and taxpayers, vehicle registration."""

# ruff: noqa: RUF001 - Turkish has a dotless i

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Pattern, Sensitivity

TR_NATIONAL_ID = national(
    "TR_NATIONAL_ID",
    "An identity number of a citizen of Turkey (T.C. kimlik numarası).",
    "Nufus Hizmetleri Kanunu (Law 5490): eleven digits, the last two check digits modulo 10",
    (token(r"[1-9][0-9]{10}", 11, score=0.005),),
    Stdnum("tr.tckimlik"),
    chance=0.011,
    context=("kimlik", "kimlik no", "kimlik numarası", "tc kimlik", "t.c. kimlik", "tckn", "tc no", "t.c"),
    columns=("tc kimlik no", "tckn", "tc kimlik", "kimlik no", "tc no", "kimlik numarasi", "turkish id"),
)

TR_VKN = national(
    "TR_VKN",
    "A tax number of Turkey (vergi kimlik numarası).",
    "Vergi Usul Kanunu (Law 213) art. 8: nine digits and a check digit",
    (token(r"(?:[02-9][0-9]|1[0-4])[0-9]{8}", 10, score=0.005),),
    Stdnum("tr.vkn"),
    chance=0.1,
    context=("vkn", "vergi kimlik", "vergi no", "vergi numarası", "vergi kimlik no"),
    columns=("vkn", "vergi no", "vergi kimlik no", "vergi numarasi", "vergi kimlik numarasi"),
)

TR_LICENSE_PLATE = national(
    "TR_LICENSE_PLATE",
    "A registration plate of a vehicle in Turkey.",
    "Karayollari Trafik Yonetmeligi: province 01 to 81, one to three letters, two to four digits",
    (
        Pattern(
            regex=r"(?<![\w.+/-])(?:0[1-9]|[1-7][0-9]|8[01])[ -]?[A-PR-VYZ]{1,3}[ -]?[0-9]{2,4}(?![\w/-])",
            form=r"[^\w.+/-](?:0[1-9]|[1-7][0-9]|8[01])[ -]?[A-PR-VYZ]{1,3}[ -]?[0-9]{2}",
            score=0.1,
            width=11,
        ),
    ),
    None,
    chance=0.75,
    context=("plaka", "plakası", "plaka no", "plakalı", "araç plakası", "number plate", "license plate"),
    columns=("plaka", "plaka no", "arac plaka", "araç plakası", "plaka numarasi", "arac plakasi"),
    category="user.government_id.vehicle_registration",
    sensitivity=Sensitivity.CONFIDENTIAL,
    needs_column=True,
)

DETECTORS = (TR_NATIONAL_ID, TR_VKN, TR_LICENSE_PLATE)

"""Indonesia: identity number and taxpayer number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

ID_NIK = national(
    "ID_NIK",
    "An identity number of Indonesia (NIK).",
    "Law 23/2006 on population administration: district, date of birth (day + 40 for women), serial",
    (digits("9999999999999999"),),
    Stdnum("id.nik"),
    chance=0.04,
    context=("nik", "ktp", "no ktp", "e-ktp", "nomor induk kependudukan"),
    columns=("nik", "nomor induk kependudukan", "no ktp", "nomor ktp", "nik ktp"),
)

ID_NPWP = national(
    "ID_NPWP",
    "A taxpayer number of Indonesia (NPWP).",
    "Ministry of Finance regulation 112/PMK.03/2022: nine digits with a Luhn digit, office, branch; sixteen with a 0",
    (digits("99.999.999.9-999.999", 0.8), digits("999999999999999"), token(r"0[0-9]{15}", 16, score=0.005)),
    Stdnum("id.npwp"),
    chance=0.1,
    context=("npwp", "nomor pokok wajib pajak"),
    columns=("npwp", "nomor npwp", "no npwp", "npwp number", "nomor pokok wajib pajak"),
)

DETECTORS = (ID_NIK, ID_NPWP)

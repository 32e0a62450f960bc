"""Peru: identity and taxpayer numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

PE_CUI = national(
    "PE_CUI",
    "An identity number of Peru with its check character (CUI, on the DNI).",
    "RENIEC, Ley 26497: eight digits, check digit or letter modulo 11",
    (digits("99999999-9", 0.08), token(r"[0-9]{8}-[A-K]", 10, score=0.2), digits("999999999")),
    Stdnum("pe.cui"),
    chance=0.1,
    context=("dni", "cui", "documento nacional de identidad", "reniec"),
    columns=("cui", "dni", "codigo unico de identificacion", "documento nacional de identidad", "dni cui"),
)

PE_RUC = national(
    "PE_RUC",
    "A taxpayer number of Peru (RUC).",
    "SUNAT, Decreto Legislativo 943: kind 10, 15, 17 or 20, eight digits, check digit modulo 11",
    (token(r"(?:10|15|17|20)[0-9]{9}", 11, score=0.005),),
    Stdnum("pe.ruc"),
    chance=0.1,
    context=("ruc", "r.u.c", "sunat"),
    columns=("ruc peru", "ruc", "numero ruc", "nro ruc", "ruc number", "registro unico de contribuyentes"),
)

DETECTORS = (PE_CUI, PE_RUC)

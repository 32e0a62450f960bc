"""Portugal: citizen card and tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

PT_CC = national(
    "PT_CC",
    "A number of a citizen card of Portugal (cartão de cidadão).",
    "Lei 7/2007: eight digits, check digit, version of two letters, check digit over all",
    (digits("99999999 9 AA9", 0.7), digits("999999999AA9", 0.2)),
    Stdnum("pt.cc"),
    chance=0.1,
    context=("cartão de cidadão", "cartao de cidadao", "cartão", "cidadão", "cc"),
    columns=(
        *("cartao de cidadao", "cartão de cidadão", "numero cartao cidadao", "cartao cidadao"),
        *("numero do cartao de cidadao", "cc numero"),
    ),
)

PT_NIF = national(
    "PT_NIF",
    "A tax number of Portugal (NIF, NIPC).",
    "Decreto-Lei 14/2013: nine digits, the last modulo 11",
    (digits("999999999"), digits("999 999 999", 0.03)),
    Stdnum("pt.nif"),
    chance=0.1,
    context=("nif", "nipc", "contribuinte", "número de contribuinte"),
    columns=("numero contribuinte", "nif", "nipc", "numero de contribuinte", "contribuinte", "nif number"),
)

DETECTORS = (PT_CC, PT_NIF)

"""Brazil: numbers of persons and of companies."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Sensitivity, digits

BR_CPF = national(
    "BR_CPF",
    "A taxpayer number of a person in Brazil (CPF).",
    "Receita Federal: nine digits and two check digits modulo 11",
    (digits("99999999999"), digits("999.999.999-99", 0.7)),
    Stdnum("br.cpf"),
    chance=0.015,
    context=("cpf", "cadastro", "pessoa", "contribuinte"),
    columns=("cpf", "numero cpf", "cpf cnpj", "cpf number", "cadastro de pessoa fisica", "nr cpf", "documento cpf"),
)

BR_CNPJ = national(
    "BR_CNPJ",
    "A number of a company in Brazil (CNPJ); of a sole trader too.",
    "Receita Federal: twelve digits and two check digits modulo 11",
    (digits("99999999999999"), digits("99.999.999/9999-99", 0.7)),
    Stdnum("br.cnpj"),
    chance=0.015,
    context=("cnpj", "empresa", "juridica", "jurídica"),
    columns=("cnpj", "numero cnpj", "cnpj number", "cpf cnpj", "cadastro nacional da pessoa juridica"),
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
)

DETECTORS = (BR_CPF, BR_CNPJ)
